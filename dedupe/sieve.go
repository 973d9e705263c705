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
	moves  []float64 // per feature: 0 = part of the address, which people who move leave behind
	steps  []int     // the other features; the given name is looked at together with the surname
	stay   float64   // prior and name order, people who stay
	move   float64   // people who move
	lead   []float64 // per feature: bits if the other row has the value of the row at hand
	many   []float64 // per feature: most bits where a row has several values
	alias  [][]other // per feature: other names of the value of the row at hand
	crossd float64   // most bits of an exchanged name of which nothing is known yet
	whole  float64   // most bits of an exchanged name whose halves may agree

	row  []uint32   // cells of the row at hand
	cols [][]uint32 // per feature: cells of its candidates
	all  []hope     // of all candidates
	near []hope     // of those that may still be a pair

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
	v := &sieve{s: s, lead: make([]float64, len(m.feats)), many: make([]float64, len(m.feats)), alias: make([][]other, len(m.feats)), cols: make([][]uint32, len(m.feats))}
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
	for _, home := range s.home[:len(m.feats)] {
		moves := 1.0
		if home {
			moves = 0
		}
		v.moves = append(v.moves, moves)
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
	for i := range v.cols {
		v.cols[i] = slices.Grow(v.cols[i][:0], len(ys))[:len(ys)]
	}
	for k, y := range ys {
		for i, c := range m.cell[int(y)*n : int(y)*n+n] {
			v.cols[i][k] = c
		}
	}
}

// begin bounds the candidates by their ids and what they show at once, one
// attribute of all of them after the other.
func (v *sieve) begin(candidates int, cut float64) {
	s := v.s
	m := s.c.m
	v.all = slices.Grow(v.all[:0], candidates)[:candidates]
	for k := range v.all {
		v.all[k] = hope{at: int32(k), stay: v.stay, move: v.move}
	}
	if s.c.swap >= 0 {
		v.beginNames()
	}
	for i, a := range v.row {
		switch f := m.feats[i]; {
		case a == 0 || s.c.swap >= 0 && (i == m.surname || i == m.given):
		case v.atOnce[i] && a&manyBit == 0 && f.day != nil && f.day[a] != 0:
			v.beginDays(i, a, f)
		case v.atOnce[i]:
			for k, b := range v.cols[i] {
				if b != 0 {
					v.all[k].add(v.glance(i, a, b), v.moves[i])
				}
			}
		default:
			v.beginIDs(i, a)
		}
	}
	v.near = v.near[:0]
	for k := range v.all {
		if h := &v.all[k]; h.stay >= cut || h.move >= cut {
			v.near = append(v.near, *h)
		}
	}
}

// beginNames bounds what surname and given name may bring, in both orders.
func (v *sieve) beginNames() {
	m := v.s.c.m
	sx, gx := v.row[m.surname], v.row[m.given]
	surnames, givens := v.cols[m.surname], v.cols[m.given]
	for k := range v.all {
		h, sy, gy := &v.all[k], surnames[k], givens[k]
		ds, dg := v.first(m.surname, sx, sy), v.first(m.given, gx, gy)
		if h.exchange = exchanges(sx, gx, sy, gy); h.exchange {
			most := v.crossed(sy, gy)
			ds, dg = max(ds, most), max(dg, most)
		}
		h.add(ds+dg, 1)
	}
}

// beginDays weighs one date, value a, of all candidates.
func (v *sieve) beginDays(i int, a uint32, f *feature) {
	gain, lead, unknown, moves := &v.s.gain[i], v.lead[i], v.s.best[i][2], v.moves[i]
	x := f.day[a]
	for k, b := range v.cols[i] {
		switch {
		case b == 0:
		case b == a:
			v.all[k].add(lead, moves)
		case b&manyBit != 0:
			v.all[k].add(v.s.many(i, a, b), moves)
		default:
			d := unknown
			if y := f.day[b]; y != 0 {
				d = gain[dayLevel(x, y)]
			}
			v.all[k].add(d, moves)
		}
	}
}

