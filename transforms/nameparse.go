package transforms

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"clientbase/schemas"
)

// NamePart is one part of a person's name with its verdict. Lo and Hi are the
// byte span in the cell that was parsed; both are 0 when the span is unknown
// because the cell had to be rewritten first (combining letters).
type NamePart struct {
	Text   string
	Status schemas.Status
	Reason schemas.Reason
	Lo, Hi int
}

// PersonName is what one cell says about a person's name. Full is canonical,
// "Surname Given Patronymic"; when the order of the words is not decided
// (Status Assumed, Reason OrderUnknown) Full keeps the words as they stood and
// the parts are empty with status Ambiguous.
type PersonName struct {
	Full                               string
	Status                             schemas.Status
	Reason                             schemas.Reason
	Surname, Given, Patronymic, Former NamePart
	patSex, givenSex, surnameSex       sexes
	initials                           bool
	odd                                bool // words of the cell are in no part, or stand in brackets
}

const (
	maxNameUnits = 10
	maxNameBytes = 240
)

// unit is one word of the cell (or a particle with its surname, or a Turkic
// patronymic with its suffix) and what the dictionaries say about it.
type unit struct {
	lo, hi       int32
	text         [2]int16 // in nameParser.buf
	fold         [2]int16 // in nameParser.buf
	patFull      string
	patSex       sexes
	patEv        patronymicEvidence
	givenSex     sexes
	isGiven      bool
	rare, short  bool
	end          surnameEnding
	cyrillic     bool
	initial      bool
	dot, comma   bool
	bracket      bool
	lower        bool // began with a small letter
	repair       schemas.Reason
	bad          schemas.Reason
	maiden, kin  bool
	titleWord    bool
	generational bool
	org          bool // a word of companies: банк, завод
	joined       bool // a Turkic patronymic of two words
}

type nameParser struct {
	src    string
	around string // the record's other columns of the name
	beside bool   // Cyrillic letters stand in the cell or around it
	units  [maxNameUnits]unit
	n      int
	buf    [4*maxNameBytes + 64]byte // canonical texts and dictionary keys of the words
	used   int
	over   bool
	idx    [maxNameUnits]int // the words that make the name, once assign has run
	words  int               // how many of them
	after  bool              // a preposition stood in front: the name is in an oblique case
}

func bytesView(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// ParseName splits one cell into surname, given name, patronymic and former
// surname, whatever their order and script, and says how sure it is.
func ParseName(cell string) PersonName {
	out := parseName(cell)
	if out.Reason == schemas.Unchanged && out.Full != cell {
		out.Reason = schemas.Normalised
	}
	if out.Full != "" && (!out.firm() || out.odd || len(out.Full) != len(cell)) {
		// A name that would be read otherwise from its own canonical form was not understood.
		// Only the order of two unknown Latin words may change: either may be the surname.
		again := parseName(out.Full)
		turned := out.Reason == schemas.UnknownName && len(again.Full) == len(out.Full)
		if again.Full != out.Full && !turned || !again.Status.Usable() {
			return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
		}
	}
	return out
}

// firm reports a name whose parts are known for what they are, wherever they
// stand: a given name of the dictionary beside a surname with an ending of surnames.
func (n *PersonName) firm() bool {
	return n.Status != schemas.Assumed && n.Reason != schemas.Initials && n.givenSex != 0 && n.surnameSex != 0
}

func parseName(cell string) PersonName {
	spans := true
	raw := cell
	if !isCleanText(cell) {
		if c := cleanText(cell); c != cell {
			spans = spans && len(c) == len(cell)
			cell = c
		}
	}
	if cell == "" {
		return PersonName{Status: schemas.Empty}
	}
	if len(raw) > 8*maxNameBytes {
		raw = cell
	}
	if fixed, damaged := unmangle(raw); damaged { // the signs that cleanText drops are bytes of letters
		out := PersonName{Status: schemas.Ambiguous, Reason: schemas.Mojibake}
		if fixed = undamaged(fixed); fixed != "" {
			if n := parseName(fixed); n.Status == schemas.OK || n.Status == schemas.Corrected {
				out = n.repaired(schemas.Mojibake)
			}
		}
		return out
	}
	if len(cell) > maxNameBytes {
		return PersonName{Status: schemas.Invalid, Reason: schemas.BadLength}
	}
	p := nameParser{src: cell}
	out := p.parse()
	if (out.Reason == schemas.OrderUnknown || out.Reason == schemas.UnknownName || out.Reason == schemas.Unparsed) && p.unheard() {
		if fixed, ok := remapped(cell); ok {
			if n := parseName(fixed); n.Status == schemas.OK || n.Status == schemas.Corrected {
				return n.repaired(schemas.Mojibake)
			}
		}
	}
	out.odd = out.odd || p.n != p.words || strings.ContainsAny(cell, "()[]{}")
	if !spans || len(p.src) != len(cell) { // cleaned, or retyped on the other keyboard: places in it are none in the cell
		for _, part := range []*NamePart{&out.Surname, &out.Given, &out.Patronymic, &out.Former} {
			part.Lo, part.Hi = 0, 0
		}
	}
	return out
}

func (p *nameParser) parse() PersonName {
	if j := p.junk(); j != 0 {
		return PersonName{Status: schemas.Junk, Reason: j}
	}
	if !p.tokenize() {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
	}
	if p.n == 0 {
		return PersonName{Status: schemas.Junk, Reason: schemas.Placeholder}
	}
	if p.n > 1 && p.companyForms() {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.WrongPartyKind}
	}
	if strings.IndexByte(p.src, ':') >= 0 {
		if out, ok := labelledName(p.src); ok {
			return out
		}
	}
	p.splitGlued()
	p.splitInitials()
	p.repairLayout()
	cyr, lat := 0, 0
	for _, r := range p.src {
		switch {
		case isCyrillic(r):
			cyr++
		case isLatin(r):
			lat++
		}
	}
	p.beside = cyr > 0
	cyrillic := cyr > 0 && cyr >= lat || cyr == 0 && p.lookAlikeCell()
	for i := range p.n {
		p.analyse(i, cyrillic)
	}
	p.abbreviations()
	if p.companyWords() {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.WrongPartyKind}
	}
	out := p.assign()
	if undecided := out.Status == schemas.Assumed && (out.Reason == schemas.OrderUnknown || out.Reason == schemas.UnknownName) || out.Status == schemas.Ambiguous && out.Reason == schemas.Unparsed; p.words > 0 && (undecided || p.after) {
		if n, ok := p.nominative(p.idx[:p.words]); ok {
			out = n
		} else if p.after {
			out = PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
		}
	}
	if out.Status == schemas.Ambiguous && out.Reason == schemas.Unparsed && severalNames(p.src) {
		out.Reason = schemas.SeveralPeople
	}
	if p.over {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
	}
	return out
}

