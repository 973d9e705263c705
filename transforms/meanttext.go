package transforms

import (
	"strings"

	"golang.org/x/text/encoding/charmap"

	"clientbase/schemas"
)

// meantText undoes what a wrong code page or a wrong keyboard did to a whole
// cell of words: an address, a company. like tells whether a retyped text is
// one. Reason 0: the cell is as it was written; text "": nobody can read it.
func meantText(cell string, like func(string) bool) (string, schemas.Reason) {
	switch scriptOf(cell) &^ scriptDigit {
	case scriptLatin:
		if !typedLatin(cell) {
			break
		}
		if layoutScore(cell) < surelyRetyped {
			return "", 0
		}
		for _, layout := range [...]string{layoutRu, layoutUk} {
			if t := string(relayout(nil, cell, layout)); like(t) {
				return t, schemas.WrongLayout
			}
		}
		return "", 0
	case scriptCyrillic:
		if isPlain(cell) {
			return "", 0
		}
	}
	m := marksOf(cell)
	if t, ok := doubleRead(cell, &m); ok {
		return t, schemas.Mojibake
	}
	if m.latin1 >= 3 && m.latin1 == m.letters {
		if t, ok := reread(cell, charmap.ISO8859_1, charmap.Windows1251); ok && like(t) {
			return t, schemas.Mojibake
		}
	}
	return "", 0
}

// addressLike reports a word of addresses or a large city in a text.
func addressLike(s string) bool {
	var folds []byte
	for _, t := range addrTokens(nil, &folds, s, 0, len(s)) {
		_, ru := addressWordOf(t.fold, false)
		if _, uk := addressWordOf(t.fold, true); len(t.fold) > 2 && (ru || uk) || bigCity(t.fold) {
			return true
		}
	}
	return false
}

// typedLatin reports a text in which only quotation marks are not ASCII.
func typedLatin(s string) bool {
	for _, r := range s {
		if r >= 0x80 && !isQuote(r) {
			return false
		}
	}
	return true
}

// orgLike reports a legal form at either end of a text.
func orgLike(s string) bool {
	words := orgWords(s)
	return len(words) > 1 && (formAt(words, true) != nil || formAt(words, false) != nil)
}

// meantOrg reads a name that a wrong code page or keyboard damaged. The quotation
// marks stay: on the keyboard they are a letter.
func meantOrg(cell string) (OrgName, bool) {
	meant, why := meantText(strings.ReplaceAll(cell, `"`, "\u201d"), orgLike)
	if why == 0 {
		return OrgName{}, false
	}
	out := ParseOrg(strings.ReplaceAll(meant, "\u201d", `"`))
	if out.Status == schemas.OK {
		out.Status, out.Reason = schemas.Corrected, why
	}
	out.FormLo, out.FormHi = 0, 0
	return out, true
}
