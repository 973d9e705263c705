package dedupe

import "math/bits"

// Numbers are compared packed: up to fifteen digits in one word, four bits
// each, the first digit lowest, as 1 to 10 so that 0 is "no digit". A longer
// text or one with letters packs to 0 and is compared letter by letter.

// packDigits packs a text of digits, or gives 0.
func packDigits(x []uint16) (p uint64) {
	if len(x) > 15 {
		return 0
	}
	for i, c := range x {
		if c < '0' || c > '9' {
			return 0
		}
		p |= uint64(c-'0'+1) << (4 * i)
	}
	return p
}

// packedLen is four times the number of packed digits.
func packedLen(p uint64) int { return (bits.Len64(p) + 3) &^ 3 }

// packed1 is within1 of two packed numbers.
func packed1(a, b uint64) bool {
	d := a ^ b
	if d == 0 {
		return true
	}
	i := bits.TrailingZeros64(d) &^ 3
	x, y := a>>i, b>>i
	switch packedLen(a) - packedLen(b) {
	case 0:
		return (x^y)>>4 == 0 || swappedFront(x, y)
	case 4:
		return x>>4 == y
	case -4:
		return x == y>>4
	}
	return false
}

// swappedFront reports whether exchanging the two first digits makes x into y.
func swappedFront(x, y uint64) bool { return (x^y)>>8 == 0 && x&15 == y>>4&15 && x>>4&15 == y&15 }

// digitLevel is level of two different packed numbers of a role.
func digitLevel(r Role, a, b uint64) uint8 {
	la, lb := packedLen(a), packedLen(b)
	switch r {
	case NationalID, Document:
		if (la == lb || min(la, lb) > 5*4) && packed1(a, b) {
			return 2
		}
		return 3
	case Phone:
		if la >= 7*4 && lb >= 7*4 && a>>(la-7*4) == b>>(lb-7*4) {
			return 2
		}
		if packed1(a, b) {
			return 3
		}
		return 4
	case Postcode, House:
		if la > 4 && lb > 4 && packed1(a, b) {
			return 2
		}
		n := max(2, min(la, lb)/8)
		if la >= n*4 && lb >= n*4 && samePacked(a, b, n) {
			return 3
		}
		return 4
	}
	if la > 2*4 && lb > 2*4 && packed1(a, b) { // Number
		return 2
	}
	if la == lb && samePacked(a, b, (la/4+1)/2) {
		return 3
	}
	return 4
}

// samePacked reports whether the first n digits are the same.
func samePacked(a, b uint64, n int) bool { return (a^b)<<(64-4*n) == 0 }

// packDay turns yyyymmdd into eight digits of four bits, the year highest.
func packDay(n uint32) (p uint32) {
	for i := 0; i < 32; i += 4 {
		p |= n % 10 << i
		n /= 10
	}
	return p
}

// dayLevel is the level of two different days, packed by packDay.
func dayLevel(a, b uint32) uint8 {
	d := a ^ b
	year, month, day := d>>16 == 0, d>>8&0xFF == 0, d&0xFF == 0
	t := d | d>>1
	edits := bits.OnesCount32((t | t>>2) & 0x11111111)
	i := bits.TrailingZeros32(d) &^ 3
	x, y := a>>i, b>>i
	one := edits == 1 || (x^y)>>8 == 0 && x&15 == y>>4&15 && x>>4&15 == y&15
	switch {
	case year && a>>8&0xFF == b&0xFF && a&0xFF == b>>8&0xFF:
		return dateSwapped
	case month && day && yearsApart(a, b) <= 2:
		return dateYearNear
	case year && day:
		return either(one, dateMonthEdit1, dateMonth)
	case year && month:
		return either(one, dateDayEdit1, dateDay)
	case month && day:
		return either(one, dateYearEdit1, dateYear)
	case one:
		return dateEdit1
	case edits == 2:
		return dateEdit2
	case year:
		return dateSameYear
	}
	return dateDiffer
}

func either(first bool, a, b uint8) uint8 {
	if first {
		return a
	}
	return b
}

func yearsApart(a, b uint32) uint64 {
	x, _, _ := dayParts(a)
	y, _, _ := dayParts(b)
	return max(x, y) - min(x, y)
}

// dayParts takes a packed day apart.
func dayParts(p uint32) (y, m, d uint64) {
	two := func(x uint32) uint64 { return uint64(x>>4&15*10 + x&15) }
	return two(p>>24)*100 + two(p>>16), two(p >> 8), two(p)
}
