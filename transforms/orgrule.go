package transforms

import (
	"strings"

	"clientbase/schemas"
)

func orgCell(c *cell, out []Result) []Result {
	if n := len(out); strings.ContainsAny(c.text, ",;/\n") {
		if out = manyOrgs(c, out); len(out) > n {
			return out
		}
	}
	n := ParseOrg(c.text)
	r := Result{Out: n.Full, Status: n.Status, Reason: n.Reason, Rule: orgID, Class: n.Class}
	if !n.Status.Usable() {
		r.Out = ""
	}
	if c.detail {
		r.Details = n.details()
	}
	return append(out, r)
}

// manyOrgs parts a cell in which every piece between commas or semicolons has a
// legal form and a name of its own; it appends nothing otherwise.
func manyOrgs(c *cell, out []Result) []Result {
	first, lo := len(out), 0
	for lo < len(c.text) {
		hi := len(c.text)
		if i := strings.IndexAny(c.text[lo:], ",;/\n"); i >= 0 {
			hi = lo + i
		}
		n := ParseOrg(c.text[lo:hi])
		if n.Form == "" || !n.Status.Usable() {
			return out[:first]
		}
		r := Result{Out: n.Full, Status: n.Status, Reason: n.Reason, Rule: orgID, Class: n.Class, Lo: lo, Hi: hi}
		if r.Status == schemas.OK {
			r.Reason = schemas.Split
		}
		if c.detail {
			r.Details = n.details()
		}
		out = append(out, r)
		lo = hi + 1
	}
	if len(out)-first < 2 {
		return out[:first]
	}
	return out
}

// orgRule writes names of organisations, and for org_name also the legal form:
// the declared one in canonical spelling, else the one found in the name.
func orgRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "org", Version: 4, Doc: "finds the legal form in an organisation's name and spells the name canonically"}
	attrs := attrsOf(d, schemas.KindOrgName)
	for _, a := range attrs {
		r.Reads, r.Writes = append(r.Reads, a.ID), append(r.Writes, a.ID)
	}
	_, form := d.Attr("legal_form")
	if form && len(attrs) > 0 {
		r.Reads, r.Writes = append(r.Reads, "legal_form"), append(r.Writes, "legal_form")
	}
	r.Apply = func(b *schemas.Batch, m *Model) error {
		for _, a := range attrs {
			if err := column(b, m, a, orgCell); err != nil {
				return err
			}
		}
		if form && (b.In["legal_form"] != nil || b.In["org_name"] != nil) {
			applyLegalForms(b)
		}
		return nil
	}
	return r
}

func applyLegalForms(b *schemas.Batch) {
	out := &schemas.Cells{}
	chain := b.Chain(orgID)
	for i := range b.Rows {
		done := false
		if in := b.In["legal_form"]; in != nil {
			for _, raw := range in.Row(i) {
				if raw.Status != schemas.Raw {
					out.Append(raw)
					done = true
				} else if c, ok := legalFormCell(raw, chain); ok {
					out.Append(c)
					done = done || c.Status.Usable()
				}
			}
		}
		if in := b.In["org_name"]; in != nil && !done {
			for _, raw := range in.Row(i) {
				if n := ParseOrg(raw.Value); raw.Status == schemas.Raw && n.Form != "" {
					c := schemas.Cell{Value: n.Form, Status: schemas.OK, Reason: schemas.LegalFormFound, Chain: chain, Field: raw.Field, Lo: raw.Lo, Hi: raw.Hi}
					if n.FormHi <= len(raw.Value) && cleanText(raw.Value) == raw.Value {
						c.Lo, c.Hi = raw.Lo+int32(n.FormLo), raw.Lo+int32(n.FormHi)
					}
					out.Append(c)
					break
				}
			}
		}
		out.EndRow()
	}
	b.Out["legal_form"] = out
}

func legalFormCell(raw schemas.Cell, chain uint16) (schemas.Cell, bool) {
	s := cleanText(raw.Value)
	c := schemas.Cell{Chain: chain, Field: raw.Field, Lo: raw.Lo, Hi: raw.Hi}
	words := orgWords(s)
	if len(words) == 0 {
		return c, false
	}
	if f := formAt(words, true); f != nil && len(f.words) == len(words) {
		c.Value, c.Status, c.Reason = f.display, schemas.OK, schemas.Normalised
		if f.display == raw.Value {
			c.Reason = schemas.Unchanged
		}
		return c, true
	}
	if r, junk := junkText(s); junk {
		c.Status, c.Reason = schemas.Junk, r
		return c, true
	}
	c.Value, c.Status, c.Reason = s, schemas.OK, schemas.UnknownCode
	return c, true
}
