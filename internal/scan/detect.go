package scan

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Detection is a charset with the evidence for it.
type Detection struct {
	Charset Charset // "" when nothing fits
	// Sure: the evidence is strong enough to overrule a wrong declaration.
	Sure  bool
	BOM   int    // bytes of the byte order mark at the beginning
	Proof string // for the run report: counts and scores, no content
}

// Detect decides in which charset the first bytes of a file are. A byte order
// mark and well-formed multi-byte UTF-8 decide alone; the single-byte Cyrillic
// charsets are compared by letter bigrams and runs of case, which 20 short
// upper-case rows settle. A sample without bytes above 0x7F is ascii. Charsets
// that read a sample alike (cp866 and mac-cyrillic in capitals, koi8-r and koi8-u
// without Ukrainian letters) give the first of Declarable.
func Detect(sample []byte) Detection {
	switch {
	case bytes.HasPrefix(sample, []byte{0xEF, 0xBB, 0xBF}):
		return Detection{UTF8, true, 3, "utf-8 by byte order mark"}
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}):
		return Detection{UTF16LE, true, 2, "utf-16le by byte order mark"}
	case bytes.HasPrefix(sample, []byte{0xFE, 0xFF}):
		return Detection{UTF16BE, true, 2, "utf-16be by byte order mark"}
	}
	if cs, share := utf16Share(sample); cs != "" {
		return Detection{cs, true, 0, fmt.Sprintf("%s: %d%% of high bytes are 00 or 04", cs, share)}
	}
	multi, broken, high := utf8Counts(sample)
	switch {
	case high == 0:
		return Detection{ASCII, false, 0, "no byte above 0x7F in the sample"}
	case multi > 0 && broken*20 <= multi:
		return Detection{UTF8, multi >= 3, 0, fmt.Sprintf("utf-8: %d multi-byte characters, %d malformed", multi, broken)}
	}
	return byLetters(sample)
}

// utf16Share recognises UTF-16 without a mark: every second byte is the high
// half of ASCII or Cyrillic.
func utf16Share(b []byte) (Charset, int) {
	if len(b) < 16 {
		return "", 0
	}
	if len(b) > 4096 {
		b = b[:4096]
	}
	var half [2]int
	zeros := 0
	for i, c := range b {
		if c == 0 {
			zeros++
		}
		if c == 0 || c == 4 {
			half[i&1]++
		}
	}
	n := len(b) / 2
	switch {
	case zeros*20 < n:
		return "", 0
	case half[1]*100 >= n*97 && half[0]*2 < n:
		return UTF16LE, half[1] * 100 / n
	case half[0]*100 >= n*97 && half[1]*2 < n:
		return UTF16BE, half[0] * 100 / n
	}
	return "", 0
}

func utf8Counts(b []byte) (multi, broken, high int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(b[i:]) {
			high++
			break // cut by the end of the sample
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			multi++
		}
		high += n
		i += n
	}
	return multi, broken, high
}

// score is how well a sample reads in one charset.
type score struct {
	cs      Charset
	sum     int // bigram lifts, half decades over an even spread
	letters int
	odd     int // signs that no bank text has, and case runs broken inside words
}

func (s score) mean() float64 {
	if s.letters+s.odd == 0 {
		return -9
	}
	return (float64(s.sum) - 6*float64(s.odd)) / float64(s.letters+s.odd)
}

func byLetters(sample []byte) Detection {
	if western(sample) {
		return Detection{CP1252, false, 0, "cp1252: accented letters stand inside Latin words"}
	}
	best, next := bestOf(sample, "", false)
	if best.mean() < -1.5 {
		return Detection{"", false, 0, fmt.Sprintf("no charset fits: the best is %s with score %.1f over %d letters", best.cs, best.mean(), best.letters)}
	}
	d := Detection{Charset: best.cs}
	d.Sure = best.letters >= 40 && best.mean() > 0
	d.Proof = fmt.Sprintf("%s: bigram score %+.1f over %d letters, %d odd signs; next %s %+.1f", best.cs, best.mean(), best.letters, best.odd, next.cs, next.mean())
	return d
}

// western: the high bytes stand inside Latin words ("Müller"), where no
// Cyrillic letter would.
func western(b []byte) bool {
	latin := func(i int) bool {
		return i >= 0 && i < len(b) && (b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z'
	}
	high, inside := 0, 0
	for i, c := range b {
		if c >= 0xC0 {
			high++
			if latin(i-1) || latin(i+1) {
				inside++
			}
		} else if c >= 0x80 {
			high++
		}
	}
	return inside*10 >= high*7
}

func scoreAs(b []byte, cs Charset) score {
	t := &letterTables[cs.index()]
	s := score{cs: cs}
	prev, prevUpper, word, closing := uint8(0), false, 0, false
	for i, c := range b {
		l := t[c]
		switch {
		case l.id > 0:
			s.letters++
			s.sum += int(bigrams[prev][l.id]-'0') - 5
			if word > 0 && l.upper && !prevUpper || word > 1 && !l.upper && prevUpper {
				s.odd++
			}
			if word == 0 && i > 0 && (b[i-1]|0x20) >= 'a' && (b[i-1]|0x20) <= 'z' && b[i-1]|0x20 != 'i' || closing {
				s.odd++ // a Latin letter or a closing quote before it
			}
			closing = false
			prev, prevUpper = l.id, l.upper
			word++
			continue
		case l.odd:
			s.odd++
			if prev > 0 {
				s.odd++ // inside a word
			}
		}
		closing = l.closing && word == 0
		if prev > 0 {
			s.sum += int(bigrams[prev][0]-'0') - 5
		}
		prev, word = 0, 0
	}
	return s
}

// letter is what a byte means for the scorer.
type letter struct {
	id    uint8 // index into bigrams, 0 = not one of its letters
	upper bool
	odd   bool
	// closing: a closing quote, which opens no word
	closing bool
}

var letterTables = makeLetterTables()

func (c Charset) index() int {
	for i, d := range Declarable() {
		if d == c {
			return i
		}
	}
	return 0
}

func makeLetterTables() [][256]letter {
	ids := map[rune]uint8{}
	n := uint8(0)
	for _, r := range letters {
		ids[r] = n
		n++
	}
	out := make([][256]letter, len(Declarable()))
	for i, cs := range Declarable() {
		dec := decoders[cs]
		if dec == nil {
			continue
		}
		for b := 0x80; b < 0x100; b++ {
			r := dec[b]
			low := unicode.ToLower(r)
			if id := ids[low]; id > 0 {
				out[i][b] = letter{id: id, upper: low != r}
			} else if !plainSign(r) {
				out[i][b] = letter{odd: true}
			} else if r == '»' || r == '”' {
				out[i][b] = letter{closing: true}
			}
		}
	}
	return out
}
