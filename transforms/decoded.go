package transforms

import (
	"maps"
	"slices"

	"clientbase/schemas"
)

// ownCodes stands in Batch.Lists for a code list that a column has of its own,
// without a version.
const ownCodes = "-"

// ListOf says, for Batch.Lists, which code list decodes a column: "" = none.
func ListOf(c *schemas.Column) string {
	switch {
	case c == nil || !c.Coded():
		return ""
	case c.List != nil:
		return c.List.ID()
	}
	return ownCodes
}

// decoded tells values that a code list gave from those that it did not know:
// the reason says which, and the chain begins with the list and its version. A
// code that no list knows stays as it came, with reason unknown_code.
func decoded(b *schemas.Batch) {
	if !slices.ContainsFunc(b.Lists, func(l string) bool { return l != "" }) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(b.In)) {
		in, out := b.In[id], b.Out[id]
		if out == nil {
			continue
		}
		for i := range out.Rows() {
			cells := out.Row(i)
			for k := range cells {
				c := &cells[k]
				if int(c.Field) >= len(b.Lists) || b.Lists[c.Field] == "" {
					continue
				}
				raw, ok := rawFrom(in, i, c.Field)
				if !ok {
					continue
				}
				if c.Status == schemas.OK && (c.Reason == schemas.Unchanged || c.Reason == schemas.Normalised) {
					c.Reason = raw.Reason
				}
				if l := b.Lists[c.Field]; l != ownCodes && raw.Reason == schemas.CodeList {
					c.Chain = b.Chain("codes:" + l + ">" + b.Chains[c.Chain])
				}
			}
		}
	}
}

// rawFrom finds the raw cell of a field that a code list has judged.
func rawFrom(in *schemas.Cells, row int, field uint16) (schemas.Cell, bool) {
	for _, raw := range in.Row(row) {
		if raw.Field == field && (raw.Reason == schemas.CodeList || raw.Reason == schemas.UnknownCode) {
			return raw, true
		}
	}
	return schemas.Cell{}, false
}
