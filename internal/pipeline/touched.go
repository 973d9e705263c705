package pipeline

import (
	"context"
	"slices"
	"sort"
	"time"

	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// matchTouched is matchAll of a delta: it scores the pairs that touch a new,
// changed or closed record and clusters the components that they reach. The
// table it gives holds only the records of these.
func (r *river) matchTouched(ctx context.Context, party schemas.Party, rows []state.Row, line *MatchLine) (*matchTable, *dedupe.Partition, error) {
	m, set := &r.memory, r.matchSettings()
	model, start := m.models[party], time.Now()
	r.touchHeld(party, rows)
	in, rescored := make([]bool, m.base.Rows()), make([]bool, m.base.Rows())
	for _, row := range rows {
		in[row] = true
	}
	var list []state.Row
	for row := range m.touched {
		if in[row] {
			list = append(list, row)
			rescored[row] = true
		}
	}
	slices.Sort(list)
	fresh, err := &scored{}, error(nil)
	if len(list) > 0 {
		if fresh, err = r.scoreTouched(ctx, party, rows, list, rescored); err != nil {
			return nil, nil, err
		}
	}
	line.Pairs, line.Scoring = fresh.pairs, time.Since(start).Seconds()
	mt := r.newMatchTable(party, r.reached(party, rows, in, rescored, fresh))
	if len(mt.rows) == 0 {
		return mt, nil, nil
	}
	need := &dedupe.Edges{}
	for _, e := range m.edges[party] {
		a, okA := mt.rowOf(e.A)
		b, okB := mt.rowOf(e.B)
		if okA && okB {
			need.List = append(need.List, dedupe.Edge{A: a, B: b, Bits: e.Bits, Rule: e.Rule})
		}
	}
	prep, err := dedupe.PrepareBare(mt.t, model)
	if err != nil {
		return nil, nil, err
	}
	part, err := prep.Cluster(ctx, model, need, r.decisionsOn(mt), set)
	return mt, part, err
}

// scored is the evidence that touched records have, in the order of names.
type scored struct {
	list, kin []state.Edge
	pairs     int64
}

// reached keeps the evidence for the next run, old and fresh, and gives the rows
// of the components that must be clustered again. in tells which rows take part.
func (r *river) reached(party schemas.Party, rows []state.Row, in, rescored []bool, fresh *scored) (hot []state.Row) {
	m := &r.memory
	touched, reach := slices.Clone(rescored), newUnion(m.base.Rows())
	// Old evidence stands where both ends are untouched; the neighbours of a
	// vanished row may fall apart, so their components are clustered again.
	stands := func(e state.Edge) bool { return in[e.A] && in[e.B] && !rescored[e.A] && !rescored[e.B] }
	all := m.edges[party]
	old := all[:0]
	for _, e := range all {
		switch {
		case stands(e):
			old = append(old, e)
			reach.join(e.A, e.B)
		case in[e.A] && !in[e.B]:
			touched[e.A] = true
		case in[e.B] && !in[e.A]:
			touched[e.B] = true
		}
	}
	for _, e := range fresh.list {
		reach.join(e.A, e.B)
	}
	var beside errgroup.Group // the lists are long, and what is reached does not ask for them
	beside.Go(func() error {
		m.edges[party] = mergedEdges(m.base, old, fresh.list)
		m.kin[party] = mergedEdges(m.base, slices.DeleteFunc(m.kin[party], func(e state.Edge) bool { return !stands(e) }), fresh.kin)
		return nil
	})
	r.touchDecided(in, touched, reach)
	// What was one client stays under one roof for the question whether it
	// still is: its members are reached together.
	member := make([]uint32, m.book.Len()) // client → 1 + a row of it
	for _, row := range rows {
		c := m.base.Client[row]
		if c == state.None {
			continue
		}
		if member[c] != 0 {
			reach.join(member[c]-1, row)
		} else {
			member[c] = row + 1
		}
	}
	roots := make([]bool, m.base.Rows())
	for row, t := range touched {
		if t {
			roots[reach.find(state.Row(row))] = true
		}
	}
	for _, row := range rows {
		if roots[reach.find(row)] {
			hot = append(hot, row)
		}
	}
	_ = beside.Wait() // merging cannot fail
	return hot
}

// toExplain gives the records, of those of a table that was clustered, of which the
// published evidence may be another than it was: those of clients that changed.
// What speaks for a client that has the records it had is what spoke for it,
// unless a person said something.
func (r *river) toExplain(party schemas.Party, mt *matchTable) *matchTable {
	m := &r.memory
	some := mt.rows
	if len(m.ruled) == 0 {
		some = nil
		for _, row := range mt.rows {
			if m.clientTouched[m.base.Client[row]] {
				some = append(some, row)
			}
		}
	}
	return r.newMatchTable(party, some)
}

// mergedEdges adds some edges to many, whose memory it uses. Both are in the order
// of their records' names, unless streams were renamed.
func mergedEdges(b *state.Base, many, some []state.Edge) []state.Edge {
	compare := byName(b)
	before := make([]int, len(some)) // so many of the many come before each
	at := 0
	for i, e := range some {
		at += sort.Search(len(many)-at, func(k int) bool {
			c := compare(many[at+k].A, e.A)
			return c > 0 || c == 0 && compare(many[at+k].B, e.B) > 0
		})
		before[i] = at
	}
	n := len(many)
	out := slices.Grow(many, len(some))[:n+len(some)]
	for i := len(some) - 1; i >= 0; i-- { // from behind: what stays where it is is not touched
		at := before[i]
		copy(out[at+i+1:], out[at:n])
		out[at+i], n = some[i], at
	}
	return out
}

// byName compares rows by the names of their records; versions of one are equal.
func byName(b *state.Base) func(x, y state.Row) int {
	rank := streamRanks(b.Streams)
	return func(x, y state.Row) int {
		if d := int(rank[b.Stream[x]]) - int(rank[b.Stream[y]]); d != 0 {
			return d
		}
		if b.Key[x] == b.Key[y] {
			return 0
		}
		if b.KeyOf(x) < b.KeyOf(y) {
			return -1
		}
		return 1
	}
}
