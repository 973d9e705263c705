package scan

import "unicode/utf8"

// A file that was glued together from several exports has rows in several
// charsets. Its rows are judged one by one against the charset of the file.

const (
	rowLetters = 6   // fewer letters prove nothing
	rowLead    = 1.5 // mean score by which another charset must read better
	rowFair    = 0.5 // mean score of a row that reads as Russian or Ukrainian
)

// RowCharset gives the charset of one row of a file that is read as file; it
// differs only where the row reads badly as file and clearly better as another
// charset. Two-byte charsets are never found in a row.
func RowCharset(row []byte, file Charset) Charset {
	multi, broken, high := utf8Counts(row)
	if high == 0 || file != UTF8 && !file.SingleByte() || file == CP1252 && western(row) {
		return file
	}
	whole := broken == 0 && utf8.Valid(row)
	if file == UTF8 {
		if whole || western(row) {
			return file
		}
		best, next := bestOf(row, "", true)
		if readsAs(best) && plainly(row, best, next) {
			return best.cs
		}
		return file
	}
	own := scoreAs(row, file)
	if own.mean() >= rowFair && own.odd == 0 {
		return file
	}
	if file == KOI8R { // KOI8-U holds all its letters, and the Ukrainian ones
		if s := scoreAs(row, KOI8U); s.odd == 0 && own.odd > 0 && s.mean() > own.mean() {
			return KOI8U
		}
	}
	if whole && multi >= 2 {
		if s := scoreText(row); s.odd == 0 && s.letters >= 2 && s.mean() > own.mean() {
			return UTF8
		}
	}
	best, _ := bestOf(row, file, true)
	if readsAs(best) && best.mean()-own.mean() >= rowLead {
		return best.cs
	}
	return file
}

// plainly reports that only the best of two readings is a reading, or that they are one.
func plainly(row []byte, best, next score) bool {
	return next.odd > 0 || best.mean()-next.mean() >= rowLead/3 || sameText(row, best.cs, next.cs)
}

func readsAs(s score) bool { return s.letters >= rowLetters && s.odd == 0 && s.mean() >= rowFair }

// bestOf gives the single-byte Cyrillic charset that reads a sample best, and
// the one behind it; but is left out. With few letters to go by, a rare charset
// needs more.
func bestOf(sample []byte, but Charset, few bool) (best, next score) {
	for _, cs := range Declarable() {
		if !cs.SingleByte() || cs == ASCII || cs == CP1252 || cs == but {
			continue
		}
		s := scoreAs(sample, cs)
		if few && cs == MacCyr {
			s.sum -= (s.letters + s.odd) / 2 // rare: where a few letters leave a choice, it is none
		}
		switch {
		case best.cs == "" || s.mean() > best.mean():
			best, next = s, best
		case next.cs == "" || s.mean() > next.mean():
			next = s
		}
	}
	return best, next
}

func sameText(b []byte, x, y Charset) bool {
	p, q := decoders[x], decoders[y]
	for _, c := range b {
		if c >= utf8.RuneSelf && p[c] != q[c] {
			return false
		}
	}
	return true
}

// runeLetters says what the characters from U+0400 to U+04FF are to the scorer.
var runeLetters = makeRuneLetters()

func makeRuneLetters() *[256]letter {
	var t [256]letter
	for i := range t {
		t[i].odd = true
	}
	for _, cs := range []Charset{CP1251, KOI8U} {
		lt := &letterTables[cs.index()]
		for b := 0x80; b < 0x100; b++ {
			if r := decoders[cs][b]; r >= 0x400 && r < 0x500 {
				t[r-0x400] = lt[b]
			}
		}
	}
	return &t
}

// scoreText is scoreAs for UTF-8 text.
func scoreText(b []byte) score {
	s := score{cs: UTF8}
	prev, prevUpper, word := uint8(0), false, 0
	for i := 0; i < len(b); {
		l, size := letter{}, 1
		if b[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRune(b[i:])
			switch {
			case r >= 0x400 && r < 0x500:
				l = runeLetters[r-0x400]
			case !plainSign(r):
				l.odd = true
			}
		}
		i += size
		if l.id > 0 {
			s.letters++
			s.sum += int(bigrams[prev][l.id]-'0') - 5
			if word > 0 && l.upper && !prevUpper || word > 1 && !l.upper && prevUpper {
				s.odd++
			}
			prev, prevUpper = l.id, l.upper
			word++
			continue
		}
		if l.odd {
			s.odd++
			if prev > 0 {
				s.odd++
			}
		}
		if prev > 0 {
			s.sum += int(bigrams[prev][0]-'0') - 5
		}
		prev, word = 0, 0
	}
	return s
}
