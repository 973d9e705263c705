package pipeline

import (
	"cmp"
	"slices"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// unit is one question that can be put to a person: a pair of records that
// stands for two clients, or a pair within one.
type unit struct {
	party schemas.Party
	rows  [2]state.Row
	bits  float64
	order uint64 // place in the random order
}

// askUnits lists the pairs of clients between which evidence lies in the ask
// zone, each with its strongest pair of records, in random order. Pairs that no
// weight would join are no question, and clients that were said to be one party
// since the run count as one.
func (v *Review) askUnits(u *ruling) ([]unit, error) {
	root := newUnion(v.book.Len())
	for _, e := range joins(v.base, u) {
		root.join(v.base.Client[e.A], v.base.Client[e.B])
	}
	var out []unit
	for _, party := range parties {
		if v.models[party] == nil {
			continue
		}
		best := map[[2]uint32]unit{}
		list, err := v.joinable(party, asks(v.base, v.edges[party], v.models[party].Merge, u))
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			x := v.unit(party, e)
			c, d := root.find(v.base.Client[e.A]), root.find(v.base.Client[e.B])
			k := [2]uint32{min(c, d), max(c, d)}
			if was, ok := best[k]; c != d && (!ok || x.bits > was.bits || x.bits == was.bits && x.order < was.order) {
				best[k] = x
			}
		}
		for _, x := range best {
			out = append(out, x)
		}
	}
	v.shuffle(out)
	return out, nil
}

// joinable leaves out what no weight joins, such as two different personal numbers.
func (v *Review) joinable(party schemas.Party, list []state.Edge) ([]state.Edge, error) {
	var rows []state.Row
	for _, e := range list {
		rows = append(rows, e.A, e.B)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	t, at := v.matchTable(party, rows)
	x, err := dedupe.NewExplainer(t, v.models[party])
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(e state.Edge) bool {
		_, may := x.Weight(at[e.A], at[e.B])
		return !may
	}), nil
}

// oneUnits lists the pairs of records with evidence that are one client, in
// random order.
func (v *Review) oneUnits() []unit {
	var out []unit
	for _, party := range parties {
		for _, e := range v.edges[party] {
			if c := v.base.Client[e.A]; c != state.None && c == v.base.Client[e.B] && v.base.Live[e.A] && v.base.Live[e.B] {
				out = append(out, v.unit(party, e))
			}
		}
	}
	v.shuffle(out)
	return out
}

// isNext tells whether a pair is the first of its zone in random order that
// nobody has judged. The order is looked up once.
func (v *Review) isNext(q *ReviewPair) (bool, error) {
	zone := 0
	if q.One {
		zone = 1
	}
	if v.random[zone] == nil {
		which := [...]string{SampleAsk, SampleOne}[zone]
		list, err := v.Queue(which)
		if err != nil {
			return false, err
		}
		v.random[zone] = list
	}
	for _, first := range v.random[zone] {
		if first.rows == q.rows {
			return true, nil
		}
		if !v.Settled(first) && !v.isUnsure(first) {
			return false, nil
		}
	}
	return false, nil
}

func (v *Review) unit(party schemas.Party, e state.Edge) unit {
	x := unit{party: party, rows: [2]state.Row{e.A, e.B}, bits: float64(e.Bits)}
	x.order = randomOrder(recordName(v.base, e.A), recordName(v.base, e.B))
	return x
}

// randomOrder gives a pair of records its place in an order that has nothing to
// do with what the records say, so that the first so many pairs are a fair sample.
func randomOrder(a, b string) uint64 {
	h := newContentHash()
	h.reset()
	h.add(min(a, b))
	h.add(max(a, b))
	return h.sum()
}

// shuffle sorts by random order, then by name.
func (v *Review) shuffle(list []unit) {
	slices.SortFunc(list, func(x, y unit) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(recordName(v.base, x.rows[0]), recordName(v.base, y.rows[0])),
			cmp.Compare(recordName(v.base, x.rows[1]), recordName(v.base, y.rows[1])))
	})
}
