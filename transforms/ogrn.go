package transforms

import "clientbase/schemas"

const ogrnID = "ogrn@3"

// OGRN cleanses a Russian state registration number: OGRN (13 digits, first 1
// or 5, the rest of the first 12 modulo 11) or OGRNIP (15 digits, first 3,
// modulo 13); the last digit of the remainder is the check digit. Digits 2–3
// are the year of the entry.
func OGRN(text string) Result { return one(ogrnCell, text, "") }

func ogrnRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "ogrn", 3, "OGRN and OGRNIP: first digit, year, check digit", ogrnCells, schemas.KindOGRN)
}

func ogrnCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, ogrnID, "огрнип", "огрн", "грн", "ogrnip", "ogrn")
	if settled {
		return append(out, r)
	}
	d := v.digits()
	switch {
	case v.n != 13 && v.n != 15:
		return append(out, fail(ogrnID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(ogrnID, schemas.BadCharacter))
	case v.n == 13 && d[0] != '1' && d[0] != '5', v.n == 15 && d[0] != '3' && d[0] != '4':
		return append(out, fail(ogrnID, schemas.BadFirstDigit))
	}
	future := 2000+int(d[1]-'0')*10+int(d[2]-'0') > yearOf(c.asOf)
	if v.n == 13 && future {
		return append(out, fail(ogrnID, schemas.YearInFuture))
	}
	if !ogrnHolds(d) {
		return append(out, fail(ogrnID, schemas.BadChecksum))
	}
	r = v.pass(c, ogrnID, d)
	switch {
	case future: // the check digit of a sole trader's number holds: kept, with a flag
		r = r.flag(schemas.YearInFuture)
	case v.n == 15 && d[0] == '4': // the number of an entry, not of the register
		r = r.assumed(schemas.BadFirstDigit)
	}
	return append(out, r)
}

func ogrnHolds(d []byte) bool {
	body, mod := 0, len(d)-2
	for _, x := range d[:len(d)-1] {
		body = body*10 + int(x-'0')
	}
	return body%mod%10 == int(d[len(d)-1]-'0')
}
