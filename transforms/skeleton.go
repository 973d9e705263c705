package transforms

import (
	"unicode/utf8"
)

// The skeleton is one plain spelling under which the Russian, the Ukrainian
// and every Latin spelling of a name meet. It has one sign per sound class:
//
//	vowels      a  e (е э є ё)  i (и і ї й ы)  o  u; i before a vowel falls away (я = a, ю = u, йо = e)
//	consonants  b v g (г ґ, Ukrainian h) d j (ж) z k l m n p r s t f x (х) c (ц) q (ч) w (ш щ)
//
// A Cyrillic name has one skeleton, two where a scheme writes ъ or ь as a
// vowel. A Latin name may be read in several ways ("ch" is ч, in French
// spelling ш), so it gives one skeleton per reading, four at most. It is a key
// for finding candidates, never a spelling to store.

// reading is a way to understand the ambiguous Latin letters.
type reading uint8

const (
	readPlain  reading = iota
	readFrench         // ch = ш, tch = ч, j = ж, gu = г, final ine = ин
	readCJ             // Ukrainian passports of 2004: c = к, j = ж
	readHAsX           // h and x = х
	readings
)

// skeletonOf appends the skeletons of one word (no blanks or hyphens) to emit.
func skeletonOf(word string, surname bool, emit func(key string)) {
	var buf [96]byte
	var first [4]string
	n := 0
	put := func(b []byte) {
		if len(b) == 0 {
			return
		}
		for i := range n {
			if first[i] == string(b) {
				return
			}
		}
		if n == len(first) {
			return
		}
		first[n] = string(b)
		n++
		emit(first[n-1])
	}
	put(appendSkeleton(buf[:0], word, readPlain, surname))
	s := scriptOf(word)
	if s&scriptCyrillic != 0 {
		if signIsVowel(word) {
			put(appendSkeletonSign(buf[:0], word, surname))
		}
		return
	}
	for r := readFrench; r < readings; r++ {
		if wantsReading(word, r) {
			put(appendSkeleton(buf[:0], word, r, surname))
		}
	}
}

// wantsReading reports whether the word has letters that reading r would read
// otherwise than the plain one.
func wantsReading(w string, r reading) bool {
	var p1, p2 byte
	for i := 0; i < len(w); i++ {
		c := w[i] | 0x20
		var next byte
		if i+1 < len(w) {
			next = w[i+1] | 0x20
		}
		switch r {
		case readFrench:
			if c == 'j' || c == 'h' && p1 == 'c' || c == 'u' && p1 == 'g' && (next == 'e' || next == 'i' || next == 'y') ||
				c == 'e' && p1 == 'n' && p2 == 'i' && i+1 == len(w) {
				return true
			}
		case readCJ:
			if c == 'j' || c == 'c' && next != 'h' {
				return true
			}
		case readHAsX:
			if c == 'h' && p1 != 'c' && p1 != 's' && p1 != 'z' && p1 != 'k' && p1 != 'p' && p1 != 'g' || c == 'x' {
				return true
			}
		}
		p2, p1 = p1, c
	}
	return false
}

// signIsVowel reports ъ before я or ю (written ie in passports since 2010) and
// ьо (written o in Ukrainian passports).
func signIsVowel(w string) bool {
	prev := rune(0)
	for _, r := range w {
		r = lowerRune(r)
		if prev == 'ъ' && (r == 'я' || r == 'ю') || prev == 'ь' && r == 'о' {
			return true
		}
		prev = r
	}
	return false
}

// appendSkeleton appends the skeleton of word under one reading; with surname
// the feminine and masculine forms of a gendered surname give one skeleton.
// dst must start empty: the fold looks back to its first byte.
func appendSkeleton(dst []byte, word string, rd reading, surname bool) []byte {
	if scriptOf(word)&scriptCyrillic != 0 {
		dst = cyrillicSounds(dst, word, false)
	} else {
		dst = latinSounds(dst, word, rd)
	}
	return foldSounds(dst, surname)
}

func appendSkeletonSign(dst []byte, word string, surname bool) []byte {
	return foldSounds(cyrillicSounds(dst, word, true), surname)
}

