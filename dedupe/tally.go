package dedupe

import "context"

// score works on the blocker of md's plan over a matrix that is bound to md.
func score(ctx context.Context, b *blocker, md *Model, touched []uint32, s Settings) (*Edges, error) {
	var mark []bool
	if touched != nil {
		mark = make([]bool, b.m.t.Rows)
		for _, r := range touched {
			mark[r] = true
		}
	}
	sums := newTally(b.m, md, s)
	if err := b.walk(ctx, s.workers(), mark, sums.worker); err != nil {
		return nil, err
	}
	return sums.edges(), nil
}

// tally collects what workers find among the pairs that they are shown.
type tally struct {
	m       *matrix
	keep    float64
	kin     bool
	scorers []*scorer
	of      []found // per worker
}

type found struct {
	list, kin []Edge
	pairs     int64
}

func newTally(m *matrix, md *Model, s Settings) *tally {
	t := &tally{m: m, keep: s.Keep, kin: s.Kin, scorers: newScorers(m, md, s.workers())}
	if t.keep == 0 {
		t.keep = md.Keep
	}
	t.of = make([]found, s.workers())
	return t
}

// worker makes the function that weighs a row's candidates for worker w.
func (t *tally) worker(w int) nearFunc {
	sc, cells, home, near := t.scorers[w], newSieve(t.scorers[w]), newKinship(t.scorers[w]), []int32(nil)
	m, keep, to := t.m, t.keep, &t.of[w]
	return func(x uint32, ys []uint32, rules []uint16) bool {
		to.pairs += int64(len(ys))
		near = cells.pass(x, ys, keep, near[:0])
		at := near
		weigh := func(i int32) {
			if bits := sc.weigh(x, ys[i], keep); bits >= keep {
				a, b := m.inOrder(x, ys[i])
				to.list = append(to.list, Edge{a, b, float32(bits), rules[i]})
			}
		}
		if !t.kin {
			for _, i := range at {
				weigh(i)
			}
			return true
		}
		for i, y := range ys {
			likely := len(at) > 0 && at[0] == int32(i)
			if sc.whole = false; likely {
				weigh(at[0])
				at = at[1:]
			}
			if !home.near(cells.row, m.cells(y)) {
				continue
			}
			if bits, same := home.weigh(x, y, sc.whole); bits >= kinBits {
				a, b := m.inOrder(x, y)
				to.kin = append(to.kin, Edge{a, b, float32(bits), same})
			}
		}
		return true
	}
}

// edges gives what all workers found.
func (t *tally) edges() *Edges {
	e := &Edges{}
	for w := range t.of {
		o := &t.of[w]
		e.Pairs += o.pairs
		e.List, e.Kin = append(e.List, o.list...), append(e.Kin, o.kin...)
		o.list, o.kin = nil, nil
	}
	rank := t.m.ranks(e.List, e.Kin)
	sortEdges(e.List, rank)
	sortEdges(e.Kin, rank)
	return e
}