// beginIDs bounds one attribute, value a, of all candidates by the ids alone.
func (v *sieve) beginIDs(i int, a uint32) {
	lead, many, other, moves := v.lead[i], v.many[i], v.s.best[i][2], v.moves[i]
	if a&manyBit != 0 {
		lead, other = many, many
	}
	aliases := len(v.alias[i]) > 0
	for k, b := range v.cols[i] {
		if b == 0 {
			continue
		}
		d := other
		switch {
		case b == a:
			d = lead
		case b&manyBit != 0:
			d = many
		case aliases:
			d = v.orAlias(i, b, other)
		}
		v.all[k].add(d, moves)
	}
}

// add adds bits to both bounds, to that of people who move as often as moves says.
func (h *hope) add(bits, moves float64) {
	h.stay += bits
	h.move += bits * moves
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
func (v *sieve) crossed(sy, gy uint32) float64 {
	m := v.s.c.m
	sx, gx := v.row[m.surname], v.row[m.given]
	if (sx|gx|sy|gy)&manyBit != 0 || sx != 0 && sx == gy || gx != 0 && gx == sy {
		return v.whole
	}
	return v.crossd
}

// lookAt lowers the bounds by what the values of one attribute show without
// reading their letters.
func (v *sieve) lookAt(i int, cut float64) {
	a, f, kept := v.row[i], v.s.c.m.feats[i], v.near[:0]
	if a == 0 {
		return
	}
	v.fetch(i)
	if a&manyBit == 0 && f.num != nil && f.num[a] != 0 {
		v.lookAtDigits(i, a, f, cut)
		return
	}
	moves, col := v.moves[i], v.cols[i]
	for _, h := range v.near {
		if b := col[h.at]; b != 0 && b != a {
			if h.add(v.glance(i, a, b)-v.first(i, a, b), moves); h.stay < cut && h.move < cut {
				continue
			}
		}
		kept = append(kept, h)
	}
	v.near = kept
}

// lookAtDigits is lookAt for numbers, which have no other names.
func (v *sieve) lookAtDigits(i int, a uint32, f *feature, cut float64) {
	gain, known, moves, col, kept := &v.s.gain[i], v.s.best[i][2], v.moves[i], v.cols[i], v.near[:0]
	x := f.num[a]
	for _, h := range v.near {
		if b := col[h.at]; b != 0 && b != a {
			d := 0.0
			if b&manyBit != 0 {
				d = v.s.many(i, a, b) - v.many[i]
			} else if y := f.num[b]; y != 0 {
				d = gain[digitLevel(f.role, x, y)] - known
			}
			if h.add(d, moves); h.stay < cut && h.move < cut {
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
	f, col := v.s.c.m.feats[i], v.cols[i]
	switch {
	case f.cards != nil:
		for _, h := range v.near {
			if b := col[h.at]; b&manyBit == 0 {
				v.touched |= f.cards[b].id
			}
		}
	case f.num != nil:
		for _, h := range v.near {
			if b := col[h.at]; b&manyBit == 0 {
				v.touched |= uint32(f.num[b])
			}
		}
	}
}

// lookAtNames is lookAt for surname and given name.
func (v *sieve) lookAtNames(cut float64) {
	s := v.s
	m, kept := s.c.m, v.near[:0]
	v.fetch(m.surname)
	v.fetch(m.given)
	sx, gx := v.row[m.surname], v.row[m.given]
	surnames, givens := v.cols[m.surname], v.cols[m.given]
	crosswise := m.crosswise.cards
	for _, h := range v.near {
		if sy, gy := surnames[h.at], givens[h.at]; h.exchange && (sy|gy)&manyBit == 0 {
			v.touched |= crosswise[sy].id | crosswise[gy].id
		}
	}
	for _, h := range v.near {
		sy, gy := surnames[h.at], givens[h.at]
		floor := -1e9 // of both halves
		ks, kg := v.first(m.surname, sx, sy), v.first(m.given, gx, gy)
		if h.exchange {
			if top, ok := s.exchange(sx, gx, sy, gy); ok {
				floor = max(top, 0)
			}
			most := v.crossed(sy, gy)
			ks, kg = max(ks, most), max(kg, most)
		}
		h.add(max(v.glance(m.surname, sx, sy), floor)-ks+max(v.glance(m.given, gx, gy), floor)-kg, 1)
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
