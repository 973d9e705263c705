package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
)

// fileNotary writes one line per record into a file beside the data folder.
type fileNotary struct{ path string }

func notaryOf(d Dirs) fileNotary { return fileNotary{d.Data + ".record"} }

func (n fileNotary) lines() []string {
	b, _ := os.ReadFile(n.path)
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func (n fileNotary) Notarize(_ context.Context, what, snapshot, manifest string) (int64, error) {
	if what != WasAborted && len(manifest) != 64 {
		return 0, fmt.Errorf("no manifest of %s", snapshot)
	}
	leaf := 0
	if b, err := os.ReadFile(n.path); err == nil {
		leaf = strings.Count(string(b), "\n")
	}
	f, err := os.OpenFile(n.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	_, err = fmt.Fprintf(f, "%s %s\n", what, snapshot)
	return int64(leaf), err
}

func (n fileNotary) Recorded() (published, held Notarized, err error) {
	aborted := map[string]bool{}
	list := n.lines()
	for i := len(list) - 1; i >= 0; i-- {
		what, id, _ := strings.Cut(list[i], " ")
		switch {
		case what == WasAborted:
			aborted[id] = true
		case aborted[id]:
		case what == WasPublished:
			return Notarized{id, int64(i)}, held, nil
		case what == WasHeld && held.ID == "":
			held = Notarized{id, int64(i)}
		}
	}
	return published, held, nil
}

// recorded is a data folder with a notary and one snapshot, as leaf 0.
func recorded(t *testing.T) (Dirs, *Snapshot) {
	t.Helper()
	d := testDirs(t)
	d.Notary = notaryOf(d)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	_, err := s.Publish(context.Background(), testManifest("run1"))
	must(t, err)
	return d, open(t, d)
}

// A kill between record and pointer: what is on record comes to be in force,
// and the pointer says at which leaf.
func TestWhatIsOnRecordIsRolledForward(t *testing.T) {
	if testing.Short() {
		t.Skip("starts child processes")
	}
	t.Setenv("STORE_TEST_NOTARY", "1")
	for die, want := range map[string]string{"leaf": "5", "pointer": "7"} {
		d, _ := recorded(t)
		killedChild(t, d, "", die)
		if got := transactions(t, d); got != want {
			t.Errorf("killed at %s: %s transactions, want %s", die, got, want)
		}
		id, leaf, err := readCurrent(d)
		must(t, err)
		if rec, _, _ := d.Notary.Recorded(); rec.ID != id || fmt.Sprint(rec.Leaf) != leaf {
			t.Errorf("killed at %s: %s at leaf %s, on record %v", die, id, leaf, rec)
		}
	}
	hold := func(d Dirs, old *Snapshot) Info {
		s := begin(t, d, "run2", old)
		must(t, secondRun(context.Background(), s))
		info, err := s.Hold(context.Background(), testManifest("run2"))
		must(t, err)
		return info
	}
	for die, want := range map[string]bool{"pointer": true} {
		d, _ := recorded(t)
		killedChild(t, d, "hold", die)
		if _, ok, err := Held(d); ok != want || err != nil || transactions(t, d) != "5" {
			t.Errorf("hold killed at %s: held %v, %v", die, ok, err)
		}
	}
	for die, want := range map[string]string{"pointer": "7"} {
		d, old := recorded(t)
		info := hold(d, old)
		killedChild(t, d, "release "+info.ID, die)
		if _, ok, err := Held(d); ok != (want == "5") || err != nil || transactions(t, d) != want {
			t.Errorf("release killed at %s: held %v, %v", die, ok, err)
		}
	}
	for die, want := range map[string]bool{"unmark": false} {
		d, old := recorded(t)
		info := hold(d, old)
		killedChild(t, d, "discard "+info.ID, die)
		all, err := List(d)
		must(t, err)
		if _, ok, err := Held(d); ok != want || err != nil || len(all) != map[bool]int{true: 2, false: 1}[want] {
			t.Errorf("discard killed at %s: held %v, %d snapshots, %v", die, ok, len(all), err)
		}
	}
}

// What is on record and not whole, or not there, is put on record as aborted.
func TestWhatIsNotWholeIsAborted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts child processes")
	}
	t.Setenv("STORE_TEST_NOTARY", "1")
	d, old := recorded(t)
	s := begin(t, d, "run2", old)
	must(t, secondRun(context.Background(), s))
	info, err := s.Publish(context.Background(), testManifest("run2"))
	must(t, err)
	must(t, writeCurrent(d, old.info.ID, "0")) // as if the pointer had not been reached
	path := filepath.Join(d.snapshot(info.ID), clientName)
	b, err := os.ReadFile(path)
	must(t, err)
	b[len(b)/2] ^= 1
	must(t, os.WriteFile(path, b, 0o600))
	must(t, Recover(d))
	if got := notaryOf(d).lines(); transactions(t, d) != "5" || got[len(got)-1] != "aborted "+info.ID {
		t.Errorf("%s transactions, record %v", transactions(t, d), got)
	}
	if _, err := os.Stat(d.snapshot(info.ID)); err == nil {
		t.Error("the damaged snapshot is left")
	}
	must(t, Recover(d))
}

// Everything else than a cut is refused: an older pointer put back, another
// leaf in it, a record that is gone.
func TestAPointerThatIsNotOnRecordIsRefused(t *testing.T) {
	d, old := recorded(t)
	first, err := os.ReadFile(d.current())
	must(t, err)
	now := time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC)
	for i := range 2 {
		prev := open(t, d)
		s := begin(t, d, fmt.Sprint("run", i+2), prev)
		must(t, secondRun(context.Background(), s))
		m := testManifest(s.run)
		m.Created = now.Add(time.Duration(i) * time.Hour)
		_, err := s.Publish(context.Background(), m)
		must(t, err)
	}
	last, err := os.ReadFile(d.current())
	must(t, err)
	id, _, err := readCurrent(d)
	must(t, err)
	must(t, Recover(d))
	must(t, os.WriteFile(d.current(), first, 0o600))
	wantKind(t, Recover(d), errs.Integrity)
	must(t, writeCurrent(d, id, "1"))
	wantKind(t, Recover(d), errs.Integrity)
	must(t, os.Remove(d.current()))
	wantKind(t, Recover(d), errs.Integrity)
	must(t, os.WriteFile(d.current(), last, 0o600))
	must(t, os.Remove(notaryOf(d).path))
	wantKind(t, Recover(d), errs.Integrity)
	must(t, old.Verify())
}
