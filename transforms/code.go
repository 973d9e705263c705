package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

// code is an identifier of Latin letters and digits, prepared for its rule:
// upper case, without labels and separators, Cyrillic look-alikes folded.
type code struct {
	d      [48]byte // '?' stands for a character that is neither
	dig    [48]byte // the digit that a letter may have been typed for, 0 = none
	n      int
	look   bool
	width  bool
	digits bool // lookDigits changed something
	text   string
}

func (v *code) chars() []byte { return v.d[:min(v.n, len(v.d))] }

// readCode is readNumber for identifiers with letters.
func readCode(c *cell, rule string, labels ...string) (v code, r Result, settled bool) {
	v.text = c.text
	s, folded := foldWidth(c.text)
	v.width = folded
	if s = strings.TrimSpace(s); s == "" {
		return v, Result{Status: schemas.Empty, Rule: rule}, true
	}
	if reason, junk := junkText(s); junk {
		return v, Result{Status: schemas.Junk, Reason: reason, Rule: rule}, true
	}
	s = cutLabels(s, labels)
	if isDamaged(s) {
		return v, Result{Status: schemas.Invalid, Reason: schemas.SpreadsheetDamage, Rule: rule}, true
	}
	for i := 0; i < len(s); {
		if isDigit(s[i]) {
			if v.n < len(v.d) {
				v.d[v.n] = s[i]
			}
			v.n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		ch := byte('?')
		switch {
		case r >= 'A' && r <= 'Z':
			ch = byte(r)
		case r >= 'a' && r <= 'z':
			ch = byte(r) - 'a' + 'A'
		case isNumberSep(r):
			continue
		default:
			if l, ok := latinLook(r); ok {
				ch, v.look = l, true
			} else if !unicode.IsPrint(r) {
				continue
			}
		}
		if v.n < len(v.d) {
			v.d[v.n] = ch
			if d, ok := digitLook(r); ok {
				v.dig[v.n] = d
			}
		}
		v.n++
	}
	if v.n == 0 {
		return v, Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: rule}, true
	}
	if d := v.chars(); isDigit(d[0]) && oneDigit(d) && (len(d) >= 3 || d[0] == '0') {
		return v, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: rule}, true
	}
	return v, Result{}, false
}

// lookDigits reads letters in the places lo…hi−1, where only digits may stand, as the
// digits they look like. It reports how many it changed, at most two.
func (v *code) lookDigits(lo, hi int) int {
	n := 0
	for i := lo; i < min(hi, v.n, len(v.d)); i++ {
		if !isDigit(v.d[i]) && v.dig[i] != 0 {
			n++
		}
	}
	if n == 0 || n > 2 {
		return 0
	}
	for i := lo; i < min(hi, v.n, len(v.d)); i++ {
		if !isDigit(v.d[i]) && v.dig[i] != 0 {
			v.d[i] = v.dig[i]
		}
	}
	v.digits = true
	return n
}

// pass is the verdict on a code that its rule accepts as out.
func (v *code) pass(c *cell, rule string, out []byte) Result {
	r := Result{Out: c.str.keep(v.text, out), Status: schemas.OK, Reason: schemas.Unchanged, Rule: rule}
	switch {
	case v.digits:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeDigit
	case v.look:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeLetter
	case v.width:
		r.Status, r.Reason = schemas.Corrected, schemas.WidthFolded
	case r.Out != v.text:
		r.Reason = schemas.Normalised
	}
	return r
}
