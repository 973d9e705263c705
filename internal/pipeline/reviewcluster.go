package pipeline

import (
	"context"
	"math"
	"strings"

	"clientbase/dedupe"
	"clientbase/internal/journal"
	"clientbase/internal/state"
)

// few are the records of the clients of a pair with the evidence among them.
// Third clients, which a run looks at as well, are left out.
type few struct {
	v     *Review
	q     *ReviewPair
	prep  *dedupe.Prepared
	at    map[state.Row]uint32
	edges dedupe.Edges
}

func (v *Review) few(q *ReviewPair) (*few, error) {
	rows := v.members(v.base.Client[q.rows[0]])
	if !q.One {
		rows = append(rows, v.members(v.base.Client[q.rows[1]])...)
	}
	f := &few{v: v, q: q}
	var t *dedupe.Table
	t, f.at = v.matchTable(q.party, rows)
	for _, e := range v.edges[q.party] {
		a, okA := f.at[e.A]
		b, okB := f.at[e.B]
		if okA && okB {
			f.edges.List = append(f.edges.List, dedupe.Edge{A: a, B: b, Bits: e.Bits, Rule: e.Rule})
		}
	}
	var err error
	f.prep, err = dedupe.Prepare(t, v.models[q.party])
	return f, err
}

// cluster gives the clients of the records when these decisions count.
func (f *few) cluster(ctx context.Context, u *ruling) (*dedupe.Partition, error) {
	said := u.meaning.Decisions(func(no uint32) (uint32, bool) {
		row, ok := rowOf(f.v.base, f.v.streams, u.records[no])
		if !ok {
			return 0, false
		}
		i, ok := f.at[row]
		return i, ok
	})
	return f.prep.Cluster(ctx, f.v.models[f.q.party], &f.edges, said, dedupe.Settings{})
}

// Outcome tells what a verdict on a pair would make of its clients: how many
// records each client then has, that of A first.
func (v *Review) Outcome(ctx context.Context, q *ReviewPair, verdict string) ([]int, error) {
	f, err := v.few(q)
	if err != nil {
		return nil, err
	}
	d := decided{Decision: journal.Decision{A: q.A.Record(), B: q.B.Record(), Verdict: verdict}, entry: &journal.Entry{Seq: math.MaxInt64}}
	part, err := f.cluster(ctx, rule(append(v.u.said[:len(v.u.said):len(v.u.said)], d)))
	if err != nil {
		return nil, err
	}
	size := map[uint32]int{}
	order := []uint32{part.Confident[f.at[q.rows[0]]]}
	for _, c := range part.Confident {
		if size[c]++; size[c] == 1 && c != order[0] {
			order = append(order, c)
		}
	}
	out := make([]int, len(order))
	for i, c := range order {
		out[i] = size[c]
	}
	return out, nil
}

// Standing tells why two records are one client or two, in parts and changes;
// they are dedupe's own.
type (
	Standing = dedupe.Standing
	Part     = dedupe.Part
	Change   = dedupe.Change
)

// Standing tells why the records of a pair are one client or two: what holds
// them together or keeps them apart, and what would change that.
func (v *Review) Standing(ctx context.Context, q *ReviewPair) (*Standing, error) {
	f, err := v.few(q)
	if err != nil {
		return nil, err
	}
	part, err := f.cluster(ctx, v.u)
	if err != nil {
		return nil, err
	}
	st, err := f.prep.Stand(v.models[q.party], &f.edges, part, true, f.at[q.rows[0]], f.at[q.rows[1]])
	if err != nil {
		return nil, err
	}
	name := func(s *string) { *s = strings.Replace(*s, "\x00", ":", 1) }
	name(&st.A)
	name(&st.B)
	for i := range st.Path {
		name(&st.Path[i].A)
		name(&st.Path[i].B)
	}
	for i := range st.Holds {
		name(&st.Holds[i].Record)
	}
	return st, nil
}