// unheard reports Cyrillic words of which no dictionary and no ending knows any.
func (p *nameParser) unheard() bool {
	for i := range p.n {
		if u := &p.units[i]; u.isGiven || u.patEv != notPatronymic || u.end.strong || !u.cyrillic && !u.initial {
			return false
		}
	}
	return p.n > 1
}

// junk judges the cell as a whole.
func (p *nameParser) junk() schemas.Reason {
	var buf [maxNameBytes + 16]byte
	f := buf[:0]
	letters, digits := 0, 0
	for i := 0; i < len(p.src); {
		if twoByteCyrillic(p.src, i) {
			letters++
			i += 2
			continue
		}
		r, w := utf8.DecodeRuneInString(p.src[i:])
		i += w
		switch {
		case isLetter(r):
			letters++
		case r >= '0' && r <= '9':
			digits++
		}
	}
	if letters == 0 {
		return schemas.Placeholder
	}
	lo, hi := 0, len(p.src)
	for hi > lo && (p.src[hi-1] == '.' || p.src[hi-1] == '!' || p.src[hi-1] == '?') {
		hi--
	}
	if hi-lo > 60 {
		return 0
	}
	s := bytesView(appendPlainLower(f, p.src[lo:hi]))
	if junkName(s) || allJunk(s) {
		return schemas.JunkWord
	}
	if letters < 9 && digits == 0 && keyboardRun(s) {
		return schemas.KeyboardNoise
	}
	return 0
}

// allJunk reports two words or more, each of which alone is junk: "Тест Тест
// Тест". One such word may be a surname. s is a clean text.
func allJunk(s string) bool {
	n := 0
	for s != "" {
		var w string
		if w, s, _ = strings.Cut(s, " "); w == "" {
			continue
		}
		if !junkName(w) && !testWord(w) {
			return false
		}
		n++
	}
	return n > 1
}

func (p *nameParser) word(i int) string { return p.src[p.units[i].lo:p.units[i].hi] }

func (p *nameParser) textOf(i int) []byte { return p.buf[p.units[i].text[0]:p.units[i].text[1]] }

func (p *nameParser) foldOf(i int) []byte { return p.buf[p.units[i].fold[0]:p.units[i].fold[1]] }

// free is the unused end of the buffer: append to it, then keep the result.
func (p *nameParser) free() []byte { return p.buf[p.used:p.used] }

