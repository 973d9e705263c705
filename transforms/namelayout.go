package transforms

import (
	"unicode/utf8"

	"clientbase/schemas"
)

// Names typed while the keyboard was switched to the other layout.

const (
	layoutLatin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
	layoutRu    = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
	layoutUk    = "ʼйцукенгшщзхїфівапролджєячсмитьбюʼЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ"
)

// relayout retypes an ASCII word as if the keyboard had been switched.
func relayout(dst []byte, w string, layout string) []byte {
	keys := &keysRu
	if layout == layoutUk {
		keys = &keysUk
	}
	for i := 0; i < len(w); i++ {
		if c := w[i]; c < utf8.RuneSelf && keys[c] != 0 {
			dst = utf8.AppendRune(dst, keys[c])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// keysRu and keysUk hold what the key of a Latin sign writes in the other layout.
var keysRu, keysUk = layoutKeys(layoutRu), layoutKeys(layoutUk)

func layoutKeys(layout string) (keys [utf8.RuneSelf]rune) {
	k := 0
	for _, r := range layout {
		if c := layoutLatin[k]; keys[c] == 0 { // the first of two counts
			keys[c] = r
		}
		k++
	}
	return keys
}

const (
	surelyRetyped    = 20 // letters that are Cyrillic ones by the keys, whatever stands around
	perhapsRetyped   = 0  // enough beside Cyrillic words, for a word with the ending of a surname
	unspokenRetyped  = 25 // enough beside Cyrillic words, for a word that nobody can speak
	retypedMinLength = 3
)

// layoutWeight is, per key, ten times the logarithm of how much more often the
// letter occurs in Cyrillic names typed in the Latin layout than in names in
// Latin letters; counted over 20,000 Russian surnames and given names, their
// passport spellings and the Latin given names of the dictionary.
var layoutWeight = [26]int8{-29, 15, 7, 14, -7, 29, 1, 0, -17, 42, -6, -6, -9, -9, -36, -3, 49, 5, -19, 7, -6, -10, 25, 36, 21, -2} // a to z

// layoutScore weighs the evidence that a Latin or retyped word was typed in the
// wrong layout.
func layoutScore(w string) int {
	score := 0
	for _, r := range w {
		r = lowerRune(r)
		if r >= 0x80 {
			r = rune(latinKey(r))
		}
		if r >= 'a' && r <= 'z' {
			score += int(layoutWeight[r-'a'])
		}
	}
	return score
}

// retyped gives a Latin word that stands beside Cyrillic ones as its keys read
// in the Cyrillic layout, when that is a plausible name and the word as it
// stands is none. The Ukrainian layout comes first beside Ukrainian letters.
func (p *nameParser) retyped(w string) (string, bool) {
	if len(w) < retypedMinLength || len(w) > 40 || !isASCII(w) {
		return "", false
	}
	var buf [maxNameBytes]byte
	f := appendFold(buf[:0], w)
	if _, ok := dict().findGiven(f, false); ok {
		return "", false
	}
	if _, ev := dict().findPatronymic(f, false); ev != notPatronymic {
		return "", false
	}
	latinSurname := surnameByEnding(f, false).strong
	spoken := speakable(w)
	score := layoutScore(w)
	layouts := [...]string{layoutRu, layoutUk}
	if ukrainianText(p.src) || ukrainianText(p.around) {
		layouts = [...]string{layoutUk, layoutRu}
	}
	for _, layout := range layouts {
		out := string(relayout(nil, w, layout))
		f = appendFold(buf[:0], out)
		g, known := dict().findGiven(f, true)
		_, ev := dict().findPatronymic(f, true)
		switch {
		case known && !g.short && score > perhapsRetyped, ev == surelyPatronymic,
			surnameByEnding(f, true).strong && !latinSurname && score >= perhapsRetyped,
			score >= unspokenRetyped && !spoken && speakable(out):
			return out, true
		}
	}
	return "", false
}

// speakable reports a word with a vowel in it, without three consonants at its
// start or end or four inside, and without a first letter that no word has.
func speakable(w string) bool {
	run, vowels, n := 0, 0, 0
	for _, r := range w {
		r = lowerRune(r)
		switch r {
		case 'а', 'е', 'ё', 'и', 'і', 'ї', 'є', 'о', 'у', 'э', 'ю', 'я', 'ы', 'a', 'e', 'i', 'o', 'u', 'y':
			if n == 0 && r == 'ы' {
				return false
			}
			if run >= 3 && run == n || run >= 4 {
				return false
			}
			run = 0
			vowels++
		case 'ь', 'ъ':
			if n == 0 {
				return false
			}
			continue
		default:
			if !isLetter(r) {
				continue
			}
			run++
		}
		n++
	}
	return vowels > 0 && run < 3
}

// ukrainianText reports a letter that only Ukrainian has.
func ukrainianText(s string) bool {
	for _, r := range s {
		switch r {
		case 'і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ':
			return true
		}
	}
	return false
}

// repairLayout retypes the whole cell when it was typed on the wrong keyboard:
// every word must become a plausible name, and one of them a known one or a
// surname whose letters no Latin name has.
func (p *nameParser) repairLayout() {
	if scriptOf(p.src)&^scriptDigit != scriptLatin {
		return
	}
	for i := range p.n {
		var buf [maxNameBytes]byte
		f := appendFold(buf[:0], p.word(i))
		if _, ok := dict().findGiven(f, false); ok {
			return
		}
		if _, ev := dict().findPatronymic(f, false); ev != notPatronymic {
			return
		}
		if surnameByEnding(f, false).strong {
			return
		}
	}
	for _, layout := range [...]string{layoutRu, layoutUk} {
		out := relayout(nil, p.src, layout)
		q := nameParser{src: string(out)}
		if !q.tokenize() || q.n == 0 {
			continue
		}
		known, plausible := false, true
		for i := range q.n {
			q.analyse(i, true)
			u := &q.units[i]
			sure := u.isGiven && !u.short || u.patEv == surelyPatronymic
			known = known || sure || u.end.strong && layoutScore(q.word(i)) >= surelyRetyped
			plausible = plausible && (sure || u.end.strong || u.initial && u.dot)
		}
		if !plausible || !known {
			continue
		}
		p.src, p.n, p.units = q.src, q.n, q.units
		for i := range p.n {
			p.units[i] = unit{lo: q.units[i].lo, hi: q.units[i].hi, dot: q.units[i].dot, comma: q.units[i].comma, bracket: q.units[i].bracket, repair: schemas.WrongLayout}
		}
		return
	}
}

// latinKey gives the sign that the key of a Russian or Ukrainian small letter
// writes in the Latin layout; 0 without one.
func latinKey(r rune) byte {
	for _, layout := range [...]string{layoutRu, layoutUk} {
		k := 0
		for _, l := range layout {
			if l == r && k < len(layoutLatin) {
				return layoutLatin[k]
			}
			k++
		}
	}
	return 0
}
