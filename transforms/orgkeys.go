package transforms

import "strings"

// orgKeys: core is the skeleton of the name without form, under which the
// Russian, Ukrainian and Latin spellings meet; form is the class of the form.
func orgKeys() []KeyFunc {
	return []KeyFunc{
		{"core", func(v string, emit func(string)) {
			e := bounded(emit)
			core := ParseOrg(v).Core
			for r := readPlain; r < readings; r++ {
				if r == readPlain || wantsReading(core, r) && scriptOf(core)&scriptCyrillic == 0 {
					e(orgSkeleton(core, r))
				}
			}
		}},
		{"form", func(v string, emit func(string)) {
			if c := ParseOrg(v).Class; c != "" {
				emit(c)
			}
		}},
	}
}

// orgSkeleton joins the skeletons of the words; usual phrases count as their
// abbreviations, words that only join others do not count.
func orgSkeleton(core string, rd reading) string {
	var b []byte
	var buf [96]byte
	words := strings.FieldsFunc(strings.ToLower(core), func(r rune) bool { return !isLetter(r) && !(r >= '0' && r <= '9') && !isApostrophe(r) })
	for i := 0; i < len(words); i++ {
		w := words[i]
		if short, n := orgAbbreviation(words[i:]); n > 0 && n < len(words) {
			w, i = short, i+n-1
		}
		switch w {
		case "и", "і", "та", "й", "and", "&":
			continue
		}
		if len(w) > 80 {
			w = w[:80]
		}
		sk := appendSkeleton(buf[:0], w, rd, false)
		if len(sk) == 0 {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = append(b, sk...)
	}
	return string(b)
}

// orgAbbreviation gives the usual abbreviation of the phrase at the start of
// words and how many words it takes; 0 without one.
func orgAbbreviation(words []string) (short string, n int) {
	for _, p := range orgPhrases {
		if len(words) < len(p.words) {
			continue
		}
		same := true
		for i, stem := range p.words {
			same = same && strings.HasPrefix(words[i], stem)
		}
		if same {
			return p.short, len(p.words)
		}
	}
	return "", 0
}

// orgPhrases are phrases in names of companies with their abbreviations: stems
// in small letters, longer phrases first.
var orgPhrases = []struct {
	short string
	words []string
}{
	{"акб", []string{"акционерн", "коммерческ", "банк"}}, {"акб", []string{"акціонерн", "комерційн", "банк"}},
	{"нпо", []string{"научно", "производственн", "объединени"}}, {"нпо", []string{"науково", "виробнич", "об'єднання"}},
	{"нпп", []string{"научно", "производственн", "предприяти"}}, {"нвп", []string{"науково", "виробнич", "підприємств"}},
	{"нпф", []string{"негосударственн", "пенсионн", "фонд"}}, {"чоп", []string{"частн", "охранн", "предприяти"}},
	{"чоо", []string{"частн", "охранн", "организаци"}}, {"жэк", []string{"жилищно", "эксплуатационн", "контор"}},
	{"тд", []string{"торгов", "дом"}}, {"тд", []string{"торгов", "дім"}}, {"тд", []string{"торгів", "дім"}}, {"тд", []string{"trading", "house"}},
	{"ук", []string{"управляющ", "компани"}}, {"ук", []string{"керуюч", "компані"}}, {"ск", []string{"страхов", "компани"}}, {"ск", []string{"страхов", "компані"}},
	{"гк", []string{"групп", "компани"}}, {"гк", []string{"груп", "компані"}}, {"кб", []string{"коммерческ", "банк"}}, {"кб", []string{"комерційн", "банк"}},
	{"тк", []string{"транспортн", "компани"}}, {"тк", []string{"транспортн", "компані"}}, {"сз", []string{"специализированн", "застройщик"}},
}
