package transforms

import "clientbase/schemas"

const bikID = "bik@3"

// BIK cleanses a Russian bank identification code: 04 (treasury bodies 00, 01,
// 02), region, unit, number; 050–999 is a bank, 000–002 a central-bank unit. It
// has no check digit.
func BIK(text string) Result { return one(bikCell, text, "") }

func bikRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "bik", 3, "BIK: structure", bikCells, schemas.KindBIK)
}

func bikCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, bikID, "бик", "bik")
	if settled {
		return append(out, r)
	}
	switch {
	case v.n != 9:
		return append(out, fail(bikID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(bikID, schemas.BadCharacter))
	}
	if why := bikFault(v.digits()); why != schemas.NoReason {
		return append(out, fail(bikID, why))
	}
	return append(out, v.pass(c, bikID, v.digits()))
}

// bikFault gives what is wrong with nine digits, or NoReason.
func bikFault(d []byte) schemas.Reason {
	switch string(d[:2]) {
	case "04", "00", "01", "02":
	default:
		return schemas.BadFirstDigit
	}
	if tail := atoi(string(d[6:9])); tail > 2 && tail < 50 {
		return schemas.OutOfRange
	}
	return schemas.NoReason
}
