package dedupe

// sortBuffer sorts items by their hash; it is reused between blocks. An item is
// a hash above and, below, a row or, once add was used, a number of what was added.
type sortBuffer struct {
	items, spare []uint64
	full         []uint64 // per number: the whole hash
	rows         []uint32 // per number
	mark         bitset   // hashes of interest, when near is set
	near         bool     // others are not added
}

func (s *sortBuffer) clear() { s.items, s.full, s.rows = s.items[:0], s.full[:0], s.rows[:0] }

// add appends a row under a hash that is remembered whole.
func (s *sortBuffer) add(h uint64, r uint32) {
	short := hash32(h)
	if s.near && !s.mark.has(short) {
		return
	}
	s.items = append(s.items, uint64(short)<<32|uint64(len(s.full)))
	s.full, s.rows = append(s.full, h), append(s.rows, r)
}

// row gives the row of an item.
func (s *sortBuffer) row(item uint64) uint32 {
	if len(s.rows) > 0 {
		return s.rows[uint32(item)]
	}
	return uint32(item)
}

func (s *sortBuffer) sort() []uint64 {
	n := len(s.items)
	if cap(s.spare) < n {
		s.spare = make([]uint64, n+n/8)
	}
	a, t := s.items, s.spare[:n]
	var count [2048]uint32
	for shift := 32; shift < 64; shift += 11 {
		clear(count[:])
		for _, v := range a {
			count[v>>shift&2047]++
		}
		sum := uint32(0)
		for i, c := range count {
			count[i], sum = sum, sum+c
		}
		for _, v := range a {
			d := v >> shift & 2047
			t[count[d]] = v
			count[d]++
		}
		a, t = t, a
	}
	s.items, s.spare = a, t[:cap(t)]
	return a
}

// bitset is a small filter of hashes; a false "has" never happens.
type bitset struct{ w []uint64 }

const bitsetBits = 22

func (b *bitset) clear() {
	if b.w == nil {
		b.w = make([]uint64, 1<<(bitsetBits-6))
		return
	}
	clear(b.w)
}
func (b *bitset) set(h uint32) {
	h >>= 32 - bitsetBits
	b.w[h>>6] |= 1 << (h & 63)
}
func (b *bitset) has(h uint32) bool {
	h >>= 32 - bitsetBits
	return b.w[h>>6]&(1<<(h&63)) != 0
}
