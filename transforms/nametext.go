package transforms

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// script is the set of scripts that the letters of a token come from.
type script uint8

const (
	scriptCyrillic script = 1 << iota
	scriptLatin
	scriptOther
	scriptDigit
)

// apostropheUk is the letter apostrophe in which names are stored.
const apostropheUk = 'ʼ' // U+02BC

func isCyrillic(r rune) bool { return r >= 0x0400 && r <= 0x052F }

func isLatin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x00C0 && r <= 0x024F && r != '×' && r != '÷' || r >= 0x1E00 && r <= 0x1EFF
}

// isApostrophe reports every sign that people type for the Ukrainian
// apostrophe or for O'Neil's. It counts only between letters.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '`', '´', '′', 'ʹ', '*', '"', '“', '”':
		return true
	}
	return false
}

// isDash reports the hyphens and dashes that join parts of a name.
func isDash(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '—', '−':
		return true
	}
	return false
}

// isLetter and isUpper answer for the letters of the region without a table.
func isLetter(r rune) bool {
	return isCyrillic(r) && !(r >= 0x0482 && r <= 0x0489) || r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z') || r >= 0x80 && !isCyrillic(r) && unicode.IsLetter(r)
}

func isUpper(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'A' && r <= 'Z'
	case r >= 0x0400 && r <= 0x045F:
		return r < 0x0430
	}
	return unicode.IsUpper(r)
}

func scriptOf(s string) script {
	var out script
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case twoByteCyrillic(s, i):
			out |= scriptCyrillic
			i += 2
			continue
		case c < utf8.RuneSelf:
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				out |= scriptLatin
			} else if isDigit(c) {
				out |= scriptDigit
			}
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		i += w
		switch {
		case isCyrillic(r):
			out |= scriptCyrillic
		case isLatin(r):
			out |= scriptLatin
		case unicode.IsLetter(r) && r != apostropheUk && r != 'ʹ':
			out |= scriptOther
		}
	}
	return out
}

// twoByteCyrillic reports a letter of U+0400 to U+047F at s[i], which is two
// bytes long.
func twoByteCyrillic(s string, i int) bool {
	return s[i]&0xfe == 0xd0 && i+1 < len(s) && s[i+1]&0xc0 == 0x80
}

// lowerRune is unicode.ToLower with a fast path for the letters of the region.
func lowerRune(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r >= 'А' && r <= 'Я':
		return r + 32
	case r >= 'а' && r <= 'я':
		return r
	case r >= 0x0400 && r <= 0x040F:
		return r + 80
	case r >= 0x0450 && r <= 0x045F:
		return r
	}
	return unicode.ToLower(r)
}

func upperRune(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	case r >= 'а' && r <= 'я':
		return r - 32
	case r >= 0x0450 && r <= 0x045F:
		return r - 80
	}
	return unicode.ToUpper(r)
}

