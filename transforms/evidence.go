package transforms

import "clientbase/schemas"

// Numbers that hold a birth date or a sex are evidence beside what the record
// says. Here they fill what is missing; where two documents disagree nothing is
// filled.

// birthFromDocumentRule gives a birth date to people who have none from RNOKPP
// or UNZR.
func birthFromDocumentRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "birth_from_document", Version: 1, Doc: "a missing birth date is taken from RNOKPP or UNZR",
		Reads: []string{"rnokpp", "unzr", "birth_date"}}
	if _, ok := d.Attr("birth_date"); ok {
		r.Writes = []string{"birth_date"}
	}
	name := r.Name()
	r.Apply = func(b *schemas.Batch, _ *Model) error {
		tax, reg := b.Out["rnokpp"], b.Out["unzr"]
		if tax == nil && reg == nil {
			return nil
		}
		fill(b, "birth_date", func(row int) (schemas.Cell, bool) {
			from, day := schemas.Cell{}, int32(0)
			if c := usable(tax, row); len(c.Value) == 10 {
				from, day = c, rnokppDay([]byte(c.Value))
			}
			if c := usable(reg, row); len(c.Value) == 14 {
				other, ok := dayOf(atoi(c.Value[:4]), atoi(c.Value[4:6]), atoi(c.Value[6:8]))
				switch {
				case !ok:
				case from.Value == "":
					from, day = c, other
				case other != day:
					return schemas.Cell{}, false
				}
			}
			if from.Value == "" || len(b.Party) > row && b.Party[row] == schemas.Org {
				return schemas.Cell{}, false
			}
			return derived(b, from, string(appendISO(nil, day)), name), true
		})
		return nil
	}
	return r
}

// genderFromDocumentRule gives a gender to people whose declared gender and
// name say nothing, from digit 9 of RNOKPP.
func genderFromDocumentRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "gender_from_document", Version: 1, Doc: "a missing gender is taken from RNOKPP",
		Reads: []string{"rnokpp", "gender"}}
	if _, ok := d.Attr("gender"); ok {
		r.Writes = []string{"gender"}
	}
	name := r.Name()
	r.Apply = func(b *schemas.Batch, _ *Model) error {
		tax := b.Out["rnokpp"]
		if tax == nil {
			return nil
		}
		fill(b, "gender", func(row int) (schemas.Cell, bool) {
			from := usable(tax, row)
			if len(from.Value) != 10 || len(b.Party) > row && b.Party[row] == schemas.Org || contested(b.Out["gender"], row) {
				return schemas.Cell{}, false
			}
			return derived(b, from, rnokppGender(from.Value), name), true
		})
		return nil
	}
	return r
}

// contested reports a row whose evidence already disagrees.
func contested(c *schemas.Cells, row int) bool {
	if c == nil {
		return false
	}
	for _, v := range c.Row(row) {
		if v.Status == schemas.Conflict {
			return true
		}
	}
	return false
}

// derived is a value drawn from a document: as sure as the document, at most
// ok; its place is the document's, its chain the document's and then the rule.
func derived(b *schemas.Batch, from schemas.Cell, value, rule string) schemas.Cell {
	status := schemas.OK
	if from.Status == schemas.Assumed {
		status = schemas.Assumed
	}
	chain := rule
	if int(from.Chain) < len(b.Chains) && b.Chains[from.Chain] != "" {
		chain = b.Chains[from.Chain] + ">" + rule
	}
	return schemas.Cell{Value: value, Status: status, Reason: schemas.FromDocument, Chain: b.Chain(chain), Field: from.Field, Lo: from.Lo, Hi: from.Hi}
}
