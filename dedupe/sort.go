package dedupe

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// posted is a row under the hash of a block.
type posted struct {
	hash uint64
	row  uint32
}

// sortBuffer brings the rows of each block of a rule together; it is reused
// between rules. What a rule emits is counted by the upper bits of its hash and
// noted as it comes, and then put where it belongs, into parts that are small
// enough to be sorted where they lie. With a limit only an eighth of it is noted;
// where more came, only as many parts as it allows are there at a time, and what
// a rule emits comes once more for each lot.
type sortBuffer struct {
	list, spare []posted
	noted       []posted  // what came, unless there was too much of it
	most        int       // how many are noted
	came        int       // how many came
	count       []uint32  // per part, by the upper bits of the hash; then where its next row belongs
	upper       int       // how many bits
	lot         [2]uint64 // parts that are placed now
	limit       int       // rows there at a time, 0 = all
	step        sortStep
	mark        bitset // hashes of interest, when near is set
	near        bool   // others are not added
	marked      int
	members     []uint32 // of the blocks at hand
}

type sortStep uint8

const (
	counting sortStep = iota
	placing
	marking // hashes of interest are only noted
)

// partRows is about how many rows a part holds.
const partRows = 1024

// each calls f with the rows of each hash that emit adds, those added least
// times and more, in the order in which they were added. Emit must add the same
// each time, about as much as guessed.
func (s *sortBuffer) each(guess, least int, emit func(), f func(h uint64, rows []posted)) {
	s.upper = min(12, bits.Len(uint(guess/partRows)))
	s.count = slices.Grow(s.count[:0], 1<<s.upper)[:1<<s.upper]
	clear(s.count)
	s.step, s.noted, s.came = counting, s.noted[:0], 0
	if s.most = s.limit / 8; s.limit == 0 {
		s.most = math.MaxInt
	}
	emit()
	whole := s.came == len(s.noted)
	s.step = placing
	for lo := 0; lo < len(s.count); {
		hi, n := lo, uint32(0)
		for hi < len(s.count) && (hi == lo || whole || int(n+s.count[hi]) <= s.limit) {
			s.count[hi], n, hi = n, n+s.count[hi], hi+1
		}
		if cap(s.list) < int(n) {
			s.list = make([]posted, n+n/8)
		}
		s.list = s.list[:n]
		if s.lot = [2]uint64{uint64(lo), uint64(hi)}; n > 0 {
			if whole {
				s.placeNoted()
			} else {
				emit()
			}
			s.blocks(s.count[lo:hi], least, f)
		}
		lo = hi
	}
}

func (s *sortBuffer) placeNoted() {
	shift := 64 - s.upper
	for _, p := range s.noted {
		at := &s.count[p.hash>>shift]
		s.list[*at] = p
		*at++
	}
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
	part := h >> (64 - s.upper)
	if s.step == placing {
		if part < s.lot[0] || part >= s.lot[1] {
			return
		}
		s.list[s.count[part]] = posted{h, r}
	} else if s.came++; len(s.noted) < s.most {
		s.noted = append(s.noted, posted{h, r})
	}
	s.count[part]++
}

// blocks calls f with the blocks of the parts that end where ends says.
func (s *sortBuffer) blocks(ends []uint32, least int, f func(h uint64, rows []posted)) {
	lo := uint32(0)
	for _, hi := range ends {
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

// bitset is a small filter of hashes; a "has not" is never false. In front of it
// stands a coarse one that the processor keeps near: where few hashes are set it
// answers most questions.
type bitset struct{ w, front []uint64 }

const bitsetBits, frontBits = 22, 17

func (b *bitset) clear() {
	if b.w == nil {
		b.w, b.front = make([]uint64, 1<<(bitsetBits-6)), make([]uint64, 1<<(frontBits-6))
		return
	}
	clear(b.w)
	clear(b.front)
}
func (b *bitset) set(h uint64) {
	b.front[h>>(64-frontBits+6)] |= 1 << (h >> (64 - frontBits) & 63)
	h >>= 64 - bitsetBits
	b.w[h>>6] |= 1 << (h & 63)
}
func (b *bitset) has(h uint64) bool {
	if b.front[h>>(64-frontBits+6)]>>(h>>(64-frontBits)&63)&1 == 0 {
		return false
	}
	h >>= 64 - bitsetBits
	return b.w[h>>6]&(1<<(h&63)) != 0
}
