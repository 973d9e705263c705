package dedupe

import "slices"

// sieve drops candidates of one row that are certainly below a weight, most of
// them by the ids of their values alone. All candidates go through one
// attribute before the next: what has to be fetched from memory is then fetched
// for many at once. Attributes that can lower the bound most per work come
// first, and a candidate is dropped as soon as what the rest could add is not
// enough. A bound never lies below the weight: with and without the sieve the
// same pairs are kept.
type sieve struct {
	s      *scorer
	atOnce []bool    // per feature: two values show their level as fast as their ids
	steps  []int     // the other features; the given name is looked at together with the surname
	stay   float64   // prior and name order, people who stay
	move   float64   // people who move
	lead   []float64 // per feature: bits if the other row has the value of the row at hand
	many   []float64 // per feature: most bits where a row has several values
	alias  [][]other // per feature: other names of the value of the row at hand
	crossd float64   // most bits of an exchanged name of which nothing is known yet
	whole  float64   // most bits of an exchanged name whose halves may agree

	row   []uint32 // cells of the row at hand
	cells []uint32 // cells of its candidates
	near  []hope

	touched uint32 // of no meaning: what was read so that it is near when needed
}

// hope is a candidate that may still be a pair.
type hope struct {
	at         int32   // its number among the candidates
	exchange   bool    // surname and given name may stand in each other's place
	stay, move float64 // bounds
}

func newSieve(s *scorer) *sieve {
	m := s.c.m
	v := &sieve{s: s, lead: make([]float64, len(m.feats)), many: make([]float64, len(m.feats)), alias: make([][]other, len(m.feats))}
	for _, f := range m.feats {
		switch f.role {
		case Gender, Code, Account, BirthDate, Date:
			v.atOnce = append(v.atOnce, true)
		default:
			v.atOnce = append(v.atOnce, false)
		}
	}
	for _, i := range s.order {
		if !v.atOnce[i] && (s.c.swap < 0 || i != m.given) {
			v.steps = append(v.steps, i)
		}
	}
	for i := range v.many {
		v.many[i] = max(0, s.best[i][2], s.exact[i]+MaxFrequencyBits)
	}
	base := s.slack - s.prior[classStranger]
	v.stay, v.move = s.prior[classPerson]+base, s.prior[classMoved]+base
	if s.c.swap >= 0 {
		v.crossd = max(0, s.best[m.surname][2], s.best[m.given][2])
		v.whole = max(v.many[m.surname], v.many[m.given])
	}
	return v
}

// pass appends to at the numbers of those candidates of row x that may reach cut.
func (v *sieve) pass(x uint32, ys []uint32, cut float64, at []int32) []int32 {
	v.take(x, ys)
	cut -= 1e-6 + 1 // people who stay and people who move together: at most one bit more
	v.begin(len(ys), cut)
	for _, i := range v.steps {
		if len(v.near) == 0 {
			break
		}
		if v.s.c.swap >= 0 && i == v.s.c.m.surname {
			v.lookAtNames(cut)
		} else {
			v.lookAt(i, cut)
		}
	}
	for _, h := range v.near {
		at = append(at, h.at)
	}
	return at
}

// take fetches the cells of row x and its candidates.
func (v *sieve) take(x uint32, ys []uint32) {
	m := v.s.c.m
	n := len(m.feats)
	v.row = m.cells(x)
	for i, a := range v.row {
		v.lead[i], v.alias[i] = 0, m.feats[i].alias[a]
		if f := m.feats[i]; a != 0 && a&manyBit == 0 && (f.common == nil || !f.common[a]) {
			v.lead[i] = v.s.exact[i] - float64(f.lf[a])
		}
	}
	for _, y := range ys { // all are on their way before the first is needed
		v.touched |= m.cell[int(y)*n]
	}
	v.cells = slices.Grow(v.cells[:0], n*len(ys))[:n*len(ys)]
	for k, y := range ys {
		copy(v.cells[k*n:k*n+n], m.cell[int(y)*n:int(y)*n+n])
	}
}

// of gives the cells of a candidate of the row at hand.
func (v *sieve) of(k int) []uint32 { n := len(v.row); return v.cells[k*n : k*n+n] }

