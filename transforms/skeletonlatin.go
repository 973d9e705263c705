package transforms

import (
	"unicode/utf8"
)

// latinBase strips diacritics: the plain letters that stand for r, lower case.
func latinBase(r rune) string {
	switch r {
	case 'à', 'á', 'ä', 'ã', 'å', 'ā', 'ă', 'ą':
		return "a"
	case 'â':
		return "ya"
	case 'û':
		return "yu"
	case 'č', 'ć', 'ĉ':
		return "ch"
	case 'ç':
		return "s"
	case 'ď', 'đ':
		return "d"
	case 'è', 'é', 'ê', 'ë', 'ē', 'ė', 'ę', 'ě':
		return "e"
	case 'ğ', 'ģ', 'ġ', 'ĝ':
		return "g"
	case 'ì', 'í', 'î', 'ï', 'ī', 'ı', 'į':
		return "i"
	case 'ķ':
		return "k"
	case 'ł', 'ļ', 'ľ':
		return "l"
	case 'ñ', 'ń', 'ň', 'ņ':
		return "n"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'ō', 'ő':
		return "o"
	case 'ř', 'ŕ':
		return "r"
	case 'š', 'ŝ', 'ş', 'ś', 'ș':
		return "sh"
	case 'ß':
		return "ss"
	case 'ť', 'ţ', 'ț':
		return "t"
	case 'ù', 'ú', 'ü', 'ū', 'ů', 'ű', 'ŭ':
		return "u"
	case 'ý', 'ÿ':
		return "y"
	case 'ž', 'ż':
		return "zh"
	case 'ź':
		return "z"
	case 'æ':
		return "e"
	}
	return ""
}

// latinSounds reads digraphs longest first and writes class signs.
func latinSounds(dst []byte, word string, rd reading) []byte {
	var buf [96]byte
	w := buf[:0]
	for _, r := range word {
		w = appendLatinBase(w, r)
	}
	return soundsOf(dst, w, rd)
}

// latinSoundsBytes is the plain reading of a word held in bytes.
func latinSoundsBytes(dst, word []byte) []byte {
	var buf [96]byte
	w := buf[:0]
	for i := 0; i < len(word); {
		r, n := utf8.DecodeRune(word[i:])
		w = appendLatinBase(w, r)
		i += n
	}
	return soundsOf(dst, w, readPlain)
}

func appendLatinBase(w []byte, r rune) []byte {
	r = lowerRune(r)
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return append(w, byte(r))
	case r >= 0x80:
		return append(w, latinBase(r)...)
	}
	return w
}

func soundsOf(dst, w []byte, rd reading) []byte {
	if rd == readFrench && len(w) > 4 && string(w[len(w)-3:]) == "ine" {
		w = w[:len(w)-1]
	}
	for i := 0; i < len(w); {
		sign, n := latinSound(w[i:], rd)
		dst = append(dst, sign...)
		i += n
	}
	return dst
}

func latinSound(w []byte, rd reading) (sign string, n int) {
	at := func(i int) byte {
		if i < len(w) {
			return w[i]
		}
		return 0
	}
	french, cIsK := rd == readFrench, rd == readCJ
	switch w[0] {
	case 's':
		switch {
		case at(1) == 'h' && at(2) == 'c' && at(3) == 'h':
			return "w", 4
		case at(1) == 'c' && at(2) == 'h':
			if french {
				return "sw", 3
			}
			return "w", 3
		case at(1) == 'h':
			return "w", 2
		}
	case 'c':
		switch {
		case french && at(1) == 'h' && at(2) == 't' && at(3) == 'c' && at(4) == 'h':
			return "w", 5
		case french && at(1) == 'h':
			return "w", 2
		case at(1) == 'h':
			return "q", 2
		case cIsK:
			return "k", 1
		case at(1) == 'k':
			return "k", 2
		case at(1) == 'z':
			return "c", 2
		case at(1) == 'e' || at(1) == 'i' || at(1) == 'y' || at(1) == 'v':
			return "c", 1
		}
		return "k", 1
	case 't':
		switch {
		case at(1) == 'c' && at(2) == 'h':
			if french {
				return "q", 3
			}
			return "tq", 3
		case at(1) == 's' && at(2) == 'h': // Ахметшин
			return "t", 1
		case at(1) == 's', at(1) == 'z', at(1) == 'c' && !cIsK:
			return "c", 2
		}
	case 'z':
		switch {
		case at(1) == 'g' && at(2) == 'h':
			return "zg", 3
		case at(1) == 'h':
			return "j", 2
		}
	case 'k':
		if at(1) == 'h' {
			return "x", 2
		}
	case 'g':
		switch {
		case at(1) == 'h':
			return "g", 2
		case french && at(1) == 'u' && (at(2) == 'e' || at(2) == 'i' || at(2) == 'y'):
			return "g", 2
		}
	case 'p':
		if at(1) == 'h' {
			return "f", 2
		}
	case 'q':
		if at(1) == 'u' {
			return "k", 2
		}
		return "k", 1
	case 'h':
		if rd == readHAsX {
			return "x", 1
		}
		return "g", 1
	case 'x':
		if rd == readHAsX {
			return "x", 1
		}
		return "ks", 1
	case 'w':
		return "v", 1
	case 'y':
		return "i", 1
	case 'j':
		if french || cIsK {
			return "j", 1
		}
		return "i", 1
	}
	return oneByte[w[0] : w[0]+1], 1
}

// oneByte lets a single ASCII byte be returned as a string without allocating.
const oneByte = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f" +
	" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f"
