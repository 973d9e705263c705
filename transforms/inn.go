package transforms

import (
	"strings"

	"clientbase/schemas"
)

const innID = "inn@3"

// INN cleanses a Russian taxpayer number: 10 digits (organisation) or 12
// (person). Check digits by the weights of the Federal Tax Service. A lost
// leading zero is restored when the check digits then hold. Of the common
// "INN/KPP" the INN is taken.
func INN(text string) Result { return one(innCell, text, "") }

func innRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "inn", 3, "INN: length, check digits, party kind", innCells, schemas.KindINN)
}

func innCell(c *cell, out []Result) []Result {
	if rest, ok := cutPairLabel(c.text); ok {
		whole := c.text
		c.text = rest
		out = innCell(c, out)
		c.text = whole
		for i := range out {
			if r := &out[i]; r.Status == schemas.OK && r.Reason == schemas.Unchanged {
				r.Reason = schemas.Normalised
			}
		}
		return out
	}
	if inn, kpp, ok := cutPair(c.text); ok && len(digitsIn(kpp)) == 9 {
		whole := c.text
		c.text = inn
		out = innCell(c, out)
		c.text = whole
		if r := &out[len(out)-1]; r.Status.Usable() {
			r.Lo, r.Hi = 0, len(inn)
			if r.Status == schemas.OK {
				r.Reason = schemas.Normalised
			}
		}
		return out
	}
	v, r, settled := readNumber(c, innID, "инн", "іпн", "inn")
	if settled {
		return append(out, r)
	}
	return append(out, innResult(c, &v))
}

// cutPairLabel cuts "ИНН/КПП" off the front.
func cutPairLabel(s string) (string, bool) {
	rest, ok := cutPrefixFold(strings.TrimLeft(s, " "), "инн")
	if !ok {
		return s, false
	}
	if rest, ok = cutPrefixFold(strings.TrimLeft(rest, " /\\"), "кпп"); !ok {
		return s, false
	}
	return strings.TrimLeft(rest, " :.№"), true
}

// cutPair parts "INN/KPP" and its spellings with a backslash or a blank.
func cutPair(s string) (inn, kpp string, ok bool) {
	if i := strings.IndexAny(s, "/\\"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && len(digitsIn(s[i:])) == 9 && (len(digitsIn(s[:i])) == 10 || len(digitsIn(s[:i])) == 12) {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func innResult(c *cell, v *number) Result {
	switch {
	case v.n == 9 || v.n == 11:
		if v.bad == 0 {
			d := append([]byte{'0'}, v.digits()...)
			if innHolds(d) {
				return innParty(c, v.pass(c, innID, d).corrected(schemas.LeadingZeroRestored))
			}
		}
		return fail(innID, schemas.BadLength)
	case v.n != 10 && v.n != 12:
		return fail(innID, schemas.BadLength)
	case v.bad > 0:
		return fail(innID, schemas.BadCharacter)
	case !innHolds(v.digits()):
		return fail(innID, schemas.BadChecksum)
	}
	return innParty(c, v.pass(c, innID, v.digits()))
}

// innParty compares the length with the kind of party. A sole trader may be
// kept among organisations: the name of the organisation says so.
func innParty(c *cell, r Result) Result {
	if !r.Status.Usable() {
		return r
	}
	switch {
	case c.party == schemas.Person && len(r.Out) == 10, c.party == schemas.Org && len(r.Out) == 12 && !soleTrader(c):
		return Result{Status: schemas.Conflict, Reason: schemas.WrongPartyKind, Rule: r.Rule}
	}
	return r
}

// soleTrader reports that the record's raw organisation name, or its absence,
// allows a sole trader.
func soleTrader(c *cell) bool {
	if c.batch == nil {
		return true
	}
	names := c.batch.In["org_name"]
	if names == nil || len(names.Row(c.row)) == 0 {
		return true
	}
	for _, n := range names.Row(c.row) {
		for w := range strings.FieldsSeq(n.Value) {
			switch strings.Trim(strings.ToLower(w), `.,"«»()`) {
			case "ип", "чп", "фоп", "флп", "предприниматель", "індивідуальний", "индивидуальный", "підприємець", "фермер", "кфх", "адвокат", "нотариус", "нотаріус", "ip", "fop":
				return true
			}
		}
	}
	return false
}

func innHolds(d []byte) bool {
	check := func(at int, w ...int) bool { return weighted(d, w...)%11%10 == int(d[at]-'0') }
	switch len(d) {
	case 10:
		return check(9, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	case 12:
		return check(10, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) && check(11, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	}
	return false
}
