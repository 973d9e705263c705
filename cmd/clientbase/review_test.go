package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
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
	if len(asked) < 3 || len(merged) < 50 {
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
	if len(one) < 2 || len(two) < 5 {
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
	b.say(one[1], "different")
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

// spoken is what the journal says that counts: an oracle that shares no code
// with the program. Groups that contradict themselves are left out.
func (b bank) spoken() (same, apart [][2]string) {
	b.t.Helper()
	out, _ := b.does(0, "--json", "review", "log", "--limit", "0")
	type line struct {
		Seq           int64
		Undo          int64 `json:"undo_of"`
		Verb, Subject string
	}
	var list []line // newest first
	for l := range strings.Lines(out) {
		var x line
		if err := json.Unmarshal([]byte(l), &x); err != nil {
			b.t.Fatal(err)
		}
		list = append(list, x)
	}
	off := map[int64]bool{}
	for _, x := range list {
		if x.Undo != 0 && !off[x.Seq] {
			off[x.Undo] = true
		}
	}
	group := map[string]string{}
	find := func(r string) string {
		for group[r] != "" {
			r = group[r]
		}
		return r
	}
	var said [][3]string
	for _, x := range list {
		if p, q, ok := strings.Cut(x.Subject, " and "); ok && x.Undo == 0 && !off[x.Seq] {
			said = append(said, [3]string{p, q, x.Verb})
			if p, q = find(p), find(q); x.Verb == "same" && p != q {
				group[p] = q
			}
		}
	}
	broken := map[string]bool{}
	for _, s := range said {
		if s[2] == "different" && find(s[0]) == find(s[1]) {
			broken[find(s[0])] = true
		}
	}
	for _, s := range said {
		switch pair := [2]string{s[0], s[1]}; {
		case s[2] == "different":
			apart = append(apart, pair)
		case s[2] == "same" && !broken[find(s[0])]:
			same = append(same, pair)
		}
	}
	return same, apart
}

// Random decisions and undos between deliveries that change who a form is
// about: every run obeys what counts, and one rebuild gives what all runs gave.
func TestRandomDecisionsAreObeyed(t *testing.T) {
	for seed := range uint64(1) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 11))
			b := newLeadsBank(t)
			b.noBrake()
			b.does(0, "run")
			record := func() string {
				if dice.IntN(2) == 0 {
					return fmt.Sprintf("leads/forms:F%d", dice.IntN(len(b.about)))
				}
				return fmt.Sprintf("core/clients:%d", 1+dice.IntN(corePeople))
			}
			say := func(args ...string) {
				run(append([]string{"-C", b.dir, "review"}, args...), strings.NewReader(""), io.Discard, io.Discard) // may be refused
			}
			entries, obeyed := 0, 0
			for range 4 {
				for range 5 {
					say("--pair", record(), record(), "--say", []string{"same", "same", "different", "unsure"}[dice.IntN(4)], "--reason", "dice")
				}
				out, _ := b.does(0, "--json", "review", "log", "--limit", "0")
				entries = strings.Count(out, "\n")
				for range 2 {
					say("undo", fmt.Sprint(1+dice.IntN(entries)), "--reason", "dice")
				}
				if dice.IntN(2) == 0 {
					b.about[dice.IntN(len(b.about))] = dice.IntN(somePeople)
					b.day++
					b.forms()
				}
				b.does(0, "run")
				client := map[string]string{}
				for _, l := range b.lines("SELECT stream || ':' || key || '=' || client_id FROM identities") {
					name, id, _ := strings.Cut(l, "=")
					client[name] = id
				}
				same, apart := b.spoken()
				for _, p := range same {
					if client[p[0]] != client[p[1]] {
						t.Errorf("%v were said to be the same and are two clients", p)
					}
				}
				for _, p := range apart {
					if client[p[0]] == client[p[1]] {
						t.Errorf("%v were said to be different and are one client", p)
					}
				}
				obeyed += len(same) + len(apart)
			}
			if obeyed < 12 {
				t.Errorf("only %d decisions were there to obey", obeyed)
			}
			before := b.query("SELECT stream, key, client_id FROM identities ORDER BY ALL") + b.query("SELECT why FROM match_edges ORDER BY ALL")
			root := b.currentRoot()
			b.does(0, "run", "--from-landing")
			if again := b.query("SELECT stream, key, client_id FROM identities ORDER BY ALL") + b.query("SELECT why FROM match_edges ORDER BY ALL"); again != before {
				t.Errorf("after the rebuild:\n%s", firstDifference(before, again))
			}
			if again := b.root(); again != root {
				t.Errorf("row root after the rebuild %s, before %s", again, root)
			}
		})
	}
}
