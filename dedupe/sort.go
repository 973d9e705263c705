package dedupe

// sortBuffer sorts (hash, row) items by hash; it is reused between blocks.
type sortBuffer struct {
	items, spare []uint64
	mark         bitset
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
