package dedupe

import (
	"math/bits"

	"clientbase/schemas"
)

// hashIndex maps 64-bit hashes to ids, open addressing by their upper bits: who
// asks in the order of the hashes asks near what was asked before. A small bit
// set in front answers most questions for hashes that are not there.
type hashIndex struct {
	key    []uint64
	id     []uint32
	n      int
	mask   uint64
	filter []uint64 // two bits per slot
	shift  uint     // what leaves a hash's bit there; one more leaves its slot
	looked uint64   // says nothing: what warm saw, which must go somewhere
}

func newHashIndex() *hashIndex { return sizedIndex(256) }

// indexFor makes an index with room for n hashes. Who puts hashes in their order
// needs it: while an index grows, all that is there would crowd at its beginning.
func indexFor(n int) *hashIndex { return sizedIndex(1 << bits.Len(uint(max(2*n, 128)))) }

func sizedIndex(size uint64) *hashIndex {
	return &hashIndex{key: schemas.Touched[uint64](int(size)), id: make([]uint32, size), mask: size - 1,
		filter: schemas.Touched[uint64](int(size / 32)), shift: uint(64 - bits.Len64(2*size-1))}
}

// put gives the id stored for h, or stores id; h is never 0 in practice and 0
// is moved to 1.
func (x *hashIndex) put(h uint64, id uint32) (uint32, bool) {
	if h == 0 {
		h = 1
	}
	if uint64(x.n)*2 > x.mask {
		old := *x
		*x = *sizedIndex((old.mask + 1) * 2)
		for i, k := range old.key {
			if k != 0 {
				x.put(k, old.id[i])
			}
		}
	}
	for i := h >> (x.shift + 1); ; i = (i + 1) & x.mask {
		if x.key[i] == h {
			return x.id[i], true
		}
		if x.key[i] == 0 {
			x.key[i], x.id[i] = h, id
			x.n++
			x.filter[h>>x.shift>>6] |= 1 << (h >> x.shift & 63)
			return id, false
		}
	}
}

// warm looks at the slots of some hashes that are put next. They lie far apart: one
// right after the other no look waits for the one before.
func (x *hashIndex) warm(hashes []uint64) {
	for _, h := range hashes {
		x.looked ^= x.key[h>>(x.shift+1)]
	}
}

func (x *hashIndex) get(h uint64) (uint32, bool) {
	if h == 0 {
		h = 1
	}
	if x.filter[h>>x.shift>>6]>>(h>>x.shift&63)&1 == 0 {
		return 0, false
	}
	for i := h >> (x.shift + 1); ; i = (i + 1) & x.mask {
		if x.key[i] == h {
			return x.id[i], true
		}
		if x.key[i] == 0 {
			return 0, false
		}
	}
}
