package transforms

import (
	"strconv"
	"strings"

	"clientbase/schemas"
)

// Evidence across fields: what one attribute of a record says about another.
// A check changes no value and decides nothing: where two values contradict each
// other both stay, and the contradiction is written beside them with its two
// places and a reason.

// CrossCheck is one comparison of two attributes of a record.
type CrossCheck struct {
	ID      string // snake_case; the first part of "birth_rnokpp@1"
	Version int    // raised by every change that can change a result
	A, B    string // the attributes compared; B may be PartyKind
	// Weak checks find what is often right all the same (a phone of another
	// region): worth a look, no fault by itself.
	Weak bool
	Doc  string // what a contradiction means, for people
	find func(r *crossRow) (a, b schemas.Cell, why schemas.Reason)
}

// PartyKind stands for an attribute where a value is compared with the kind of
// the party itself.
const PartyKind = "party"

// Name is the text that ends the chains of what the check found.
func (c CrossCheck) Name() string { return c.ID + "@" + strconv.Itoa(c.Version) }

// CrossChecks is every comparison, in the order in which they are made.
func CrossChecks() []CrossCheck {
	var out []CrossCheck
	out = append(out, birthChecks()...)
	out = append(out, sexChecks()...)
	out = append(out, nameChecks()...)
	out = append(out, orgChecks()...)
	return append(out, placeChecks()...)
}

// CrossCheckOf finds the check that ends a chain; false when the chain ends with
// none of this version of the program.
func CrossCheckOf(chain string) (CrossCheck, bool) {
	last := chain[strings.LastIndexByte(chain, '>')+1:]
	id, _, _ := strings.Cut(last, "@")
	for _, c := range CrossChecks() {
		if c.ID == id {
			return c, true
		}
	}
	return CrossCheck{}, false
}

// crossRule runs the checks whose attributes the dictionary has. It comes after
// every rule that writes what it reads.
func crossRule(d *schemas.Dictionary, l *limits) Rule {
	r := Rule{ID: "cross", Version: 1, Doc: "compares the values of a record with each other and reports what contradicts"}
	has := func(id string) bool {
		_, ok := d.Attr(id)
		return ok || id == PartyKind
	}
	var checks []CrossCheck
	read := map[string]bool{}
	for _, c := range CrossChecks() {
		if !has(c.A) || !has(c.B) {
			continue
		}
		checks = append(checks, c)
		for _, id := range [...]string{c.A, c.B} {
			if id != PartyKind && !read[id] {
				read[id] = true
				r.Reads = append(r.Reads, id)
			}
		}
	}
	if len(checks) > 0 {
		r.Writes = []string{schemas.Conflicts}
	}
	r.Apply = func(b *schemas.Batch, _ *Model) error {
		applyCross(b, checks, l)
		return nil
	}
	return r
}

// crossRow is a record whose values are compared.
type crossRow struct {
	b        *schemas.Batch
	row      int
	party    schemas.Party
	limits   *limits
	sex      nameSexes
	declared declaredSex
	now      *liveCheck // the check being made
	memo     sexMemo
	place    placeMemo
	// columns that several checks look into
	surname, given, patronymic, former *schemas.Cells
}

// liveCheck is a check with the columns of its two attributes in a batch.
type liveCheck struct {
	*CrossCheck
	a, b *schemas.Cells
	ends []uint16 // by chain of a value: the chain that ends with the check, 0 = not made yet
}

// applyCross writes the contradictions of a batch; a batch without any gets no
// column.
func applyCross(b *schemas.Batch, checks []CrossCheck, l *limits) {
	var live []liveCheck // those with something to compare in this batch
	for i := range checks {
		if c := &checks[i]; filled(b, c.A) && filled(b, c.B) {
			live = append(live, liveCheck{CrossCheck: c, a: b.Out[c.A], b: b.Out[c.B]})
		}
	}
	if len(live) == 0 {
		return
	}
	var out *schemas.Cells
	r := crossRow{b: b, limits: l, surname: b.Out["surname"], given: b.Out["given_name"], patronymic: b.Out["patronymic"], former: b.Out["former_surname"]}
	for i := range b.Rows {
		r.row, r.party, r.sex.done, r.declared.done = i, 0, false, false
		if i < len(b.Party) {
			r.party = b.Party[i]
		}
		for k := range live {
			c := &live[k]
			if c.a != nil && len(c.a.Row(i)) == 0 || c.b != nil && len(c.b.Row(i)) == 0 {
				continue
			}
			r.now = c
			x, y, why := c.find(&r)
			if why == schemas.NoReason {
				continue
			}
			if out == nil {
				out = emptyColumn(b, schemas.Conflicts, 0)
				for range i {
					out.EndRow()
				}
			}
			out.Append(sideOf(b, x, why, c))
			out.Append(sideOf(b, y, why, c))
		}
		if out != nil {
			out.EndRow()
		}
	}
}

func filled(b *schemas.Batch, attr string) bool {
	c := b.Out[attr]
	return attr == PartyKind || c != nil && c.Len() > 0
}

// sideOf is the cell of one side of a contradiction: the place and the chain of
// the value, and the check as the last rule of the chain.
func sideOf(b *schemas.Batch, v schemas.Cell, why schemas.Reason, c *liveCheck) schemas.Cell {
	return schemas.Cell{Status: schemas.Conflict, Reason: why, Chain: c.end(b, v.Chain), Field: v.Field, Lo: v.Lo, Hi: v.Hi}
}

// end is the chain of a value with the check behind it, made once per batch.
func (c *liveCheck) end(b *schemas.Batch, of uint16) uint16 {
	if int(of) < len(c.ends) && c.ends[of] != 0 {
		return c.ends[of]
	}
	chain := c.Name()
	if int(of) < len(b.Chains) && b.Chains[of] != "" {
		chain = b.Chains[of] + ">" + chain
	}
	id := b.Chain(chain)
	for int(of) >= len(c.ends) {
		c.ends = append(c.ends, 0)
	}
	c.ends[of] = id
	return id
}

// value gives the first usable cell of an attribute, or the zero cell.
func (r *crossRow) value(attr string) schemas.Cell { return usable(r.column(attr), r.row) }

// column gives an attribute's column; those of the check itself are at hand.
func (r *crossRow) column(attr string) *schemas.Cells {
	switch attr {
	case r.now.A:
		return r.now.a
	case r.now.B:
		return r.now.b
	}
	return r.b.Out[attr]
}

// values gives all cells of an attribute, usable or not.
func (r *crossRow) values(attr string) []schemas.Cell {
	if c := r.column(attr); c != nil {
		return c.Row(r.row)
	}
	return nil
}

// both gives the first usable cells of the check's attributes; ok when both are
// there and neither was made from the other.
func (r *crossRow) both() (x, y schemas.Cell, ok bool) {
	x = usable(r.now.a, r.row)
	if x.Value == "" {
		return x, y, false
	}
	y = usable(r.now.b, r.row)
	return x, y, y.Value != "" && x.Reason != schemas.FromDocument && y.Reason != schemas.FromDocument
}

// isoDay reads a cleansed date.
func isoDay(s string) (int32, bool) {
	if len(s) != 10 {
		return 0, false
	}
	return dayOf(atoi(s[:4]), atoi(s[5:7]), atoi(s[8:]))
}
