package dedupe

import (
	"cmp"
	"context"
	"slices"

	"clientbase/internal/errs"
)

// capLadder are the block sizes that proposing tries, from generous to lean.
var capLadder = []int{400, 250, 160, 100, 70, 50, 35, 25}

// propose chooses the blocking plan: every single key, and the pairs of keys
// that bring the hot values of single keys into small blocks. All values share
// one size limit, the largest under which the candidate pairs stay inside the
// budget: small blocks hold the most matches per comparison.
func propose(ctx context.Context, m *matrix, s Settings) (*plan, error) {
	p := &plan{}
	for _, k := range m.keys {
		p.keys = append(p.keys, k.name)
	}
	m.fillKeys(m.allKeys(), s.workers())
	p.active = m.allKeys()
	p.pairs = choosePairs(m, maxPairRules(m), s.workers())
	return p, p.size(ctx, m, s)
}

// size finds the hot values and the largest block size inside the budget.
func (p *plan) size(ctx context.Context, m *matrix, s Settings) error {
	ladder := make([]int, len(capLadder))
	for i, limit := range capLadder {
		ladder[i] = max(3, int(float64(limit)*m.share)) // blocks of a sample are smaller by its share
	}
	lean := ladder[len(ladder)-1]
	p.prepare()
	around := newVicinity(m, firstByHash(m, 1, 1500), ladder[0])
	b, held := findHot(ctx, p, lean, around, m, s.workers())
	if err := ctx.Err(); err != nil {
		return errs.Wrap(errs.Interrupted, "count the values of blocking keys", "", err, "run again")
	}
	most := s.budget(int(float64(m.t.Rows)/m.share)) * m.share * float64(len(around.rows))
	lo, hi := 0, len(ladder)-1 // the first limit that fits
	for lo < hi {
		mid := (lo + hi) / 2
		if around.fits(b, ladder[mid], 2*most, s.workers()) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	p.setCap(ladder[lo], held)
	return m.t.Room.Err()
}

// setCap makes the values that more than limit rows hold hot.
func (p *plan) setCap(limit int, held []heldValue) {
	p.cap = limit
	hot := 0
	for _, h := range held {
		if h.count > limit {
			hot++
		}
	}
	p.hot = indexFor(hot)
	for _, h := range held {
		if h.count > limit {
			p.hot.put(h.hash, 0)
		}
	}
}

// maxPairRules bounds the rules of two keys: each costs a pass over the rows.
func maxPairRules(m *matrix) int {
	switch {
	case m.t.Rows <= narrowFrom:
		return 600
	case m.share < 1:
		return 200
	}
	return 100
}

// choosePairs ranks pairs of keys of different attributes by how many rows of
// a sample they bring into blocks of two or more, and keeps the best.
func choosePairs(m *matrix, limit, workers int) [][2]uint8 {
	type cand struct {
		q     [2]uint8
		score float64
	}
	var all []cand
	order := firstByHash(m, 2, 20_000)
	for i := range m.keys {
		for j := i + 1; j < len(m.keys); j++ {
			if m.keys[i].feats&m.keys[j].feats == 0 {
				all = append(all, cand{q: [2]uint8{uint8(i), uint8(j)}})
			}
		}
	}
	parallel(workers, len(all), func(n int, buf *sortBuffer) { all[n].score = m.together(all[n].q, order, buf) })
	all = slices.DeleteFunc(all, func(c cand) bool { return c.score == 0 })
	slices.SortStableFunc(all, func(a, b cand) int { return cmp.Compare(b.score, a.score) })
	if len(all) > limit {
		all = all[:limit]
	}
	out := make([][2]uint8, len(all))
	for i := range all {
		out[i] = all[i].q
	}
	slices.SortFunc(out, func(a, b [2]uint8) int {
		if c := cmp.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return cmp.Compare(a[1], b[1])
	})
	return out
}

// together says how many rows a pair of keys brings into blocks of two or
// more; a row in a large block counts less.
func (m *matrix) together(q [2]uint8, rows []uint32, buf *sortBuffer) (score float64) {
	a, b := &m.keys[q[0]], &m.keys[q[1]]
	emit := func() {
		for _, r := range rows {
			for _, v := range a.row(r) {
				if v &^= hotBit; v == 0 {
					break
				}
				for _, w := range b.row(r) {
					if w &^= hotBit; w != 0 {
						buf.add(uint64(hash32(mix(uint64(v), uint64(w))))<<32, r)
					}
				}
			}
		}
	}
	buf.each(len(rows), 2, emit, func(_ uint64, rows []posted) {
		n := float64(len(rows))
		score += min(1, 20/n) * n
	})
	return score
}

// heldValue is a (rule, value) held by more rows than the leanest limit.
type heldValue struct {
	hash  uint64
	count int
}

// findHot counts all values of all rules and gives those held by more than
// limit rows: first single keys, then pairs among rows hot in both. What stands
// around some rows is noted on the way.
func findHot(ctx context.Context, p *plan, limit int, around *vicinity, m *matrix, workers int) (b *blocker, all []heldValue) {
	p.hot = newHashIndex()
	for pass := range 2 {
		b = newBlocker(m, p, workers)
		span := [2]int{0, len(b.alone)}
		if pass == 1 {
			span = [2]int{len(b.alone), b.rules()}
		}
		found := make([]ruleCount, span[1]-span[0])
		parallel(workers, len(found), func(n int, buf *sortBuffer) {
			if ctx.Err() == nil {
				found[n] = b.countRule(span[0]+n, limit, around, buf)
			}
		})
		for _, c := range found {
			all = append(all, c.held...)
			around.take(c)
		}
		p.hot = indexFor(len(all))
		for _, h := range all {
			p.hot.put(h.hash, 0)
		}
	}
	around.index(all)
	return b, all
}
