package transforms

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"clientbase/schemas"
)

// unmangle reports a text whose bytes were read in a wrong code page, and gives
// the text that was meant, or "" where no single reading is clear. The reader
// of a file judges the whole file; a value may have been damaged long before.
func unmangle(s string) (fixed string, damaged bool) {
	letters, latin1, rs, odd, lowUp := 0, 0, 0, 0, 0
	prev := rune(0)
	for _, r := range s {
		switch {
		case r < 0x80:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				letters++
			}
		case r >= 0xC0 && r <= 0xFF:
			letters++
			latin1++
		case r == 'Р' || r == 'С':
			letters++
			rs++
		case isCyrillic(r):
			letters++
			if r >= 0x0402 && r <= 0x040F && r != 'І' && r != 'Ї' && r != 'Є' && r != 'Ё' || r >= 0x0452 && r <= 0x045F && r != 'і' && r != 'ї' && r != 'є' {
				odd++
			}
			if isUpper(r) && isCyrillic(prev) && !isUpper(prev) {
				lowUp++
			}
		case r >= 0x80 && r < 0xC0 || r >= 0x2010 && r <= 0x2122:
			odd++
		}
		prev = r
	}
	switch {
	case latin1 >= 3 && latin1 == letters: // Èâàíîâ, Ð˜Ð²Ð°Ð½
		if t, ok := utf8Of(s, charmap.Windows1252); ok {
			return t, true
		}
		if t, ok := reread(s, charmap.ISO8859_1, charmap.Windows1251); ok {
			return t, true
		}
		return "", true
	case rs >= 2 && rs*2 >= letters-1 && odd > 0: // РРІР°РЅРѕРІ
		if t, ok := utf8Of(s, charmap.Windows1251); ok {
			return t, true
		}
		return "", rs >= 3
	case lowUp > 0 && letters >= 4 && !isUpper(firstLetter(s)) && latin1 == 0: // йЧБОПЧ, хБЮМНБ
		hits := 0
		for _, c := range [...][2]*charmap.Charmap{{charmap.Windows1251, charmap.KOI8U}, {charmap.KOI8U, charmap.Windows1251}} {
			if t, ok := reread(s, c[0], c[1]); ok && titled(t) && likeName(t) {
				fixed = t
				hits++
			}
		}
		if hits == 1 {
			return fixed, true
		}
	}
	return "", false
}

func firstLetter(s string) rune {
	for _, r := range s {
		if isLetter(r) {
			return r
		}
	}
	return 0
}

// likeName reports that a word of s is a known given name or ends as surnames do.
func likeName(s string) bool {
	var buf [maxNameBytes]byte
	for w := range strings.FieldsSeq(s) {
		fold := appendFold(buf[:0], w)
		if _, ok := dict().findGiven(fold, true); ok || surnameByEnding(fold, true).strong {
			return true
		}
	}
	return false
}

// titled reports words that each begin with a capital and go on in small letters.
func titled(s string) bool {
	start := true
	for _, r := range s {
		if !isLetter(r) {
			start = true
			continue
		}
		if !isCyrillic(r) || isUpper(r) != start {
			return false
		}
		start = false
	}
	return true
}

// utf8Of undoes UTF-8 that was read as a code page of one byte.
func utf8Of(s string, page *charmap.Charmap) (string, bool) {
	b, ok := bytesIn(s, page)
	if !ok || !utf8.Valid(b) {
		return "", false
	}
	return string(b), scriptOf(string(b))&scriptCyrillic != 0
}

func reread(s string, from, to *charmap.Charmap) (string, bool) {
	b, ok := bytesIn(s, from)
	if !ok {
		return "", false
	}
	out := make([]rune, 0, len(b))
	for _, c := range b {
		out = append(out, to.DecodeByte(c))
	}
	return string(out), scriptOf(string(out))&scriptCyrillic != 0
}

// bytesIn gives the bytes of s in a code page. Windows code pages leave some
// bytes undefined, which decoders pass on as control characters.
func bytesIn(s string, page *charmap.Charmap) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		c, ok := page.EncodeRune(r)
		if !ok {
			if r < 0x80 || r > 0x9F {
				return nil, false
			}
			c = byte(r)
		}
		b = append(b, c)
	}
	return b, true
}

// repaired marks a name that was read from a repaired text: its parts stand
// nowhere in the cell.
func (n PersonName) repaired(why schemas.Reason) PersonName {
	n.Status, n.Reason = schemas.Corrected, why
	for _, p := range [...]*NamePart{&n.Surname, &n.Given, &n.Patronymic, &n.Former} {
		p.Lo, p.Hi = 0, 0
		if p.Status == schemas.OK {
			p.Status, p.Reason = schemas.Corrected, why
		}
	}
	return n
}