// begin bounds the candidates by their ids and what they show at once.
func (v *sieve) begin(candidates int, cut float64) {
	s := v.s
	m, n := s.c.m, len(v.row)
	v.near = v.near[:0]
	for k := range candidates {
		other := v.cells[k*n : k*n+n]
		h := hope{at: int32(k), stay: v.stay, move: v.move}
		h.exchange = s.c.swap >= 0 && exchanges(v.row[m.surname], v.row[m.given], other[m.surname], other[m.given])
		for i, a := range v.row {
			b := other[i]
			d := 0.0
			if v.atOnce[i] {
				d = v.glance(i, a, b)
			} else {
				d = v.first(i, a, b)
			}
			if h.exchange && (i == m.surname || i == m.given) {
				d = max(d, v.crossed(other))
			}
			h.add(d, s.home[i])
		}
		if h.stay >= cut || h.move >= cut {
			v.near = append(v.near, h)
		}
	}
}

func (h *hope) add(bits float64, home bool) {
	h.stay += bits
	if !home {
		h.move += bits
	}
}

// first bounds the bits of one attribute by its ids.
func (v *sieve) first(i int, a, b uint32) float64 {
	switch {
	case a == 0 || b == 0:
		return 0
	case (a|b)&manyBit != 0:
		return v.many[i]
	case a == b:
		return v.lead[i]
	}
	return v.orAlias(i, b, v.s.best[i][2])
}

// orAlias is the greater of the bits and those of an alias.
func (v *sieve) orAlias(i int, b uint32, bits float64) float64 {
	if len(v.alias[i]) > 0 {
		if more, ok := among(v.alias[i], b); ok {
			return max(bits, more)
		}
	}
	return bits
}

// exchanges reports whether surname and given name may stand in each other's
// place, as far as ids tell.
func exchanges(sx, gx, sy, gy uint32) bool {
	return (sx|gx|sy|gy)&manyBit != 0 || (sx == 0 || sx != sy) && (gx == 0 || gx != gy)
}

// crossed bounds the bits of each half of an exchanged name by its ids.
func (v *sieve) crossed(other []uint32) float64 {
	m := v.s.c.m
	sx, gx, sy, gy := v.row[m.surname], v.row[m.given], other[m.surname], other[m.given]
	if (sx|gx|sy|gy)&manyBit != 0 || sx != 0 && sx == gy || gx != 0 && gx == sy {
		return v.whole
	}
	return v.crossd
}

// lookAt lowers the bounds by what the values of one attribute show without
// reading their letters.
func (v *sieve) lookAt(i int, cut float64) {
	a, n, kept := v.row[i], len(v.row), v.near[:0]
	if a == 0 {
		return
	}
	home := v.s.home[i]
	v.fetch(i)
	for _, h := range v.near {
		if b := v.cells[int(h.at)*n+i]; b != 0 && b != a {
			if h.add(v.glance(i, a, b)-v.first(i, a, b), home); h.stay < cut && h.move < cut {
				continue
			}
		}
		kept = append(kept, h)
	}
	v.near = kept
}

// fetch reads a little of the cards of one attribute: what lies far away in
// memory comes for many at once.
func (v *sieve) fetch(i int) {
	f, n := v.s.c.m.feats[i], len(v.row)
	for _, h := range v.near {
		switch b := v.cells[int(h.at)*n+i]; {
		case b&manyBit != 0:
		case f.cards != nil:
			v.touched |= f.cards[b].id
		case f.num != nil:
			v.touched |= uint32(f.num[b])
		}
	}
}

// lookAtNames is lookAt for surname and given name.
func (v *sieve) lookAtNames(cut float64) {
	s := v.s
	m, n, kept := s.c.m, len(v.row), v.near[:0]
	v.fetch(m.surname)
	v.fetch(m.given)
	for _, h := range v.near {
		other := v.cells[int(h.at)*n : int(h.at)*n+n]
		floor := -1e9 // of both halves
		if h.exchange {
			if top, ok := s.exchange(v.row[m.surname], v.row[m.given], other[m.surname], other[m.given]); ok {
				floor = max(top, 0)
			}
		}
		for _, i := range [2]int{m.surname, m.given} {
			known := v.first(i, v.row[i], other[i])
			if h.exchange {
				known = max(known, v.crossed(other))
			}
			h.add(max(v.glance(i, v.row[i], other[i]), floor)-known, false)
		}
		if h.stay >= cut || h.move >= cut {
			kept = append(kept, h)
		}
	}
	v.near = kept
}

// glance bounds the bits of two values by what they show at a glance.
func (v *sieve) glance(i int, a, b uint32) float64 {
	if a == 0 || b == 0 || a == b || (a|b)&manyBit != 0 {
		if (a|b)&manyBit != 0 && a != 0 && b != 0 {
			return v.s.many(i, a, b)
		}
		return v.first(i, a, b)
	}
	l, sure := v.s.c.m.feats[i].glance(a, b)
	if sure {
		return v.orAlias(i, b, v.s.gain[i][l])
	}
	return v.orAlias(i, b, v.s.best[i][l])
}
