package connectors

import (
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/suggest"
)

// Decode fills the struct that out points to from a `from:` node, by the yaml
// tags of its fields, and gives every fault: unknown keys with the nearest known
// one, values of the wrong type, keys that stand twice. Fields may be string, bool,
// int, time.Duration, []string, map[string]string, or pointers to these (nil =
// not written). Fields without a fault are filled all the same, so that the
// caller can go on checking.
func Decode(node *yaml.Node, out any) []Fault {
	if node == nil || node.Kind == 0 {
		return []Fault{{Path: "from", Msg: "the from: node is missing", Hint: "say where the data comes from"}}
	}
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return []Fault{{Line: node.Line, Col: node.Column, Path: "from", Msg: "a map of settings is expected here", Hint: "from: {path: …, format: …}"}}
	}
	v := reflect.ValueOf(out).Elem()
	fields := map[string]reflect.Value{}
	var names []string
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("yaml"); tag != "" && tag != "-" {
			fields[tag] = v.Field(i)
			names = append(names, tag)
		}
	}
	var faults []Fault
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, val := node.Content[i], node.Content[i+1]
		path := "from." + k.Value
		f, ok := fields[k.Value]
		switch {
		case !ok:
			faults = append(faults, Fault{k.Line, k.Column, path, "unknown setting " + k.Value, Suggest(k.Value, names)})
			continue
		case seen[k.Value]:
			faults = append(faults, Fault{k.Line, k.Column, path, k.Value + " stands twice", "keep one"})
			continue
		}
		seen[k.Value] = true
		if msg, hint := assign(f, val); msg != "" {
			faults = append(faults, Fault{val.Line, val.Column, path, msg, hint})
		}
	}
	return faults
}

func assign(f reflect.Value, n *yaml.Node) (msg, hint string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if f.Kind() == reflect.Pointer {
		p := reflect.New(f.Type().Elem())
		if msg, hint = assign(p.Elem(), n); msg == "" {
			f.Set(p)
		}
		return msg, hint
	}
	if f.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || d < 0 {
			return "a duration is expected here", "write it as 30s, 5m or 2h"
		}
		f.SetInt(int64(d))
		return "", ""
	}
	want := map[reflect.Kind]string{reflect.String: "text", reflect.Bool: "true or false", reflect.Int: "a whole number",
		reflect.Slice: "a list of texts", reflect.Map: "a map of texts"}[f.Kind()]
	if f.Kind() == reflect.String && n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		f.SetString(n.Value)
		return "", ""
	}
	if err := n.Decode(f.Addr().Interface()); err != nil {
		return want + " is expected here", ""
	}
	return "", ""
}

// FaultAt makes a fault that points at a key's value in a from: node, or at the
// node when the key is not written.
func FaultAt(node *yaml.Node, key, msg, hint string) Fault {
	f := Fault{Path: "from", Msg: msg, Hint: hint}
	if key != "" {
		f.Path = "from." + key
	}
	if node == nil {
		return f
	}
	f.Line, f.Col = node.Line, node.Column
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Kind == yaml.MappingNode && node.Content[i].Value == key {
			f.Line, f.Col = node.Content[i+1].Line, node.Content[i+1].Column
		}
	}
	return f
}

// Suggest gives "did you mean x?" for a mistyped word, or the known words.
func Suggest(word string, known []string) string {
	if k, ok := suggest.Nearest(word, known); ok {
		return "did you mean " + k + "?"
	}
	return "known: " + strings.Join(known, ", ")
}
