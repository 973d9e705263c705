package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func nameLetter(r rune) bool {
	return isLetter(r) || r >= 0x80 && unicode.IsMark(r) || isApostrophe(r) || r >= '0' && r <= '9'
}

// tokenize cuts the cell into words; false when there are too many. A hyphen
// with blanks around it joins its neighbours.
func (p *nameParser) tokenize() bool {
	s := p.src
	depth := 0
	for i := 0; i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '(' || r == '[' || r == '{':
			depth++
			i += w
		case r == ')' || r == ']' || r == '}':
			if depth > 0 {
				depth--
			}
			i += w
		case r == '.' || r == ',' || r == ';':
			if p.n > 0 {
				u := &p.units[p.n-1]
				u.dot = u.dot || r == '.' && int(u.hi) == i
				u.comma = u.comma || r != '.'
			}
			i += w
		case nameLetter(r):
			end := p.wordEnd(i)
			lo, hi := trimMarks(s, i, end)
			if lo < hi {
				if p.n == maxNameUnits {
					return false
				}
				p.units[p.n] = unit{lo: int32(lo), hi: int32(hi), bracket: depth > 0}
				p.n++
			}
			i = end
		default:
			i += w
		}
	}
	return true
}

// wordEnd runs over letters, apostrophes and hyphens.
func (p *nameParser) wordEnd(i int) int {
	s := p.src
	for i < len(s) {
		if twoByteCyrillic(s, i) {
			i += 2
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		switch {
		case nameLetter(r):
			i += w
		case isDash(r):
			j := i + w
			if strings.HasSuffix(s[:i], "девичестве") {
				return i
			}
			if j < len(s) && s[j] == ' ' {
				j++
			}
			next, _ := utf8.DecodeRuneInString(s[j:])
			if !isLetter(next) {
				return i
			}
			i = j
		case r == ' ':
			next, nw := utf8.DecodeRuneInString(s[i+1:])
			if !isDash(next) || strings.HasSuffix(s[:i], "девичестве") {
				return i
			}
			j := i + 1 + nw
			if j < len(s) && s[j] == ' ' {
				j++
			}
			after, _ := utf8.DecodeRuneInString(s[j:])
			if !isLetter(after) {
				return i
			}
			i = j
		default:
			return i
		}
	}
	return i
}

// splitGlued cuts words that lost the blank between them: "ИвановИ.И.",
// "ИвановИванИванович". МакГрегор and ДеВито keep their capital.
func (p *nameParser) splitGlued() {
	for i := 0; i < p.n && p.n < maxNameUnits; i++ {
		u := &p.units[i]
		at := gluedAt(p.src[u.lo:u.hi], u.dot)
		if at == 0 || u.bracket {
			continue
		}
		copy(p.units[i+2:p.n+1], p.units[i+1:p.n])
		p.n++
		second := p.units[i]
		second.lo += int32(at)
		p.units[i+1] = second
		p.units[i].hi = second.lo
		p.units[i].dot, p.units[i].comma = false, false
	}
}

// gluedAt finds the capital inside a Cyrillic word at which another word
// begins; 0 without one.
func gluedAt(w string, dot bool) int {
	if isASCII(w) || neverRises(w) {
		return 0
	}
	prev, n := rune(0), 0
	for i, r := range w {
		if isDash(r) || isApostrophe(r) {
			return 0
		}
		if n == 0 && !isUpper(r) {
			return 0
		}
		if n >= 3 && isCyrillic(r) && isUpper(r) && isCyrillic(prev) && !isUpper(prev) {
			switch foldName(w[:i]) {
			case "мак", "фон", "ван", "дер", "дель":
				return 0
			}
			if rest := utf8.RuneCountInString(w[i:]); rest >= 3 || rest == 1 && dot {
				return i
			}
		}
		prev = r
		n++
	}
	return 0
}

// neverRises reports a word of Cyrillic letters alone in which no capital stands
// behind a small letter.
func neverRises(w string) bool {
	low := false
	for i := 0; i < len(w); i += 2 {
		if !twoByteCyrillic(w, i) || w[i] == 0xd1 && w[i+1] >= 0xa0 { // letters of other alphabets
			return false
		}
		small := w[i] == 0xd1 || w[i+1] >= 0xb0
		if low && !small {
			return false
		}
		low = small
	}
	return true
}

// splitInitials cuts "ИИ" of "Иванов ИИ" in two, where the cell is not written
// in capitals throughout.
func (p *nameParser) splitInitials() {
	if p.n < 2 || p.n == maxNameUnits {
		return
	}
	last := &p.units[p.n-1]
	w := p.src[last.lo:last.hi]
	if last.bracket || len(w) != 4 && len(w) != 2 || p.n > 2 && title(foldName(w)) { // Иванов Иван Иванович, ИП
		return
	}
	lower := false
	for _, r := range p.src {
		if isLetter(r) && !isUpper(r) {
			lower = true
			break
		}
	}
	if !lower { // ИВАНОВ ИИ
		var buf [maxNameBytes]byte
		first := &p.units[0]
		fold := appendFold(buf[:0], p.src[first.lo:first.hi])
		cyrillic := len(w) == 4
		end := surnameByEnding(fold, cyrillic)
		if _, given := dict().findGiven(appendFold(buf[:0], w), cyrillic); p.n != 2 || given || !end.strong || end.sex == 0 {
			return
		}
	}
	n, at := 0, 0
	for i, r := range w {
		if !isLetter(r) || !isUpper(r) {
			return
		}
		if n == 1 {
			at = i
		}
		n++
	}
	if n != 2 || turkicSuffix(strings.ToLower(w)) != 0 {
		return
	}
	p.units[p.n] = unit{lo: last.lo + int32(at), hi: last.hi, dot: last.dot}
	last.hi = last.lo + int32(at)
	last.dot = true
	p.n++
}

func trimMarks(s string, lo, hi int) (int, int) {
	first := lo
	for lo < hi {
		r, w := utf8.DecodeRuneInString(s[lo:hi])
		if !isApostrophe(r) && !isDash(r) {
			break
		}
		lo += w
	}
	opened := lo > first // a quotation mark stands in front
	for lo < hi {
		r, w := utf8.DecodeLastRuneInString(s[lo:hi])
		if !isApostrophe(r) && !isDash(r) {
			break
		}
		if before, _ := utf8.DecodeLastRuneInString(s[lo : hi-w]); !opened && softSign(r, before) {
			break
		}
		hi -= w
	}
	return lo, hi
}
