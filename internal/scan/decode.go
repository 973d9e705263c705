package scan

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoders are the 256-rune tables of the single-byte charsets; read only.
// Bytes without a meaning decode to U+FFFD.
var decoders = makeDecoders()

func makeDecoders() map[Charset]*[256]rune {
	out := map[Charset]*[256]rune{}
	for cs, m := range map[Charset]*charmap.Charmap{CP1251: charmap.Windows1251, CP866: charmap.CodePage866,
		KOI8R: charmap.KOI8R, KOI8U: charmap.KOI8U, ISO88595: charmap.ISO8859_5, MacCyr: charmap.MacintoshCyrillic, CP1252: charmap.Windows1252,
		CP037: charmap.CodePage037} {
		var t [256]rune
		for i := range t {
			t[i] = m.DecodeByte(byte(i))
		}
		out[cs] = &t
	}
	var ascii [256]rune
	for i := range ascii {
		if ascii[i] = rune(i); i >= utf8.RuneSelf {
			ascii[i] = utf8.RuneError
		}
	}
	out[ASCII] = &ascii
	out[CP500] = out[CP037] // they differ in seven signs, none of them a digit or a separator
	return out
}

// SingleByte reports whether every byte of the charset is one character and
// ASCII bytes mean ASCII, so that text can be split before it is decoded.
func (c Charset) SingleByte() bool {
	switch c {
	case CP1251, CP866, KOI8R, KOI8U, ISO88595, MacCyr, CP1252, ASCII:
		return true
	}
	return false
}

// asciiDigits: the bytes '0' to '9' are digits, and no others but UTF-8 sequences are.
func (c Charset) asciiDigits() bool {
	return c != UTF16LE && c != UTF16BE && c != CP500 && c != CP037
}

// Unit is the size of one code unit in bytes: 2 for UTF-16, else 1.
func (c Charset) Unit() int { return wide(c) }

// Decode appends src as UTF-8 to dst. ok is false when src holds bytes that
// the charset gives no meaning; they become U+FFFD.
func Decode(dst, src []byte, cs Charset) (out []byte, ok bool) {
	ok = true
	switch cs {
	case UTF8:
		if utf8.Valid(src) {
			return append(dst, src...), true
		}
		for len(src) > 0 {
			r, n := utf8.DecodeRune(src)
			dst = utf8.AppendRune(dst, r)
			src = src[n:]
		}
		return dst, false
	case UTF16LE, UTF16BE:
		return decode16(dst, src, cs)
	}
	t := decoders[cs]
	if t == nil {
		t = decoders[ASCII]
	}
	for _, b := range src {
		if b < utf8.RuneSelf && cs != CP037 && cs != CP500 {
			dst = append(dst, b)
			continue
		}
		r := t[b]
		ok = ok && r != utf8.RuneError
		dst = utf8.AppendRune(dst, r)
	}
	return dst, ok
}

func decode16(dst, src []byte, cs Charset) ([]byte, bool) {
	ok := len(src)%2 == 0
	at := func(i int) rune {
		if cs == UTF16BE {
			return rune(src[i])<<8 | rune(src[i+1])
		}
		return rune(src[i]) | rune(src[i+1])<<8
	}
	for i := 0; i+1 < len(src); i += 2 {
		r := at(i)
		if utf16.IsSurrogate(r) {
			lo := rune(0)
			if i+3 < len(src) {
				lo = at(i + 2)
			}
			if r = utf16.DecodeRune(r, lo); r != utf8.RuneError {
				i += 2
			} else {
				ok = false
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	if len(src)%2 == 1 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst, ok
}

// RawSpan carries a span found in the decoded text back to the received
// bytes: text is what Decode made of a piece of cs, and the result counts bytes
// of that piece. For UTF-8 it is the span itself.
func RawSpan(text []byte, s Span, cs Charset) Span {
	if cs == UTF8 {
		return s
	}
	return Span{rawLen(text[:s.Lo], cs), rawLen(text[:s.Hi], cs)}
}

// rawLen is how many bytes of cs a decoded text was made from.
func rawLen(text []byte, cs Charset) int {
	n := utf8.RuneCount(text)
	if wide(cs) == 1 {
		return n
	}
	for _, b := range text { // runes beyond the basic plane are two units
		if b >= 0xF0 {
			n++
		}
	}
	return 2 * n
}
