package state

import (
	"io"

	"clientbase/internal/opaque"
)

// Book lists every client id that ever was: a client number is its place. A
// retired client points at the one that took its records over.
type Book struct {
	ids  tokens
	into []uint32 // None = alive
	born []int64  // order of birth: the run's sequence number
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{} }

// Len counts client numbers, retired ones included.
func (b *Book) Len() int { return b.ids.len() }

// ID gives the persistent id of a client number.
func (b *Book) ID(no uint32) opaque.Token { return b.ids.list[no] }

// Born gives the sequence number of the run that created the client.
func (b *Book) Born(no uint32) int64 { return b.born[no] }

// Find gives the number of an id.
func (b *Book) Find(id opaque.Token) (uint32, bool) {
	no, ok := b.ids.find(id)
	return uint32(no), ok
}

// Add gives the number of an id, entering it when it is new.
func (b *Book) Add(id opaque.Token, born int64) uint32 {
	no, known := b.ids.add(id)
	if !known {
		b.into, b.born = append(b.into, None), append(b.born, born)
	}
	return uint32(no)
}

// Retire points a client at its successor; None revives it.
func (b *Book) Retire(no, into uint32) { b.into[no] = into }

// Into gives the successor of a retired client, None while it lives.
func (b *Book) Into(no uint32) uint32 { return b.into[no] }

// Write saves the book.
func (b *Book) Write(w io.Writer) error {
	s := newSectionWriter(w)
	put(s, "id", tokenBytes(b.ids.list))
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
	b := &Book{ids: tokensOf(get[uint8](s, "id", nil), false), into: get[uint32](s, "into", nil), born: get[int64](s, "born", nil)}
	b.ids.grow() // several may look for ids at a time
	return b, nil
}
