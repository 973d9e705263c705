package transforms

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"clientbase/schemas"
)

// pages are the code pages in which Cyrillic files come.
var pages = [...]*charmap.Charmap{charmap.Windows1251, charmap.CodePage866, charmap.KOI8U, charmap.MacintoshCyrillic, charmap.ISO8859_5}

// shownIn are the code pages in which a wrong reader shows them.
var shownIn = [...]*charmap.Charmap{charmap.Windows1251, charmap.CodePage866, charmap.KOI8U, charmap.KOI8R, charmap.MacintoshCyrillic, charmap.ISO8859_5}

// marks counts what a text read in a wrong code page shows.
type marks struct {
	letters, latin1 int
	rs              int // Р and С, which lead in UTF-8 read as Windows-1251
	odd             int // signs and letters that Russian and Ukrainian words do not have
	frames          int // box drawing
	lowUp           int // a capital behind a small letter
	uppers          int
}

func marksOf(s string) (m marks) {
	prev := rune(0)
	for _, r := range s {
		switch {
		case r >= 'а' && r <= 'я':
			m.letters++
		case r < 0x80:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				m.letters++
				m.uppers++
			}
		case r >= 0xC0 && r <= 0xFF:
			m.letters++
			m.latin1++
		case r == 'Р' || r == 'С':
			m.letters++
			m.uppers++
			m.rs++
		case isCyrillic(r):
			m.letters++
			if r >= 0x0402 && r <= 0x040F && r != 'І' && r != 'Ї' && r != 'Є' && r != 'Ё' || r >= 0x0452 && r <= 0x045F && r != 'і' && r != 'ї' && r != 'є' {
				m.odd++
			}
			if isUpper(r) {
				m.uppers++
				if isCyrillic(prev) && !isUpper(prev) {
					m.lowUp++
				}
			}
		case r >= 0x2500 && r <= 0x259F:
			m.frames++
			m.odd++
		case r >= 0x80 && r < 0xC0, r >= 0x2010 && r <= 0x2122, r >= 0x2200 && r <= 0x22FF, r >= 0x2320 && r <= 0x2321:
			m.odd++
		}
		prev = r
	}
	return m
}

// unmangle reports a text whose bytes were read in a wrong code page, and gives
// the text that was meant, or "" where no single reading is clear. The reader
// of a file judges the whole file; a value may have been damaged long before.
func unmangle(s string) (fixed string, damaged bool) {
	m := marksOf(s)
	if t, ok := doubleRead(s, &m); ok {
		return t, true
	}
	switch {
	case m.latin1 >= 3 && m.latin1 == m.letters: // Èâàíîâ
		if t, ok := reread(s, charmap.ISO8859_1, charmap.Windows1251); ok {
			return t, true
		}
		return "", true
	case m.rs >= 2 && m.rs*2 >= m.letters-1 && m.odd > 0:
		return "", m.rs >= 3
	case m.latin1 > 0:
	case m.odd > 1:
		fixed = meantName(s, likeName)
		return fixed, fixed != "" || m.frames > 1
	case m.lowUp > 0 && m.letters >= 4 && !isUpper(firstLetter(s)): // йЧБОПЧ, хБЮМНБ
		fixed = meantName(s, likeName)
	case m.uppers == 0 && m.letters >= 4 && !likeName(s): // йчбопч: capitals of KOI8
		fixed = meantName(s, everyName)
	}
	return fixed, fixed != ""
}

// undamaged undoes what damage is left in a text that unmangle gave; "" where that
// has no end, because two texts are read back to each other.
func undamaged(fixed string) string {
	for range 3 {
		t, again := unmangle(fixed)
		if !again {
			return fixed
		}
		fixed = t
	}
	return ""
}

// doubleRead undoes UTF-8 that was read as a code page of one byte, which no
// other text looks like.
func doubleRead(s string, m *marks) (string, bool) {
	if m.odd+m.latin1 < 2 {
		return "", false
	}
	for _, page := range [...]*charmap.Charmap{charmap.Windows1252, charmap.Windows1251, charmap.CodePage866, charmap.KOI8R, charmap.KOI8U, charmap.MacintoshCyrillic, charmap.ISO8859_5} {
		if t, ok := utf8Of(s, page); ok {
			return t, true
		}
	}
	return "", false
}

