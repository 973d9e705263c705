package transforms

import (
	"strings"
	"unicode/utf8"

	"clientbase/schemas"
)

// NameInText is a person named in a free text. Name is in the nominative;
// where several nominatives fit, it has no parts and status Ambiguous.
type NameInText struct {
	Name   PersonName
	Lo, Hi int // byte span in the text
}

// FindNames finds the names of two or three words in a text: words with a
// capital that stand side by side and that are a name by a known given name or
// a patronymic, in any case of the noun. A single word and a name that no
// dictionary knows are left out; a surname with two initials counts.
func FindNames(text string) []NameInText {
	var out []NameInText
	words := capitalised(text)
	for i := 0; i < len(words); {
		run := 1
		for i+run < len(words) && run < 3 && adjacent(text, words[i+run-1].hi, words[i+run].lo) {
			run++
		}
		taken := 0
		for n := run; n >= 2 && taken == 0; n-- {
			lo, hi := words[i].lo, suffixEnd(text, words[i+n-1].hi)
			name := ParseName(text[lo:hi])
			if namesSomebody(&name) {
				out = append(out, NameInText{name, lo, hi})
				taken = n
			}
		}
		if taken == 0 {
			if f, ok := withInitials(text, words[i]); ok && (len(out) == 0 || out[len(out)-1].Hi <= f.Lo) {
				out = append(out, f)
			}
		}
		i += max(taken, 1)
	}
	return out
}

// suffixEnd takes оглы and кызы to the name that ends at hi.
func suffixEnd(text string, hi int) int {
	rest := text[hi:]
	if len(rest) < 2 || rest[0] != ' ' && rest[0] != '-' {
		return hi
	}
	end := 1
	for end < len(rest) && end < 24 {
		r, w := utf8.DecodeRuneInString(rest[end:])
		if !isLetter(r) {
			break
		}
		end += w
	}
	if turkicSuffix(foldName(rest[1:end])) == 0 {
		return hi
	}
	return hi + end
}

// withInitials reads a word with the ending of a surname that has two initials
// behind or before it. The case of the noun stays open, so it is assumed.
func withInitials(text string, w textSpan) (NameInText, bool) {
	lo, hi := w.lo, initialsEnd(text, w.hi)
	if hi == w.hi {
		if lo = initialsStart(text, w.lo); lo == w.lo {
			return NameInText{}, false
		}
	}
	var buf [maxNameBytes]byte
	word := text[w.lo:w.hi]
	if len(word) > 80 || !surnameByEnding(appendFold(buf[:0], word), scriptOf(word)&scriptCyrillic != 0).strong {
		return NameInText{}, false
	}
	if before := wordBefore(text, lo); preposition(before) || before == "ул" || before == "улица" || before == "вул" || before == "вулиця" || before == "им" || before == "ім" || before == "имени" || before == "імені" {
		return NameInText{}, false // an oblique case, or a street
	}
	name := ParseName(text[lo:hi])
	if name.Reason != schemas.Initials || name.Surname.Text == "" || name.Patronymic.Text == "" {
		return NameInText{}, false
	}
	name.Status = schemas.Assumed
	return NameInText{name, lo, hi}, true
}

// wordBefore gives the folded word that ends before lo, behind blanks and a full stop.
func wordBefore(text string, lo int) string {
	hi := len(strings.TrimRight(text[:lo], " ."))
	at := hi
	for at > 0 && hi-at < 24 {
		r, w := utf8.DecodeLastRuneInString(text[:at])
		if !isLetter(r) {
			break
		}
		at -= w
	}
	return foldName(text[at:hi])
}

// initialsEnd gives the end of " И.И." or " И. И." behind hi, else hi.
func initialsEnd(text string, hi int) int {
	at := hi
	for n := range 2 {
		if n == 0 && (at >= len(text) || text[at] != ' ') {
			return hi
		}
		if at < len(text) && text[at] == ' ' {
			at++
		}
		r, w := utf8.DecodeRuneInString(text[at:])
		if !isLetter(r) || !isUpper(r) || at+w >= len(text) || text[at+w] != '.' {
			return hi
		}
		at += w + 1
	}
	return at
}

// initialsStart gives the start of "И.И. " or "И. И." before lo, else lo.
func initialsStart(text string, lo int) int {
	at := lo
	for range 2 {
		if at > 0 && text[at-1] == ' ' {
			at--
		}
		if at == 0 || text[at-1] != '.' {
			return lo
		}
		r, w := utf8.DecodeLastRuneInString(text[:at-1])
		if !isLetter(r) || !isUpper(r) {
			return lo
		}
		at -= 1 + w
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); at > 0 && isLetter(before) {
			return lo
		}
	}
	return at
}

// namesSomebody demands evidence: a declined or nominative name with a known
// given name or a patronymic, and a surname beside it.
func namesSomebody(n *PersonName) bool {
	if n.Reason == schemas.Declined {
		return true
	}
	if !n.Status.Usable() || n.Given.Text == "" || n.Reason == schemas.OrderUnknown || n.Reason == schemas.UnknownName {
		return false
	}
	return n.givenSex != 0 && n.Surname.Text != "" || n.Patronymic.Text != "" && n.patSex != 0
}

type textSpan struct{ lo, hi int }

// capitalised lists the words that begin with a capital letter; a hyphen and
// an apostrophe join.
func capitalised(s string) []textSpan {
	var out []textSpan
	for i := 0; i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		if !isLetter(r) {
			i += w
			continue
		}
		lo, upper := i, isUpper(r)
		for i < len(s) {
			r, w = utf8.DecodeRuneInString(s[i:])
			if !isLetter(r) {
				next, _ := utf8.DecodeRuneInString(s[i+w:])
				if !(isApostrophe(r) || r == '-') || !isLetter(next) {
					break
				}
			}
			i += w
		}
		var buf [64]byte
		if upper && i-lo >= 4 && !(i-lo <= 40 && serviceWord(bytesView(appendFold(buf[:0], s[lo:i])))) {
			out = append(out, textSpan{lo, i})
		}
	}
	return out
}

// adjacent reports that only one blank stands between two words.
func adjacent(s string, hi, lo int) bool { return lo == hi+1 && s[hi] == ' ' }

// namesCell lists the people that a text names.
func namesCell(c *cell, out []Result) []Result {
	for _, f := range FindNames(c.text) {
		r := Result{Out: f.Name.Full, Status: f.Name.Status, Reason: f.Name.Reason, Rule: nameID, Lo: f.Lo, Hi: f.Hi}
		if r.Reason == schemas.Unchanged {
			r.Reason = schemas.FoundInText
		}
		if c.detail {
			r.Details = f.Name.details()
		}
		out = append(out, r)
	}
	return out
}
