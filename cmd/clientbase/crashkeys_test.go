package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
)

// keysRounds is the wrapping of keys by another master key, in a folder whose
// first wrapping was cut: some keys lie open and some are sealed.
func keysRounds(t *testing.T, bin string) []*crash {
	t.Helper()
	places := t.TempDir() // of the master keys, the same for every copy
	masters := []string{filepath.Join(places, "former.key"), filepath.Join(places, "new.key")}
	for i, path := range masters {
		if err := os.WriteFile(path, []byte(strings.Repeat(string(rune('a'+i)), 64)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := func(master string) string { return "\nkeys: {master: {file: " + master + "}}\n" }
	b := newBank(t)
	b.shareKey([]byte(testKey))
	b.does(0, "run")
	plain := b.read("clientbase.yaml")
	b.write("clientbase.yaml", plain+names(masters[0]))
	cutAfterOneKey(t, bin, b)
	s, err := landing.StatusOf(b.path("data/keys"))
	if err != nil || s.Sealed == 0 || s.Open == 0 {
		t.Fatalf("%+v, %v; want keys that lie open and keys that are sealed", s, err)
	}
	c := &crash{bin: bin, round: "another master key", args: []string{"keys", "rotate", "--new-master", masters[1]}, start: b.copied(t)}
	c.look = func(b bank, a *afterwards) error { return lookAtKeys(b, a, masters) }
	// wrapped and not noted yet: the same command notes it
	c.between = func(now *afterwards) error {
		at := *now
		if at.more == "opened by new.key former.key, noted: false" {
			at.more = c.new.more
		}
		if !at.same(c.new) {
			return errors.New(at.differ(c.new))
		}
		return nil
	}
	// the first run that names the new one lets go of the former
	c.closing = func(b bank) error {
		if err := os.WriteFile(b.path("clientbase.yaml"), []byte(plain+names(masters[1])), 0o644); err != nil {
			return err
		}
		if out, errOut, code := b.tries("-q", "run"); code != 0 {
			return fmt.Errorf("run: exit %d: %s%s", code, out, errOut)
		}
		a := &afterwards{}
		if err := lookAtKeys(b, a, masters); err != nil {
			return err
		}
		if a.more != "opened by new.key, noted: true" {
			return errors.New(a.more)
		}
		if s, err := landing.StatusOf(b.path("data/keys")); err != nil || s.Open > 0 || !s.Fits {
			return fmt.Errorf("%+v, %w", s, err)
		}
		if files, err := filesOf(b.path("data")); err != nil || len(files.left) > 0 {
			return fmt.Errorf("left over after a run: %v, %w", files.left, err)
		}
		return nil
	}
	c.settle(t, b)
	return []*crash{c}
}

// lookAtKeys says which master keys open the folder, and whether the ledger
// notes the newest. Each of them alone reads all that has landed.
func lookAtKeys(b bank, a *afterwards, masters []string) (err error) {
	path := b.path("data/keys/master.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.WriteFile(path, text, 0o600)) }()
	var opening []string
	for _, master := range masters {
		var w map[string]any
		if err := json.Unmarshal(text, &w); err != nil {
			return err
		}
		var alone []any
		for _, u := range w["under"].([]any) {
			if u.(map[string]any)["file"] == master {
				alone = append(alone, u)
			}
		}
		if len(alone) == 0 {
			continue
		}
		opening = append([]string{filepath.Base(master)}, opening...) // the newest first
		w["under"] = alone
		only, err := json.Marshal(w)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, only, 0o600); err != nil {
			return err
		}
		land, err := landing.Open(b.path("data"))
		if err != nil {
			return err
		}
		if err := readLanded(land, b); err != nil {
			return fmt.Errorf("with %s alone: %w", filepath.Base(master), err)
		}
	}
	if len(opening) == 0 {
		return errors.New("no master key opens the folder")
	}
	_, _, noted, err := ledger.Open(b.path("data"), opaque.Key{}).Last(func(l ledger.Leaf) bool { return l.Kind == ledger.Rotated })
	a.more = fmt.Sprintf("opened by %s, noted: %v", strings.Join(opening, " "), noted)
	return err
}

// cutAfterOneKey kills a run when it has sealed the first key of a file.
func cutAfterOneKey(t *testing.T, bin string, b bank) {
	t.Helper()
	log := b.dir + ".log"
	run := func(b bank, fault string, want int) {
		cmd := exec.Command(bin, "-C", b.dir, "-q", "run")
		cmd.Env = append(os.Environ(), "CLIENTBASE_FAULT="+fault, "CLIENTBASE_FAULT_LOG="+log)
		if said, err := cmd.CombinedOutput(); exitOf(err) != want {
			t.Fatalf("%s: %v, want exit %d\n%s", fault, err, want, said)
		}
	}
	run(b.copied(t), "list:0", 0)
	lines, err := os.ReadFile(log)
	if err := errors.Join(err, os.Remove(log)); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(lines), "\n") {
		if strings.Contains(line, "syncdir") && strings.HasSuffix(line, "/keys/files") {
			run(b, fmt.Sprintf("kill:%d", i+2), -1)
			_ = os.Remove(log)
			return
		}
	}
	t.Fatalf("no key of a file was sealed:\n%s", lines)
}
