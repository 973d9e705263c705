package transforms

import (
	_ "embed" // the tables
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed data/names/translit.tsv
var translitTSV string

// scheme is one transliteration table in the form in which it is applied.
type scheme struct {
	letter, initial, final map[rune]string
	prev, next             map[[2]rune]string // (previous, current) and (current, following)
	sequence, ending       map[[2]rune]string
	drop                   map[rune]bool
}

// DocumentSchemes are the schemes that Russian and Ukrainian documents used,
// by era; a person's Latin spelling is one of them.
func DocumentSchemes() (ru, uk []string) {
	return []string{"mvd_310_1997", "mvd_310_1997_fr", "ru_passport_1997_v2", "ru_passport_1997_reduced",
			"mvd_782_2000", "gost_r_52535_1_2006", "icao_doc_9303", "gost_r_52290_2004"},
		[]string{"uk_kmu55_2010", "uk_passport_2007", "uk_passport_2004_alt", "uk_national_1996"}
}

var schemes = sync.OnceValue(func() map[string]*scheme {
	out := map[string]*scheme{}
	for line := range strings.Lines(translitTSV) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 4 || f[0] == "scheme" {
			continue
		}
		s := out[f[0]]
		if s == nil {
			s = &scheme{letter: map[rune]string{}, initial: map[rune]string{}, final: map[rune]string{}, drop: map[rune]bool{},
				prev: map[[2]rune]string{}, next: map[[2]rune]string{}, sequence: map[[2]rune]string{}, ending: map[[2]rune]string{}}
			out[f[0]] = s
		}
		from := []rune(f[2])
		switch f[1] {
		case "letter":
			s.letter[from[0]] = f[3]
		case "initial":
			s.initial[from[0]] = f[3]
		case "final":
			s.final[from[0]] = f[3]
		case "delete":
			s.drop[from[0]] = true
		case "prev":
			s.prev[[2]rune{from[0], from[1]}] = f[3]
		case "next":
			s.next[[2]rune{from[0], from[1]}] = f[3]
		case "sequence":
			s.sequence[[2]rune{from[0], from[1]}] = f[3]
		case "ending":
			s.ending[[2]rune{from[0], from[1]}] = f[3]
		}
	}
	return out
})

// Latin writes a Cyrillic name in Latin letters under a named scheme (see
// DocumentSchemes and data/names/translit.tsv). Letters that the scheme does
// not know pass unchanged; ok is false when the scheme is unknown. There is no
// way back: one Latin spelling belongs to several Cyrillic ones.
func Latin(name, schemeID string) (latin string, ok bool) {
	s := schemes()[schemeID]
	if s == nil {
		return "", false
	}
	text := []rune(name)
	out := make([]byte, 0, len(name)+8)
	whole := capitalWords(text)
	for i := 0; i < len(text); {
		if !s.inWord(text[i]) {
			out = utf8.AppendRune(out, text[i])
			i++
			continue
		}
		j := i
		for j < len(text) && s.inWord(text[j]) {
			j++
		}
		out = s.appendWord(out, text[i:j], whole)
		i = j
	}
	return string(out), true
}

func (s *scheme) inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || s.drop[r] || r == '\'' || r == '’' || r == apostropheUk
}

// capitalWords reports whether the whole text is written in capitals and has
// at least one word of several letters.
func capitalWords(text []rune) bool {
	upper, run, long := 0, 0, false
	for _, r := range text {
		if !unicode.IsLetter(r) {
			run = 0
			continue
		}
		if unicode.IsLower(r) {
			return false
		}
		upper++
		run++
		long = long || run > 1
	}
	return upper > 0 && long
}

func (s *scheme) appendWord(out []byte, w []rune, wholeText bool) []byte {
	letters, capitals := 0, 0
	low := make([]rune, len(w))
	for i, r := range w {
		low[i] = unicode.ToLower(r)
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				capitals++
			}
		}
	}
	allCaps := capitals == letters && (letters > 1 || wholeText)
	stop, end := len(w), "" // the ending replaces the last two letters
	if len(w) > 2 {
		if v, ok := s.ending[[2]rune{low[len(w)-2], low[len(w)-1]}]; ok {
			stop, end = len(w)-2, v
		}
	}
	pending := false // a capital whose output was empty hands it on
	emit := func(v string, capital bool) {
		if v == "" {
			pending = pending || capital
			return
		}
		if allCaps {
			out = append(out, strings.ToUpper(v)...)
			return
		}
		if capital || pending {
			r, n := utf8.DecodeRuneInString(v)
			out = utf8.AppendRune(out, unicode.ToUpper(r))
			v = v[n:]
			pending = false
		}
		out = append(out, v...)
	}
	for i := 0; i < stop; i++ {
		r, capital := low[i], unicode.IsUpper(w[i])
		if s.drop[r] {
			continue
		}
		if i+1 < stop {
			if v, ok := s.sequence[[2]rune{r, low[i+1]}]; ok {
				if second := unicode.IsUpper(w[i+1]); !allCaps && capital && second && len(v) > 1 {
					out = append(out, strings.ToUpper(v[:1])...)
					out = append(out, strings.ToUpper(v[1:2])...)
					out = append(out, v[2:]...)
				} else {
					emit(v, capital)
				}
				i++
				continue
			}
		}
		emit(s.value(low, i, w[i]), capital)
	}
	if stop < len(w) {
		emit(end, unicode.IsUpper(w[stop]))
	}
	return out
}

// value is the Latin for one letter: context first, the plain letter last.
func (s *scheme) value(low []rune, i int, as rune) string {
	r := low[i]
	if i > 0 {
		if v, ok := s.prev[[2]rune{low[i-1], r}]; ok {
			return v
		}
	} else if v, ok := s.initial[r]; ok {
		return v
	}
	if i+1 < len(low) {
		if v, ok := s.next[[2]rune{r, low[i+1]}]; ok {
			return v
		}
	} else if v, ok := s.final[r]; ok {
		return v
	}
	if v, ok := s.letter[r]; ok {
		return v
	}
	return string(unicode.ToLower(as))
}
