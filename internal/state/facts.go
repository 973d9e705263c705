package state

import (
	"io"
	"slices"

	"clientbase/internal/opaque"
)

// Keyed remembers the facts that are kept by key (accounts, cards, products,
// links, consents): what each said last and when, so that a repeated delivery
// changes nothing and a key that goes missing from a full extract is closed.
type Keyed struct {
	ids     tokens
	content []uint64 // beside ids, as the others
	asOf    []int64
	kind    []uint8
	stream  []uint16
	gone    []bool

	changed bool                  // since it was read
	closed  map[opaque.Token]bool // open when Watch was called, gone now
	anew    map[opaque.Token]bool // opened since Watch was called
}

// NewKeyed returns an empty index.
func NewKeyed() *Keyed { return &Keyed{} }

// Len counts keyed facts.
func (k *Keyed) Len() int { return k.ids.len() }

// See applies one sight and reports whether the fact must be written.
func (k *Keyed) See(id opaque.Token, kind uint8, stream uint16, content uint64, asOf int64) bool {
	i, known := k.ids.add(id)
	if !known {
		k.content, k.asOf, k.kind = append(k.content, content), append(k.asOf, asOf), append(k.kind, kind)
		k.stream, k.gone = append(k.stream, stream), append(k.gone, false)
	} else if k.asOf[i] > asOf {
		return false
	}
	oldContent, wasGone := k.content[i], k.gone[i]
	k.changed = k.changed || !known || k.asOf[i] != asOf || oldContent != content || wasGone || k.kind[i] != kind || k.stream[i] != stream
	k.content[i], k.asOf[i], k.kind[i], k.stream[i], k.gone[i] = content, asOf, kind, stream, false
	switch {
	case k.closed == nil:
	case k.closed[id]:
		delete(k.closed, id)
	case !known || wasGone:
		k.anew[id] = true
	}
	return !known || oldContent != content || wasGone
}

// Missing marks, as gone, the facts of a kind and stream that were last seen
// before asOf, and returns their ids in order.
func (k *Keyed) Missing(kind uint8, stream uint16, asOf int64) []opaque.Token {
	var out []opaque.Token
	for i, id := range k.ids.list {
		if k.kind[i] == kind && k.stream[i] == stream && !k.gone[i] && k.asOf[i] < asOf {
			k.gone[i], k.changed = true, true
			if k.closed != nil && !k.anew[id] {
				k.closed[id] = true
			}
			out = append(out, id)
		}
	}
	slices.SortFunc(out, compareTokens)
	return out
}

// Watch begins to remember which of the facts that are open now go missing.
func (k *Keyed) Watch() { k.closed, k.anew = map[opaque.Token]bool{}, map[opaque.Token]bool{} }

// Closed visits the facts that were open when Watch was called and are gone,
// in no order.
func (k *Keyed) Closed(visit func(kind uint8, stream uint16)) {
	for id := range k.closed {
		i, _ := k.ids.find(id)
		visit(k.kind[i], k.stream[i])
	}
}

// Changed tells whether Write would write anything else than what was read.
func (k *Keyed) Changed() bool { return k.changed }

// Has tells whether a fact is known.
func (k *Keyed) Has(id opaque.Token) bool {
	_, ok := k.ids.find(id)
	return ok
}

// Open tells whether a fact is known and not gone.
func (k *Keyed) Open(id opaque.Token) bool {
	i, ok := k.ids.find(id)
	return ok && !k.gone[i]
}

// Each visits all facts in no order.
func (k *Keyed) Each(visit func(id opaque.Token, kind uint8, stream uint16, gone bool)) {
	for i, id := range k.ids.list {
		visit(id, k.kind[i], k.stream[i], k.gone[i])
	}
}

// Write saves the index, sorted by id.
func (k *Keyed) Write(w io.Writer) error {
	at := k.ids.order()
	s := newSectionWriter(w)
	put(s, "id", k.ids.bytes(at))
	put(s, "content", taken(k.content, at))
	put(s, "as_of", taken(k.asOf, at))
	put(s, "kind", taken(k.kind, at))
	put(s, "stream", taken(k.stream, at))
	put(s, "gone", taken(k.gone, at))
	return s.close()
}

// ReadKeyed reads what Write wrote.
func ReadKeyed(r io.Reader, thing string) (*Keyed, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	return &Keyed{ids: tokensOf(get[uint8](s, "id", nil), true), content: get[uint64](s, "content", nil), asOf: get[int64](s, "as_of", nil),
		kind: get[uint8](s, "kind", nil), stream: get[uint16](s, "stream", nil), gone: get[bool](s, "gone", nil)}, nil
}
