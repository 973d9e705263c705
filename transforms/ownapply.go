package transforms

import (
	"strings"

	"clientbase/schemas"
)

// before settles the raw cells of a rule's attributes that a list decides as
// whole cells. It changes no column of the batch: it gives the columns that the
// rule is to see instead, by attribute.
func (o *Own) before(r *ownRule, name string, b *schemas.Batch, attrs []schemas.Attr) map[string]*schemas.Cells {
	if len(r.junk) == 0 && len(r.keep) == 0 && len(r.correct) == 0 {
		return nil
	}
	var out map[string]*schemas.Cells
	var buf [160]byte
	for _, a := range attrs {
		in := b.In[a.ID]
		if in == nil {
			continue
		}
		var edited *schemas.Cells
		for i := range b.Rows {
			for k, raw := range in.Row(i) {
				cell, hit := r.settle(raw, a.Kind, bytesView(appendJunkKey(buf[:0], raw.Value)))
				if hit && edited == nil {
					edited = copyUntil(in, i, k)
				}
				if hit {
					cell.Chain = b.Chain(name)
				}
				if edited != nil {
					edited.Append(cell)
				}
			}
			if edited != nil {
				edited.EndRow()
			}
		}
		if edited != nil {
			if out == nil {
				out = map[string]*schemas.Cells{}
			}
			out[a.ID] = edited
		}
	}
	return out
}

// settle judges one raw cell by the lists of whole cells.
func (r *ownRule) settle(raw schemas.Cell, kind schemas.Kind, key string) (schemas.Cell, bool) {
	if raw.Status != schemas.Raw || key == "" {
		return raw, false
	}
	done := raw
	done.Reason = schemas.ProjectList
	if r.junk[key] {
		done.Value, done.Status = "", schemas.Junk
		return done, true
	}
	if kind == schemas.KindFullName || kind == schemas.KindNumber || kind == schemas.KindURL {
		return raw, false // a whole name is taken apart by its rule
	}
	if v, ok := r.keep[key]; ok {
		done.Value, done.Status = v, schemas.OK
		return done, true
	}
	if v, ok := r.correct[key]; ok {
		done.Value, done.Status = v, schemas.Corrected
		return done, true
	}
	return raw, false
}

// copyUntil copies the cells before cell k of row i; row i stays open.
func copyUntil(in *schemas.Cells, i, k int) *schemas.Cells {
	out := &schemas.Cells{}
	for j := range i {
		for _, c := range in.Row(j) {
			out.Append(c)
		}
		out.EndRow()
	}
	for _, c := range in.Row(i)[:k] {
		out.Append(c)
	}
	return out
}

// after changes the verdicts of a rule where a list knows better: a value that
// is junk in any spelling, a domain. It writes b.Out in place of the rule.
func (o *Own) after(r *ownRule, b *schemas.Batch, attrs []schemas.Attr) {
	domains := len(r.throw)+len(r.known)+len(r.typo) > 0
	if len(r.junkOut) == 0 && !domains {
		return
	}
	for _, a := range attrs {
		out := b.Out[a.ID]
		if out == nil {
			continue
		}
		for i := range out.Rows() {
			cells := out.Row(i)
			for k := range cells {
				c := &cells[k] // the column's own memory
				if !c.Status.Usable() {
					continue
				}
				if number, _, _ := strings.Cut(c.Value, ";ext="); r.junkOut[number] {
					c.Value, c.Status, c.Reason = "", schemas.Junk, schemas.ProjectList
					continue
				}
				if domains && a.Kind == schemas.KindEmail {
					r.domain(c, b.In[a.ID], i)
				}
			}
		}
	}
}

// domain judges the domain of one cleansed address.
func (r *ownRule) domain(c *schemas.Cell, in *schemas.Cells, row int) {
	local, domain, ok := strings.Cut(c.Value, "@")
	if !ok {
		return
	}
	if c.Reason == schemas.DomainTypo {
		if d, ok := r.typed(in, row, c.Field); ok { // the list knows the domain that stands there
			domain = d
			c.Value, c.Status, c.Reason = local+"@"+d, schemas.OK, schemas.ProjectList
		}
	}
	if to, ok := r.typo[domain]; ok {
		domain = to
		c.Value, c.Status, c.Reason = local+"@"+to, schemas.Corrected, schemas.ProjectList
	}
	if r.throw[domain] && c.Status.Usable() {
		c.Reason = schemas.DisposableAddress
	}
}

// typed finds a known domain in the raw cell of a field.
func (r *ownRule) typed(in *schemas.Cells, row int, field uint16) (string, bool) {
	if in == nil {
		return "", false
	}
	for _, raw := range in.Row(row) {
		at := strings.LastIndexByte(raw.Value, '@')
		if raw.Field != field || at < 0 {
			continue
		}
		d := strings.ToLower(strings.Trim(raw.Value[at+1:], " .,;>\t"))
		if r.known[d] {
			return d, true
		}
	}
	return "", false
}
