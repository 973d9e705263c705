package pipeline

import (
	"slices"
	"strings"

	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// ReviewLine is what two records say of one attribute, in the published form:
// contact points, documents and addresses masked.
type ReviewLine struct {
	Attr  string `json:"attr"`
	A     string `json:"a"`
	B     string `json:"b"`
	RestA string `json:"rest_a,omitempty"` // where A says nothing: what other records of its client say
	RestB string `json:"rest_b,omitempty"`
	Equal bool   `json:"equal"`          // both say the same, also where masks hide it
	Some  bool   `json:"some,omitempty"` // they have one of several values in common
}

// Lines sets two records side by side, in the order of the dictionary. Without
// clear only the shapes of what they say are given.
func (v *Review) Lines(q *ReviewPair, clear bool) []ReviewLine {
	var out []ReviewLine
	for _, a := range v.p.Dict.Attrs {
		var text, rest [2]string
		var keys [2][]string
		for i, row := range q.rows {
			if text[i], keys[i] = v.cellsOf(a, row, clear); text[i] == "" && !q.One {
				rest[i] = v.restOf(a, row, clear)
			}
		}
		if text[0] != "" || text[1] != "" {
			equal := slices.Equal(keys[0], keys[1])
			some := slices.ContainsFunc(keys[0], func(k string) bool { return slices.Contains(keys[1], k) })
			out = append(out, ReviewLine{a.ID, text[0], text[1], rest[0], rest[1], equal && some, some && !equal})
		}
	}
	return out
}

// restOf gives what the other records of a client say, each thing once.
func (v *Review) restOf(a schemas.Attr, row state.Row, clear bool) string {
	var out []string
	seen := map[string]bool{}
	for _, other := range v.members(v.base.Client[row]) {
		if text, keys := v.cellsOf(a, other, clear); text != "" && !seen[strings.Join(keys, "\x00")] {
			seen[strings.Join(keys, "\x00")] = true
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// cellsOf gives what a record says of an attribute, and sorted keys by which
// equal values are known.
func (v *Review) cellsOf(a schemas.Attr, row state.Row, clear bool) (text string, keys []string) {
	col, lo, hi := v.base.Cells(a.ID, row)
	var shown []string
	for k := lo; k < hi; k++ {
		if col.ID[k] == 0 {
			continue
		}
		raw := col.Dict.Get(col.ID[k])
		form, token := shownForm(a, raw, &v.tok)
		if !clear {
			form = opaque.Shape(form)
		}
		shown = append(shown, form)
		if token.IsZero() {
			keys = append(keys, raw)
		} else {
			keys = append(keys, token.String())
		}
	}
	slices.Sort(keys)
	return strings.Join(shown, ", "), keys
}
