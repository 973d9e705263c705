package dedupe

import (
	"cmp"
	"math/bits"
	"slices"
)

// posted is a row under the hash of a block.
type posted struct {
	hash uint64
	row  uint32
}

// sortBuffer brings the rows of each block of a rule together; it is reused
// between rules. What a rule emits comes twice: it is counted by the upper bits
// of its hash, and then put at once where it belongs, into parts that are small
// enough to be sorted where they lie.
type sortBuffer struct {
	list, spare []posted
	count       []uint32 // per part, by the upper bits of the hash; when all is placed its end
	upper       int      // how many bits
	step        sortStep
	mark        bitset // hashes of interest, when near is set
	near        bool   // others are not added
	marked      int
}

type sortStep uint8

const (
	counting sortStep = iota
	placing
	marking // hashes of interest are only noted
)

// partRows is about how many rows a part holds.
const partRows = 1024

// collect takes what emit adds, which is about as much as guessed. Emit must
// add the same both times.
func (s *sortBuffer) collect(guess int, emit func()) {
	s.upper = min(12, bits.Len(uint(guess/partRows)))
	s.count = slices.Grow(s.count[:0], 1<<s.upper)[:1<<s.upper]
	clear(s.count)
	s.step = counting
	emit()
	sum := uint32(0)
	for i, c := range s.count {
		s.count[i], sum = sum, sum+c
	}
	if cap(s.list) < int(sum) {
		s.list = make([]posted, sum+sum/8)
	}
	s.list = s.list[:sum]
	s.step = placing
	emit()
}

// add posts a row under a hash.
func (s *sortBuffer) add(h uint64, r uint32) {
	if s.step == marking {
		s.mark.set(h)
		s.marked++
		return
	}
	if s.near && !s.mark.has(h) {
		return
	}
	n := &s.count[h>>(64-s.upper)]
	if s.step == placing {
		s.list[*n] = posted{h, r}
	}
	*n++
}

// each calls f with the rows of each hash that were added least times and more,
// in the order in which they were added.
func (s *sortBuffer) each(least int, f func(h uint64, rows []posted)) {
	lo := uint32(0)
	for _, hi := range s.count {
		part := s.list[lo:hi]
		s.sort(part)
		for lo := 0; lo < len(part); {
			hi := lo + 1
			for hi < len(part) && part[hi].hash == part[lo].hash {
				hi++
			}
			if hi-lo >= least {
				f(part[lo].hash, part[lo:hi])
			}
			lo = hi
		}
		lo = hi
	}
}

// sort orders a part by hash, what was added first first.
func (s *sortBuffer) sort(part []posted) {
	if len(part) <= fewRows {
		insertionSort(part)
		return
	}
	if cap(s.spare) < len(part) {
		s.spare = make([]posted, len(part)+len(part)/4)
	}
	var count [257]uint32
	for _, p := range part {
		count[p.hash<<s.upper>>56+1]++
	}
	for i := range 256 {
		count[i+1] += count[i]
	}
	spare := s.spare[:len(part)]
	for _, p := range part {
		n := &count[p.hash<<s.upper>>56]
		spare[*n] = p
		*n++
	}
	copy(part, spare)
	lo := uint32(0)
	for _, hi := range count[:256] {
		if run := part[lo:hi]; len(run) <= fewRows {
			insertionSort(run)
		} else if h := run[0].hash; slices.ContainsFunc(run, func(p posted) bool { return p.hash != h }) {
			slices.SortStableFunc(run, func(a, b posted) int { return cmp.Compare(a.hash, b.hash) })
		}
		lo = hi
	}
}

// fewRows are sorted best by insertion.
const fewRows = 24

func insertionSort(p []posted) {
	for i := 1; i < len(p); i++ {
		if p[i].hash >= p[i-1].hash {
			continue
		}
		x, k := p[i], i
		for ; k > 0 && p[k-1].hash > x.hash; k-- {
			p[k] = p[k-1]
		}
		p[k] = x
	}
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
func (b *bitset) set(h uint64) {
	h >>= 64 - bitsetBits
	b.w[h>>6] |= 1 << (h & 63)
}
func (b *bitset) has(h uint64) bool {
	h >>= 64 - bitsetBits
	return b.w[h>>6]&(1<<(h&63)) != 0
}
