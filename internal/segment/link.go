package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/suggest"
)

// Link joins segments that use segments: it fills Node.Segment, refuses names
// that do not exist and cycles, and sets the content hashes. Who is not in the
// base of a used segment is not in that segment. Segments with faults of their own may be among the list.
func Link(list []*Segment) []Fault {
	byID := map[string]*Segment{}
	var ids []string
	var faults []Fault
	for _, s := range list {
		if other := byID[s.ID]; other != nil {
			faults = append(faults, Fault{File: s.File, Msg: "the segment " + s.ID + " stands in " + other.File + " too", Hint: "remove one of the files"})
			continue
		}
		byID[s.ID] = s
		ids = append(ids, s.ID)
	}
	for _, s := range list {
		for _, n := range uses(s.Where) {
			fault := func(hint, msg string) {
				faults = append(faults, Fault{File: s.File, Line: n.Line, Col: n.Col, Path: n.Path + ".segment", Msg: msg, Hint: hint})
			}
			other := byID[n.Use]
			switch {
			case n.Use == "":
			case other == nil:
				fault(suggest.Hint(n.Use, ids), "unknown segment "+n.Use)
			default:
				n.Segment = other
			}
		}
	}
	l := linker{state: map[*Segment]int{}}
	for _, s := range list {
		l.visit(s, nil)
	}
	return append(faults, l.faults...)
}

// Uses gives the segments that this one uses directly.
func (s *Segment) Uses() []*Segment {
	var out []*Segment
	for _, n := range uses(s.Where) {
		if n.Segment != nil && !slices.Contains(out, n.Segment) {
			out = append(out, n.Segment)
		}
	}
	return out
}

// uses gives the nodes that name other segments.
func uses(n *Node) []*Node {
	var out []*Node
	if n == nil {
		return nil
	}
	if n.Op == OpSegment {
		out = append(out, n)
	}
	for _, k := range n.Kids {
		out = append(out, uses(k)...)
	}
	return out
}

// linker walks the uses depth first: what is met again before it is left is a
// cycle; what is left has its hash.
type linker struct {
	state  map[*Segment]int // 1 being visited, 2 left
	faults []Fault
}

func (l *linker) visit(s *Segment, trail []string) {
	if l.state[s] == 2 {
		return
	}
	l.state[s] = 1
	trail = append(slices.Clip(trail), s.ID)
	h := sha256.New()
	text(h, s.own)
	for _, n := range uses(s.Where) {
		switch {
		case n.Segment == nil:
			continue
		case l.state[n.Segment] == 1:
			l.faults = append(l.faults, Fault{File: s.File, Line: n.Line, Col: n.Col, Path: n.Path + ".segment",
				Msg: "segments use each other in a circle: " + strings.Join(append(trail[slices.Index(trail, n.Use):], n.Use), " → "), Hint: "move what they share into a segment of its own"})
			n.Segment = nil
			continue
		}
		l.visit(n.Segment, trail)
		text(h, n.Segment.Hash)
	}
	s.Hash = hex.EncodeToString(h.Sum(nil))
	l.state[s] = 2
}

// hashNode is the hash of what a file says: comments and style do not count.
func hashNode(n *yaml.Node) string {
	h := sha256.New()
	feed(h, n)
	return hex.EncodeToString(h.Sum(nil))
}

func feed(h hash.Hash, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		count(h, 'm', len(n.Content))
	case yaml.SequenceNode:
		count(h, 's', len(n.Content))
	default:
		text(h, n.Value)
	}
	for _, c := range n.Content {
		feed(h, c)
	}
}

func text(h hash.Hash, s string) {
	count(h, 't', len(s))
	_, _ = io.WriteString(h, s)
}

func count(h hash.Hash, mark byte, n int) {
	_, _ = h.Write(binary.BigEndian.AppendUint64([]byte{mark}, uint64(n)))
}
