package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldWidth brings compatibility forms (full-width and superscript digits,
// letters of mathematical alphabets, ligatures) to plain ones by NFKC and drops
// zero-width and control characters. folded tells that a visible character
// changed. The number sign № stays. White space other than a blank becomes one.
func foldWidth(s string) (out string, folded bool) {
	if isPlain(s) {
		return s, false
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	b := make([]byte, 0, len(s))
	plain := 0 // s[:plain] is done
	for plain < len(s) {
		i := strings.IndexRune(s[plain:], '№')
		part := s[plain:]
		if i >= 0 {
			part = part[:i]
		}
		for _, r := range part {
			if r >= 0xFF01 && r <= 0xFFEF || r >= 0x2070 && r <= 0x209C || r == 0xB2 || r == 0xB3 || r == 0xB9 ||
				r >= 0x2460 && r <= 0x24FF || r >= 0xFB00 && r <= 0xFB06 || r >= 0x1D400 && r <= 0x1D7FF {
				folded = true
			}
		}
		for _, r := range norm.NFKC.String(part) {
			switch {
			case r == '\n':
				b = append(b, '\n')
			case unicode.IsSpace(r):
				b = append(b, ' ')
			case isInvisible(r):
			default:
				b = utf8.AppendRune(b, r)
			}
		}
		plain += len(part)
		if i >= 0 {
			b = append(b, "№"...)
			plain += len("№")
		}
	}
	return string(b), folded
}

// isPlain reports that foldWidth would change nothing.
func isPlain(s string) bool {
	for _, r := range s {
		if r >= ' ' && r < 0x7F || r >= 0x0410 && r <= 0x0451 || r == 0x0401 || r == '№' || r == '\n' ||
			r == 'І' || r == 'і' || r == 'Є' || r == 'є' || r == '–' || r == '—' || r == '«' || r == '»' {
			continue
		}
		return false
	}
	return true
}

func isInvisible(r rune) bool {
	return unicode.IsControl(r) || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E ||
		r >= 0x2060 && r <= 0x2064 || r == 0x00AD || r == 0x180E
}

// latinLook gives the Latin capital that looks like a Cyrillic letter.
func latinLook(r rune) (byte, bool) {
	switch r {
	case 'А', 'а':
		return 'A', true
	case 'В', 'в':
		return 'B', true
	case 'С', 'с':
		return 'C', true
	case 'Е', 'е':
		return 'E', true
	case 'Н', 'н':
		return 'H', true
	case 'І', 'і', 'Ӏ':
		return 'I', true
	case 'Ј', 'ј':
		return 'J', true
	case 'К', 'к':
		return 'K', true
	case 'М', 'м':
		return 'M', true
	case 'О', 'о':
		return 'O', true
	case 'Р', 'р':
		return 'P', true
	case 'Ѕ', 'ѕ':
		return 'S', true
	case 'Т', 'т':
		return 'T', true
	case 'Х', 'х':
		return 'X', true
	case 'У', 'у', 'Ү', 'ү':
		return 'Y', true
	}
	return 0, false
}

// cyrillicLook gives the Cyrillic capital that looks like a Latin letter.
func cyrillicLook(r rune) (rune, bool) {
	switch r {
	case 'A', 'a':
		return 'А', true
	case 'B', 'b':
		return 'В', true
	case 'C', 'c':
		return 'С', true
	case 'E', 'e':
		return 'Е', true
	case 'H', 'h':
		return 'Н', true
	case 'I', 'i':
		return 'І', true
	case 'K', 'k':
		return 'К', true
	case 'M', 'm':
		return 'М', true
	case 'O', 'o':
		return 'О', true
	case 'P', 'p':
		return 'Р', true
	case 'T', 't':
		return 'Т', true
	case 'X', 'x':
		return 'Х', true
	case 'Y', 'y':
		return 'У', true
	}
	return 0, false
}

// digitLook gives the digit that a letter was typed for.
func digitLook(r rune) (byte, bool) {
	switch r {
	case 'O', 'o', 'О', 'о':
		return '0', true
	case 'l', 'I', 'І', 'і', 'Ӏ', '|', 'i':
		return '1', true
	case 'З', 'з':
		return '3', true
	case 'Ч', 'ч':
		return '4', true
	case 'Б', 'б':
		return '6', true
	}
	return 0, false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// oneDigit reports that all of b is the same digit.
func oneDigit(b []byte) bool {
	for _, d := range b {
		if d != b[0] {
			return false
		}
	}
	return len(b) > 0
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
