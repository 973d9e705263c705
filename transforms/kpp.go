package transforms

import "clientbase/schemas"

const kppID = "kpp@3"

// KPP cleanses a Russian code of the reason for registration: 4 digits of the
// tax office, 2 characters of the reason, 3 digits; it has no check digit
// (order of the Federal Tax Service MMV-7-6/435@). Of "INN/KPP" the KPP is taken.
func KPP(text string) Result { return one(kppCell, text, "") }

func kppRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "kpp", 3, "KPP: structure; people have none", kppCells, schemas.KindKPP)
}

func kppCell(c *cell, out []Result) []Result {
	text := c.text
	if inn, kpp, ok := cutPair(text); ok && (len(digitsIn(inn)) == 10 || len(digitsIn(inn)) == 12) {
		c.text = kpp
		out = kppCell(c, out)
		c.text = text
		if r := &out[len(out)-1]; r.Status.Usable() {
			r.Lo, r.Hi = len(inn)+1, len(text)
			if r.Status == schemas.OK {
				r.Reason = schemas.Normalised
			}
		}
		return out
	}
	v, r, settled := readCode(c, kppID, "кпп", "kpp")
	if settled {
		return append(out, r)
	}
	if v.n != 9 {
		return append(out, fail(kppID, schemas.BadLength))
	}
	v.lookDigits(0, 4)
	v.lookDigits(6, 9)
	d := v.chars()
	doubtful := isDigit(d[4]) != isDigit(d[5]) && v.lookDigits(4, 6) > 0 // a letter there is legal, and rarer than a slip
	for i, ch := range d {
		if !isDigit(ch) && (i < 4 || i > 5 || ch < 'A' || ch > 'Z') {
			return append(out, fail(kppID, schemas.BadCharacter))
		}
	}
	if string(d[:2]) == "00" || string(d[4:6]) == "00" {
		return append(out, fail(kppID, schemas.BadFormat))
	}
	if c.party == schemas.Person {
		return append(out, Result{Status: schemas.Conflict, Reason: schemas.WrongPartyKind, Rule: kppID})
	}
	r = v.pass(c, kppID, d)
	if doubtful {
		r = r.assumed(schemas.LookAlikeDigit)
	}
	return append(out, r)
}
