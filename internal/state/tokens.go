package state

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unsafe"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// tokens is a list of tokens, each once, that finds the place of one. What a
// file holds is taken as it lies; the index is made when a token is first asked
// for, so that a list nobody asks costs no more than its bytes.
type tokens struct {
	list   []opaque.Token
	sorted int      // so many at the front are in the order of their bytes
	index  []uint32 // open addressing: place+1, 0 = free; nil = not made yet
}

// tokensOf takes the bytes of tokens, sorted or not, as a list.
func tokensOf(raw []byte, sorted bool) tokens {
	n := len(raw) / len(opaque.Token{})
	t := tokens{list: unsafe.Slice((*opaque.Token)(unsafe.Pointer(unsafe.SliceData(raw))), n)[:n:n]}
	if sorted && slices.IsSortedFunc(t.list, compareTokens) {
		t.sorted = n
	}
	return t
}

// tokenBytes gives the memory of tokens.
func tokenBytes(list []opaque.Token) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), len(list)*len(opaque.Token{}))
}

func (t *tokens) len() int { return len(t.list) }

// slot gives where a token stands in the index, or would. Tokens are random:
// their first bytes are their hash.
func (t *tokens) slot(id opaque.Token) uint64 {
	if len(t.index) < 2*(len(t.list)+1) {
		t.grow()
	}
	mask := uint64(len(t.index) - 1)
	i := binary.LittleEndian.Uint64(id[:]) & mask
	for t.index[i] != 0 && t.list[t.index[i]-1] != id {
		i = (i + 1) & mask
	}
	return i
}

func (t *tokens) grow() {
	size := 64
	for size < 3*(len(t.list)+1) {
		size *= 2
	}
	t.index = schemas.Touched[uint32](size)
	mask := uint64(size - 1)
	for k := range t.list {
		i := binary.LittleEndian.Uint64(t.list[k][:]) & mask
		for t.index[i] != 0 {
			i = (i + 1) & mask
		}
		t.index[i] = uint32(k) + 1
	}
}

// find gives the place of a token.
func (t *tokens) find(id opaque.Token) (int, bool) {
	if len(t.list) == 0 {
		return 0, false
	}
	k := t.index[t.slot(id)]
	return int(k) - 1, k != 0
}

// add gives the place of a token and enters it when it is new.
func (t *tokens) add(id opaque.Token) (at int, known bool) {
	i := t.slot(id)
	if k := t.index[i]; k != 0 {
		return int(k) - 1, true
	}
	t.list = append(t.list, id)
	t.index[i] = uint32(len(t.list))
	return len(t.list) - 1, false
}

// order lists the places of all tokens in the order of their bytes.
func (t *tokens) order() []uint32 {
	places := make([]uint32, len(t.list))
	for i := range places {
		places[i] = uint32(i)
	}
	compare := func(a, b uint32) int { return compareTokens(t.list[a], t.list[b]) }
	old, fresh := places[:t.sorted], slices.Clone(places[t.sorted:])
	slices.SortFunc(fresh, compare)
	for at := len(places); len(fresh) > 0; { // from behind: what stays where it is is not touched
		at--
		if n := len(old); n > 0 && compare(old[n-1], fresh[len(fresh)-1]) > 0 {
			places[at], old = old[n-1], old[:n-1]
		} else {
			places[at], fresh = fresh[len(fresh)-1], fresh[:len(fresh)-1]
		}
	}
	return places
}

// bytes gives the tokens at some places, one after the other.
func (t *tokens) bytes(places []uint32) []byte {
	raw := make([]byte, 0, len(places)*len(opaque.Token{}))
	for _, i := range places {
		raw = append(raw, t.list[i][:]...)
	}
	return raw
}

// taken gives the elements of v at some places.
func taken[T any](v []T, places []uint32) []T {
	out := make([]T, len(places))
	for i, p := range places {
		out[i] = v[p]
	}
	return out
}

func compareTokens(a, b opaque.Token) int {
	if c := cmp.Compare(binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(b[:8])); c != 0 {
		return c
	}
	return cmp.Compare(binary.BigEndian.Uint64(a[8:]), binary.BigEndian.Uint64(b[8:]))
}
