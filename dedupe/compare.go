package dedupe

// levelsOf is the comparison vector of a pair: one level per feature, and in
// the last used place whether surname and given name were exchanged.
type levelsOf [maxFeatures + 1]uint8

// Levels of the swap place.
const (
	straight = 1
	swapped  = 2
)

// comparer gives comparison vectors. It owns caches and belongs to one worker.
type comparer struct {
	m     *matrix
	cache []levelCache
	cross levelCache
	swap  int // place of the swap level, -1 = none

	weighs bool // a pair is compared to be weighed, not to learn of it

	oneX, oneY [1]uint32 // room for the single value of a cell
}

// levelCache is a direct-mapped memory of the level of two value ids: no
// eviction logic, a newer pair simply replaces an older one.
type levelCache []uint64

const (
	cacheBits = 14
	idBits    = 29 // two ids and a level of four bits fit in 62 bits
)

func newComparer(m *matrix) *comparer {
	c := &comparer{m: m, cache: make([]levelCache, len(m.feats)), swap: -1}
	size := 1 << cacheBits
	for size > 64 && size/8 > m.t.Rows {
		size /= 2
	}
	for i := range c.cache {
		c.cache[i] = make(levelCache, size)
	}
	if m.surname >= 0 && m.given >= 0 {
		c.swap = len(m.feats)
		c.cross = make(levelCache, size)
	}
	return c
}

// level compares two different value ids, both present; what takes more than
// a glance is remembered.
func (c levelCache) level(f *feature, a, b uint32) uint8 {
	if l, sure := f.glance(a, b); sure {
		return l
	}
	if a > b {
		a, b = b, a
	}
	if (a|b)>>idBits != 0 {
		return f.read(a, b)
	}
	id := uint64(a)<<idBits | uint64(b)
	slot := &c[(id*0x9e3779b97f4a7c15)>>32&uint64(len(c)-1)]
	if *slot>>4 == id {
		return uint8(*slot & 15)
	}
	l := f.read(a, b)
	*slot = id<<4 | uint64(l)
	return l
}

// one compares the cells of feature i: the best level over all pairs of
// values. It also tells which values gave it.
func (c *comparer) one(i int, x, y uint32) (best uint8, a, b uint32) {
	f := c.m.feats[i]
	if x == 0 || y == 0 {
		return 0, 0, 0
	}
	if (x|y)&manyBit == 0 {
		if x == y {
			if f.common != nil && f.common[x] {
				return 0, x, y
			}
			return 1, x, y
		}
		return c.cache[i].level(f, x, y), x, y
	}
	return c.best(f, c.cache[i], c.values(i, x, &c.oneX), c.values(i, y, &c.oneY))
}

func (c *comparer) values(i int, x uint32, one *[1]uint32) []uint32 {
	if x&manyBit != 0 {
		return c.m.more[i].get(x &^ manyBit)
	}
	one[0] = x
	return one[:]
}

func (c *comparer) best(f *feature, cache levelCache, xs, ys []uint32) (best uint8, a, b uint32) {
	best = 255
	for _, v := range xs {
		for _, w := range ys {
			l := uint8(1)
			if v != w {
				l = cache.level(f, v, w)
			} else if f.common != nil && f.common[v] {
				continue
			}
			rarer := f.lf != nil && l == best && l == 1 && f.lf[v] < f.lf[a]
			if l < best || rarer {
				best, a, b = l, v, w
			}
		}
	}
	if best == 255 {
		return 0, xs[0], ys[0]
	}
	return best, a, b
}

// nameGain ranks levels of a name when the two orders are weighed against each
// other; it needs no model, so the vector is a function of the records alone.
var nameGain = [...]int8{0, 8, 7, 6, 6, 4, 3, 2, -3}

// compare fills the vector of rows x and y; val receives the values that gave
// the levels, for the frequencies.
func (c *comparer) compare(x, y uint32, lv *levelsOf, val *[maxFeatures][2]uint32) {
	rx, ry := c.m.cells(x), c.m.cells(y)
	for i := range rx {
		if c.swap < 0 || i != c.m.surname && i != c.m.given {
			lv[i], val[i][0], val[i][1] = c.one(i, rx[i], ry[i])
		}
	}
	c.together(rx, ry, lv, val)
}

// names compares surname and given name jointly, in both orders.
func (c *comparer) names(rx, ry []uint32, lv *levelsOf, val *[maxFeatures][2]uint32) {
	if c.swap < 0 {
		return
	}
	s, g := c.m.surname, c.m.given
	lv[s], val[s][0], val[s][1] = c.one(s, rx[s], ry[s])
	lv[g], val[g][0], val[g][1] = c.one(g, rx[g], ry[g])
	lv[c.swap] = 0
	if lv[s] != 0 || lv[g] != 0 {
		lv[c.swap] = straight
	}
	if good(lv[s]) || good(lv[g]) {
		return
	}
	f := c.m.crosswise
	ls, as, bs := c.crossed(f, s, rx[s], g, ry[g])
	lg, ag, bg := c.crossed(f, g, rx[g], s, ry[s])
	if !good(ls) && !good(lg) || nameGain[ls]+nameGain[lg] <= nameGain[lv[s]]+nameGain[lv[g]]+3 {
		return
	}
	if lg != 0 && (lg < ls || ls == 0) { // the stronger half is told as the surname, so that x and y may be exchanged
		ls, as, bs, lg, ag, bg = lg, ag, bg, ls, as, bs
	}
	lv[s], val[s] = ls, [2]uint32{as, bs}
	lv[g], val[g] = lg, [2]uint32{ag, bg}
	lv[c.swap] = swapped
}

// good is a name level at which nobody looks for an exchange.
func good(l uint8) bool { return l >= 1 && l <= 5 }

func (c *comparer) crossed(f *feature, i int, x uint32, j int, y uint32) (uint8, uint32, uint32) {
	if x == 0 || y == 0 {
		return 0, 0, 0
	}
	return c.best(f, c.cross, c.values(i, x, &c.oneX), c.values(j, y, &c.oneY))
}

// cells gives the value ids of a row.
func (m *matrix) cells(r uint32) []uint32 {
	n := len(m.feats)
	return m.cell[int(r)*n : int(r)*n+n : int(r)*n+n]
}

// pattern packs a vector into one number; feature i takes bits 4i to 4i+3.
func (c *comparer) pattern(lv *levelsOf) uint64 {
	p := uint64(0)
	for i := range c.m.feats {
		p |= uint64(lv[i]) << (4 * i)
	}
	if c.swap >= 0 {
		p |= uint64(lv[c.swap]) << (4 * c.swap)
	}
	return p
}

// places counts the used places of a vector.
func (m *matrix) places() int {
	if m.surname >= 0 && m.given >= 0 {
		return len(m.feats) + 1
	}
	return len(m.feats)
}

// placeName and placeLevels describe place i of a vector.
func (m *matrix) placeName(i int) string {
	if i == len(m.feats) {
		return "name order"
	}
	return m.feats[i].name
}

func (m *matrix) placeLevels(i int) []string {
	if i == len(m.feats) {
		return []string{"missing", "straight", "exchanged"}
	}
	return levelNames(m.feats[i].role)
}

func (m *matrix) placeRole(i int) Role {
	if i == len(m.feats) {
		return Ignore
	}
	return m.feats[i].role
}
