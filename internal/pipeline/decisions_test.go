package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientbase/dedupe"
	"clientbase/internal/journal"
)

// spoken makes a journal of "1 same 2", "undo 1" …; records are one letter of
// two streams: capital letters come from cards.
func spoken(t *testing.T, lines ...string) []journal.Entry {
	t.Helper()
	record := func(s string) journal.Record {
		if strings.ToUpper(s) == s {
			return journal.Record{Stream: "cards/holders", Key: s}
		}
		return journal.Record{Stream: "core/clients", Key: s}
	}
	var out []journal.Entry
	for i, l := range lines {
		e := journal.Entry{Seq: int64(i + 1), Kind: journal.KindDecision}
		if w := strings.Fields(l); w[0] == "undo" {
			_, _ = fmt.Sscan(w[1], &e.UndoOf)
		} else {
			d := journal.Decision{A: record(w[0]), B: record(w[2]), Verdict: w[1]}
			if compareRecords(d.A, d.B) > 0 {
				d.A, d.B = d.B, d.A
			}
			var err error
			if e, err = e.WithPayload(d); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, e)
	}
	return out
}

func mustRule(t *testing.T, list []journal.Entry) *ruling {
	t.Helper()
	u, err := rulingOf(list)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhatPeopleDecided(t *testing.T) {
	for _, c := range []struct {
		said    []string
		of      string // pairs to ask about
		want    string
		clashes string
	}{
		{[]string{"a same B"}, "aB Ba ab", "same same -", "[]"},
		{[]string{"a same B", "B same c", "c different d"}, "ac ad Bd cd", "same different different different", "[]"},
		{[]string{"a same B", "undo 1"}, "aB", "-", "[]"},
		{[]string{"a same B", "undo 1", "undo 2"}, "aB", "same", "[]"},
		{[]string{"a unsure B", "a same B"}, "aB", "same", "[]"},
		{[]string{"a same B", "undo 1", "a different B", "undo 2"}, "aB", "different", "[[1 3]]"}, // the undo of an undo: nobody asked
		{[]string{"a same B", "b same C", "a different C", "B same c", "c same b"}, "aB ac aC bd", "- - different -", "[[1 2 3 4 5]]"},
	} {
		u := mustRule(t, spoken(t, c.said...))
		var got []string
		for _, p := range strings.Fields(c.of) {
			ask := spoken(t, p[:1]+" same "+p[1:])
			var d journal.Decision
			if err := ask[0].Decode(&d); err != nil {
				t.Fatal(err)
			}
			got = append(got, map[dedupe.Verdict]string{dedupe.Same: "same", dedupe.Different: "different", dedupe.Unsure: "-"}[u.of(d.A, d.B)])
		}
		if g, x := strings.Join(got, " "), fmt.Sprint(u.clashes()); g != c.want || x != c.clashes {
			t.Errorf("%v: %s, contradictions %s; want %s, %s", c.said, g, x, c.want, c.clashes)
		}
	}
}

// Which records a run must look at: those whose decisions came or went.
func TestChangedDecisions(t *testing.T) {
	lines := []string{"a same B", "b different C", "c unsure D", "undo 2", "e same f", "undo 1", "undo 6"}
	for _, c := range []struct {
		before, now int
		want        string
	}{
		{0, 1, "B a"}, {1, 2, "C b"}, {2, 3, ""}, {0, 4, "B a"}, {2, 4, "C b"}, {3, 3, ""}, {4, 5, "e f"}, {5, 6, "B a"}, {5, 7, ""}, {7, 5, ""}, {6, 2, "B C a b e f"},
	} {
		all := spoken(t, lines...)
		var got []string
		for r := range mustRule(t, all[:c.now]).changed(mustRule(t, all[:c.before])) {
			got = append(got, r.Key)
		}
		slices.Sort(got)
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("from entry %d to %d: %q changed, want %q", c.before, c.now, g, c.want)
		}
	}
}
