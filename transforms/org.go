package transforms

import (
	_ "embed" // the table of legal forms
	"strings"
	"sync"
	"unicode/utf8"

	"clientbase/schemas"
)

const orgID = "org@4"

//go:embed data/names/orgforms.tsv
var orgformsTSV string

// legalForm is one legal form: forms of one class are the same thing in
// different countries and languages (ООО = ТОВ = LLC).
type legalForm struct {
	class, display string
	words          []string // folded words of one spelling
}

// orgForms lists spellings by their first word, longest first, and by their last.
type orgForms struct{ byFirst, byLast map[string][]*legalForm }

var forms = sync.OnceValue(func() orgForms {
	f := orgForms{map[string][]*legalForm{}, map[string][]*legalForm{}}
	add := func(m map[string][]*legalForm, k string, l *legalForm) {
		list := append(m[k], l)
		for i := len(list) - 1; i > 0 && len(list[i].words) > len(list[i-1].words); i-- {
			list[i], list[i-1] = list[i-1], list[i]
		}
		m[k] = list
	}
	tsvRows(orgformsTSV, 3, func(r []string) {
		spellings := []string{strings.ReplaceAll(strings.ToLower(r[1]), ".", "")}
		if r[2] != "" {
			spellings = append(spellings, strings.Split(r[2], "|")...)
		}
		for _, s := range spellings {
			l := &legalForm{r[0], r[1], strings.Fields(strings.ReplaceAll(foldName(s), "'", ""))}
			add(f.byFirst, l.words[0], l)
			add(f.byLast, l.words[len(l.words)-1], l)
		}
	})
	return f
})

// OrgName is an organisation's name taken apart.
type OrgName struct {
	Full   string // ООО «Ромашка», ИП Иванов Иван Иванович, Romashka LLC
	Core   string // the name without form and quotes
	Form   string // legal form as displayed; "" when none was found
	Class  string // class of the form: LLC, JSC, SP (sole trader), …
	Person PersonName
	Former string      // former name that the cell tells
	IDs    []orgNumber // registration numbers that stood in the cell
	Status schemas.Status
	Reason schemas.Reason
	FormLo int // byte span of the form in the cleaned text
	FormHi int
}

type orgWord struct {
	lo, hi int
	fold   string
}

func isQuote(r rune) bool {
	switch r {
	case '"', '«', '»', '“', '”', '„', '‟', '‹', '›', '`', '´':
		return true
	}
	return false
}

// orgWords cuts a name into words: blanks, quotes, commas and brackets divide.
// An apostrophe divides unless letters stand on both sides.
func orgWords(s string) []orgWord {
	words := make([]orgWord, 0, 8)
	paired := strings.Count(s, `"`) > 1 // ООО"Ромашка": quotes, not the apostrophe of a MAP"ЯН
	start := -1
	prev := rune(0)
	flush := func(hi int) {
		if start >= 0 {
			w := strings.Trim(s[start:hi], "-–—")
			lo := start + strings.Index(s[start:hi], w)
			f := foldName(w)
			if t := strings.ReplaceAll(f, ".", ""); t != "" && t != f && (dotted(f) || strings.HasSuffix(f, ".") && strings.Count(f, ".") == 1) {
				f = t
			}
			if w != "" {
				words = append(words, orgWord{lo, lo + len(w), f})
			}
		}
		start = -1
	}
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		divides := r == ' ' || r == ',' || r == ';' || r == '(' || r == ')' || r == '[' || r == ']' || isQuote(r) && !(isApostrophe(r) && !(r == '"' && paired) && isLetter(prev) && isLetter(next)) ||
			isApostrophe(r) && !(isLetter(prev) && isLetter(next)) || r == '"' && paired
		switch {
		case divides:
			flush(i)
		case start < 0:
			start = i
		}
		prev = r
	}
	flush(len(s))
	return words
}

// dotted reports an abbreviation such as О.О.О. or s.r.o
func dotted(f string) bool {
	letters := 0
	for _, r := range f {
		if r == '.' {
			letters = 0
			continue
		}
		if letters++; letters > 1 {
			return false
		}
	}
	return true
}

// ParseOrg finds the legal form at either end of a name, removes quotes and
// spells the rest canonically. A sole trader's name is parsed as a person's.
func ParseOrg(cell string) OrgName {
	if scriptOf(cell)&scriptCyrillic == 0 || !isCleanText(cell) {
		if out, ok := meantOrg(cell); ok {
			return out
		}
		if s := cleanText(cell); s != cell {
			if out, ok := meantOrg(s); ok {
				return out
			}
		}
	}
	s := cleanText(cell)
	if s == "" {
		return OrgName{Status: schemas.Empty}
	}
	if len(s) > 1000 {
		return OrgName{Status: schemas.Invalid, Reason: schemas.BadLength}
	}
	s, ids := cutOrgIDs(plainOrgText(s))
	out := parseOrg(s)
	if out.Full != "" && (out.Status != schemas.OK || out.Full != s) {
		// A name that would be read otherwise from its own canonical form was not understood.
		if again := parseOrg(plainOrgText(out.Full)); again.Full != out.Full {
			return OrgName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
		}
	}
	if ids != nil {
		out.IDs, out.FormLo, out.FormHi = ids, 0, 0
		if s == "" { // a number instead of a name
			out.Status, out.Reason = schemas.Ambiguous, schemas.Unparsed
		} else if out.Reason == schemas.Unchanged {
			out.Reason = schemas.Normalised
		}
	}
	return out
}

