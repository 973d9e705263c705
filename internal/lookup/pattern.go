package lookup

import "unicode/utf8"

// Pattern is a word made ready to be compared with many others. Edits are a
// character too many, missing or another, or two neighbours exchanged, and no
// place is edited twice (optimal string alignment).
type Pattern struct {
	text  []rune
	mask  uint32
	ascii [utf8.RuneSelf]uint64 // where a character stands, one bit a place
	other map[rune]uint64
	d     distance // of words too long for that
}

// longest is the length up to which the places of a word are bits of a number.
const longest = 64

// NewPattern makes a word ready. A pattern serves one caller at a time.
func NewPattern(text string) *Pattern {
	p := &Pattern{text: []rune(text), mask: maskOf(text)}
	if len(p.text) > longest {
		return p
	}
	for i, r := range p.text {
		switch {
		case r < utf8.RuneSelf:
			p.ascii[r] |= 1 << i
		case p.other == nil:
			p.other = map[rune]uint64{r: 1 << i}
		default:
			p.other[r] |= 1 << i
		}
	}
	return p
}

// Distance gives the edits between the pattern and a word, or far+1 when they
// are more.
func (p *Pattern) Distance(word string, far int) int {
	n := utf8.RuneCountInString(word)
	if n > len(p.text)+far || len(p.text) > n+far {
		return far + 1
	}
	return p.within(word, far)
}

// within is Distance of a word of about the same length. It keeps one column of
// the table of distances as differences of neighbours, one bit each (G. Myers,
// JACM 46 (1999); with exchanges, H. Hyyrö, 2003).
func (p *Pattern) within(word string, far int) int {
	m := len(p.text)
	if m == 0 || m > longest {
		return p.d.within(p.text, word, far)
	}
	last := uint64(1) << (m - 1)
	up, down, diagonal, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	n := m
	for _, r := range word {
		at := uint64(0)
		if r < utf8.RuneSelf {
			at = p.ascii[r]
		} else if p.other != nil {
			at = p.other[r]
		}
		exchanged := (^diagonal & at) << 1 & before
		diagonal = ((at & up) + up ^ up) | at | down | exchanged
		right, left := down|^(diagonal|up), diagonal&up
		if right&last != 0 {
			n++
		}
		if left&last != 0 {
			n--
		}
		right, left = right<<1|1, left<<1
		up, down, before = left|^(diagonal|right), right&diagonal, at
	}
	return min(n, far+1)
}
