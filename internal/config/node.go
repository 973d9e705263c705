package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// node is a place in a file: a YAML node, its path, and where faults go. Its
// methods read a value of the expected shape; when the shape is wrong they
// report it and give the zero value, so that a caller reads on and the next
// fault is found too.
type node struct {
	file string
	path string
	y    *yaml.Node
	out  *faults
}

// at is the same place under another node.
func (n node) at(name string, y *yaml.Node) node {
	n.y = y
	switch {
	case n.path == "":
		n.path = name
	case strings.HasPrefix(name, "["):
		n.path += name
	default:
		n.path += "." + name
	}
	return n
}

// fault reports what is wrong here.
func (n node) fault(hint, format string, args ...any) {
	f := Fault{File: n.file, Path: n.path, Msg: fmt.Sprintf(format, args...), Hint: hint}
	if n.y != nil {
		f.Line, f.Col = n.y.Line, n.y.Column
	}
	n.out.add(f)
}

func (n node) isNull() bool { return n.y.Kind == yaml.ScalarNode && n.y.ShortTag() == "!!null" }
func (n node) isMap() bool  { return n.y.Kind == yaml.MappingNode }
func (n node) isList() bool { return n.y.Kind == yaml.SequenceNode }
func (n node) isText() bool { return n.y.Kind == yaml.ScalarNode && !n.isNull() }

// shape names what stands here, for messages.
func (n node) shape() string {
	switch {
	case n.isMap():
		return "a map"
	case n.isList():
		return "a list"
	case n.isNull():
		return "nothing"
	}
	return "a value"
}

// entry is one key of a map and its value.
type entry struct {
	name string
	key  node // the key's own place
	val  node
}

// entries gives the keys of a map in file order. Repeated keys are reported
// and the first one counts.
func (n node) entries() []entry {
	if !n.isMap() {
		n.fault("", "a map is expected here, found %s", n.shape())
		return nil
	}
	var out []entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.y.Content); i += 2 {
		k, v := n.y.Content[i], n.y.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.ShortTag() == "!!null" {
			n.at("?", k).fault("", "a key must be a word")
			continue
		}
		e := entry{k.Value, n.at(k.Value, k), n.at(k.Value, v)}
		switch {
		case k.ShortTag() == "!!merge":
			e.key.fault("write the keys out", "merge keys are not supported")
			continue
		case seen[k.Value]:
			e.key.fault("remove one of them", "key %s stands here twice", k.Value)
			continue
		}
		seen[k.Value] = true
		out = append(out, e)
	}
	return out
}

// object is a map with known keys.
type object struct {
	node
	byName map[string]node
}

// object reads a map and reports keys that are not among known.
func (n node) object(known ...string) object {
	o := object{n, map[string]node{}}
	for _, e := range n.entries() {
		if !slices.Contains(known, e.name) {
			e.key.fault(suggest(e.name, known), "unknown key %s", e.name)
			continue
		}
		o.byName[e.name] = e.val
	}
	return o
}

// get finds a key; ok is false when it is absent or null.
func (o object) get(name string) (node, bool) {
	v, ok := o.byName[name]
	if ok && v.isNull() {
		v.fault("write a value or remove the key", "%s is empty", name)
		return v, false
	}
	return v, ok
}

// need is get that reports an absent key.
func (o object) need(name, hint string) (node, bool) {
	v, ok := o.get(name)
	if _, there := o.byName[name]; !there && o.isMap() {
		o.fault(hint, "key %s is missing", name)
	}
	return v, ok
}

// text reads a scalar of any type as its text.
func (n node) text() string {
	if !n.isText() {
		n.fault("", "a single value is expected here, found %s", n.shape())
		return ""
	}
	return n.y.Value
}

// word reads a scalar that must be one of words; what names the choice.
func (n node) word(what string, words ...string) string {
	if !n.isText() {
		_ = n.text()
		return ""
	}
	if !slices.Contains(words, n.y.Value) {
		n.fault(suggest(n.y.Value, words), "unknown %s %s", what, n.y.Value)
		return ""
	}
	return n.y.Value
}

// flag reads true or false.
func (n node) flag() bool {
	if n.y.ShortTag() != "!!bool" {
		n.fault("write true or false", "true or false is expected here")
		return false
	}
	return strings.EqualFold(n.y.Value, "true")
}

// integer reads a whole number in [lo, hi].
func (n node) integer(lo, hi int) int {
	v, err := strconv.Atoi(n.text())
	if n.isText() && (err != nil || v < lo || v > hi) {
		n.fault("", "a whole number from %d to %d is expected here", lo, hi)
		return lo
	}
	return v
}

// share reads a number in [0, 1].
func (n node) share() float64 {
	v, err := strconv.ParseFloat(n.text(), 64)
	if n.isText() && (err != nil || !(v >= 0 && v <= 1)) {
		n.fault("write a share such as 0.05", "a number from 0 to 1 is expected here")
		return 0
	}
	return v
}

// Words are one thing named for people in both languages.
type Words struct{ Ru, En string }

// words reads {ru: …, en: …}, or one text for both.
func (n node) words() Words {
	if n.isText() {
		return Words{n.y.Value, n.y.Value}
	}
	o := n.object("ru", "en")
	var w Words
	if v, ok := o.need("ru", ""); ok {
		w.Ru = v.text()
	}
	if v, ok := o.need("en", ""); ok {
		w.En = v.text()
	}
	return w
}

// items gives the elements of a list; a single thing counts as a list of one.
func (n node) items() []node {
	if !n.isList() {
		return []node{n}
	}
	out := make([]node, len(n.y.Content))
	for i, y := range n.y.Content {
		out[i] = n.at("["+strconv.Itoa(i)+"]", y)
	}
	return out
}

// scalars gives the elements of a list of single values, or the value itself.
func (n node) scalars() []node {
	items := n.items()
	if len(items) == 0 {
		n.fault("", "the list is empty")
	}
	return items
}

// cells reads one or several source values; the empty text is a value too.
func (n node) cells() []string {
	var out []string
	for _, v := range n.scalars() {
		if v.isText() {
			out = append(out, v.y.Value)
		} else {
			_ = v.text()
		}
	}
	return out
}