// keep claims t, which was appended to free. A text that outgrew the buffer
// marks the cell as too long to read.
func (p *nameParser) keep(t []byte) [2]int16 {
	lo := p.used
	if lo+len(t) > len(p.buf) {
		p.over = true
		return [2]int16{int16(lo), int16(lo)}
	}
	p.used += len(t)
	return [2]int16{int16(lo), int16(p.used)}
}

// analyse repairs word i and looks it up.
func (p *nameParser) analyse(i int, cyrillicCell bool) {
	u := &p.units[i]
	w := p.word(i)
	first, _ := utf8.DecodeRuneInString(w)
	u.lower = isLetter(first) && !isUpper(first)
	sc := scriptOf(w)
	var buf [maxNameBytes]byte
	switch {
	case sc&scriptCyrillic != 0 && sc&scriptLatin != 0:
		out, ok := foldMixed(buf[:0], w, false)
		if !ok {
			u.bad = schemas.MixedScripts
			break
		}
		w, u.repair = bytesView(out), schemas.LookAlikeLetter
	case sc == scriptLatin && cyrillicCell && allLookAlikes(w):
		if out, ok := foldMixed(buf[:0], w, true); ok {
			w, u.repair = bytesView(out), schemas.LookAlikeLetter
		}
	case sc == scriptLatin && p.beside:
		if out, ok := p.retyped(w); ok {
			w, u.repair = out, schemas.WrongLayout
		}
	case sc&scriptDigit != 0 && sc&scriptCyrillic != 0:
		w, u.repair, u.bad = p.digitsAsLetters(buf[:0], w)
	case sc&scriptDigit != 0:
		u.bad = schemas.BadCharacter
	}
	u.cyrillic = scriptOf(w)&scriptCyrillic != 0
	if (strings.IndexByte(w, "ъ"[1]) >= 0 || strings.IndexByte(w, "Ъ"[1]) >= 0) && (u.cyrillic && strings.Contains(w, "ъ") || strings.Contains(w, "Ъ")) {
		w = p.signAsApostrophe(w)
	}
	u.text = p.keep(appendCased(p.free(), w, u.cyrillic))
	text := bytesView(p.textOf(i))
	u.fold = p.keep(appendFold(p.free(), text))
	u.initial = isInitial(text)
	if u.initial {
		return
	}
	p.lookup(u)
}

func (p *nameParser) lookup(u *unit) {
	fold := p.buf[u.fold[0]:u.fold[1]]
	f := bytesView(fold)
	pat, ev := dict().findPatronymic(fold, u.cyrillic)
	u.patEv, u.patSex, u.patFull = ev, pat.sex, pat.full
	if len(f) <= 40 {
		u.kin, u.maiden = kinship(f), maidenWord(f)
		u.titleWord, u.generational, u.org = title(f), generation(f), orgNoun(f)
	}
	if ev == notPatronymic {
		if s := gluedTurkic(f); s != 0 {
			u.patEv, u.patSex = surelyPatronymic, s
		}
	}
	g, ok := dict().findGiven(fold, u.cyrillic)
	if !ok {
		g, ok = p.hyphenGiven(fold, u.cyrillic)
	}
	if ok {
		u.isGiven, u.givenSex, u.rare, u.short = true, g.sex, g.rare, g.short
	}
	u.end = surnameByEnding(fold, u.cyrillic)
}

// hyphenGiven accepts a double given name (Анна-Мария) when both parts are known.
func (p *nameParser) hyphenGiven(fold []byte, cyrillic bool) (givenName, bool) {
	for i, c := range fold {
		if c == '-' {
			a, okA := dict().findGiven(fold[:i], cyrillic)
			b, okB := dict().findGiven(fold[i+1:], cyrillic)
			return givenName{sex: a.sex & b.sex, rare: a.rare && b.rare}, okA && okB
		}
	}
	return givenName{}, false
}

func gluedTurkic(f string) sexes {
	if n := len(f); n == 0 || strings.IndexByte("\x8b\xb8\xb1yiu", f[n-1]) < 0 { // ы, и, ı and Latin vowels
		return 0
	}
	for _, s := range [...]string{"оглы", "кызы", "гызы", "улы", "ұлы", "қызы", "угли", "ogly", "oglu", "oglı", "oğlu", "kyzy", "qizi", "qızı"} {
		if len(f) <= len(s)+4 || f[len(f)-len(s):] != s {
			continue
		}
		if s == "улы" { // Серикулы, but not every word that ends so
			if _, ok := dict().given[f[:len(f)-len(s)]]; !ok {
				continue
			}
		}
		return turkicSuffix(s)
	}
	return 0
}
