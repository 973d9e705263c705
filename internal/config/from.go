package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"clientbase/schemas"
)

// FromFault is a fault that a connector found in a from: node. It has the
// shape of the connectors' own fault, so that one converts to the other.
type FromFault struct {
	Line, Col int
	Path      string
	Msg       string
	Hint      string
}

// CheckFrom lets the connectors check their nodes: check is called for every
// stream whose kind is one of kinds; other kinds are faults. The result is
// sorted and can be merged with the faults of Load.
func (p *Project) CheckFrom(kinds []string, check func(kind string, from *yaml.Node, s *schemas.Stream) []FromFault) []Fault {
	var out []Fault
	for i := range p.Sources {
		src := &p.Sources[i]
		kind := src.Kind
		if !slices.Contains(kinds, kind) {
			if kind == "" {
				continue
			}
			out = append(out, Fault{File: src.File, Line: src.kindLine, Col: src.kindCol, Path: "kind",
				Msg: "unknown kind of source " + kind, Hint: suggest(kind, kinds)})
			near, ok := nearest(kind, kinds)
			if !ok {
				continue
			}
			kind = near // its nodes have faults of their own, all to be told at once
		}
		for j := range src.Streams {
			s := &src.Streams[j]
			if s.From == nil || s.From.Kind != yaml.MappingNode {
				continue // reported by Load
			}
			for _, f := range check(kind, s.From, &s.Stream) {
				if f.Path == "purpose" || f.Path == "legal_basis" {
					continue // Load reports them once for the source, where they belong
				}
				if f.Line == 0 {
					f.Line, f.Col = s.From.Line, s.From.Column
				}
				out = append(out, Fault{File: src.File, Line: f.Line, Col: f.Col,
					Path: "streams." + s.Name + "." + f.Path, Msg: f.Msg, Hint: f.Hint})
			}
		}
	}
	return MergeFaults(out)
}
