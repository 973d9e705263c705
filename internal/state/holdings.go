package state

import (
	"encoding/binary"
	"io"
	"slices"

	"clientbase/internal/opaque"
)

// Holding says that a record stands behind an account: the bank's own
// knowledge that the name on a card and the owner of its account belong
// together. It comes from keyed facts and changes with them.
type Holding struct {
	Record  opaque.Token // reference of the record
	Account opaque.Token
}

// Holdings is the holding of each keyed fact that names both.
type Holdings struct {
	facts tokens
	of    []Holding // beside facts

	changed bool // since they were read
}

// Len counts the holdings.
func (h *Holdings) Len() int { return h.facts.len() }

// Of gives the holding of a fact.
func (h *Holdings) Of(fact opaque.Token) (Holding, bool) {
	i, ok := h.facts.find(fact)
	if !ok {
		return Holding{}, false
	}
	return h.of[i], true
}

// Put enters the holding of a fact.
func (h *Holdings) Put(fact opaque.Token, x Holding) {
	i, known := h.facts.add(fact)
	if !known {
		h.of = append(h.of, x)
	}
	h.changed = h.changed || !known || h.of[i] != x
	h.of[i] = x
}

// Changed tells whether Write would write anything else than what was read.
func (h *Holdings) Changed() bool { return h.changed }

// ByRecord gives the accounts of each record, in order.
func (h *Holdings) ByRecord() map[opaque.Token][]opaque.Token {
	out := make(map[opaque.Token][]opaque.Token, len(h.of))
	for i := range h.of {
		x := &h.of[i]
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
	type held struct{ record, holding uint32 } // places
	var found []held
	next := make([]uint32, len(records)+1)
	for i := range h.of {
		id := h.of[i].Record
		if word, bit := place(id); maybe[word]&bit == 0 {
			continue
		}
		if at, ok := want.find(id); ok {
			found = append(found, held{uint32(at), uint32(i)})
			next[at+1]++
		}
	}
	for i := range records {
		next[i+1] += next[i]
	}
	all, ends := make([]opaque.Token, len(found)), next[1:]
	starts := slices.Clone(next[:len(records)])
	for _, x := range found {
		all[starts[x.record]] = h.of[x.holding].Account
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
	raw := make([]byte, 0, h.Len()*48)
	for _, i := range h.facts.order() {
		raw = append(append(append(raw, h.facts.list[i][:]...), h.of[i].Record[:]...), h.of[i].Account[:]...)
	}
	s := newSectionWriter(w)
	put(s, "holding", raw)
	return s.close()
}

// ReadHoldings reads what Write wrote.
func ReadHoldings(r io.Reader, thing string) (*Holdings, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	raw := get[uint8](s, "holding", nil)
	n := len(raw) / 48
	ids, h := make([]byte, 0, n*16), &Holdings{of: make([]Holding, n)}
	for i := range n {
		ids = append(ids, raw[i*48:i*48+16]...)
		copy(h.of[i].Record[:], raw[i*48+16:])
		copy(h.of[i].Account[:], raw[i*48+32:])
	}
	h.facts = tokensOf(ids, true)
	return h, nil
}
