package state

import (
	"io"

	"clientbase/internal/opaque"
)

// Book lists every client id that ever was: a client number is its place. A
// retired client points at the one that took its records over.
type Book struct {
	ids  []opaque.Token
	into []uint32 // None = alive
	born []int64  // order of birth: the run's sequence number
	byID map[opaque.Token]uint32
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byID: map[opaque.Token]uint32{}} }

// Len counts client numbers, retired ones included.
func (b *Book) Len() int { return len(b.ids) }

// ID gives the persistent id of a client number.
func (b *Book) ID(no uint32) opaque.Token { return b.ids[no] }

// Born gives the sequence number of the run that created the client.
func (b *Book) Born(no uint32) int64 { return b.born[no] }

// Find gives the number of an id.
func (b *Book) Find(id opaque.Token) (uint32, bool) {
	no, ok := b.byID[id]
	return no, ok
}

// Add gives the number of an id, entering it when it is new.
func (b *Book) Add(id opaque.Token, born int64) uint32 {
	if no, ok := b.byID[id]; ok {
		return no
	}
	no := uint32(len(b.ids))
	b.ids, b.into, b.born = append(b.ids, id), append(b.into, None), append(b.born, born)
	b.byID[id] = no
	return no
}

// Retire points a client at its successor; None revives it.
func (b *Book) Retire(no, into uint32) { b.into[no] = into }

// Into gives the successor of a retired client, None while it lives.
func (b *Book) Into(no uint32) uint32 { return b.into[no] }

// Write saves the book.
func (b *Book) Write(w io.Writer) error {
	raw := make([]byte, 0, len(b.ids)*len(opaque.Token{}))
	for _, id := range b.ids {
		raw = append(raw, id[:]...)
	}
	s := newSectionWriter(w)
	put(s, "id", raw)
	put(s, "into", b.into)
	put(s, "born", b.born)
	return s.close()
}

// ReadBook reads what Write wrote.
func ReadBook(r io.Reader, thing string) (*Book, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	raw := get[uint8](s, "id", nil)
	b := &Book{into: get[uint32](s, "into", nil), born: get[int64](s, "born", nil), byID: make(map[opaque.Token]uint32, len(raw)/16)}
	b.ids = make([]opaque.Token, len(raw)/16)
	for i := range b.ids {
		copy(b.ids[i][:], raw[i*16:])
		b.byID[b.ids[i]] = uint32(i)
	}
	return b, nil
}
