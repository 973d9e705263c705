package transforms

import "clientbase/schemas"

const edrpouID = "edrpou@3"

// EDRPOU cleanses the Ukrainian code of an organisation: 8 digits, the last one
// checks. One lost leading zero is restored when the check digit then holds.
func EDRPOU(text string) Result { return one(edrpouCell, text, "") }

func edrpouRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "edrpou", 3, "EDRPOU: check digit", edrpouCells, schemas.KindEDRPOU)
}

func edrpouCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, edrpouID, "код єдрпоу", "єдрпоу", "код егрпоу", "егрпоу", "едрпоу", "окпо", "edrpou", "код")
	if settled {
		return append(out, r)
	}
	d := v.digits()
	switch {
	case v.n == 7 && v.bad == 0:
		if d = append([]byte{'0'}, d...); !edrpouHolds(d) {
			return append(out, fail(edrpouID, schemas.BadLength))
		}
		return append(out, v.pass(c, edrpouID, d).corrected(schemas.LeadingZeroRestored))
	case v.n != 8:
		return append(out, fail(edrpouID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(edrpouID, schemas.BadCharacter))
	case !edrpouHolds(d):
		return append(out, fail(edrpouID, schemas.BadChecksum))
	}
	return append(out, v.pass(c, edrpouID, d))
}

func edrpouHolds(d []byte) bool {
	w := [7]int{1, 2, 3, 4, 5, 6, 7}
	if n := atoi(string(d)); n >= 30_000_000 && n < 60_000_000 {
		w = [7]int{7, 1, 2, 3, 4, 5, 6}
	}
	c := weighted(d, w[:]...) % 11
	if c == 10 {
		for i := range w {
			w[i] += 2
		}
		c = weighted(d, w[:]...) % 11 % 10
	}
	return c == int(d[7]-'0')
}