// meantName reads the bytes of s in every other code page and gives the one
// reading in which words are written as names are and like says so.
func meantName(s string, like func(string) bool) string {
	fixed := ""
	for i, from := range shownIn {
		for _, to := range pages {
			if from == to || from == charmap.KOI8R && to == charmap.KOI8U {
				continue
			}
			if i > 0 && !fits(s, from) {
				break
			}
			t, ok := reread(s, from, to)
			if !ok || t == fixed || !titled(t) && !cyrillicCapitals(t) || !like(t) {
				continue
			}
			if fixed != "" {
				return ""
			}
			fixed = t
		}
	}
	return fixed
}

// fits reports that every letter of s has a byte in a code page.
func fits(s string, page *charmap.Charmap) bool {
	for _, r := range s {
		if _, ok := page.EncodeRune(r); !ok && (r < 0x80 || r > 0x9F) {
			return false
		}
	}
	return true
}

// remapped is the name that was meant by a text in which no word is known, when
// another code page makes a known name of it.
func remapped(s string) (string, bool) {
	t := meantName(s, surelyName)
	return t, t != ""
}

// surelyName reports two words, one of them a known given name or a patronymic
// and the other too or with the ending of a surname.
func surelyName(s string) bool {
	var buf [maxNameBytes]byte
	known, strong := 0, 0
	for w := range strings.FieldsSeq(s) {
		if len(w) > maxNameBytes {
			return false
		}
		fold := appendFold(buf[:0], w)
		g, ok := dict().findGiven(fold, true)
		_, ev := dict().findPatronymic(fold, true)
		switch {
		case ok && !g.short, ev == surelyPatronymic:
			known++
		case surnameByEnding(fold, true).strong:
			strong++
		}
	}
	return known > 0 && known+strong > 1
}

// everyName reports that each word of s is a known name, a patronymic or a
// surname whose ending tells the sex, and that it is more than a short word.
func everyName(s string) bool {
	var buf [maxNameBytes]byte
	letters := 0
	for w := range strings.FieldsSeq(s) {
		if len(w) > maxNameBytes {
			return false
		}
		fold := appendFold(buf[:0], w)
		g, ok := dict().findGiven(fold, true)
		_, ev := dict().findPatronymic(fold, true)
		if end := surnameByEnding(fold, true); !(ok && !g.short || ev == surelyPatronymic || end.strong && end.sex != 0) {
			return false
		}
		letters += utf8.RuneCountInString(w)
	}
	return letters > 4
}

// cyrillicCapitals reports Cyrillic words in capitals throughout.
func cyrillicCapitals(s string) bool {
	letters := 0
	for _, r := range s {
		if !isLetter(r) {
			continue
		}
		if !isCyrillic(r) || !isUpper(r) {
			return false
		}
		letters++
	}
	return letters > 0
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
		if len(w) > maxNameBytes {
			return false
		}
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
	if page == charmap.Windows1251 {
		s = strings.ReplaceAll(s, "\uFFFD", "\u0098") // the one byte without a meaning
	}
	b, ok := bytesIn(s, page)
	if ok && page == charmap.Windows1251 && !utf8.Valid(b) {
		b = withLostBytes(b)
	}
	if !ok || !utf8.Valid(b) {
		return "", false
	}
	return string(b), scriptOf(string(b))&scriptCyrillic != 0
}

// withLostBytes puts back what readers of UTF-8 as Windows-1251 lose: the byte
// 98 of И, which has no meaning there, and A0 of Р, which became a blank.
func withLostBytes(b []byte) []byte {
	out := make([]byte, 0, len(b)+4)
	for i := 0; i < len(b); i++ {
		out = append(out, b[i])
		if b[i] != 0xD0 || i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] < 0xC0 {
			continue
		}
		if i+1 < len(b) && b[i+1] == ' ' && i+2 < len(b) && b[i+2] >= 0xD0 {
			out = append(out, 0xA0)
			i++
			continue
		}
		if i+1 < len(b) && b[i+1] == '?' { // what an encoder wrote for it
			i++
		}
		out = append(out, 0x98)
	}
	return out
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
