package transforms

import (
	"strings"
	"unicode/utf8"
)

func hasLetter(s string) bool {
	for _, r := range s {
		if isLetter(r) {
			return true
		}
	}
	return false
}

// ukrainianLetters reports letters that Russian does not have.
func ukrainianLetters(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		switch c, n := s[i], s[i+1]; {
		case c == 0xd1 && (n == 0x94 || n == 0x96 || n == 0x97), // є і ї
			c == 0xd0 && (n == 0x84 || n == 0x86 || n == 0x87), // Є І Ї
			c == 0xd2 && n&0xfe == 0x90:                        // Ґ ґ
			return true
		}
	}
	return false
}

// ukrainianWords reports a type word of Ukrainian addresses whose first
// occurrence in s begins a word.
func ukrainianWords(s string) bool {
	var buf [640]byte
	lower := buf[:0]
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			lower = append(lower, byte(lowerRune(rune(c))))
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		lower = utf8.AppendRune(lower, lowerRune(r))
		i += w
	}
	l := bytesView(lower)
	var seen uint16
	for i := 0; i+1 < len(l); i++ {
		if l[i] != 0xd0 && l[i] != 0xd1 { // the first bytes of Cyrillic letters
			continue
		}
		switch l[i : i+2] {
		case "в", "б", "п", "м", "у", "с":
		default:
			continue
		}
		for k, w := range ukrainianTypes {
			if seen&(1<<k) == 0 && strings.HasPrefix(l[i:], w) {
				seen |= 1 << k
				if i == 0 || l[i-1] == ' ' || l[i-1] == ',' {
					return true
				}
			}
		}
	}
	return false
}

// addrTokens cuts s[lo:hi] into words and numbers: "д.5" is two tokens, "12А"
// and "2-я" are one, "9к3" is three.
func addrTokens(out []addrToken, folds *[]byte, s string, lo, hi int) []addrToken {
	for i := lo; i < hi; {
		if s[i] == ' ' {
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:hi])
		if !isLetter(r) && !(r >= '0' && r <= '9') {
			if r == '.' && len(out) > 0 && out[len(out)-1].hi == i {
				out[len(out)-1].dot = true
			}
			i += w
			continue
		}
		j := i
		digit := r >= '0' && r <= '9'
		for j < hi {
			if digit && isDigit(s[j]) {
				j++
				continue
			}
			if !digit && twoByteCyrillic(s[:hi], j) {
				j += 2
				continue
			}
			r, w := utf8.DecodeRuneInString(s[j:hi])
			num := r >= '0' && r <= '9'
			inner := (r == '-' || r == '/' || isApostrophe(r)) && j+w < hi && s[j+w] != ' ' && s[j+w] != ','
			if !isLetter(r) && !num && !inner {
				break
			}
			if digit && isLetter(r) && !ordinalOrLetter(s[j:hi]) {
				break
			}
			if !digit && num && j > i && s[j-1] != '-' && s[j-1] != '/' {
				break
			}
			j += w
		}
		for j > i && (s[j-1] == '-' || s[j-1] == '/') {
			j--
		}
		if j == i {
			i += w
			continue
		}
		word := s[i:j]
		fold := word
		if !digit || !allDigits(word) {
			fold = foldInto(folds, word)
		}
		out = append(out, addrToken{text: word, fold: fold, lo: i, hi: j, digit: digit})
		i = j
	}
	return out
}

// foldInto is foldName that keeps the keys of one address in one block.
func foldInto(block *[]byte, s string) string {
	lo := len(*block)
	*block = appendFold(*block, s)
	return bytesView((*block)[lo:])
}

// ordinalOrLetter decides what follows a number without a blank: -я, -й, ая or
// one letter belong to it; a building word (к3, стр4) starts a new token.
func ordinalOrLetter(rest string) bool {
	n := 0
	var buf [16]byte
	w := buf[:0]
	for i, r := range rest {
		if !isLetter(r) {
			next := rest[i:]
			if n == 1 && (string(w) == "к" || string(w) == "с") && (next[0] >= '0' && next[0] <= '9' || next[0] == '.' || next[0] == ' ' && len(next) > 1 && next[1] >= '0' && next[1] <= '9') {
				return false
			}
			break
		}
		if n++; n > 3 {
			return false
		}
		w = utf8.AppendRune(w, lowerRune(r))
	}
	switch string(w) {
	case "я", "й", "ая", "ый", "ий", "ой", "го", "е", "ше", "а":
		return true
	}
	return n == 1
}