// cyrillicSounds writes one class sign per letter, in the order of the letters.
func cyrillicSounds(dst []byte, w string, signAsVowel bool) []byte {
	prev := rune(0)
	for _, r := range w {
		r = lowerRune(r)
		switch {
		case r >= 'а' && r <= 'я':
			const plain = "abvgdejziiklmnoprstufxcqww\x00i\x00eua"
			c := plain[r-'а']
			switch {
			case r == 'ю' || r == 'я':
				if signAsVowel && prev == 'ъ' {
					dst = append(dst, 'e')
				}
				dst = append(dst, 'i', c)
			case r == 'о' && prev == 'ь' && !signAsVowel:
				dst = append(dst, 'i', 'o')
			case c != 0:
				dst = append(dst, c)
			}
		default:
			switch r {
			case 'ё', 'є', 'ә':
				dst = append(dst, 'e')
			case 'і', 'ї', 'ј', 'ӣ':
				dst = append(dst, 'i')
			case 'ґ', 'ғ':
				dst = append(dst, 'g')
			case 'ў':
				dst = append(dst, 'u')
			case 'қ':
				dst = append(dst, 'k')
			case 'ң':
				dst = append(dst, 'n')
			case 'ө':
				dst = append(dst, 'o')
			case 'ұ', 'ү', 'ӯ':
				dst = append(dst, 'u')
			case 'һ', 'ҳ':
				dst = append(dst, 'x')
			case 'ҷ', 'џ':
				dst = append(dst, 'd', 'j')
			case 'ѕ':
				dst = append(dst, 's')
			default: // a stray Latin letter or a digit
				if r < 0x80 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
					dst = append(dst, byte(r))
				}
			}
		}
		prev = r
	}
	return dst
}

// foldSounds applies, in place, what is common to all scripts: i before a
// vowel, ou, doubled letters, clusters that are one sound, and for surnames
// the masculine lemma.
func foldSounds(b []byte, surname bool) []byte {
	if surname && len(b) > 4 { // -ая, -aia, -aya: the adjective's masculine
		if n := len(b); b[n-1] == 'a' && b[n-2] == 'i' && b[n-3] == 'a' {
			b = append(b[:n-3], 'i')
		}
	}
	out := b[:0]
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == 'i' {
			for i+1 < len(b) && b[i+1] == 'i' {
				i++
			}
			if i+1 < len(b) {
				switch b[i+1] {
				case 'a', 'e', 'u':
					continue
				case 'o':
					if i+2 >= len(b) || b[i+2] != 'u' { // iou is French ю
						b[i+1] = 'e'
					}
					continue
				}
			}
		}
		if n := len(out); n > 0 {
			p := out[n-1]
			switch {
			case p == c:
				continue
			case p == 'o' && c == 'u':
				out[n-1] = 'u'
				if n > 1 && out[n-2] == 'u' {
					out = out[:n-1]
				}
				continue
			case p == 't' && (c == 's' || c == 'c' || c == 'z'):
				out[n-1] = 'c'
				continue
			case p == 't' && c == 'q':
				out[n-1] = 'q'
				continue
			case p == 's' && c == 'q' || p == 's' && c == 'w' || p == 'w' && c == 'q':
				out[n-1] = 'w'
				continue
			}
		}
		out = append(out, c)
	}
	if surname {
		out = masculine(out)
	}
	return out
}

// masculine brings a folded surname to its masculine lemma: -ova = -ev = -ov,
// -ina = -in, -ska = -ski, -oi = -i.
func masculine(b []byte) []byte {
	n := len(b)
	if n < 4 {
		return b
	}
	end := string(b[n-3:]) // does not escape
	switch {
	case end == "ova" || end == "eva":
		b = b[:n-1]
		b[n-3] = 'o'
	case end == "ina" && n > 4:
		b = b[:n-1]
	case end == "ska" || end == "cka":
		b[n-1] = 'i'
	default:
		switch string(b[n-2:]) {
		case "ev", "of", "ef":
			b[n-2], b[n-1] = 'o', 'v'
		case "oi":
			b[n-2] = 'i'
			b = b[:n-1]
		}
	}
	return b
}

// nameParts calls f for every part of a name: parts are divided by blanks and
// hyphens.
func nameParts(s string, f func(part string)) (parts int) {
	start := -1
	for i, r := range s {
		if r == ' ' || isDash(r) || r == '.' || r == utf8.RuneError {
			if start >= 0 {
				f(s[start:i])
				parts++
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		f(s[start:])
		parts++
	}
	return parts
}
