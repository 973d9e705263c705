package store

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
)

// heldAfter publishes one snapshot and holds a second.
func heldAfter(t *testing.T) (Dirs, *Snapshot, Info) {
	t.Helper()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	must(t, secondRun(context.Background(), s))
	m := testManifest("run2")
	m.Held = []HeldBy{{Share: "close", Stream: "core/clients", What: "records of core/clients", Count: 9, Total: 10, Limit: 0.1}}
	info, err := s.Hold(context.Background(), m)
	must(t, err)
	return d, old, info
}

func transactions(t *testing.T, d Dirs) string {
	t.Helper()
	return table(t, open(t, d), "SELECT count(*) FROM transactions")[0][0]
}

func actOn(d Dirs, verb, id string, onStep func(string) error) error {
	switch verb {
	case "release":
		_, err := Release(d, id, onStep)
		return err
	case "discard":
		return Discard(d, id, onStep)
	}
	_, err := Rollback(d, "back", id, time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC), onStep)
	return err
}

func TestHeldIsSeenByNobodyAndOutlivesRestarts(t *testing.T) {
	d, old, info := heldAfter(t)
	for range 2 {
		must(t, Recover(d))
		if now := open(t, d); now.info.ID != old.info.ID || transactions(t, d) != "5" {
			t.Fatal("readers see the held snapshot")
		}
		got, ok, err := Held(d)
		must(t, err)
		if !ok || got.ID != info.ID || got.Manifest.Previous != old.info.ID || !strings.Contains(got.Manifest.Held[0].String(), "close 9 of 10 records of core/clients (90 %") {
			t.Fatalf("held %v %+v", ok, got)
		}
	}
	if gone, err := Collect(d, 1); err != nil || len(gone) != 0 {
		t.Fatalf("collected %v, %v", gone, err)
	}
	released, err := Release(d, info.ID, nil)
	must(t, err)
	must(t, Recover(d))
	if now := open(t, d); !released.Current || now.info.ID != info.ID || transactions(t, d) != "7" {
		t.Fatal("the release published nothing")
	}
	if _, ok, _ := Held(d); ok {
		t.Fatal("still held after the release")
	}
	_, err = Release(d, info.ID, nil)
	wantKind(t, err, errs.Input)
}

func TestDiscardLeavesTheOldAndRunsGoOn(t *testing.T) {
	d, old, info := heldAfter(t)
	must(t, Discard(d, info.ID, nil))
	if _, err := os.Stat(d.snapshot(info.ID)); err == nil {
		t.Error("the folder is left")
	}
	s := begin(t, d, "run3", open(t, d))
	must(t, secondRun(context.Background(), s))
	next, err := s.Publish(context.Background(), testManifest("run3"))
	must(t, err)
	if next.Manifest.Previous != old.info.ID || transactions(t, d) != "7" {
		t.Errorf("next %+v", next)
	}
}

func TestAForgedOrForeignHoldIsRefused(t *testing.T) {
	d, old, info := heldAfter(t)
	line, err := os.ReadFile(d.heldPath())
	must(t, err)
	must(t, os.WriteFile(d.current(), line, 0o600)) // HELD is not CURRENT under another name
	_, err = Open(d)
	wantKind(t, err, errs.Integrity)
	must(t, writeCurrent(d, old.info.ID, noLeaf))
	flip := append([]byte(nil), line...)
	flip[len(flip)-3] ^= 1
	must(t, os.WriteFile(d.heldPath(), flip, 0o600))
	_, _, err = Held(d)
	wantKind(t, err, errs.Integrity)
	wantKind(t, Recover(d), errs.Integrity)
	must(t, os.WriteFile(d.heldPath(), line, 0o600))
	b, err := os.ReadFile(filepath.Join(d.snapshot(info.ID), clientName))
	must(t, err)
	b[len(b)/2] ^= 1
	must(t, os.WriteFile(filepath.Join(d.snapshot(info.ID), clientName), b, 0o600))
	_, err = Release(d, info.ID, nil) // its bytes are read before it is let out
	if err == nil || errs.Exit(err) != 3 || transactions(t, d) != "5" {
		t.Errorf("released a damaged snapshot: %v", err)
	}
}

