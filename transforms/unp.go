package transforms

import (
	"strings"

	"clientbase/schemas"
)

const unpID = "unp@3"

// unpLetters are the letters of a personal number, in the order of their values.
const unpLetters = "ABCEHKMOPT"

// UNP cleanses a Belarusian payer number: nine digits (organisation, first
// digit = region 1–7) or two letters and seven digits (person). Cyrillic
// look-alikes become Latin.
func UNP(text string) Result { return one(unpCell, text, "") }

func unpCell(c *cell, out []Result) []Result {
	v, r, settled := readCode(c, unpID, "унп", "unp")
	if settled {
		return append(out, r)
	}
	if v.n != 9 {
		return append(out, fail(unpID, schemas.BadLength))
	}
	d := v.chars()
	for _, ch := range d[2:] {
		if !isDigit(ch) {
			return append(out, fail(unpID, schemas.BadCharacter))
		}
	}
	first, second := d[0], d[1]
	switch {
	case isDigit(first) != isDigit(second):
		return append(out, fail(unpID, schemas.BadFormat))
	case isDigit(first) && (first < '1' || first > '7'):
		return append(out, fail(unpID, schemas.BadRegion))
	case !isDigit(first) && (strings.IndexByte(unpLetters[:7], first) < 0 || strings.IndexByte(unpLetters, second) < 0):
		return append(out, fail(unpID, schemas.BadCharacter))
	}
	if !unpHolds(d) {
		return append(out, fail(unpID, schemas.BadChecksum))
	}
	return append(out, v.pass(c, unpID, d))
}

// unpHolds checks the ninth digit; a remainder of 10 is never issued.
func unpHolds(d []byte) bool {
	w := [8]int{29, 23, 19, 17, 13, 7, 5, 3}
	s := 0
	for i, x := range w {
		var n int
		switch {
		case isDigit(d[i]):
			n = int(d[i] - '0')
		case i == 0:
			n = int(d[i]-'A') + 10
		default:
			n = strings.IndexByte(unpLetters, d[i])
		}
		s += x * n
	}
	return s%11 == int(d[8]-'0')
}
