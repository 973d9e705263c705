package transforms

import "clientbase/schemas"

const unzrID = "unzr@3"

// UNZR cleanses the Ukrainian number of a register entry: YYYYMMDD-NNNNC. The
// date must exist and not lie in the future. C follows the method of machine
// readable documents (weights 7, 3, 1); no official vector of it is public, so a
// mismatch leaves the value assumed.
func UNZR(text string) Result { return one(unzrCell, text, "") }

func unzrRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "unzr", 3, "UNZR: birth date inside, check digit as a warning", unzrCells, schemas.KindUNZR)
}

func unzrCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, unzrID, "унзр", "запис №", "запис", "unzr")
	if settled {
		return append(out, r)
	}
	d := v.digits()
	switch {
	case v.n != 13:
		return append(out, fail(unzrID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(unzrID, schemas.BadCharacter))
	}
	born, ok := unzrDay(d)
	switch {
	case !ok || yearOf(born) < 1850:
		return append(out, fail(unzrID, schemas.ImpossibleDate))
	case born > c.asOf:
		return append(out, fail(unzrID, schemas.YearInFuture))
	}
	var buf [16]byte
	text := append(append(append(buf[:0], d[:8]...), '-'), d[8:]...)
	r = v.pass(c, unzrID, text)
	switch age := ageAt(born, c.asOf); {
	case age > 120:
		return append(out, fail(unzrID, schemas.OutOfRange))
	case !mrzHolds(d):
		r = r.assumed(schemas.BadChecksum)
	case age > 110:
		r = r.assumed(schemas.OutOfRange)
	}
	return append(out, r)
}

func unzrDay(d []byte) (int32, bool) {
	return dayOf(atoi(string(d[:4])), atoi(string(d[4:6])), atoi(string(d[6:8])))
}

// mrzHolds checks the last digit by ICAO 9303: weights 7, 3, 1 in turn, modulo 10.
func mrzHolds(d []byte) bool {
	s, last := 0, len(d)-1
	for i, ch := range d[:last] {
		s += [3]int{7, 3, 1}[i%3] * int(ch-'0')
	}
	return s%10 == int(d[last]-'0')
}