// appendFold appends the dictionary key of a name: lower case, ё as е, without
// apostrophes. Names are looked up by it without an allocation.
func appendFold(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == ' ' || c == '-' || c == '.' {
			dst = append(dst, c)
			i++
			continue
		}
		if i+1 < len(s) { // the letters of both languages without a mark: two bytes each
			switch c, n := s[i], s[i+1]; {
			case c == 0xd0 && n >= 0xb0 && n <= 0xbf, c == 0xd1 && n >= 0x80 && n <= 0x8f: // а–я
				dst = append(dst, c, n)
				i += 2
				continue
			case c == 0xd0 && n >= 0x90 && n <= 0x9f: // А–П
				dst = append(dst, c, n+0x20)
				i += 2
				continue
			case c == 0xd0 && n >= 0xa0 && n <= 0xaf: // Р–Я
				dst = append(dst, 0xd1, n-0x20)
				i += 2
				continue
			}
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		i += w
		r = lowerRune(r)
		switch {
		case r == 'ё':
			r = 'е'
		case isApostrophe(r):
			continue
		case isDash(r):
			r = '-'
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func foldName(s string) string {
	var buf [128]byte
	return string(appendFold(buf[:0], s))
}

// appendPlainLower appends s in lower case, ё as е.
func appendPlainLower(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if twoByteCyrillic(s, i) {
			c, n := s[i], s[i+1]
			switch {
			case c == 0xd0 && n >= 0xb0, c == 0xd1 && n < 0x90: // а–я
				dst = append(dst, c, n)
				i += 2
				continue
			case c == 0xd0 && n >= 0x90 && n < 0xa0: // А–П
				dst = append(dst, c, n+0x20)
				i += 2
				continue
			case c == 0xd0 && n >= 0xa0: // Р–Я
				dst = append(dst, 0xd1, n-0x20)
				i += 2
				continue
			}
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		i += w
		if r = lowerRune(r); r == 'ё' {
			r = 'е'
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// appendLetters appends the key under which the Russian and the Ukrainian
// spelling of one name meet by letter alone: и = і = ї = ы, е = є = э = ё,
// г = ґ, no signs and no apostrophe.
func appendLetters(dst []byte, s string) []byte {
	for _, r := range s {
		r = lowerRune(r)
		switch r {
		case 'і', 'ї', 'ы':
			r = 'и'
		case 'є', 'э', 'ё':
			r = 'е'
		case 'ґ':
			r = 'г'
		case 'ь', 'ъ':
			continue
		}
		if isApostrophe(r) {
			continue
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func lettersKey(s string) string {
	var buf [128]byte
	return string(appendLetters(buf[:0], s))
}

// cleanText composes letters (NFC), drops zero-width and control characters,
// turns every white space into one blank and trims. A text that is already
// clean is returned as it is, without an allocation.
func cleanText(s string) string {
	if isCleanText(s) {
		return s
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = withoutEntities(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, " ")
	}
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	b := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = len(b) > 0
			continue
		case unicode.IsControl(r) || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060 || r == 0x00AD:
			continue
		}
		if space {
			b = append(b, ' ')
			space = false
		}
		b = utf8.AppendRune(b, r)
	}
	if out := string(b); norm.NFC.IsNormalString(out) {
		return out
	}
	return norm.NFC.String(string(b)) // a sign between a letter and its mark fell away
}

// withoutEntities decodes the characters that a web form wrote by name or number
// (&nbsp;, &#1048;), until none is left.
func withoutEntities(s string) string {
	for range 4 {
		if !hasEntity(s) {
			break
		}
		s = html.UnescapeString(s)
	}
	return s
}

func hasEntity(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		j := i + 1
		if j < len(s) && s[j] == '#' {
			j++
		}
		from := j
		for j < len(s) && j-from < 8 && (isDigit(s[j]) || s[j] >= 'a' && s[j] <= 'z' || s[j] >= 'A' && s[j] <= 'Z') {
			j++
		}
		if j < len(s) && s[j] == ';' && j > from && html.UnescapeString(s[i:j+1]) != s[i:j+1] {
			return true
		}
	}
	return false
}

func isCleanText(s string) bool {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c > ' ' && c < 0x7F && c != '&':
			i++
			continue
		case twoByteCyrillic(s, i):
			i += 2
			continue
		case c == ' ':
			if i == 0 || s[i-1] == ' ' {
				return false
			}
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if !(r == 0x0480 || r == 0x0481 || r == '«' || r == '»' || r == '№' || r == 'ʼ' || r == '’') {
			return false
		}
		i += w
	}
	return s == "" || s[len(s)-1] != ' '
}

// cutPrefixFold is strings.CutPrefix that ignores case; prefix is lower case and
// not empty.
func cutPrefixFold(s, prefix string) (string, bool) {
	if s == "" || s[0] < utf8.RuneSelf && byte(lowerRune(rune(s[0]))) != prefix[0] {
		return s, false
	}
	rest := s
	for _, want := range prefix {
		r, n := utf8.DecodeRuneInString(rest)
		if lowerRune(r) != want {
			return s, false
		}
		rest = rest[n:]
	}
	return rest, true
}

// titleWord appends word with a first capital and small letters after it.
func titleWord(dst []byte, word string) []byte {
	first := true
	for _, r := range word {
		if first {
			r = upperRune(r)
			first = r == apostropheUk
		} else {
			r = lowerRune(r)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
