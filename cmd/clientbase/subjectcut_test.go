package main

import (
	"os"
	"slices"
	"testing"
	"time"

	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
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