func parseOrg(s string) OrgName {
	words := orgWords(s)
	if len(words) > 0 {
		if f := formAt(words, true); f != nil && len(f.words) == len(words) { // a form without a name
			return OrgName{Form: f.display, Class: f.class, Status: schemas.Invalid, Reason: schemas.Unparsed, FormLo: words[0].lo, FormHi: words[len(words)-1].hi}
		}
	}
	if r, junk := junkText(s); junk {
		return OrgName{Status: schemas.Junk, Reason: r}
	}
	if len(words) == 0 {
		return OrgName{Status: schemas.Junk, Reason: schemas.Placeholder}
	}
	if len(s) <= 60 && junkName(foldName(strings.TrimRight(s, ".!"))) { // ФИЗЛИЦО, Клиент банка
		return OrgName{Status: schemas.Junk, Reason: schemas.JunkWord}
	}
	repaired := false
	cyrillic := scriptOf(s)&scriptCyrillic != 0
	for i := range words {
		w := &words[i]
		if sc := scriptOf(w.fold); sc&scriptCyrillic != 0 && sc&scriptLatin != 0 && letterMix(s[w.lo:w.hi]) {
			if fixed, ok := foldMixed(nil, s[w.lo:w.hi], false); ok {
				s, words = respell(s, words, i, string(fixed))
				repaired = true
			}
		} else if cyrillic && len(words) > 1 && (i == 0 || i == len(words)-1) && s[w.lo:w.hi] == "000" { // three zeros for ООО
			s, words = respell(s, words, i, "ООО")
			repaired = true
		} else if cyrillic && sc == scriptLatin && (w.fold == "ooo" || w.fold == "oao" || w.fold == "ao" || w.fold == "tob") { // typed in Latin letters
			fixed, _ := foldMixed(nil, strings.ToUpper(w.fold), true)
			s, words = respell(s, words, i, string(fixed))
			repaired = true
		}
	}
	out := OrgName{Status: schemas.OK}
	words, remark := cutOrgRemark(s, words)
	out.Former = remark.former
	if len(words) > 2 && formsInside(s, words) { // two organisations in one cell
		return OrgName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
	}
	lo, hi := 0, len(words)
	if f := formAt(words, true); f != nil && len(f.words) < len(words) {
		out.Form, out.Class, lo = f.display, f.class, len(f.words)
		out.FormLo, out.FormHi = words[0].lo, words[lo-1].hi
		for hi > lo+1 { // ООО Ромашка ООО
			again := formAt(words[lo:hi], false)
			if again == nil || again.display != f.display || len(again.words) >= hi-lo {
				break
			}
			hi -= len(again.words)
		}
	} else if f := formAt(words, false); f != nil && len(f.words) < len(words) {
		out.Form, out.Class, hi = f.display, f.class, len(words)-len(f.words)
		out.FormLo, out.FormHi = words[hi].lo, words[len(words)-1].hi
		for hi > 1 { // Ромашка ООО ООО
			again := formAt(words[:hi], false)
			if again == nil || again.display != f.display || len(again.words) >= hi {
				break
			}
			hi -= len(again.words)
		}
	}
	back := lo == 0 && out.Form != ""
	if personForm(out.Class) {
		if n, ok := soleTraderName(out, s, words[lo:hi]); ok {
			return n
		}
		out.Form, out.Class, out.FormLo, out.FormHi, lo, hi, back = "", "", 0, 0, 0, len(words), false
	}
	if out.Class == "PE" { // ЧП Иванов И.И.: before 2004 the abbreviation of a sole trader too
		if n := ParseName(s[words[lo].lo:words[hi-1].hi]); n.Surname.Text != "" && n.Given.Text != "" && (n.initials || n.patSex != 0) {
			out.Class = "SP"
			if trader, ok := soleTraderName(out, s, words[lo:hi]); ok {
				trader.Status = schemas.Assumed
				return trader
			}
			out.Class = "PE"
		}
	}
	out.Core = coreText(s, words[lo:hi])
	if digits := strings.Trim(out.Core, "0123456789 "); digits == "" && len(out.Core) >= 8 { // a register number instead of a name
		out.Core = ""
		out.Status, out.Reason = schemas.Invalid, schemas.BadFormat
		return out
	}
	branch := -1
	if out.Form == "" && branchWord(words[0].fold) {
		for i := 1; i < len(words)-1 && branch < 0; i++ {
			if f := formAt(words[i:], true); f != nil && i+len(f.words) < len(words) {
				branch, out.Class = i, f.class
			}
		}
	}
	switch {
	case branch >= 0: // Филиал ООО Ромашка: no party of its own
		out.Full = coreText(s, words)
		out.Status, out.Reason = schemas.Assumed, schemas.PartlyParsed
	case out.Form == "":
		out.Full = coreText(s, words)
		out.Reason = schemas.NoLegalForm
		if n := ParseName(s); n.patSex != 0 && n.Surname.Text != "" && n.Given.Text != "" && (n.Status == schemas.OK || n.Status == schemas.Corrected) && !n.initials {
			out.Status, out.Reason, out.Person = schemas.Assumed, schemas.WrongPartyKind, n
		}
	case scriptOf(out.Form)&scriptCyrillic != 0:
		out.Full, out.Reason = out.Form+" «"+out.Core+"»", schemas.LegalFormFound
	case back:
		out.Full, out.Reason = out.Core+" "+out.Form, schemas.LegalFormFound
	default:
		out.Full, out.Reason = out.Form+" "+out.Core, schemas.LegalFormFound
	}
	if repaired {
		out.Status, out.Reason = schemas.Corrected, schemas.LookAlikeLetter
	}
	if remark.cut && out.Status == schemas.OK {
		out.Status, out.Reason = schemas.Assumed, schemas.PartlyParsed
	}
	var buf [64]byte
	if out.Form != "" && out.Status == schemas.OK && len(out.Core) <= 32 && junkName(bytesView(appendFold(buf[:0], out.Core))) { // ООО «Тест» may exist
		out.Status, out.Reason = schemas.Assumed, schemas.JunkWord
	}
	return out
}

