package transforms

import (
	"strings"
	"unicode/utf8"
)

// Character repair of one word of a name: look-alike letters of another
// script, apostrophes, case, a wrong keyboard layout.

// toCyrillicLook gives the Cyrillic letter that looks like a Latin one or a digit.
func toCyrillicLook(r rune) rune {
	switch r {
	case 'A':
		return 'А'
	case 'B':
		return 'В'
	case 'C':
		return 'С'
	case 'E':
		return 'Е'
	case 'H':
		return 'Н'
	case 'I':
		return 'І'
	case 'J':
		return 'Ј'
	case 'K':
		return 'К'
	case 'M':
		return 'М'
	case 'O':
		return 'О'
	case 'P':
		return 'Р'
	case 'S':
		return 'Ѕ'
	case 'T':
		return 'Т'
	case 'X':
		return 'Х'
	case 'Y':
		return 'У'
	case 'a':
		return 'а'
	case 'c':
		return 'с'
	case 'e':
		return 'е'
	case 'i':
		return 'і'
	case 'ï':
		return 'ї'
	case 'Ï':
		return 'Ї'
	case 'ë':
		return 'ё'
	case 'Ë':
		return 'Ё'
	case 'k':
		return 'к'
	case 'o':
		return 'о'
	case 'p':
		return 'р'
	case 'x':
		return 'х'
	case 'y':
		return 'у'
	}
	return 0
}

// toLatinLook is the reverse, for Latin words with a Cyrillic letter inside.
func toLatinLook(r rune) rune {
	switch r {
	case 'А':
		return 'A'
	case 'В':
		return 'B'
	case 'С':
		return 'C'
	case 'Е':
		return 'E'
	case 'Н':
		return 'H'
	case 'І':
		return 'I'
	case 'Ј':
		return 'J'
	case 'К':
		return 'K'
	case 'М':
		return 'M'
	case 'О':
		return 'O'
	case 'Р':
		return 'P'
	case 'Ѕ':
		return 'S'
	case 'Т':
		return 'T'
	case 'Х':
		return 'X'
	case 'У':
		return 'Y'
	case 'а':
		return 'a'
	case 'с':
		return 'c'
	case 'е':
		return 'e'
	case 'і':
		return 'i'
	case 'ј':
		return 'j'
	case 'о':
		return 'o'
	case 'р':
		return 'p'
	case 'ѕ':
		return 's'
	case 'х':
		return 'x'
	case 'у':
		return 'y'
	}
	return 0
}