// killedChild runs a child that dies at a step.
func killedChild(t *testing.T, d Dirs, act, die string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+d.Data, "STORE_TEST_DIE="+die, "STORE_TEST_ACT="+act)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%s at %s: %v: %s", act, die, err, out)
	}
	must(t, Recover(d))
	must(t, open(t, d).Verify())
	for _, left := range []string{"staging", "tmp", "CURRENT.tmp", "HELD.tmp"} {
		if _, err := os.Stat(filepath.Join(d.Data, left)); err == nil {
			t.Errorf("%s at %s: %s is left", act, die, left)
		}
	}
}

func TestKilledActsLeaveOldOrNew(t *testing.T) {
	if testing.Short() {
		t.Skip("starts child processes")
	}
	for _, die := range []string{"sync", "manifest", "rename", "pointer", "done"} {
		d, _ := published(t)
		killedChild(t, d, "hold", die)
		_, ok, err := Held(d)
		must(t, err)
		if ok != (die == "done") || transactions(t, d) != "5" {
			t.Errorf("hold killed at %s: held %v", die, ok)
		}
		if all, err := List(d); err != nil || len(all) != map[bool]int{true: 2, false: 1}[ok] {
			t.Errorf("hold killed at %s: %d snapshots, %v", die, len(all), err)
		}
	}
	for die, want := range map[string]string{"pointer": "5", "unmark": "7", "done": "7"} {
		d, _, info := heldAfter(t)
		killedChild(t, d, "release "+info.ID, die)
		_, ok, err := Held(d)
		must(t, err)
		if got := transactions(t, d); got != want || ok != (want == "5") {
			t.Errorf("release killed at %s: %s transactions, held %v", die, got, ok)
		}
	}
	for die, held := range map[string]bool{"unmark": true, "remove": false, "done": false} {
		d, _, info := heldAfter(t)
		killedChild(t, d, "discard "+info.ID, die)
		_, ok, err := Held(d)
		must(t, err)
		all, err := List(d)
		must(t, err)
		if ok != held || len(all) != map[bool]int{true: 2, false: 1}[held] || transactions(t, d) != "5" {
			t.Errorf("discard killed at %s: held %v, %d snapshots", die, ok, len(all))
		}
	}
	for die, want := range map[string]string{"link": "7", "manifest": "7", "rename": "7", "pointer": "7", "done": "5"} {
		d, old, info := heldAfter(t)
		_, err := Release(d, info.ID, nil)
		must(t, err)
		killedChild(t, d, "rollback "+old.info.ID, die)
		if got := transactions(t, d); got != want {
			t.Errorf("rollback killed at %s: %s transactions, want %s", die, got, want)
		}
		if want == "7" {
			must(t, actOn(d, "rollback", old.info.ID, nil))
		}
		now := open(t, d)
		if m := now.info.Manifest; m.Rollback != old.info.ID || m.Previous != info.ID || m.Seq != 3 || transactions(t, d) != "5" {
			t.Errorf("rollback killed at %s, then done: %+v", die, m)
		}
		// and the next run goes on from it
		s := begin(t, d, "next", now)
		must(t, secondRun(context.Background(), s))
		_, err = s.Publish(context.Background(), testManifest("next"))
		must(t, err)
		if got := transactions(t, d); got != "7" {
			t.Errorf("%s transactions after the next run", got)
		}
		must(t, now.Verify())
	}
}

func TestRollbackRefuses(t *testing.T) {
	d, old, info := heldAfter(t)
	for id, kind := range map[string]errs.Kind{old.info.ID: errs.Integrity, info.ID: errs.Integrity} {
		wantKind(t, actOn(d, "rollback", id, nil), kind) // something is held
	}
	must(t, Discard(d, info.ID, nil))
	for _, id := range []string{old.info.ID, info.ID, "../x"} { // in force, gone, no id
		wantKind(t, actOn(d, "rollback", id, nil), errs.Input)
	}
}

func TestComparingWithWhatWasThere(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	must(t, secondRun(ctx, s))
	n, err := s.ChangedClients(ctx, old)
	must(t, err)
	w, a, err := s.FactsBetween(ctx, old, "core/tx", nil, nil)
	must(t, err)
	if n != 1 || w != 0 || a != 0 { // the second run renames client 3 and adds clients; no delivery is asked for
		t.Errorf("%d changed, %d withdrawn, %d added", n, w, a)
	}
	must(t, s.DeleteClients(ctx, []int32{1}))
	must(t, s.Insert(ctx, "clients", clientsBatch(1, 2, func(int) string { return "Иной" })))
	if n, err = s.ChangedClients(ctx, old); err != nil || n != 2 {
		t.Errorf("%d changed, %v", n, err)
	}
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
}
