package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

// An erasure that was cut when all was done but its papers writes them when it
// is asked again; the ledger says what went before it goes, in the order of time.
func TestErasureAskedAgainWritesItsPapers(t *testing.T) {
	b := subjectBank(t)
	b.does(0, "run")
	forget := []string{"subject", "forget", b.bird(), "--ground", "request", "--reason", "letter", "--out", b.path("act")}
	b.does(0, forget...)
	first := b.read("act/act.json")
	if err := os.RemoveAll(b.path("act")); err != nil {
		t.Fatal(err)
	}
	forget = slices.Replace(forget, 2, 3, "--record", "core/clients:1") // the record is no more; the request had it
	b.does(0, forget...)
	if again := b.read("act/act.json"); again != first {
		t.Errorf("the act is another one:\n%s\nthe first time:\n%s", again, first)
	}
	var last ledger.Leaf
	gone := map[string]bool{}
	err := ledger.Open(b.path("data"), opaque.Key{}).Leaves(0, func(i int64, l ledger.Leaf) error {
		if l.At.Before(last.At.Truncate(time.Microsecond)) {
			t.Errorf("leaf %d (%s) is of %s, the one before of %s", i, l.Kind, l.At, last.At)
		}
		if l.Kind == ledger.Destroyed {
			for _, s := range l.Sums {
				gone[s.Name] = true
			}
		}
		last = l
		return nil
	})
	if err != nil || len(gone) != 2 || !gone["record keys"] {
		t.Errorf("destroyed are %v (%v), want the keys and one snapshot", gone, err)
	}
}

// What is left of an erasure is done while a night is held, by the next run and
// by the same command; the night is held as before.
func TestErasureEndsWhileANightIsHeld(t *testing.T) {
	for _, again := range [][]string{{"run"}, {"subject", "forget", "--record", "core/clients:1", "--ground", "request", "--reason", "letter"}} {
		b := subjectBank(t)
		b.write("clientbase.yaml", b.read("clientbase.yaml")+"\nbrake: {at_least: 1, close: 0.3}\n")
		b.does(0, "run")
		reader, err := pipeline.Current(b.pipelineProject())
		if err != nil {
			t.Fatal(err)
		}
		forget := []string{"subject", "forget", b.bird(), "--ground", "request", "--reason", "letter"}
		if _, said := b.does(2, forget...); !strings.Contains(said, "still in use") {
			t.Errorf("while the base is read: %s", said)
		}
		b.write("in/clients_2026-03-03.csv", "ID;NAME;BIRTH;PHONE;EMAIL;PASSPORT;INN;ADDRESS;REMARK\n2;;;;;;;;\n")
		b.does(3, "run")
		in, held := b.current(), b.read("data/HELD")
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
		want := 0
		if again[0] == "run" {
			want = 3 // it waits for a person
		}
		b.does(want, again...)
		if b.current() != in || b.read("data/HELD") != held || len(b.snapshots()) != 2 {
			t.Errorf("%s: in force %s, held %s, %d snapshots", again[0], b.current(), b.read("data/HELD"), len(b.snapshots()))
		}
		if list, _ := b.does(0, "subject", "list"); !strings.Contains(list, "ended") {
			t.Errorf("%s: the request stays open:\n%s", again[0], list)
		}
		b.does(0, "snapshot", "release", "--reason", "it is so")
		if left := betrayals(b.everything()); len(left) > 0 {
			t.Errorf("%s: released, the canary is in %v", again[0], left)
		}
	}
}
