package transforms

import (
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
// dictionary knows are left out.
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
			lo, hi := words[i].lo, words[i+n-1].hi
			name := ParseName(text[lo:hi])
			if namesSomebody(&name) {
				out = append(out, NameInText{name, lo, hi})
				taken = n
			}
		}
		i += max(taken, 1)
	}
	return out
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
