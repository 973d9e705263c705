package scan

import (
	"slices"
	"unicode/utf8"
)

// Span is a half-open byte range.
type Span struct{ Lo, Hi int }

// Cards finds card numbers in UTF-8 text. A span starts at the first digit and
// ends after the last. All of these must hold: 13–19 digits, an issuer family
// of that length, the Luhn check, whole digit groups in a way people write
// cards (one run, fours, 4-6-5, 6-10, …, one line wrap anywhere), and nothing
// around that makes it another number (20-digit accounts and IBANs written in
// fours, "+" before phones, decimal fractions). Separators are space, hyphen,
// dot, NBSP and their kin; O, I, l, З and the like count as digits when at
// least nine true ones stand beside them.
func Cards(s string) []Span {
	b := bytesOf(s)
	var out []Span
	findCards(b, UTF8, func(us []unit) {
		out = append(out, Span{int(us[0].off), us[len(us)-1].end()})
	})
	return out
}

// MaskCards masks in place every card number that Cards would find in UTF-8
// (or ASCII) bytes: all digits but the first six and the last four become
// '*', and the length in bytes does not change. It returns how many it masked.
func MaskCards(dst []byte) int { return MaskCardsIn(dst, UTF8) }

// MaskCardsIn is MaskCards for bytes of another charset. Opaque and unknown
// charsets are read as UTF-8.
func MaskCardsIn(dst []byte, cs Charset) int {
	n := 0
	findCards(dst, cs, func(us []unit) {
		maskUnits(dst, us, cs, 6, 4)
		n++
	})
	return n
}

// MaskPAN masks the digits of a field that is known to hold a card number,
// whether or not it passes any check: with 13 digits or more first six and last
// four stay, with fewer only the last four of at least nine. The length in bytes
// does not change. A value of at most ten digits that already carries mask
// signs (* x X • #) stays as it is. It reports whether anything was masked.
func MaskPAN(dst []byte, cs Charset) bool {
	var buf [24]unit
	us, marked := panUnits(buf[:0], dst, cs)
	n := len(us)
	switch {
	case n == 0, marked && n <= 10:
		return false
	case n >= 13:
		maskUnits(dst, us, cs, 6, 4)
	case n >= 9:
		maskUnits(dst, us, cs, 0, 4)
	default:
		maskUnits(dst, us, cs, 0, 0)
	}
	return true
}

// MaskDigits masks every digit: the last resort where a card is known to be
// in a piece of bytes, but not where (escapes inside JSON).
func MaskDigits(dst []byte, cs Charset) {
	us, _ := panUnits(nil, dst, cs)
	maskUnits(dst, us, cs, 0, 0)
}

// PANDigits gives the ASCII digits of a UTF-8 field that is known to hold a
// card number, for its keyed token; "" when it holds none or is masked already.
func PANDigits(value []byte) string {
	var buf [24]unit
	us, marked := panUnits(buf[:0], value, UTF8)
	if marked && len(us) <= 10 {
		return ""
	}
	return digitsOf(us)
}

// SafeCut gives an n ≤ len(b), as large as possible, such that no card number
// can lie across b[:n] and what follows: the cut stands before a character that is
// neither digit nor separator. It looks back at most 256 bytes; without such a
// place there it cuts at the end.
func SafeCut(b []byte, cs Charset) int {
	w, t := wide(cs), classTable(cs)
	for i := (len(b)/w - 1) * w; i >= 0 && i > len(b)-256; i -= w {
		if cs == UTF8 && !utf8.FullRune(b[i:]) || cs == UTF8 && !utf8.RuneStart(b[i]) {
			continue
		}
		if t.at(b, i, cs).k == other {
			return i
		}
	}
	return len(b)
}

// minReal is how many true digits a card must have beside look-alikes.
const minReal = 9