// formsInside reports a legal form behind a comma or a semicolon with a name
// before and after it: "ООО Ромашка, ООО Лютик".
func formsInside(s string, words []orgWord) bool {
	if formAt(words, true) == nil {
		return false
	}
	for i := 2; i < len(words)-1; i++ {
		if gap := s[words[i-1].hi:words[i].lo]; strings.ContainsAny(gap, ",;/") && formAt(words[i:], true) != nil {
			return true
		}
	}
	return false
}

// respell puts a repaired word into the text and moves the spans after it.
func respell(s string, words []orgWord, i int, fixed string) (string, []orgWord) {
	w := &words[i]
	move := len(fixed) - (w.hi - w.lo)
	s = s[:w.lo] + fixed + s[w.hi:]
	w.hi += move
	w.fold = strings.TrimSuffix(foldName(fixed), ".")
	for k := i + 1; k < len(words); k++ {
		words[k].lo += move
		words[k].hi += move
	}
	return s, words
}

func formAt(words []orgWord, front bool) *legalForm {
	list := forms().byLast[words[len(words)-1].fold]
	if front {
		list = forms().byFirst[words[0].fold]
	}
	for _, f := range list {
		if len(f.words) > len(words) {
			continue
		}
		at := 0
		if !front {
			at = len(words) - len(f.words)
		}
		same := true
		for i, w := range f.words {
			same = same && words[at+i].fold == w
		}
		if same {
			return f
		}
	}
	return nil
}

// coreText joins the words with single blanks and canonical case. What stood
// between two words besides quotes, commas and brackets is kept.
func coreText(s string, words []orgWord) string {
	letters, capitals := 0, 0
	for _, w := range words {
		for _, r := range s[w.lo:w.hi] {
			if isLetter(r) {
				letters++
				if isUpper(r) {
					capitals++
				}
			}
		}
	}
	b := make([]byte, 0, len(s))
	for i, w := range words {
		if i > 0 {
			b = append(b, ' ')
		}
		text := strings.TrimRight(s[w.lo:w.hi], ".")
		if text == "" || keepsStop(s[w.lo:w.hi]) {
			text = s[w.lo:w.hi]
		}
		switch {
		case letters > 0 && capitals == letters:
			b = appendShouted(b, text, i == 0)
		case letters > 0 && capitals == 0 && i == 0:
			b = titleWord(b, text)
		default:
			b = append(b, text...)
		}
	}
	return string(b)
}

// soleTraderName reads the person behind a form of persons. ok is false when a
// form that is also an ordinary word (Адвокат Плюс) stands before no person.
func soleTraderName(out OrgName, s string, words []orgWord) (OrgName, bool) {
	text := coreText(s, words)
	n := ParseName(s[words[0].lo:words[len(words)-1].hi])
	out.Person = n
	out.Reason = schemas.LegalFormFound
	if n.Status.Usable() && n.Full != "" && n.Reason != schemas.UnknownName {
		text = n.Full
		out.Status = n.Status
		if n.Status != schemas.OK {
			out.Reason = n.Reason
		}
	} else {
		if out.Class != "SP" {
			return out, false
		}
		out.Status, out.Reason = schemas.Assumed, schemas.UnknownName // ИП Ромашка
	}
	out.Core, out.Full = text, out.Form+" "+text
	return out, true
}
