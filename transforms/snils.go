package transforms

import "clientbase/schemas"

const snilsID = "snils@3"

// SNILS cleanses a Russian pension insurance number to 11 digits. The control
// number is only checked above 001-001-998: below, any is legal. Nine equal
// digits are junk even with the right control number.
func SNILS(text string) Result { return one(snilsCell, text, "") }

func snilsRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "snils", 3, "SNILS: control number", snilsCells, schemas.KindSNILS)
}

func snilsCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, snilsID, "снилс", "страховой номер", "snils")
	if settled {
		return append(out, r)
	}
	d := v.digits()
	switch {
	case v.bad == 0 && v.n >= 9 && v.n <= 11 && oneDigit(d[:9]):
		return append(out, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: snilsID})
	case v.n == 10 && v.bad == 0:
		d = append([]byte{'0'}, d...)
		if !snilsOld(d) && snilsHolds(d) {
			return append(out, v.pass(c, snilsID, d).corrected(schemas.LeadingZeroRestored))
		}
		return append(out, fail(snilsID, schemas.BadLength))
	case v.n != 11:
		return append(out, fail(snilsID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(snilsID, schemas.BadCharacter))
	case snilsOld(d):
		return append(out, v.pass(c, snilsID, d).flag(schemas.NotChecked))
	case !snilsHolds(d):
		return append(out, fail(snilsID, schemas.BadChecksum))
	}
	return append(out, v.pass(c, snilsID, d))
}

// snilsOld reports numbers up to 001-001-998, issued before the control number.
func snilsOld(d []byte) bool { return string(d[:9]) <= "001001998" }

func snilsHolds(d []byte) bool {
	sum := weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, 1) % 101
	if sum == 100 {
		sum = 0
	}
	return sum == int(d[9]-'0')*10+int(d[10]-'0')
}
