package scan

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Mangling is how a text was decoded wrongly before it was stored, the last
// wrong decoding first. An empty one is a text in order.
type Mangling []misreading

// misreading: bytes of a charset that were read as a code page.
type misreading struct {
	was Charset
	as  int // in wrongPages
}

// FindMangling finds the wrong decodings in a text: UTF-8 that was read as a
// single-byte charset ("РРІР°РЅРѕРІ", "Ð˜Ð²Ð°Ð½"), even twice, or one single-byte
// charset read as another ("Èâàíîâ", "йЧБОПЧ"). Nothing is found unless the
// repaired text reads as Russian or Ukrainian and the given one does not. With
// doubt the text is looked at even if all its characters are usual ones.
func FindMangling(text []byte, doubt bool) Mangling {
	var m Mangling
	own, found := score{}, false
	for range 2 {
		if !strange(text) && !(doubt && len(m) == 0) {
			break
		}
		if len(m) == 0 {
			own = scoreText(text)
		}
		fixed, step, s := reread(text, own)
		if step.was == "" {
			break
		}
		text, m, own = fixed, append(m, step), s
		found = s.letters > 0
	}
	if !found {
		return nil
	}
	return m
}

// Undo gives the text that was meant; ok is false when the text cannot have
// gone this way, and is left as it is.
func (m Mangling) Undo(text []byte) (fixed []byte, ok bool) {
	fixed = text
	for _, step := range m {
		raw, can := encodeTo(fixed, wrongPages[step.as].page)
		if !can || step.was == UTF8 && !utf8.Valid(raw) {
			return text, false
		}
		if fixed = raw; step.was != UTF8 {
			fixed, _ = Decode(nil, raw, step.was)
		}
	}
	return fixed, true
}

// String names the way, as in "utf-8 as cp1251".
func (m Mangling) String() string {
	out := ""
	for _, step := range m {
		if out != "" {
			out += " and "
		}
		out += string(step.was) + " as " + string(wrongPages[step.as].name)
	}
	return out
}

// Doubtful reports a text that does not read as one in Cyrillic letters does.
func Doubtful(text []byte) bool {
	s := scoreText(text)
	return s.letters >= 20 && s.mean() < 0
}

// strange is the fast gate: the text holds characters that no text in these
// languages has, or as many of Р and С as only doubly encoded text has.
func strange(b []byte) bool {
	letters, rs, lower := 0, 0, -2
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < utf8.RuneSelf {
			continue
		}
		if i+1 >= len(b) {
			return false
		}
		n := b[i+1]
		i++
		switch {
		case c == 0xD0:
			letters++
			if n == 0xA0 || n == 0xA1 {
				rs++
			}
			if n >= 0xB0 {
				lower = i
			} else if n >= 0x90 && lower == i-2 {
				return true // a capital inside a word: "йЧБОПЧ"
			}
			if n < 0x90 && n != 0x81 && n != 0x84 && n != 0x86 && n != 0x87 {
				return true
			}
		case c == 0xD1:
			letters++
			lower = i
			if n > 0x8F && n != 0x91 && n != 0x94 && n != 0x96 && n != 0x97 {
				return true
			}
		case c == 0xD2 && (n == 0x90 || n == 0x91):
			letters++
		case c >= 0xE0:
			r, size := utf8.DecodeRune(b[i-1:])
			if !plainSign(r) {
				return true
			}
			i += size - 2
		case c == 0xC2 && (n == 0xA0 || n == 0xAB || n == 0xBB || n == 0xB0 || n == 0xA7 || n == 0xA9 || n == 0xB7):
		default:
			return true
		}
	}
	return letters >= 4 && rs*5 >= letters*2
}

// wrongPages are the code pages that texts are read in by mistake.
var wrongPages = []struct {
	page *charmap.Charmap
	name Charset
}{{charmap.Windows1251, CP1251}, {charmap.Windows1252, CP1252}, {charmap.ISO8859_1, "iso-8859-1"}, {charmap.CodePage866, CP866}, {charmap.KOI8U, KOI8U}, {charmap.MacintoshCyrillic, MacCyr}}

// reread finds the best single repair of a text that reads as own.
func reread(text []byte, own score) (fixed []byte, step misreading, s score) {
	s = own
	for i, w := range wrongPages {
		raw, ok := encodeTo(text, w.page)
		if !ok {
			continue
		}
		if multi, broken, _ := utf8Counts(raw); multi >= 2 && broken == 0 && utf8.Valid(raw) {
			// Well-formed UTF-8 does not come about by chance: it needs less proof.
			if t := scoreText(raw); t.letters >= 2 && t.mean() > s.mean() || strange(raw) && step.was == "" && multi >= 4 {
				fixed, step, s = raw, misreading{UTF8, i}, t
			}
			continue
		}
		if step.was == UTF8 || western(raw) {
			continue
		}
		best, next := bestOf(raw, w.name, true)
		if !readsAs(best) || best.mean() <= s.mean()+rowLead || best.mean()-next.mean() < 0.5 && !sameText(raw, best.cs, next.cs) {
			continue
		}
		out, _ := Decode(nil, raw, best.cs)
		fixed, step, s = out, misreading{best.cs, i}, best
	}
	return fixed, step, s
}

// encodeTo gives the bytes of a text in a code page. Windows code pages leave
// some bytes undefined, which decoders pass on as control characters.
func encodeTo(text []byte, page *charmap.Charmap) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		c, ok := page.EncodeRune(r)
		if !ok {
			if r < 0x80 || r > 0x9F {
				return nil, false
			}
			c = byte(r)
		}
		out = append(out, c)
	}
	return out, true
}

// plainSigns are the signs above ASCII that bank texts hold.
var plainSigns = []rune{'\u00a0', '§', '©', '«', '®', '°', '±', '·', '»', '–', '—', '‘', '’', '“', '”', '„', '•', '…', '№'}

func plainSign(r rune) bool {
	_, ok := slices.BinarySearch(plainSigns, r)
	return ok
}
