package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

// within lets the rule of an identifier find it among words: "ИНН/КПП …",
// "4509 123456 выдан ОВД …", "7707083893 (банк)". It is tried only where the cell
// as a whole has the wrong form. A number behind a word for another identifier is
// passed over; a number behind one of the rule's own words, and one that a check
// digit proves, is taken as it is; any other is only likely. Two different
// numbers that fit give nothing.
func within(f cellFunc, proved bool, own ...string) cellFunc {
	return func(c *cell, out []Result) []Result {
		first := len(out)
		out = f(c, out)
		if len(out) != first+1 || out[first].Status != schemas.Invalid || len(c.text) > 400 {
			return out
		}
		switch out[first].Reason {
		case schemas.BadLength, schemas.BadCharacter, schemas.BadFormat, schemas.UnknownCountry, schemas.SpreadsheetDamage:
		default:
			return out
		}
		whole := c.text
		if !strings.ContainsFunc(whole, func(r rune) bool { return unicode.IsLetter(r) || r == '(' || r == ' ' || r == '\\' }) {
			return out
		}
		defer func() { c.text = whole }()
		var hit Result
		hits := 0
		var buf [4]Result
		for p := (pieces{s: whole}); p.next(); {
			if p.foreign(own) || p.lo > 0 && isDash(lastRune(whole[:p.lo])) {
				continue
			}
			c.text = whole[p.lo:p.hi]
			rs := f(c, buf[:0])
			if len(rs) == 1 && rs[0].Reason == schemas.BadChecksum {
				return out // another number stands there, and it is wrong
			}
			if len(rs) != 1 || rs[0].Status != schemas.OK && rs[0].Status != schemas.Corrected || rs[0].Reason == schemas.LeadingZeroRestored {
				continue
			}
			r := rs[0]
			if hits > 0 && r.Out == hit.Out {
				continue
			}
			hits++
			hit = r
			hit.Lo, hit.Hi = p.lo, p.hi
			if hit.Status == schemas.OK && hit.Reason != schemas.NotChecked && hit.Reason != schemas.YearInFuture {
				hit.Reason = schemas.FoundInText
			}
			if !proved && !p.named(own) && p.lo > 0 {
				hit = hit.assumed(schemas.FoundInText)
			}
		}
		if hits != 1 {
			return out
		}
		return append(out[:first], hit)
	}
}

// pieces walks over the parts of a text that may be identifiers: runs of words
// that hold digits, with what joins them.
type pieces struct {
	s      string
	i      int
	lo, hi int
	word   string // the last word before the piece
}

// next finds the next piece: from a word with a digit (or a short series in
// front of one) to the last word with a digit before a longer word.
func (p *pieces) next() bool {
	p.lo, p.hi = -1, -1
	if p.i > 0 {
		p.word = ""
	}
	for p.i < len(p.s) {
		r, size := utf8.DecodeRuneInString(p.s[p.i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			if (r == '(' || r == ')' || r == ';' || r == ',' || r == '\\' || r == '/' || r == '\n') && p.hi > 0 {
				return true
			}
			p.i += size
			continue
		}
		from, digits, letters := p.i, 0, 0
		for p.i < len(p.s) {
			r, size := utf8.DecodeRuneInString(p.s[p.i:])
			if unicode.IsDigit(r) {
				digits++
			} else if unicode.IsLetter(r) {
				letters++
			} else {
				break
			}
			p.i += size
		}
		switch {
		case digits > 0 && letters <= 4:
			if p.lo < 0 {
				p.lo = from
			}
			p.hi = p.i
		case letters <= 2 && digits == 0 && p.seriesAhead() && p.hi < 0: // AH 123456
			p.lo = from
		default:
			if p.hi > 0 {
				p.i = from
				return true
			}
			p.word, p.lo = p.s[from:p.i], -1
		}
	}
	return p.hi > 0
}

// seriesAhead reports that digits follow after nothing but separators.
func (p *pieces) seriesAhead() bool {
	for _, r := range p.s[p.i:] {
		switch {
		case unicode.IsDigit(r):
			return true
		case isNumberSep(r):
		default:
			return false
		}
	}
	return false
}

func (p *pieces) named(own []string) bool {
	for _, w := range own {
		if strings.EqualFold(lookFold(p.word), w) {
			return true
		}
	}
	return false
}

// foreign reports a piece behind a word for another identifier.
func (p *pieces) foreign(own []string) bool {
	if p.word == "" || p.named(own) {
		return false
	}
	switch w := strings.ToLower(lookFold(p.word)); w {
	case "тел", "телефон", "моб", "от", "від", "выдан", "видан", "виданий", "дата":
		return true
	default:
		return numberLabel(w)
	}
}

// lookFold brings a word with look-alike letters of both scripts to Cyrillic.
func lookFold(w string) string {
	if sc := scriptOf(w); sc&scriptCyrillic == 0 || sc&scriptLatin == 0 {
		return w
	}
	var b []rune
	for _, r := range w {
		if l, ok := cyrillicLook(r); ok {
			r = l
		}
		b = append(b, r)
	}
	return string(b)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
