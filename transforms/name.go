package transforms

import (
	"strings"

	"clientbase/schemas"
)

const nameID = "name@4"

// nameAttrs are the attributes that the name rule writes together.
var nameAttrs = [...]string{"full_name", "surname", "given_name", "patronymic", "former_surname"}

// nameRule splits, orders and spells the names of persons. It reads the whole
// name and the separate columns together, because parts slip from one column
// into another.
func nameRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "name", Version: 4, Doc: "splits a person's name, puts its parts in order and spells them canonically"}
	for _, id := range nameAttrs {
		if _, ok := d.Attr(id); ok {
			r.Reads, r.Writes = append(r.Reads, id), append(r.Writes, id)
		}
	}
	r.Apply = applyNames
	return r
}

// namePartsRule cleanses attributes of the name kinds that a project added
// (a contact person's name), each cell alone.
func namePartsRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "name_other", Version: 4, Doc: "spells the names in attributes that a project added"}
	own := map[string]bool{}
	for _, id := range nameAttrs {
		own[id] = true
	}
	var attrs []schemas.Attr
	for _, a := range attrsOf(d, schemas.KindFullName, schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic) {
		if !own[a.ID] {
			attrs = append(attrs, a)
			r.Reads, r.Writes = append(r.Reads, a.ID), append(r.Writes, a.ID)
		}
	}
	r.Apply = func(b *schemas.Batch, m *Model) error {
		for _, a := range attrs {
			f := nameCell
			switch a.Kind {
			case schemas.KindSurname:
				f = surnameCell
			case schemas.KindGiven:
				f = givenCell
			case schemas.KindPatronymic:
				f = patronymicCell
			}
			if err := column(b, m, a, f); err != nil {
				return err
			}
		}
		return nil
	}
	return r
}

// nameCell judges a whole name in one cell.
func nameCell(c *cell, out []Result) []Result {
	n := ParseName(c.text)
	r := Result{Out: n.Full, Status: n.Status, Reason: n.Reason, Rule: nameID}
	if c.detail {
		if r.Details = n.details(); n.Reason == schemas.SeveralPeople {
			r.Details = people(c.text)
		}
	}
	return append(out, r)
}

func surnameCell(c *cell, out []Result) []Result {
	p := parsePart(c.text, roleSurname)
	return append(out, Result{Out: p.Text, Status: p.Status, Reason: p.Reason, Rule: nameID})
}

func givenCell(c *cell, out []Result) []Result {
	p := parsePart(c.text, roleGiven)
	return append(out, Result{Out: p.Text, Status: p.Status, Reason: p.Reason, Rule: nameID})
}

func patronymicCell(c *cell, out []Result) []Result {
	p := parsePart(c.text, rolePatronymic)
	return append(out, Result{Out: p.Text, Status: p.Status, Reason: p.Reason, Rule: nameID})
}

// rawName is the raw cell of one attribute of a row.
type rawName struct {
	cell  schemas.Cell
	ready bool // cleansed before: passed on
}

func rawOf(in *schemas.Cells, row int) rawName {
	if in == nil {
		return rawName{}
	}
	for _, c := range in.Row(row) {
		if c.Status != schemas.Raw {
			return rawName{c, true}
		}
		if strings.TrimSpace(c.Value) != "" {
			return rawName{c, false}
		}
	}
	return rawName{}
}

// nameMemo keeps the names that a batch has shown, as long as they repeat.
type nameMemo struct {
	names       map[string]PersonName
	asked, hits int
}

func (m *nameMemo) parse(text string) PersonName {
	if m.asked >= 1024 && m.hits < m.asked/8 { // names of this batch do not repeat
		return ParseName(text)
	}
	m.asked++
	n, ok := m.names[text]
	if ok {
		m.hits++
		return n
	}
	n = ParseName(text)
	if m.names == nil {
		m.names = map[string]PersonName{}
	}
	m.names[text] = n
	return n
}

