package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

// Neighbouring calls leave the same state: a kill before and after a sync, a
// failure anywhere while a snapshot is built. The faulted command and the check
// of every byte are done in each trial; the same command once more, which is most of the
// work, only where no trial of the round went on from that state to a good end.
// Every eighth of the others goes on all the same, so that two states which only look
// alike are found.

// seenStates are the states from which a round went on, and its end was good.
type seenStates struct {
	mu    sync.Mutex
	ended map[string]bool
	met   int
}

// skip tells whether a trial need not go on from a state.
func (s *seenStates) skip(state string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended[state] {
		return false
	}
	s.met++
	return s.met%8 != 0
}

func (s *seenStates) add(state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[state] = true
}

// stateOf is all that the next command can find: what was read of the folder
// (snapshot, rows, acts), the decoded reports and leaves of the ledger, and the name and
// size of every other file, temporary ones too. Of staging and tmp it is only
// whether there is something, for a run removes them unread.
func stateOf(b bank, a *afterwards) (string, error) {
	lines := []string{fmt.Sprint(a.seq, a.rowRoot, a.acts, a.more)}
	err := filepath.WalkDir(b.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(b.dir, path)
		if err != nil {
			return err
		}
		line, err := lineOf(path, filepath.ToSlash(rel), e)
		if line != swept || !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	err = ledger.Open(b.path("data"), opaque.Key{}).Leaves(0, func(i int64, l ledger.Leaf) error {
		lines = append(lines, fmt.Sprint("leaf ", i, " ", l.Kind))
		return nil
	})
	slices.Sort(lines)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(lines, "\n")))), err
}

// swept stands for all that a run removes unread.
const swept = "files of a run at work"

func lineOf(path, rel string, e fs.DirEntry) (string, error) {
	name := aTemporary.ReplaceAllString(aRun.ReplaceAllString(aSnapshot.ReplaceAllString(rel, "$1"), "RUN"), ".tmp-")
	temporary := strings.Contains(rel, "/.tmp-")
	switch {
	case strings.HasPrefix(rel, "data/staging/"), strings.HasPrefix(rel, "data/tmp/"):
		return swept, nil
	case !temporary && (strings.HasPrefix(rel, "data/snapshots/") || strings.HasPrefix(rel, "data/ledger/tile/entries/")):
		return name, nil // checked against manifest and tree; their sizes vary
	case !temporary && strings.HasPrefix(rel, "data/runs/") && strings.HasSuffix(rel, ".json"):
		var r pipeline.Report
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		counts, jerr := json.Marshal(r.Balances)
		if err == nil {
			err = jerr
		}
		return fmt.Sprintf("%s %s %d %s", name, r.Status, r.Exit, counts), err
	}
	info, err := e.Info()
	if err != nil {
		return "", err
	}
	return fmt.Sprint(name, " ", info.Size()), nil
}
