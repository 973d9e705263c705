package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

// number is an identifier of digits, prepared for its rule: labels, spaces,
// hyphens and dots are gone, width and look-alike letters folded.
type number struct {
	d     [48]byte // digits; '?' stands for a character that cannot be one
	n     int      // characters; d holds the first len(d) of them
	bad   int      // characters that are no digits
	look  bool     // a letter was read as the digit it looks like
	width bool     // a full-width or similar form was folded
	text  string   // the cell
}

func (v *number) digits() []byte { return v.d[:min(v.n, len(v.d))] }

// readNumber prepares c.text. settled is true when the cell needs no further
// rule: it is empty, junk or damaged by a spreadsheet, and the result says so.
// Damage is looked for before anything is stripped, junk before any checksum.
func readNumber(c *cell, rule string, labels ...string) (v number, r Result, settled bool) {
	v.text = c.text
	if len(v.text) <= len(v.d) && allDigits(v.text) {
		v.n = copy(v.d[:], v.text)
	} else {
		s, folded := foldWidth(v.text)
		s = strings.TrimSpace(s)
		v.width = folded
		if s == "" {
			return v, Result{Status: schemas.Empty, Rule: rule}, true
		}
		if reason, junk := junkText(s); junk {
			return v, Result{Status: schemas.Junk, Reason: reason, Rule: rule}, true
		}
		s = cutLabels(s, labels)
		if isDamaged(s) {
			return v, Result{Status: schemas.Invalid, Reason: schemas.SpreadsheetDamage, Rule: rule}, true
		}
		v.read(s)
	}
	if v.n == 0 {
		return v, Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: rule}, true
	}
	if d := v.digits(); v.bad == 0 && oneDigit(d) && (len(d) >= 3 || d[0] == '0') {
		return v, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: rule}, true
	}
	return v, Result{}, false
}

// read takes the characters of s that count.
func (v *number) read(s string) {
	digits, looks := 0, 0
	for i := 0; i < len(s); {
		if isDigit(s[i]) {
			digits++
			if v.n < len(v.d) {
				v.d[v.n] = s[i]
			}
			v.n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		d := byte('?')
		switch {
		case isNumberSep(r):
			continue
		default:
			if l, ok := digitLook(r); ok {
				d = l
				looks++
			} else {
				v.bad++
			}
		}
		if v.n < len(v.d) {
			v.d[v.n] = d
		}
		v.n++
	}
	if looks > 0 && (looks > 2 || looks*3 > digits) {
		v.bad += looks
	}
	v.look = looks > 0
}

// isNumberSep reports the signs that people put between the digits of a number.
func isNumberSep(r rune) bool {
	switch r {
	case ' ', '.', '\'', '"', '`', '«', '»', '’', '№', '\n', '=':
		return true
	}
	return isDash(r) || unicode.IsSpace(r)
}

// cutLabels removes a leading label ("ИНН:", "УНП ") in either letter case.
// labels are lower case.
func cutLabels(s string, labels []string) string {
	for again := true; again; {
		again = false
		var lead [utf8.UTFMax]byte
		first, _ := utf8.DecodeRuneInString(s)
		n := utf8.EncodeRune(lead[:], lowerRune(first))
		for _, l := range labels {
			if l[0] != lead[0] || l[n-1] != lead[n-1] {
				continue
			}
			rest, ok := cutPrefixFold(s, l)
			if !ok {
				continue
			}
			if next, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(next) {
				continue
			}
			s = strings.TrimLeft(rest, " .:№#=-–—\u00a0")
			again = rest != ""
			break
		}
	}
	return s
}

// isDamaged reports a number that a spreadsheet rewrote: 7.60307E+11,
// 1027812400868.0, 7,6E11, 12345,00. Its digits are lost or not to be trusted.
func isDamaged(s string) bool {
	digits, marks, mark, after := 0, 0, byte(0), ""
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case isDigit(ch):
			digits++
		case ch == '.' || ch == ',':
			if marks++; marks > 1 {
				return false
			}
			mark, after = ch, s[i+1:]
			if i == 0 || !isDigit(s[i-1]) {
				return false
			}
		case ch == ' ' || ch == '-' && i == 0:
		case ch == 'e' || ch == 'E':
			return digits > 0 && isExponent(s[i+1:])
		default:
			if e, ok := strings.CutPrefix(s[i:], "Е"); ok { // Cyrillic
				return digits > 0 && isExponent(e)
			}
			return false
		}
	}
	if marks == 0 || !allDigits(after) {
		return false
	}
	return mark == ',' && len(after) <= 6 || strings.Trim(after, "0") == "" && len(after) <= 2
}

func isExponent(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return allDigits(s) && len(s) <= 3
}

// fail is an invalid verdict.
func fail(rule string, why schemas.Reason) Result {
	return Result{Status: schemas.Invalid, Reason: why, Rule: rule}
}

// pass is the verdict on a number that its rule accepts as out: ok, or
// corrected where a character had to change.
func (v *number) pass(c *cell, rule string, out []byte) Result {
	r := Result{Out: c.str.keep(v.text, out), Status: schemas.OK, Reason: schemas.Unchanged, Rule: rule}
	switch {
	case v.look:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeDigit
	case v.width:
		r.Status, r.Reason = schemas.Corrected, schemas.WidthFolded
	case r.Out != v.text:
		r.Reason = schemas.Normalised
	}
	return r
}

// flag is pass with another reason on a value that stays ok.
func (r Result) flag(why schemas.Reason) Result {
	if r.Status == schemas.OK {
		r.Reason = why
	}
	return r
}

// assumed is pass for a value that is only likely.
func (r Result) assumed(why schemas.Reason) Result {
	r.Status, r.Reason = schemas.Assumed, why
	return r
}

// weighted is the sum of digits times weights.
func weighted(d []byte, w ...int) int {
	s := 0
	for i, x := range w {
		s += x * int(d[i]-'0')
	}
	return s
}

// corrected is pass for a value that a rule had to repair.
func (r Result) corrected(why schemas.Reason) Result {
	r.Status, r.Reason = schemas.Corrected, why
	return r
}

// one judges a single text outside a batch and gives its only verdict.
func one(f cellFunc, text, region string) Result {
	rs := many(f, text, region)
	if len(rs) == 0 {
		return Result{Status: schemas.Empty}
	}
	return rs[0]
}

// many judges a single text outside a batch.
func many(f cellFunc, text, region string) []Result {
	c := cell{text: text, region: region, asOf: tablesAsOf}
	return f(&c, nil)
}

// digitsIn keeps the ASCII digits of s.
func digitsIn(s string) []byte {
	var out []byte
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			out = append(out, s[i])
		}
	}
	return out
}
