package state

import "io"

// Edge is scored evidence between two live record versions, kept so that a
// delta need not score the whole base again.
type Edge struct {
	A, B Row
	Bits float32
	P    float32
	Rule uint16
}

// WriteEdges saves edges in the order given.
func WriteEdges(w io.Writer, edges []Edge) error {
	a, b := make([]uint32, len(edges)), make([]uint32, len(edges))
	bits, p := make([]float32, len(edges)), make([]float32, len(edges))
	rule := make([]uint16, len(edges))
	for i, e := range edges {
		a[i], b[i], bits[i], p[i], rule[i] = e.A, e.B, e.Bits, e.P, e.Rule
	}
	s := newSectionWriter(w)
	put(s, "a", a)
	put(s, "b", b)
	put(s, "bits", bits)
	put(s, "p", p)
	put(s, "rule", rule)
	return s.close()
}

// ReadEdges reads what WriteEdges wrote.
func ReadEdges(r io.Reader, thing string) ([]Edge, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	a, b := get[uint32](s, "a", nil), get[uint32](s, "b", nil)
	bits, p, rule := get[float32](s, "bits", nil), get[float32](s, "p", nil), get[uint16](s, "rule", nil)
	out := make([]Edge, len(a), len(a)+spare(len(a))) // a delta adds some
	for i := range a {
		out[i] = Edge{a[i], b[i], bits[i], p[i], rule[i]}
	}
	return out, nil
}
