package dedupe

import (
	"math"
)

// sieve drops candidates of one row that are certainly below a weight, most of
// them by the ids of their values alone. It looks at one attribute after the
// other, those first that can lower the bound most per work, and stops as soon
// as what the rest could add is not enough. A bound never lies below the
// weight: with and without the sieve the same pairs are kept.
type sieve struct {
	s     *scorer
	steps []sieveStep
	base  [2]float64 // prior and name order: people stay, people move
	lead  []float64  // per feature: bits if the other row has the value of the row at hand
	row   []uint32   // cells of the row at hand
	cells []uint32   // cells of its candidates
	names float64    // most bits of an exchanged name of which nothing is known yet
	whole float64    // most bits of an exchanged name whose halves agree
	many  []float64  // per feature: most bits where a row has several values
}

// sieveStep is one attribute; surname and given name are one step.
type sieveStep struct {
	i     int
	names bool
	home  bool
}

func newSieve(s *scorer) *sieve {
	m := s.c.m
	v := &sieve{s: s, lead: make([]float64, len(m.feats)), many: make([]float64, len(m.feats))}
	for _, i := range s.order {
		if s.c.swap >= 0 && i == m.given {
			continue
		}
		v.steps = append(v.steps, sieveStep{i: i, names: s.c.swap >= 0 && i == m.surname, home: s.home[i]})
	}
	for i := range v.many {
		v.many[i] = max(0, s.best[i][2], s.exact[i]+MaxFrequencyBits)
	}
	base := s.slack - s.prior[classStranger]
	v.base = [2]float64{s.prior[classPerson] + base, s.prior[classMoved] + base}
	if s.c.swap >= 0 {
		v.names = max(0, s.best[m.surname][2], s.best[m.given][2])
		v.whole = max(0, v.many[m.surname], v.many[m.given])
	}
	return v
}

// pass keeps of the candidates of row x those that may reach cut; the numbers
// of those kept are written over at.
func (v *sieve) pass(x uint32, ys []uint32, cut float64, at []int32) []int32 {
	m := v.s.c.m
	n := len(m.feats)
	v.row = m.cells(x)
	for i, a := range v.row {
		v.lead[i] = 0
		if f := m.feats[i]; a != 0 && a&manyBit == 0 && (f.common == nil || !f.common[a]) {
			v.lead[i] = v.s.exact[i] - float64(f.lf[a])
		}
	}
	v.cells = v.cells[:0]
	for _, y := range ys { // fetched together: what waits for memory waits once
		v.cells = append(v.cells, m.cell[int(y)*n:int(y)*n+n]...)
	}
	cut -= 1e-6 + 1 // people who stay and people who move together: at most one bit more
	at = at[:0]
	for k := range ys {
		if v.may(v.cells[k*n:k*n+n], cut) {
			at = append(at, int32(k))
		}
	}
	return at
}

// may reports whether a candidate may reach cut.
func (v *sieve) may(other []uint32, cut float64) bool {
	s := v.s
	m, row := s.c.m, v.row
	other = other[:len(row)]
	var bound [maxFeatures]float64
	stay, move := v.base[0], v.base[1]
	for i, a := range row {
		b, d := other[i], 0.0
		switch {
		case a == 0 || b == 0:
		case (a|b)&manyBit != 0:
			d = v.many[i]
		case a == b:
			d = v.lead[i]
		default:
			d = s.best[i][2]
		}
		bound[i] = d
		stay += d
		if !s.home[i] {
			move += d
		}
	}
	exchange := false
	if s.c.swap >= 0 {
		sn, g := m.surname, m.given
		if exchange = exchanges(row[sn], row[g], other[sn], other[g]); exchange {
			top := v.names
			if (row[sn]|row[g]|other[sn]|other[g])&manyBit != 0 || row[sn] != 0 && row[sn] == other[g] || row[g] != 0 && row[g] == other[sn] {
				top = v.whole
			}
			for _, i := range [2]int{sn, g} {
				if d := max(bound[i], top); d > bound[i] {
					stay, move, bound[i] = stay+d-bound[i], move+d-bound[i], d
				}
			}
		}
	}
	for _, step := range v.steps {
		if stay < cut && move < cut {
			return false
		}
		change := 0.0
		if step.names {
			sn, g := m.surname, m.given
			top, ok := 0.0, false
			if exchange {
				top, ok = s.exchange(row[sn], row[g], other[sn], other[g])
			}
			for _, i := range [2]int{sn, g} {
				d := v.glance(i, row[i], other[i], bound[i])
				if ok {
					d = max(d, top, 0)
				}
				change += d - bound[i]
			}
		} else if a, b := row[step.i], other[step.i]; a != b && a != 0 && b != 0 {
			change = v.glance(step.i, a, b, bound[step.i]) - bound[step.i]
		}
		stay += change
		if !step.home {
			move += change
		}
	}
	return stay >= cut || move >= cut
}

// exchanges reports whether surname and given name may stand in each other's
// place, as far as ids tell.
func exchanges(sx, gx, sy, gy uint32) bool {
	return (sx|gx|sy|gy)&manyBit != 0 || (sx == 0 || sx != sy) && (gx == 0 || gx != gy)
}

// glance bounds the bits of one attribute by what its values show without
// reading their letters.
func (v *sieve) glance(i int, a, b uint32, known float64) float64 {
	switch {
	case a == 0 || b == 0:
		return 0
	case (a|b)&manyBit != 0:
		return v.s.many(i, a, b)
	case a == b:
		return v.lead[i]
	}
	l, sure := v.s.c.m.feats[i].glance(a, b)
	if sure {
		return v.s.gain[i][l]
	}
	return math.Min(known, v.s.best[i][l])
}