// findCards calls hit with the digit units of each card in b.
func findCards(b []byte, cs Charset, hit func([]unit)) {
	if len(b) < 13 || !enoughDigits(b, cs) {
		return
	}
	t := classTable(cs)
	var us []unit
	i := 0
	ascii := cs.asciiDigits()
	for i < len(b) {
		if ascii {
			for b[i]-'0' > 9 && b[i] != 0xEF && b[i] != 0xD9 && b[i] != 0xDB {
				if i++; i == len(b) {
					return
				}
			}
		}
		c := t.at(b, i, cs)
		if k := c.kind(); k != digit {
			i += int(c.width)
			continue
		}
		back := lookBefore(b, i, cs, t)
		if ascii && back == 0 && lone(b, t, i, cs, &i) {
			continue
		}
		start, real, all := i, 0, 0
		if back > 0 {
			start, all = i-back, 1
		}
		for c.kind() != other {
			if c.kind() == digit {
				real++
			}
			if c.kind() != sep && c.kind() != newline {
				all++
			}
			if i += int(c.width); i >= len(b) {
				break
			}
			c = t.at(b, i, cs)
		}
		if real >= minReal && all >= 13 {
			us = slices.Grow(us[:0], all)
			for k := start; k < i; {
				u := t.at(b, k, cs)
				us = append(us, unit{off: int32(k), cls: u})
				k += int(u.width)
			}
			plus := start > 0 && isPlus(b, start, cs)
			word := i < len(b) && c.letter
			region(us, plus, word, hit)
		}
	}
}

// lookBefore gives the width of a look-alike that stands alone before place i: it
// may be the first digit of a card.
func lookBefore(b []byte, i int, cs Charset, t *classes) int {
	w := wide(cs)
	if cs == UTF8 {
		_, w = utf8.DecodeLastRune(b[:i])
	}
	if w == 0 || i < w || t.at(b, i-w, cs).k != looks {
		return 0
	}
	if j := i - w; j > 0 {
		v := wide(cs)
		if cs == UTF8 {
			_, v = utf8.DecodeLastRune(b[:j])
		}
		if c := t.at(b, j-v, cs); c.letter || c.k != other && c.k != sep && c.k != newline {
			return 0
		}
	}
	return w
}

// lone passes over ASCII digits at b[i:] that stand in one piece between other
// characters and are too few or too many for a card, as dates and accounts do:
// it sets to behind them and reports it.
func lone(b []byte, t *classes, i int, cs Charset, to *int) bool {
	j := i
	for j < len(b) && b[j]-'0' <= 9 {
		j++
	}
	if n := j - i; n == 0 || n >= 13 && n <= 19 || j < len(b) && t.at(b, j, cs).k != other {
		return false
	}
	*to = j
	return true
}

// enoughDigits is the fast path: it counts digits until there could be a card.
func enoughDigits(b []byte, cs Charset) bool {
	n := 0
	if !cs.asciiDigits() && wide(cs) == 1 {
		for _, c := range b {
			if c >= 0xF0 && c <= 0xF9 {
				if n++; n >= minReal {
					return true
				}
			}
		}
		return false
	}
	for _, c := range b {
		// 0xEF and 0xD9 lead full-width and Arabic digits in UTF-8.
		if c-'0' <= 9 || c == 0xEF || c == 0xD9 || c == 0xDB {
			if n++; n >= minReal {
				return true
			}
		}
	}
	return cs == UTF16LE || cs == UTF16BE
}

func maskUnits(dst []byte, us []unit, cs Charset, head, tail int) {
	for k := head; k < len(us)-tail; k++ {
		u := us[k]
		switch cs {
		case UTF16LE:
			dst[u.off], dst[u.off+1] = '*', 0
		case UTF16BE:
			dst[u.off], dst[u.off+1] = 0, '*'
		case CP500, CP037:
			dst[u.off] = 0x5C
		default:
			for j := u.off; j < int32(u.end()); j++ {
				dst[j] = '*'
			}
		}
	}
}

// panUnits appends the digits of b to us and tells whether mask signs stand
// among them.
func panUnits(us []unit, b []byte, cs Charset) (_ []unit, marked bool) {
	t := classTable(cs)
	letter := false // the character before is one
	for i := 0; i < len(b); {
		c := t.at(b, i, cs)
		next := i + int(c.width)
		first := c.kind() == looks && len(us) == 0 && !letter && next < len(b) && t.at(b, next, cs).kind() == digit
		letter = c.letter
		switch {
		case c.kind() == digit, first, c.kind() == looks && len(us) > 0 && !c.letterOnly():
			us = append(us, unit{off: int32(i), cls: c})
		case c.mask:
			marked = true
		}
		i += int(c.width)
	}
	return us, marked
}

func digitsOf(us []unit) string {
	out := make([]byte, len(us))
	for i, u := range us {
		out[i] = '0' + u.cls.d
	}
	return string(out)
}
