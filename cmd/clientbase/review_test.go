package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/demobank"
)

// queued is a pair as review --list gives it.
type queued struct {
	A, B struct {
		Stream, Key string
		Client      string `json:"client_id"`
	}
	Bits     float64
	Risk     float64
	Evidence struct{ Bits float64 }
}

func (q queued) names() [2]string {
	return [2]string{q.A.Stream + ":" + q.A.Key, q.B.Stream + ":" + q.B.Key}
}

func (b bank) queue(flags ...string) []queued {
	b.t.Helper()
	out, _ := b.does(0, append([]string{"review", "--list", "--limit", "0", "--format", "json"}, flags...)...)
	var list []queued
	for l := range strings.Lines(out) {
		var q queued
		if err := json.Unmarshal([]byte(l), &q); err != nil {
			b.t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

// say decides a pair and gives the number of the entry.
func (b bank) say(q queued, verdict string) int64 {
	b.t.Helper()
	n := q.names()
	out, _ := b.does(0, "--json", "review", "--pair", n[0], n[1], "--say", verdict, "--reason", "seen")
	var done struct{ Seq int64 }
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		b.t.Fatal(err)
	}
	return done.Seq
}

// together tells whether both records of a pair are one client.
func (b bank) together(q queued) bool {
	b.t.Helper()
	n := q.names()
	return b.query(fmt.Sprintf("SELECT count(DISTINCT client_id) FROM identities WHERE stream || ':' || key IN ('%s', '%s')", n[0], n[1])) == "1\n"
}

// A base with decisions, made, taken back and made again between deltas, must
// be what one rebuild makes of the same landing and journal.
func TestDecisionsInADeltaEqualARebuild(t *testing.T) {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	opt := demobank.Options{Records: 400, FactsPerClient: 1, Seed: 7}
	if _, err := demobank.Generate(context.Background(), b.dir, opt); err != nil {
		t.Fatal(err)
	}
	b.noBrake()
	b.does(0, "run")

	asked, merged := b.queue(), b.queue("--sample", "merge")
	if len(asked) < 10 || len(merged) < 50 {
		t.Fatalf("%d pairs are asked about and %d merged: too few to show anything", len(asked), len(merged))
	}
	risk := math.Inf(1)
	for _, q := range asked {
		if q.Risk > risk {
			t.Fatal("the queue is not ordered by value at risk")
		}
		risk = q.Risk
	}
	off, all := 0, append(asked, merged...)
	for _, q := range all {
		if math.Abs(q.Bits-q.Evidence.Bits) > 1e-3 {
			off++
		}
	}
	if off*100 > len(all) { // a surname that a third record has as a given name has more keys in the run
		t.Errorf("%d of %d pairs have another weight in the review than in the run", off, len(all))
	}

	var same, apart []int64 // entries
	var one, two []queued
	used := map[string]bool{} // clients: what is said of one client twice may be a contradiction
	for i, q := range append(asked, merged...) {
		switch {
		case used[q.A.Client] || used[q.B.Client] || len(two) > 5:
			continue
		case i < len(asked) && len(one) <= len(two):
			one, same = append(one, q), append(same, b.say(q, "same"))
		default:
			two, apart = append(two, q), append(apart, b.say(q, "different"))
		}
		used[q.A.Client], used[q.B.Client] = true, true
	}
	if len(one) < 4 || len(two) < 5 {
		t.Fatalf("%d pairs to join and %d to part are too few", len(one), len(two))
	}
	b.does(0, "run")
	for i, q := range one {
		if !b.together(q) {
			t.Errorf("entry %d says that %v are one client, and they are two", same[i], q.names())
		}
	}
	for i, q := range two {
		if b.together(q) {
			t.Errorf("entry %d says that %v are two clients, and they are one", apart[i], q.names())
		}
	}
	for _, q := range b.queue() {
		for _, known := range append(one, two...) {
			if q.names() == known.names() {
				t.Errorf("%v was decided and is asked about", q.names())
			}
		}
	}
	if _, err := demobank.Delta(context.Background(), b.dir, opt, demobank.DeltaOptions{Records: 40, Day: 1}); err != nil {
		t.Fatal(err)
	}
	for i, seq := range append(same, apart...) {
		if i%2 == 1 {
			b.does(0, "review", "undo", fmt.Sprint(seq), "--reason", "not sure any more")
		}
	}
	b.does(0, "run")

	// same[1] was taken back; the contrary is said; then the undo is undone.
	undo := int64(len(same)+len(apart)) + 1
	for _, q := range b.queue() {
		if q.names() == one[1].names() {
			b.say(q, "different")
		}
	}
	b.does(0, "review", "undo", fmt.Sprint(undo), "--reason", "it was right")
	b.does(0, "run")
	if notes := strings.Join(b.report().Notes, "\n"); !strings.Contains(notes, fmt.Sprintf("decisions contradict each other (journal entries %d and ", same[1])) {
		t.Errorf("the run does not tell of the contradiction:\n%s", notes)
	}
	if b.together(one[1]) {
		t.Error("of two contrary decisions one was chosen")
	}
	delta := published(t, b.dir)
	b.does(0, "run", "--from-landing")
	rebuilt := published(t, b.dir)
	for name := range delta {
		if delta[name] != rebuilt[name] {
			t.Errorf("%s differ:\n%s", name, firstDifference(delta[name], rebuilt[name]))
		}
	}
}
