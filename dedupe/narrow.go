package dedupe

import (
	"context"
	"slices"
)

// narrowFrom is the number of rows above which the plan is reduced to the
// rules that earn their time: each rule costs a pass over all rows.
const narrowFrom = 60_000

// narrowRows are the rows whose likely pairs decide which rules stay.
const narrowRows = 8_000

// narrow gives a plan of the fewest rules that still find the likely pairs of
// the rows, or of some of them, each by two rules where there are two: rules
// are taken greedily by newly covered pairs per cost. Its block size is to be
// chosen anew, so that the budget goes into larger blocks of better rules.
func (md *Model) narrow(ctx context.Context, m *matrix, s Settings) (*plan, error) {
	if err := md.bind(m); err != nil {
		return nil, err
	}
	workers := s.workers()
	b := newBlocker(m, md.plan, workers)
	var touched []bool
	if m.share == 1 { // a sample is looked at whole
		touched = make([]bool, m.t.Rows)
		for _, r := range firstByHash(m, 3, narrowRows) {
			touched[r] = true
		}
	}
	scorers := newScorers(m, md, workers)
	lists := make([][]Edge, workers)
	err := b.walk(ctx, workers, touched, func(w int) nearFunc {
		return func(x uint32, ys []uint32, _ []uint16) bool {
			for _, y := range ys {
				if scorers[w].weigh(x, y, -1) >= -1 {
					lists[w] = append(lists[w], Edge{A: x, B: y})
				}
			}
			return true
		}
	})
	if err != nil {
		return nil, err
	}
	need := 0
	by := make([][]int32, md.plan.rules()) // rule → likely pairs it finds
	var left []int8
	for _, l := range lists { // order does not matter: only counts are used
		for _, d := range l {
			n := int32(len(left))
			rules := b.rulesOf(d.A, d.B)
			for _, k := range rules {
				by[k] = append(by[k], n)
			}
			left = append(left, int8(min(2, len(rules))))
			need += min(2, len(rules))
		}
	}
	cost := make([]float64, md.plan.rules())
	parallel(workers, b.rules(), func(rule int, buf *sortBuffer) { cost[b.number(rule)] = b.costOf(rule, buf) })
	p := &plan{keys: md.plan.keys}
	goal := need / 2000
	for taken := 0; need > goal && taken < 60; taken++ {
		best, rate := -1, 0.0
		for k := range by {
			gain := 0
			for _, n := range by[k] {
				if left[n] > 0 {
					gain++
				}
			}
			if g := float64(gain) / (cost[k] + 4*float64(m.t.Rows)); gain > 0 && g > rate {
				best, rate = k, g
			}
		}
		if best < 0 {
			break
		}
		for _, n := range by[best] {
			if left[n] > 0 {
				left[n]--
				need--
			}
		}
		by[best] = nil
		if best < len(p.keys) {
			p.active |= 1 << best
		} else {
			p.pairs = append(p.pairs, md.plan.pairs[best-len(p.keys)])
		}
	}
	p.active |= md.plan.active & m.homeKeys()
	slices.SortFunc(p.pairs, func(a, b [2]uint8) int { return int(a[0])<<8 + int(a[1]) - int(b[0])<<8 - int(b[1]) })
	return p, nil
}

// homeKeys are the keys of a whole contact or address: pairs of one person may
// do without them, relatives are found by nothing else.
func (m *matrix) homeKeys() (set uint64) {
	for k, key := range m.keys {
		for i, f := range m.feats {
			if key.feats == 1<<i && (f.role == Phone || f.role == Address) && key.name == f.name+".full" {
				set |= 1 << k
			}
		}
	}
	return set
}

// costOf counts the pairs inside the blocks of a rule.
func (b *blocker) costOf(rule int, buf *sortBuffer) (sum float64) {
	b.eachBlock(rule, buf, 2, func(_ uint64, rows []posted) { sum += float64(len(rows)) * float64(len(rows)-1) / 2 })
	return sum
}
