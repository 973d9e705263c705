package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"clientbase/dedupe"
	"clientbase/internal/journal"
)

// decided is a decision of a person with its place in the journal.
type decided struct {
	journal.Decision
	entry  *journal.Entry
	undone *journal.Entry // the act that took it back, nil while it counts
}

func (d *decided) verdict() dedupe.Verdict { return verdicts[d.Verdict] }

var verdicts = map[string]dedupe.Verdict{journal.Same: dedupe.Same, journal.Different: dedupe.Different, journal.Unsure: dedupe.Unsure}

// decisions gives all decisions of a list, in order, undone ones too.
func decisions(list []journal.Entry) ([]decided, error) {
	undone := journal.TakenBack(list)
	var out []decided
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindDecision || e.UndoOf != 0 {
			continue
		}
		d := decided{entry: e, undone: undone[e.Seq]}
		if err := e.Decode(&d.Decision); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// ruling is what people decided, as far as it counts, with the conclusions.
type ruling struct {
	said     []decided        // in the order of the journal
	records  []journal.Record // named by them, in order; their places are the numbers in meaning
	meaning  *dedupe.Composed
	distinct map[journal.Record]uint32
	on       map[[2]journal.Record][]*decided // those that name a pair
}

func rulingOf(list []journal.Entry) (*ruling, error) {
	all, err := decisions(list)
	if err != nil {
		return nil, err
	}
	return rule(slices.DeleteFunc(all, func(d decided) bool { return d.undone != nil })), nil
}

// rule draws the conclusions of decisions that count.
func rule(said []decided) *ruling {
	r := &ruling{said: said, distinct: map[journal.Record]uint32{}, on: map[[2]journal.Record][]*decided{}}
	for i := range said {
		r.records = append(r.records, said[i].A, said[i].B)
	}
	slices.SortFunc(r.records, compareRecords)
	r.records = slices.Compact(r.records)
	for i, rec := range r.records {
		r.distinct[rec] = uint32(i)
	}
	var plain []dedupe.Decision
	for i := range said {
		d := &said[i]
		a, b := r.distinct[d.A], r.distinct[d.B]
		plain = append(plain, dedupe.Decision{A: a, B: b, Verdict: d.verdict()})
		k := [2]journal.Record{d.A, d.B}
		r.on[k] = append(r.on[k], d)
	}
	r.meaning = dedupe.Compose(plain)
	return r
}

// of gives what people said of two records, straight or by conclusion.
func (r *ruling) of(a, b journal.Record) dedupe.Verdict {
	x, okA := r.distinct[a]
	y, okB := r.distinct[b]
	if !okA || !okB {
		return dedupe.Unsure
	}
	return r.meaning.Of(x, y)
}

// clashes lists, for each group of records that contradicts itself, the
// entries about it.
func (r *ruling) clashes() [][]int64 {
	var out [][]int64
	for _, g := range r.meaning.Clashes {
		var entries []int64
		for i := range r.said {
			d := &r.said[i]
			if d.verdict() != dedupe.Unsure && slices.Contains(g, r.distinct[d.A]) && slices.Contains(g, r.distinct[d.B]) {
				entries = append(entries, d.entry.Seq)
			}
		}
		out = append(out, entries)
	}
	return out
}

// changed names the records of decisions that count in one ruling and not in
// the other.
func (r *ruling) changed(from *ruling) map[journal.Record]bool {
	was := map[int64]bool{}
	for i := range from.said {
		was[from.said[i].entry.Seq] = true
	}
	out := map[journal.Record]bool{}
	mark := func(d *decided) {
		if d.verdict() != dedupe.Unsure {
			out[d.A], out[d.B] = true, true
		}
	}
	for i := range r.said {
		if d := &r.said[i]; was[d.entry.Seq] {
			delete(was, d.entry.Seq)
		} else {
			mark(d)
		}
	}
	for i := range from.said {
		if d := &from.said[i]; was[d.entry.Seq] {
			mark(d)
		}
	}
	return out
}

func compareRecords(a, b journal.Record) int {
	return cmp.Or(strings.Compare(a.Stream, b.Stream), strings.Compare(a.Key, b.Key))
}

// entriesText names journal entries: "entry 3", "entries 3, 5 and 8".
func entriesText(list []int64) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.FormatInt(n, 10)
	}
	switch len(words) {
	case 0:
		return "no entry"
	case 1:
		return "entry " + words[0]
	}
	last := len(words) - 1
	return "entries " + strings.Join(words[:last], ", ") + " and " + words[last]
}
