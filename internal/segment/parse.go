package segment

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/suggest"
)

var (
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
	purposeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
)

// maxDepth bounds how deep all, any and not may stand inside each other.
const maxDepth = 32

// Parse checks one segment file: file is its name in the project
// (segments/<id>.yaml), root its content with aliases written out. It gives
// the segment as far as it could be understood and all faults; one with faults
// must not be compiled. Names of other segments are checked by Link.
func Parse(file string, root *yaml.Node, voc *Vocabulary) (*Segment, []Fault) {
	r := &reader{file: file, voc: voc, base: Clients}
	s := &Segment{File: file, ID: strings.TrimSuffix(path.Base(file), path.Ext(file)), Version: 1, Base: Clients}
	if root == nil {
		return s, nil // the syntax is broken: reported by whoever read the file
	}
	top := place{r: r, y: root}
	if !idForm.MatchString(s.ID) {
		top.fault("rename the file to something like payroll_clients.yaml", "a segment is named in small Latin letters, digits and _")
	}
	o := top.object("segment", "version", "owner", "purpose", "base", "title", "where")
	if v, ok := o.need("segment", "write segment: "+s.ID); ok {
		if t := v.text(); t != s.ID && v.isText() {
			v.fault("name it "+s.ID+" or rename the file", "the segment is not named as its file")
		}
	}
	if v, ok := o.need("version", "write version: 1 and count up with every change of meaning"); ok {
		n, err := strconv.Atoi(v.text())
		if err != nil || n < 1 {
			v.fault("", "a whole number from 1 is expected here")
		}
		s.Version = n
	}
	if v, ok := o.need("owner", "who answers for it: a person or a team"); ok {
		s.Owner = v.text()
	}
	if v, ok := o.need("purpose", "write for example purpose: marketing.deposits: it selects the consent that applies"); ok {
		s.Purpose = v.text()
		if v.isText() && !purposeForm.MatchString(s.Purpose) {
			v.fault("write it like marketing or marketing.deposits", "a purpose is small Latin words joined by points")
		}
	}
	if v, ok := o.get("base"); ok {
		if w := v.word("base", string(Clients), string(People), string(Organisations)); w != "" {
			s.Base = Base(w)
		}
	}
	r.base = s.Base
	if v, ok := o.need("title", "what people see: {ru: …, en: …}"); ok {
		s.Title = v.title()
	}
	if v, ok := o.need("where", "write where: {attr: city, equals: Москва}"); ok {
		s.Where = v.node(0)
	}
	s.own = hashNode(root)
	return s, r.faults
}

// title reads {ru: …, en: …}, or one text for both.
func (p place) title() Words {
	if p.isText() {
		return Words{p.y.Value, p.y.Value}
	}
	o := p.object("ru", "en")
	var w Words
	if v, ok := o.need("ru", ""); ok {
		w.Ru = v.text()
	}
	if v, ok := o.need("en", ""); ok {
		w.En = v.text()
	}
	return w
}

// leaves are the keys that name what a node does, with the keys that may stand
// beside them.
var leaves = map[Op][]string{
	All: nil, Any: nil, Not: nil,
	OpAttr:  comparisons,
	OpHolds: nil, OpHad: nil, OpNever: nil,
	OpCount:   {"equals", "between", "ge", "gt", "le", "lt"},
	OpSum:     {"equals", "between", "ge", "gt", "le", "lt"},
	OpLife:    nil,
	OpSegment: nil,
}

// ops are the keys in the order in which messages list them.
var ops = []string{"all", "any", "not", "attr", "holds", "had", "never", "count", "sum", "lifecycle", "segment"}

// node reads one node of the rule. It gives nil where nothing can be made of it.
func (p place) node(depth int) *Node {
	if depth > maxDepth {
		p.fault("make segments of parts and use them: {segment: other}", "the rule is nested too deep")
		return nil
	}
	var found []entry
	for _, e := range p.entries() {
		if slices.Contains(ops, e.name) {
			found = append(found, e)
		}
	}
	switch {
	case !p.isMap():
		return nil
	case len(found) == 0:
		p.noOp()
		return nil
	case len(found) > 1:
		found[1].key.fault("write {all: [{"+found[0].name+": …}, {"+found[1].name+": …}]}", "%s and %s cannot stand in one node", found[0].name, found[1].name)
		return nil
	}
	op := Op(found[0].name)
	n := &Node{Op: op, Unknown: Exclude, Path: p.path, Line: p.y.Line, Col: p.y.Column}
	known := append([]string{string(op)}, leaves[op]...)
	if n.Leaf() {
		known = append(known, "unknown")
	}
	o := p.object(known...)
	v, ok := o.get(string(op))
	if u, ok := o.get("unknown"); ok {
		if w := u.word("way with the unknown", string(Exclude), string(Include), string(Refuse)); w != "" {
			n.Unknown = Unknown(w)
		}
	}
	if !ok {
		return nil
	}
	switch op {
	case All, Any:
		if !v.isList() {
			v.fault("write "+string(op)+": [{…}, {…}]", "a list is expected here, found %s", v.shape())
			return nil
		}
		for _, k := range v.items() {
			n.Kids = append(n.Kids, k.node(depth+1))
		}
	case Not:
		n.Kids = []*Node{v.node(depth + 1)}
	case OpAttr:
		n.Attr = o.attr(v)
	case OpHolds, OpHad, OpNever:
		n.Product = v.product(op)
	case OpCount, OpSum:
		n.Fact = o.fact(v, op)
	case OpLife:
		n.Life = v.life()
	case OpSegment:
		n.Use = v.text()
	}
	return n
}

// noOp reports a node that does nothing known.
func (p place) noOp() {
	for _, e := range p.entries() {
		if near, ok := suggest.Nearest(e.name, ops); ok {
			e.key.fault("did you mean "+near+"?", "unknown key %s", e.name)
			return
		}
	}
	p.fault("one of: "+list(ops), "the node says nothing that a rule can ask")
}
