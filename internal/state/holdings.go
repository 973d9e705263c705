package state

import (
	"encoding/binary"
	"io"
	"slices"
	"unsafe"

	"clientbase/internal/opaque"
)

// Holding says that a record stands behind an account: the bank's own
// knowledge that the name on a card and the owner of its account belong
// together. It comes from keyed facts and changes with them.
type Holding struct {
	Record  opaque.Token // reference of the record
	Account opaque.Token
}

// Holdings is the holding of each keyed fact that names both. What a file holds is
// taken as it lies; the index is made when a fact is first asked for.
type Holdings struct {
	list    []held
	sorted  int      // so many at the front are in the order of their facts
	index   []uint32 // open addressing by fact: place+1, 0 = free; nil = not made yet
	changed bool     // since they were read
}

// held is a holding with its fact, as a file has them.
type held struct {
	fact opaque.Token
	Holding
}

// Len counts the holdings.
func (h *Holdings) Len() int { return len(h.list) }

// slot gives where a fact stands in the index, or would.
func (h *Holdings) slot(fact opaque.Token) uint64 {
	if len(h.index) < 2*(len(h.list)+1) {
		size := 64
		for size < 3*(len(h.list)+1) {
			size *= 2
		}
		h.index = make([]uint32, size)
		for k := range h.list {
			h.index[h.free(h.list[k].fact)] = uint32(k) + 1
		}
	}
	return h.free(fact)
}

// free gives the slot of a fact, or the first free one where it belongs.
func (h *Holdings) free(fact opaque.Token) uint64 {
	mask := uint64(len(h.index) - 1)
	i := binary.LittleEndian.Uint64(fact[:]) & mask
	for h.index[i] != 0 && h.list[h.index[i]-1].fact != fact {
		i = (i + 1) & mask
	}
	return i
}

// Of gives the holding of a fact.
func (h *Holdings) Of(fact opaque.Token) (Holding, bool) {
	if len(h.list) == 0 {
		return Holding{}, false
	}
	k := h.index[h.slot(fact)]
	if k == 0 {
		return Holding{}, false
	}
	return h.list[k-1].Holding, true
}

// Put enters the holding of a fact.
func (h *Holdings) Put(fact opaque.Token, x Holding) {
	i := h.slot(fact)
	if k := h.index[i]; k != 0 {
		h.changed = h.changed || h.list[k-1].Holding != x
		h.list[k-1].Holding = x
		return
	}
	h.list = append(h.list, held{fact, x})
	h.index[i], h.changed = uint32(len(h.list)), true
}

// Changed tells whether Write would write anything else than what was read.
func (h *Holdings) Changed() bool { return h.changed }

// ByRecord gives the accounts of each record, in order.
func (h *Holdings) ByRecord() map[opaque.Token][]opaque.Token {
	out := make(map[opaque.Token][]opaque.Token, len(h.list))
	for i := range h.list {
		x := &h.list[i]
		list := out[x.Record]
		if at, known := slices.BinarySearchFunc(list, x.Account, compareTokens); !known {
			out[x.Record] = slices.Insert(list, at, x.Account)
		}
	}
	return out
}

// AccountsOf gives the accounts of some records, each of which is named once:
// those of record i are accounts[off[i]:off[i+1]], in order, each once.
func (h *Holdings) AccountsOf(records []opaque.Token) (off []uint32, accounts []opaque.Token) {
	const bits = 22 // small enough to stay near; it answers for most records that are not asked for
	maybe := make([]uint64, 1<<(bits-6))
	place := func(id opaque.Token) (word int, bit uint64) {
		n := binary.LittleEndian.Uint64(id[:]) >> (64 - bits)
		return int(n >> 6), 1 << (n & 63)
	}
	for _, id := range records {
		word, bit := place(id)
		maybe[word] |= bit
	}
	want := tokens{list: records}
	type pair struct{ record, holding uint32 }
	var found []pair
	next := make([]uint32, len(records)+1)
	for i := range h.list {
		id := h.list[i].Record
		if word, bit := place(id); maybe[word]&bit == 0 {
			continue
		}
		if at, ok := want.find(id); ok {
			found = append(found, pair{uint32(at), uint32(i)})
			next[at+1]++
		}
	}
	for i := range records {
		next[i+1] += next[i]
	}
	all, ends := make([]opaque.Token, len(found)), next[1:]
	starts := slices.Clone(next[:len(records)])
	for _, x := range found {
		all[starts[x.record]] = h.list[x.holding].Account
		starts[x.record]++
	}
	off, accounts = make([]uint32, 1, len(records)+1), all[:0]
	from := uint32(0)
	for _, to := range ends {
		list := all[from:to]
		slices.SortFunc(list, compareTokens)
		accounts = append(accounts, slices.Compact(list)...)
		off, from = append(off, uint32(len(accounts))), to
	}
	return off, accounts
}

// Write saves the holdings, sorted by fact.
func (h *Holdings) Write(w io.Writer) error {
	compare := func(x, y held) int { return compareTokens(x.fact, y.fact) }
	if !slices.IsSortedFunc(h.list[:h.sorted], compare) {
		h.sorted = 0
	}
	fresh := slices.Clone(h.list[h.sorted:])
	slices.SortFunc(fresh, compare)
	all := h.list
	if len(fresh) > 0 {
		all = make([]held, 0, len(h.list))
		old := h.list[:h.sorted]
		for _, x := range fresh {
			n, _ := slices.BinarySearchFunc(old, x, compare)
			all, old = append(append(all, old[:n]...), x), old[n:]
		}
		all = append(all, old...)
	}
	s := newSectionWriter(w)
	put(s, "holding", unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(all))), len(all)*int(unsafe.Sizeof(held{}))))
	return s.close()
}

// ReadHoldings reads what Write wrote.
func ReadHoldings(r io.Reader, thing string) (*Holdings, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	raw := get[uint8](s, "holding", nil)
	size := int(unsafe.Sizeof(held{}))
	n := len(raw) / size
	return &Holdings{list: unsafe.Slice((*held)(unsafe.Pointer(unsafe.SliceData(raw))), cap(raw)/size)[:n], sorted: n}, nil
}