// foldMixed appends w in one script: the majority's, when every letter of the
// minority has a look-alike in it. forceCyrillic asks for Cyrillic even when
// the word is all Latin look-alikes (its neighbours are Cyrillic).
func foldMixed(dst []byte, w string, forceCyrillic bool) (out []byte, ok bool) {
	cyr, lat, cyrOK, latOK := 0, 0, true, true
	for i, r := range w {
		switch {
		case isCyrillic(r):
			cyr++
			latOK = latOK && toLatinLook(r) != 0
		case isLatin(r):
			lat++
			cyrOK = cyrOK && (toCyrillicLook(r) != 0 || i == 0 && toCyrillicLook(upperRune(r)) != 0) // the first letter is written as a capital
		}
	}
	cyrOK = cyrOK || cyr == 0 && allLookAlikes(w)
	useCyrillic := cyrOK && (forceCyrillic || cyr >= lat || !latOK)
	if !useCyrillic && !latOK {
		return dst, false
	}
	for _, r := range w {
		switch {
		case useCyrillic && isLatin(r):
			if c := toCyrillicLook(r); c != 0 {
				r = c
			} else {
				r = toCyrillicLook(upperRune(r))
			}
		case !useCyrillic && isCyrillic(r):
			r = toLatinLook(r)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, true
}

// allLookAlikes reports a Latin word whose every letter looks Cyrillic, once
// its first one is written as a capital.
func allLookAlikes(w string) bool {
	start := true
	for _, r := range w {
		if isLatin(r) && toCyrillicLook(r) == 0 && !(start && toCyrillicLook(upperRune(r)) != 0) {
			return false
		}
		start = isDash(r)
	}
	return w != ""
}

// appendCased appends a word of a name in canonical case: each part between
// hyphens with a capital, the letter after O' and Д' with a capital, inner
// capitals of an otherwise well-formed word kept (McDonald, МакГрегор).
// Apostrophes become U+02BC in Cyrillic and ' in Latin words.
func appendCased(dst []byte, w string, cyrillic bool) []byte {
	if out, ok := appendTitle(dst, w); ok {
		return out
	}
	keep := innerCapital(w)
	start, partLetters := true, 0
	var prev rune
	for i, r := range w {
		switch {
		case r == ' ': // around a hyphen
			continue
		case isDash(r):
			dst = append(dst, '-')
			start, partLetters, prev = turkicSuffix(strings.ToLower(w[i+utf8.RuneLen(r):])) == 0, 0, '-' // Али-оглы
			continue
		case isApostrophe(r):
			next, _ := utf8.DecodeRuneInString(w[i+utf8.RuneLen(r):])
			if !isLetter(prev) || !isLetter(next) && !(softSign(r, prev) && i+utf8.RuneLen(r) == len(w)) {
				continue
			}
			if cyrillic {
				dst = utf8.AppendRune(dst, apostropheUk)
			} else {
				dst = append(dst, '\'')
			}
			start = partLetters == 1 && (lowerRune(prev) == 'о' || lowerRune(prev) == 'o' || nobleLetter(prev) && isUpper(next) && hasLower(w))
			prev = apostropheUk
			continue
		}
		switch {
		case start:
			dst = utf8.AppendRune(dst, upperRune(r))
		case keep:
			dst = utf8.AppendRune(dst, r)
		default:
			dst = utf8.AppendRune(dst, lowerRune(r))
		}
		start = false
		partLetters++
		prev = r
	}
	return dst
}

// appendTitle is appendCased for words of Cyrillic letters alone; false for any
// other, and where a second capital may have its reason.
func appendTitle(dst []byte, w string) ([]byte, bool) {
	at, capitals := len(dst), 0
	for i := 0; i < len(w); i += 2 {
		if !twoByteCyrillic(w, i) {
			return dst[:at], false
		}
		c, n, capital := w[i], w[i+1], true
		switch { // to a small letter
		case c == 0xd0 && n < 0x90: // Ѐ–Џ
			c, n = 0xd1, n+0x10
		case c == 0xd0 && n < 0xa0: // А–П
			n += 0x20
		case c == 0xd0 && n < 0xb0: // Р–Я
			c, n = 0xd1, n-0x20
		case c == 0xd1 && n >= 0xa0: // letters of other alphabets
			return dst[:at], false
		default:
			capital = false
		}
		if capital {
			capitals++
		}
		dst = append(dst, c, n)
	}
	if capitals == 2 || w == "" {
		return dst[:at], false
	}
	switch c, n := dst[at], dst[at+1]; {
	case c == 0xd0: // а–п
		dst[at+1] = n - 0x20
	case n < 0x90: // р–я
		dst[at], dst[at+1] = 0xd0, n+0x20
	default: // ѐ–џ
		dst[at], dst[at+1] = 0xd0, n-0x10
	}
	return dst, true
}

// nobleLetter is a single letter in front of an apostrophe that may start a
// second capital: Д'Артаньян, L'Amour. The source's own capital decides, because
// Д'яченко and L'vov are written the same way.
func nobleLetter(r rune) bool {
	switch lowerRune(r) {
	case 'д', 'л', 'd', 'l':
		return true
	}
	return false
}

func hasLower(w string) bool {
	for _, r := range w {
		if isLetter(r) && !isUpper(r) {
			return true
		}
	}
	return false
}

// softSign reports the apostrophe that stands for ь at the end of a Latin
// word: Igor', Emil'.
func softSign(mark, before rune) bool {
	return (mark == '\'' || mark == '’') && isLatin(before) && !strings.ContainsRune("aeiouy", lowerRune(before))
}

// innerCapital reports a word such as McDonald: it starts with a capital, has
// one more inside with small letters on both sides, and is small otherwise.
func innerCapital(w string) bool {
	capitals, lowers, i, at := 0, 0, 0, 0
	for _, r := range w {
		if isDash(r) || isApostrophe(r) {
			return false
		}
		if isUpper(r) {
			capitals++
			at = i
			if i == 0 {
				at = 0
			}
		} else {
			lowers++
		}
		i++
	}
	first, _ := utf8.DecodeRuneInString(w)
	return capitals == 2 && isUpper(first) && at >= 2 && at <= i-3 && lowers == i-2
}

// particle reports a word that belongs to a surname and stays small inside it.
func particle(fold string) bool {
	switch fold {
	case "фон", "фан", "ван", "дер", "ден", "де", "ла", "ле", "дель", "делла", "ди", "да", "дос", "ду", "дю", "цу", "бен", "ибн", "аль", "эль", "ад", "тер",
		"von", "van", "der", "den", "de", "la", "le", "del", "della", "di", "da", "dos", "du", "zu", "bin", "ibn", "al", "el", "ter", "af":
		return true
	}
	return false
}

// signAsApostrophe writes the Ukrainian apostrophe for the ъ of a Russian
// keyboard: where the name is known only so, and beside Ukrainian letters.
func (p *nameParser) signAsApostrophe(w string) string {
	if strings.HasSuffix(w, "ъ") || strings.HasSuffix(w, "Ъ") {
		return w
	}
	with := strings.ReplaceAll(strings.ReplaceAll(w, "ъ", "ʼ"), "Ъ", "ʼ")
	var buf [maxNameBytes]byte
	if _, ok := dict().findGiven(appendFold(buf[:0], w), true); ok {
		return w
	}
	_, known := dict().findGiven(appendFold(buf[:0], with), true)
	if known || ukrainianText(p.src) || ukrainianText(p.around) {
		return with
	}
	return w
}

// lookAlikeCell reports a cell in Latin capitals that are all Cyrillic ones by
// their looks (OKCAHA COPOKA), one of them a known given name only so.
func (p *nameParser) lookAlikeCell() bool {
	known := false
	for i := range p.n {
		w := p.word(i)
		if scriptOf(w) != scriptLatin || !allLookAlikes(w) || len(w) > 60 {
			return false
		}
		var buf, fold [maxNameBytes]byte
		if _, ok := dict().findGiven(appendFold(fold[:0], w), false); ok {
			return false
		}
		out, _ := foldMixed(buf[:0], w, true)
		g, ok := dict().findGiven(appendFold(fold[:0], bytesView(out)), true)
		known = known || ok && !g.short && len(w) > 3
	}
	return known
}
