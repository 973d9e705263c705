package state

import (
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"clientbase/internal/opaque"
)

// Keyed remembers the facts that are kept by key (accounts, cards, products,
// links, consents): what each said last and when, so that a repeated delivery
// changes nothing and a key that goes missing from a full extract is closed.
type Keyed struct {
	at     map[opaque.Token]keyedFact
	closed map[opaque.Token]bool // open when Watch was called, gone now
	anew   map[opaque.Token]bool // opened since Watch was called
}

type keyedFact struct {
	Content uint64
	AsOf    int64
	Kind    uint8
	Stream  uint16
	Gone    bool
}

// NewKeyed returns an empty index.
func NewKeyed() *Keyed { return &Keyed{at: map[opaque.Token]keyedFact{}} }

// Len counts keyed facts.
func (k *Keyed) Len() int { return len(k.at) }

// See applies one sight and reports whether the fact must be written.
func (k *Keyed) See(id opaque.Token, kind uint8, stream uint16, content uint64, asOf int64) bool {
	old, known := k.at[id]
	if known && old.AsOf > asOf {
		return false
	}
	k.at[id] = keyedFact{content, asOf, kind, stream, false}
	switch {
	case k.closed == nil:
	case k.closed[id]:
		delete(k.closed, id)
	case !known || old.Gone:
		k.anew[id] = true
	}
	return !known || old.Content != content || old.Gone
}

// Missing marks, as gone, the facts of a kind and stream that were last seen
// before asOf, and returns their ids in order.
func (k *Keyed) Missing(kind uint8, stream uint16, asOf int64) []opaque.Token {
	var out []opaque.Token
	for id, f := range k.at {
		if f.Kind == kind && f.Stream == stream && !f.Gone && f.AsOf < asOf {
			f.Gone = true
			k.at[id] = f
			if k.closed != nil && !k.anew[id] {
				k.closed[id] = true
			}
			out = append(out, id)
		}
	}
	sortTokens(out)
	return out
}

// sortTokens puts tokens into the order of their bytes.
func sortTokens(list []opaque.Token) {
	slices.SortFunc(list, func(a, b opaque.Token) int {
		if c := cmp.Compare(binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(b[:8])); c != 0 {
			return c
		}
		return cmp.Compare(binary.BigEndian.Uint64(a[8:]), binary.BigEndian.Uint64(b[8:]))
	})
}

// Watch begins to remember which of the facts that are open now go missing.
func (k *Keyed) Watch() { k.closed, k.anew = map[opaque.Token]bool{}, map[opaque.Token]bool{} }

// Closed visits the facts that were open when Watch was called and are gone,
// in no order.
func (k *Keyed) Closed(visit func(kind uint8, stream uint16)) {
	for id := range k.closed {
		f := k.at[id]
		visit(f.Kind, f.Stream)
	}
}

// Has tells whether a fact is known.
func (k *Keyed) Has(id opaque.Token) bool {
	_, ok := k.at[id]
	return ok
}

// Open tells whether a fact is known and not gone.
func (k *Keyed) Open(id opaque.Token) bool {
	f, ok := k.at[id]
	return ok && !f.Gone
}

// Each visits all facts in no order.
func (k *Keyed) Each(visit func(id opaque.Token, kind uint8, stream uint16, gone bool)) {
	for id, f := range k.at {
		visit(id, f.Kind, f.Stream, f.Gone)
	}
}

// Write saves the index, sorted by id.
func (k *Keyed) Write(w io.Writer) error {
	ids := make([]opaque.Token, 0, len(k.at))
	for id := range k.at {
		ids = append(ids, id)
	}
	sortTokens(ids)
	raw := make([]byte, 0, len(ids)*len(opaque.Token{}))
	content, asOf := make([]uint64, 0, len(ids)), make([]int64, 0, len(ids))
	kind, stream, gone := make([]uint8, 0, len(ids)), make([]uint16, 0, len(ids)), make([]bool, 0, len(ids))
	for _, id := range ids {
		f := k.at[id]
		raw = append(raw, id[:]...)
		content, asOf, kind = append(content, f.Content), append(asOf, f.AsOf), append(kind, f.Kind)
		stream, gone = append(stream, f.Stream), append(gone, f.Gone)
	}
	s := newSectionWriter(w)
	put(s, "id", raw)
	put(s, "content", content)
	put(s, "as_of", asOf)
	put(s, "kind", kind)
	put(s, "stream", stream)
	put(s, "gone", gone)
	return s.close()
}

// ReadKeyed reads what Write wrote.
func ReadKeyed(r io.Reader, thing string) (*Keyed, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	raw := get[uint8](s, "id", nil)
	content, asOf := get[uint64](s, "content", nil), get[int64](s, "as_of", nil)
	kind, stream, gone := get[uint8](s, "kind", nil), get[uint16](s, "stream", nil), get[bool](s, "gone", nil)
	k := &Keyed{at: make(map[opaque.Token]keyedFact, len(content))}
	for i := range content {
		var id opaque.Token
		copy(id[:], raw[i*16:])
		k.at[id] = keyedFact{content[i], asOf[i], kind[i], stream[i], gone[i]}
	}
	return k, nil
}
