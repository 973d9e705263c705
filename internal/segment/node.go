package segment

import (
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/suggest"
)

// place is a node of the file with its path. Its methods read a value of the
// expected shape; a wrong shape is a fault and gives the zero value, so that
// the reader goes on and finds the next fault too.
type place struct {
	r    *reader
	y    *yaml.Node
	path string
}

// reader collects the faults of one file.
type reader struct {
	file   string
	voc    *Vocabulary
	faults []Fault
	base   Base
}

func (p place) at(name string, y *yaml.Node) place {
	if p.path != "" && name[0] != '[' {
		name = "." + name
	}
	return place{p.r, y, p.path + name}
}

func (p place) fault(hint, format string, args ...any) {
	f := Fault{File: p.r.file, Path: p.path, Msg: fmt.Sprintf(format, args...), Hint: hint}
	if p.y != nil {
		f.Line, f.Col = p.y.Line, p.y.Column
	}
	p.r.faults = append(p.r.faults, f)
}

func (p place) isMap() bool  { return p.y.Kind == yaml.MappingNode }
func (p place) isList() bool { return p.y.Kind == yaml.SequenceNode }
func (p place) isText() bool {
	return p.y.Kind == yaml.ScalarNode && p.y.ShortTag() != "!!null"
}

func (p place) shape() string {
	switch {
	case p.isMap():
		return "a map"
	case p.isList():
		return "a list"
	case p.isText():
		return "a value"
	}
	return "nothing"
}

// entry is a key of a map with its value.
type entry struct {
	name     string
	key, val place
}

// entries gives the keys of a map in file order; a repeated key is a fault and
// the first one counts.
func (p place) entries() []entry {
	if !p.isMap() {
		p.fault("", "a map is expected here, found %s", p.shape())
		return nil
	}
	var out []entry
	for i := 0; i+1 < len(p.y.Content); i += 2 {
		k, v := p.y.Content[i], p.y.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.Value == "" || k.ShortTag() == "!!merge" {
			p.at("?", k).fault("", "a key must be a word")
			continue
		}
		e := entry{k.Value, p.at(k.Value, k), p.at(k.Value, v)}
		if slices.ContainsFunc(out, func(o entry) bool { return o.name == e.name }) {
			e.key.fault("remove one of them", "key %s stands here twice", e.name)
			continue
		}
		out = append(out, e)
	}
	return out
}

// object is a map with known keys.
type object struct {
	place
	vals map[string]place
}

func (p place) object(known ...string) object {
	o := object{p, map[string]place{}}
	for _, e := range p.entries() {
		switch {
		case !slices.Contains(known, e.name):
			e.key.fault(suggest.Hint(e.name, known), "unknown key %s", e.name)
		case !e.val.isText() && !e.val.isMap() && !e.val.isList():
			e.val.fault("write a value or remove the key", "%s is empty", e.name)
		default:
			o.vals[e.name] = e.val
		}
	}
	return o
}

// get finds a key that has a value.
func (o object) get(name string) (place, bool) {
	v, ok := o.vals[name]
	return v, ok
}

// need is get that reports an absent key.
func (o object) need(name, hint string) (place, bool) {
	v, ok := o.vals[name]
	if !ok && o.isMap() && !o.has(name) {
		o.fault(hint, "key %s is missing", name)
	}
	return v, ok
}

// has reports whether the key stands there, with or without a value.
func (o object) has(name string) bool {
	for i := 0; i+1 < len(o.y.Content); i += 2 {
		if o.y.Content[i].Value == name {
			return true
		}
	}
	return false
}

// text reads a single value of any type as its text.
func (p place) text() string {
	if !p.isText() {
		p.fault("", "a single value is expected here, found %s", p.shape())
		return ""
	}
	return p.y.Value
}

// word reads one of words; what names the choice.
func (p place) word(what string, words ...string) string {
	t := p.text()
	if t == "" || slices.Contains(words, t) {
		return t
	}
	p.fault(suggest.Hint(t, words), "unknown %s %s", what, t)
	return ""
}

// items gives the elements of a list; a single value is a list of one.
func (p place) items() []place {
	if !p.isList() {
		return []place{p}
	}
	out := make([]place, len(p.y.Content))
	for i, y := range p.y.Content {
		out[i] = p.at("["+strconv.Itoa(i)+"]", y)
	}
	if len(out) == 0 {
		p.fault("", "the list is empty")
	}
	return out
}

// words reads one or several single values; closed lists refuse others.
func (p place) words(what string, known []string, closed bool) []string {
	var out []string
	for _, v := range p.items() {
		t := v.text()
		if t == "" {
			continue
		}
		if closed && !slices.Contains(known, t) {
			v.fault(suggest.Hint(t, known), "unknown %s %s", what, t)
			continue
		}
		out = append(out, t)
	}
	return out
}

func (p place) period() *Period {
	t := p.text()
	v, ok := ParsePeriod(t)
	if !ok {
		if t != "" {
			p.fault("write it like 31 days, 2 weeks, 3 months or 1 year", "not a length of time")
		}
		return nil
	}
	return &v
}

func (p place) day() *Day {
	t := p.text()
	d, ok := ParseDay(t)
	if !ok {
		if t != "" {
			p.fault("write it like 2026-01-31", "not a day")
		}
		return nil
	}
	return &d
}

func (p place) flag() *bool {
	if p.y.ShortTag() != "!!bool" {
		p.fault("write true or false", "true or false is expected here")
		return nil
	}
	v := p.y.Value == "true" || p.y.Value == "True" || p.y.Value == "TRUE"
	return &v
}
