package scan

import (
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// kind is what a character can be inside a card number.
type kind uint8

const (
	other   kind = iota
	digit        // a true digit in any script
	looks        // a letter that is typed or recognised for a digit
	sep          // space, hyphen, dot, NBSP
	newline      // part of a line wrap
)

// class is the classified character at one place.
type class struct {
	k      kind
	d      uint8 // digit value
	sign   byte  // separator family: ' ', '-', '.'
	letter bool
	mask   bool
	width  uint8
}

func (c class) kind() kind { return c.k }

// letterOnly keeps "x" and words out of declared card fields: look-alikes are
// digits there, all other letters are not.
func (c class) letterOnly() bool { return c.k == other && c.letter }

// unit is a classified character with its place.
type unit struct {
	off int32
	cls class
}

func (u unit) end() int { return int(u.off) + int(u.cls.width) }

func classOf(r rune) class {
	switch {
	case r >= '0' && r <= '9':
		return class{k: digit, d: uint8(r - '0')}
	case r >= 0xFF10 && r <= 0xFF19: // full width
		return class{k: digit, d: uint8(r - 0xFF10)}
	case r >= 0x660 && r <= 0x669: // Arabic-Indic
		return class{k: digit, d: uint8(r - 0x660)}
	case r >= 0x6F0 && r <= 0x6F9:
		return class{k: digit, d: uint8(r - 0x6F0)}
	}
	switch r {
	case ' ', '\t', '_', 0xA0, 0x2007, 0x2009, 0x202F, 0x3000, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF:
		return class{k: sep, sign: ' '}
	case '-', 0xAD, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212:
		return class{k: sep, sign: '-'}
	case '.', 0xB7, 0x2022:
		return class{k: sep, sign: '.', mask: r == 0x2022}
	case '\n', '\r':
		return class{k: newline}
	case 'O', 'o', 'О', 'о', 'Ο':
		return class{k: looks, d: 0, letter: true}
	case 'I', 'l', 'І', 'Ӏ':
		return class{k: looks, d: 1, letter: true}
	case '|':
		return class{k: looks, d: 1}
	case 'З', 'з':
		return class{k: looks, d: 3, letter: true}
	case 'Ч', 'ч':
		return class{k: looks, d: 4, letter: true}
	case 'Б', 'б':
		return class{k: looks, d: 6, letter: true}
	case 'S':
		return class{k: looks, d: 5, letter: true}
	case 'B', 'В':
		return class{k: looks, d: 8, letter: true}
	case '*', 'x', 'X', '#', 0x2026:
		return class{letter: r == 'x' || r == 'X', mask: true}
	}
	return class{letter: unicode.IsLetter(r)}
}

// classes classifies the 256 bytes of a charset (for UTF-8: ASCII only).
type classes [256]class

func (t *classes) at(b []byte, i int, cs Charset) class {
	switch cs {
	case UTF16LE, UTF16BE:
		if i+1 >= len(b) {
			return class{width: 1}
		}
		r := rune(b[i]) | rune(b[i+1])<<8
		if cs == UTF16BE {
			r = rune(b[i])<<8 | rune(b[i+1])
		}
		c := classOf(r)
		c.width = 2
		return c
	case UTF8:
		if b[i] >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b[i:])
			c := classOf(r)
			c.width = uint8(n)
			return c
		}
	}
	return t[b[i]]
}

func wide(cs Charset) int {
	if cs == UTF16LE || cs == UTF16BE {
		return 2
	}
	return 1
}

func isPlus(b []byte, i int, cs Charset) bool {
	switch cs {
	case UTF16LE:
		return i >= 2 && b[i-2] == '+' && b[i-1] == 0
	case UTF16BE:
		return i >= 2 && b[i-1] == '+' && b[i-2] == 0
	case CP500, CP037:
		return b[i-1] == 0x4E
	}
	return b[i-1] == '+'
}

func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// classTables are made once from the decoding tables; read only.
var classTables = makeClassTables()

func makeClassTables() map[Charset]*classes {
	out := map[Charset]*classes{}
	for cs, dec := range decoders {
		var t classes
		for i := range t {
			t[i] = classOf(dec[i])
			t[i].width = 1
		}
		out[cs] = &t
	}
	return out
}

func classTable(cs Charset) *classes {
	if t, ok := classTables[cs]; ok {
		return t
	}
	return classTables[ASCII]
}
