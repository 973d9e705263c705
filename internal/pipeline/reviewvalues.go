package pipeline

import (
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
	Equal bool   `json:"equal"` // both say the same, also where masks hide it
}

// Lines sets two records side by side, in the order of the dictionary. Without
// clear only the shapes of what they say are given.
func (v *Review) Lines(q *ReviewPair, clear bool) []ReviewLine {
	var out []ReviewLine
	for _, a := range v.p.Dict.Attrs {
		var text, same, rest [2]string
		for i, row := range q.rows {
			if text[i], same[i] = v.cellsOf(a, row, clear); text[i] == "" && !q.One {
				rest[i] = v.restOf(a, row, clear)
			}
		}
		if text[0] != "" || text[1] != "" {
			out = append(out, ReviewLine{a.ID, text[0], text[1], rest[0], rest[1], same[0] != "" && same[0] == same[1]})
		}
	}
	return out
}

// restOf gives what the other records of a client say, each thing once.
func (v *Review) restOf(a schemas.Attr, row state.Row, clear bool) string {
	var out []string
	seen := map[string]bool{}
	for _, other := range v.members(v.base.Client[row]) {
		if text, key := v.cellsOf(a, other, clear); text != "" && !seen[key] {
			seen[key] = true
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// cellsOf gives what a record says of an attribute, and a key by which equal
// values are known.
func (v *Review) cellsOf(a schemas.Attr, row state.Row, clear bool) (text, key string) {
	col, lo, hi := v.base.Cells(a.ID, row)
	var shown, keys []string
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
	return strings.Join(shown, ", "), strings.Join(keys, "\x00")
}
