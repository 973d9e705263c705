package state

import (
	"io"
	"sort"

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
type Holdings map[opaque.Token]Holding

// ByRecord gives the accounts of each record, in order.
func (h Holdings) ByRecord() map[opaque.Token][]opaque.Token {
	out := make(map[opaque.Token][]opaque.Token, len(h))
	for _, x := range h {
		list := out[x.Record]
		i := sort.Search(len(list), func(i int) bool { return string(list[i][:]) >= string(x.Account[:]) })
		if i < len(list) && list[i] == x.Account {
			continue
		}
		list = append(list, opaque.Token{})
		copy(list[i+1:], list[i:])
		list[i] = x.Account
		out[x.Record] = list
	}
	return out
}

// Write saves the holdings, sorted by fact.
func (h Holdings) Write(w io.Writer) error {
	ids := make([]opaque.Token, 0, len(h))
	for id := range h {
		ids = append(ids, id)
	}
	sortTokens(ids)
	raw := make([]byte, 0, len(ids)*48)
	for _, id := range ids {
		x := h[id]
		raw = append(append(append(raw, id[:]...), x.Record[:]...), x.Account[:]...)
	}
	s := newSectionWriter(w)
	put(s, "holding", raw)
	return s.close()
}

// ReadHoldings reads what Write wrote.
func ReadHoldings(r io.Reader, thing string) (Holdings, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	raw := get[uint8](s, "holding", nil)
	h := make(Holdings, len(raw)/48)
	for i := 0; i+48 <= len(raw); i += 48 {
		var id opaque.Token
		var x Holding
		copy(id[:], raw[i:])
		copy(x.Record[:], raw[i+16:])
		copy(x.Account[:], raw[i+32:])
		h[id] = x
	}
	return h, nil
}
