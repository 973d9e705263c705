package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// forgetRounds is the erasure of a person who stands in every stream, in rows set
// aside and in notes about others.
func forgetRounds(t *testing.T, bin string) []*crash {
	t.Helper()
	b := subjectBank(t)
	b.noBrake()
	b.shareKey([]byte(testKey))
	b.does(0, "run")
	c := &crash{bin: bin, round: "an erasure", args: []string{"subject", "forget", "--record", "core/clients:1", "--ground", "request", "--reason", "letter"}, start: b.copied(t)}
	c.look = lookAtBird
	// the act is on record: what is not done yet is done by the same command,
	// nobody else is lost, and no later snapshot shows the person
	c.between = func(now *afterwards) error {
		part := *now
		part.more = c.new.more
		switch {
		case len(now.acts) <= len(c.old.acts) || !slices.Equal(now.acts, c.new.acts[:min(len(now.acts), len(c.new.acts))]):
			return fmt.Errorf("acts %v, before %v, undisturbed %v", now.acts, c.old.acts, c.new.acts)
		case now.seq == c.old.seq && now.rowRoot != c.old.rowRoot, now.seq != c.old.seq && (now.seq != c.new.seq || now.rowRoot != c.new.rowRoot):
			return errors.New(part.differ(c.new))
		case !strings.HasPrefix(now.more, fmt.Sprintf("shown: %v, others: 3", now.seq == c.old.seq)):
			return errors.New(now.more)
		}
		return nil
	}
	// where only the papers were missing, no run came to sweep
	c.closing = func(b bank) error {
		left, err := filesOf(b.path("data"))
		if err != nil || len(left.left) == 0 {
			return err
		}
		if out, errOut, code := b.tries("-q", "run"); code != 0 {
			return fmt.Errorf("run: exit %d: %s%s", code, out, errOut)
		}
		if left, err = filesOf(b.path("data")); err == nil && len(left.left) > 0 {
			err = fmt.Errorf("left over after a run: %v", left.left)
		}
		return err
	}
	c.settle(t, b)
	if !strings.HasPrefix(c.old.more, "shown: true") || !strings.HasPrefix(c.new.more, "shown: false, others: 3") {
		t.Fatalf("before: %s; after: %s", c.old.more, c.new.more)
	}
	return []*crash{c}
}

// lookAtBird asks a copy for the canary and for the others, so that nothing is
// logged in the folder itself, and reads the act and its paper.
func lookAtBird(b bank, a *afterwards) error {
	there := bank{b.t, b.dir + "-asked"}
	defer func() { _ = os.RemoveAll(there.dir) }()
	if err := os.CopyFS(there.dir, os.DirFS(b.dir)); err != nil {
		return err
	}
	if err := ownOnly(there.dir); err != nil {
		return err
	}
	found, errOut, code := there.tries("find", bird.phone)
	if code > 2 {
		return fmt.Errorf("find: exit %d: %s", code, errOut)
	}
	keys, err := clientKeys(b)
	if err != nil {
		return err
	}
	others := len(slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "1" }))
	a.more = fmt.Sprintf("shown: %v, others: %d", others < len(keys) || strings.Contains(found, "Канарейкина Ф"), others)
	papers, err := filepath.Glob(b.path("subject-*/act.json"))
	if err != nil || len(papers) == 0 {
		return err
	}
	text, err := os.ReadFile(papers[0])
	if err != nil {
		return err
	}
	var act struct{ Did journal.Erasure }
	if err := json.Unmarshal(text, &act); err != nil {
		return err
	}
	did := act.Did
	a.more += fmt.Sprintf(", done: rows %v, files %d, keys %d, snapshots %d", did.Rows, did.Batches, did.Keys, len(did.Snapshots))
	return nil
}

// clientKeys are the keys of the clients that the snapshot in force shows.
func clientKeys(b bank) (keys []string, err error) {
	land, err := landing.Open(b.path("data"))
	if err != nil {
		return nil, err
	}
	sn, err := store.Open(store.Dirs{Data: b.path("data"), Key: land.Keys.Project()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sn.Close()) }()
	r, err := sn.Reader(context.Background())
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(context.Background(), "SELECT key FROM identities WHERE stream = 'core/clients' ORDER BY key")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