func applyNames(b *schemas.Batch, _ *Model) error {
	var in, out [len(nameAttrs)]*schemas.Cells
	most := 0 // cells of one column
	for k, id := range nameAttrs {
		if in[k] = b.In[id]; in[k] != nil {
			most = max(most, in[k].Len())
		}
	}
	if in == [len(nameAttrs)]*schemas.Cells{} {
		return nil
	}
	for k, id := range nameAttrs {
		n := most
		if id == "former_surname" { // few have one
			n = 0
		}
		out[k] = emptyColumn(b, id, n)
	}
	chain := b.Chain(nameID)
	var memo nameMemo
	for i := range b.Rows {
		var raw [len(nameAttrs)]rawName
		for k := range nameAttrs {
			raw[k] = rawOf(in[k], i)
		}
		nameRow(raw, out, chain, &memo)
		for k := range out {
			out[k].EndRow()
		}
	}
	return nil
}

// nameRow cleanses one record's name.
func nameRow(raw [len(nameAttrs)]rawName, out [len(nameAttrs)]*schemas.Cells, chain uint16, memo *nameMemo) {
	for k := range raw {
		if raw[k].ready {
			out[k].Append(raw[k].cell)
			raw[k].cell.Value = ""
		}
	}
	full, sn, gn, pn, former := raw[0].cell, raw[1].cell, raw[2].cell, raw[3].cell, raw[4].cell
	put := func(k int, p NamePart, from schemas.Cell) {
		if p.Status == schemas.Empty || raw[k].ready {
			return
		}
		c := schemas.Cell{Value: p.Text, Status: p.Status, Reason: p.Reason, Chain: chain, Field: from.Field, Lo: from.Lo, Hi: from.Hi}
		if !p.Status.Usable() {
			c.Value = ""
		}
		if p.Hi > 0 {
			c.Lo, c.Hi = from.Lo+int32(p.Lo), from.Lo+int32(p.Hi)
		}
		out[k].Append(c)
	}
	if former.Value != "" {
		put(4, parsePart(former.Value, roleSurname), former)
	}
	if sn.Value != "" && gn.Value == "" && pn.Value == "" && full.Value == "" && moreWords(sn.Value) {
		full, sn = sn, schemas.Cell{} // a whole name in the surname column
	}
	if sn.Value == "" && gn.Value == "" && pn.Value == "" {
		if full.Value == "" {
			return
		}
		n := memo.parse(full.Value)
		put(0, NamePart{Text: n.Full, Status: n.Status, Reason: n.Reason}, full)
		put(1, n.Surname, full)
		put(2, n.Given, full)
		put(3, n.Patronymic, full)
		put(4, n.Former, full)
		return
	}
	cols := parseColumns(sn.Value, gn.Value, pn.Value)
	from := [...]schemas.Cell{sn, gn, pn}
	parts := [...]*NamePart{&cols.surname, &cols.given, &cols.patronymic}
	if full.Value != "" {
		n := memo.parse(full.Value)
		put(0, NamePart{Text: n.Full, Status: n.Status, Reason: n.Reason}, full)
		for k, p := range [...]NamePart{n.Surname, n.Given, n.Patronymic} {
			if !parts[k].Status.Usable() && p.Status.Usable() {
				*parts[k], from[k], cols.from[k] = p, full, k
			}
		}
		put(4, n.Former, full)
	} else {
		put(0, cols.whole(), firstCell(sn, gn, pn))
	}
	for k, p := range parts {
		put(k+1, *p, from[cols.from[k]])
	}
	put(4, cols.former, sn)
}

func firstCell(cells ...schemas.Cell) schemas.Cell {
	for _, c := range cells {
		if c.Value != "" {
			return schemas.Cell{Field: c.Field, Lo: c.Lo, Hi: c.Hi}
		}
	}
	return schemas.Cell{}
}

// moreWords reports at least two words outside brackets.
func moreWords(s string) bool {
	words, depth, inside := 0, 0, false
	for _, r := range s {
		switch {
		case r == '(':
			depth, inside = depth+1, false
		case r == ')':
			depth, inside = depth-1, false
		case isLetter(r) || isDash(r) || isApostrophe(r):
			if !inside && depth <= 0 && isLetter(r) {
				words++
				inside = true
			}
		default:
			inside = false
		}
	}
	return words > 1
}
