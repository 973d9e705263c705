package dedupe

import (
	"cmp"
	"math"
	"slices"
)

// limits are what the rest of a pair can still bring, so that most pairs are
// dropped before a letter of them is read. A bound never lies below the weight:
// with and without it the same pairs are kept with the same bits.
type limits struct {
	gain  [][16]float64 // per feature and level: bits of the level alone
	best  [][16]float64 // per feature and level: most bits of that level and those below it
	exact []float64     // per feature: log2 probability of exact agreement in one person
	order []int         // features whose letters may have to be read, those that can lower the bound most per work first
	slack float64       // most bits that the name order can add

	otherMail float64 // bits of e-mails that differ
}

// bounds prepares what fill needs.
func (s *scorer) bounds(m *matrix) {
	s.gain, s.best = make([][16]float64, len(m.feats)), make([][16]float64, len(m.feats))
	s.exact = make([]float64, len(m.feats))
	if m.email >= 0 {
		l := s.logs[m.email]
		s.otherMail = l[classPerson][mailDiffers] - l[classStranger][mailDiffers]
	}
	drop := make([]float64, len(m.feats))
	for i, f := range m.feats {
		l := s.logs[i]
		last := len(l[0]) - 1
		s.exact[i] = l[classPerson][1]
		for k := last; k > 1; k-- {
			s.gain[i][k] = l[classPerson][k] - l[classStranger][k]
			s.best[i][k] = s.gain[i][k]
			if k < last {
				s.best[i][k] = max(s.best[i][k], s.best[i][k+1])
			}
		}
		drop[i] = s.best[i][2] - s.gain[i][last]
		if f.cards != nil { // texts cost several times what a date or number costs
			drop[i] /= 4
		}
		s.order = append(s.order, i)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(drop[b], drop[a]) })
	if s.c.swap >= 0 {
		l := s.logs[s.c.swap]
		s.slack = max(0, l[classPerson][straight]-l[classStranger][straight], l[classPerson][swapped]-l[classStranger][swapped])
	}
}

// fill compares the pair attribute by attribute and stops as soon as the most
// that the rest could add leaves it below cut; it gives that upper bound.
// First come the ids and the cards of all attributes: what is equal or far
// apart is known at once, the rest has the best level that its cards allow as
// a bound until its letters are read.
func (s *scorer) fill(x, y uint32, cut float64) float64 {
	m, c := s.c.m, s.c
	rx, ry := m.cells(x), m.cells(y)
	base := -s.prior[classStranger] + s.slack
	stay, move := s.prior[classPerson]+base, s.prior[classMoved]+base
	cut -= 1e-6
	exchange := 0.0 // most bits that a name can have if surname and given name are exchanged
	exchanged := false
	if c.swap >= 0 {
		s.lv[c.swap] = straight // of this pair, as far as known
		exchange, exchanged = s.exchange(rx[m.surname], rx[m.given], ry[m.surname], ry[m.given])
	}
	var bound [maxFeatures]float64
	open := uint32(0) // features of which only a bound is known
	for i := range rx {
		a, b := rx[i], ry[i]
		d := 0.0
		switch {
		case a == 0 || b == 0:
			s.lv[i], s.val[i] = 0, [2]uint32{}
		case (a|b)&manyBit != 0:
			d = s.many(i, a, b)
			open |= 1 << i
		case a == b:
			f := m.feats[i]
			s.lv[i], s.val[i] = 1, [2]uint32{a, a}
			if f.common != nil && f.common[a] {
				s.lv[i] = 0
			} else {
				d = s.exact[i] - float64(f.lf[a])
			}
		default:
			l, sure := m.feats[i].glance(a, b)
			if sure {
				d = s.gain[i][l]
				s.lv[i], s.val[i] = l, [2]uint32{a, b}
			} else {
				d = s.best[i][l]
				open |= 1 << i
			}
			d = s.orAlias(i, a, b, d)
		}
		if i == m.email && a != 0 && b != 0 {
			d = max(d, s.otherMail) // the names may tell why they are alike
		}
		if exchanged && (i == m.surname || i == m.given) {
			d = max(d, exchange, 0)
			open |= 1 << i
		}
		bound[i] = d
		stay += d
		if !s.home[i] {
			move += d
		}
	}
	top := max(stay, move) + 1
	if top < cut {
		return top
	}
	for _, i := range s.order {
		if open>>i&1 == 0 || exchanged && (i == m.surname || i == m.given) {
			continue
		}
		l, a, b := c.one(i, rx[i], ry[i])
		s.lv[i], s.val[i] = l, [2]uint32{a, b}
		d := 0.0
		if l != 0 {
			d = s.orAlias(i, rx[i], ry[i], s.logs[i][classPerson][l]-s.logs[i][classStranger][l]-s.rarity(i, l))
			if m.alikeMail(i, l) {
				d = max(d, s.otherMail)
			}
		}
		stay += d - bound[i]
		if !s.home[i] {
			move += d - bound[i]
		}
		if top = max(stay, move) + 1; top < cut {
			return top
		}
	}
	c.together(rx, ry, &s.lv, &s.val)
	return math.Inf(1)
}

// orAlias is the greater of the bits and those of an alias.
func (s *scorer) orAlias(i int, a, b uint32, bits float64) float64 {
	if more, ok := s.c.m.feats[i].aliasBits(a, b); ok {
		return max(bits, more)
	}
	return bits
}

// many bounds the bits of an attribute with several values on a side.
func (s *scorer) many(i int, a, b uint32) float64 {
	f := s.c.m.feats[i]
	top := math.Inf(-1)
	for _, v := range s.c.values(i, a, &s.c.oneX) {
		for _, w := range s.c.values(i, b, &s.c.oneY) {
			d := 0.0
			if v != w {
				l, _ := f.glance(v, w)
				d = s.best[i][l]
			} else if f.common == nil || !f.common[v] {
				d = s.exact[i] - float64(f.lf[v])
			}
			top = max(top, d)
		}
	}
	return top
}

// exchange bounds the bits of a name whose surname and given name stand in
// each other's place; ok says whether they may.
func (s *scorer) exchange(sx, gx, sy, gy uint32) (top float64, ok bool) {
	m := s.c.m
	if (sx|gx|sy|gy)&manyBit != 0 {
		return max(s.exact[m.surname], s.exact[m.given], s.best[m.surname][2], s.best[m.given][2]) + MaxFrequencyBits, true
	}
	if sx != 0 && sx == sy || gx != 0 && gx == gy {
		return 0, false // nobody looks for an exchange where one name agrees
	}
	if sx != 0 && sx == gy || gx != 0 && gx == sy {
		return max(s.exact[m.surname], s.exact[m.given]) + MaxFrequencyBits, true
	}
	f, least := m.crosswise, uint8(255)
	for _, q := range [2][2]uint32{{sx, gy}, {gx, sy}} {
		if q[0] != 0 && q[1] != 0 {
			l, _ := f.glance(q[0], q[1])
			least = min(least, l)
		}
	}
	if least == 255 || !good(least) {
		return 0, false
	}
	return max(s.best[m.surname][least], s.best[m.given][least]), true
}
