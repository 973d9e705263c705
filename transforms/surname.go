package transforms

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// surnameEnding is what the ending of a surname says.
type surnameEnding struct {
	sex    sexes // 0: says nothing
	strong bool  // a typical surname ending, whether or not it tells the sex
}

type suffixRule struct {
	suffix string
	end    surnameEnding
}

// Longer suffixes stand first. Sex is told only where both forms of the pair
// are usual; -ина is borne by men too (Щербина).
var cyrillicSurnames = []suffixRule{
	{"ський", surnameEnding{male, true}}, {"цький", surnameEnding{male, true}}, {"зький", surnameEnding{male, true}},
	{"ская", surnameEnding{female, true}}, {"цкая", surnameEnding{female, true}},
	{"ська", surnameEnding{female, true}}, {"цька", surnameEnding{female, true}}, {"зька", surnameEnding{female, true}},
	{"ский", surnameEnding{male, true}}, {"цкий", surnameEnding{male, true}}, {"ской", surnameEnding{male, true}}, {"цкой", surnameEnding{male, true}},
	{"швили", surnameEnding{0, true}}, {"швілі", surnameEnding{0, true}}, {"енко", surnameEnding{0, true}}, {"нко", surnameEnding{0, true}},
	{"ова", surnameEnding{female, true}}, {"ева", surnameEnding{female, true}}, {"єва", surnameEnding{female, true}}, {"ёва", surnameEnding{female, true}},
	{"ых", surnameEnding{0, true}}, {"их", surnameEnding{0, true}}, {"дзе", surnameEnding{0, true}}, {"иани", surnameEnding{0, true}},
	{"ая", surnameEnding{female, true}}, {"ый", surnameEnding{male, true}}, {"ой", surnameEnding{male, true}},
	{"ов", surnameEnding{male, true}}, {"ев", surnameEnding{male, true}}, {"єв", surnameEnding{male, true}}, {"ёв", surnameEnding{male, true}},
	{"ина", surnameEnding{0, true}}, {"ына", surnameEnding{0, true}}, {"ин", surnameEnding{0, true}}, {"ын", surnameEnding{0, true}},
	{"іна", surnameEnding{0, true}}, {"їна", surnameEnding{0, true}}, {"ін", surnameEnding{0, true}}, {"їн", surnameEnding{0, true}},
	{"ук", surnameEnding{0, true}}, {"юк", surnameEnding{0, true}}, {"чак", surnameEnding{0, true}}, {"ак", surnameEnding{0, true}}, {"як", surnameEnding{0, true}},
	{"ян", surnameEnding{0, true}}, {"янц", surnameEnding{0, true}}, {"ець", surnameEnding{0, true}}, {"ец", surnameEnding{0, true}},
	{"ич", surnameEnding{0, true}}, {"ко", surnameEnding{0, true}}, {"ло", surnameEnding{0, true}}, {"ий", surnameEnding{0, true}},
	{"ер", surnameEnding{0, true}}, {"ман", surnameEnding{0, true}}, {"штейн", surnameEnding{0, true}}, {"ло", surnameEnding{0, true}},
	{"ишин", surnameEnding{0, true}}, {"ага", surnameEnding{0, true}}, {"ура", surnameEnding{0, true}}, {"юра", surnameEnding{0, true}},
}

var latinSurnames = []suffixRule{
	{"skaya", surnameEnding{female, true}}, {"skaia", surnameEnding{female, true}}, {"skaja", surnameEnding{female, true}},
	{"tskaya", surnameEnding{female, true}}, {"tskaia", surnameEnding{female, true}},
	{"skyi", surnameEnding{male, true}}, {"skii", surnameEnding{male, true}}, {"skiy", surnameEnding{male, true}}, {"skij", surnameEnding{male, true}},
	{"enko", surnameEnding{0, true}}, {"shvili", surnameEnding{0, true}},
	{"ova", surnameEnding{female, true}}, {"eva", surnameEnding{female, true}}, {"yova", surnameEnding{female, true}},
	{"ska", surnameEnding{female, true}}, {"ski", surnameEnding{0, true}}, {"sky", surnameEnding{0, true}},
	{"ov", surnameEnding{male, true}}, {"ev", surnameEnding{male, true}}, {"off", surnameEnding{0, true}},
	{"ina", surnameEnding{0, true}}, {"in", surnameEnding{0, true}}, {"ine", surnameEnding{0, true}}, {"uk", surnameEnding{0, true}}, {"iuk", surnameEnding{0, true}},
	{"dze", surnameEnding{0, true}}, {"ian", surnameEnding{0, true}}, {"yan", surnameEnding{0, true}}, {"son", surnameEnding{0, true}},
	{"man", surnameEnding{0, true}}, {"ich", surnameEnding{0, true}}, {"ych", surnameEnding{0, true}}, {"ck", surnameEnding{0, true}},
}

// surnameByEnding reads the ending of a folded surname; of a double surname
// the last part decides.
func surnameByEnding(fold []byte, cyrillic bool) surnameEnding {
	for i := len(fold) - 1; i >= 0; i-- {
		if fold[i] == '-' || fold[i] == ' ' {
			fold = fold[i+1:]
			break
		}
	}
	rules := &surnameSuffixes().latin
	minLen := 4
	if cyrillic {
		rules, minLen = &surnameSuffixes().cyrillic, 8
	}
	if len(fold) < minLen {
		return surnameEnding{}
	}
	for _, r := range rules[fold[len(fold)-1]] {
		if len(fold) > len(r.suffix) && string(fold[len(fold)-len(r.suffix):]) == r.suffix {
			return r.end
		}
	}
	return surnameEnding{}
}

// suffixIndex holds the endings by their last byte, in their order.
type suffixIndex struct{ cyrillic, latin [256][]suffixRule }

var surnameSuffixes = sync.OnceValue(func() *suffixIndex {
	x := &suffixIndex{}
	for _, r := range cyrillicSurnames {
		last := r.suffix[len(r.suffix)-1]
		x.cyrillic[last] = append(x.cyrillic[last], r)
	}
	for _, r := range latinSurnames {
		last := r.suffix[len(r.suffix)-1]
		x.latin[last] = append(x.latin[last], r)
	}
	return x
})

// surnameLemma is the masculine form of a gendered surname in the letters in
// which Russian and Ukrainian meet: Иванова, Іванова and Иванов give "иванов".
// Latin surnames keep Latin letters.
func surnameLemma(s string) string {
	k := lettersKey(s)
	n := utf8.RuneCountInString(k)
	if n < 4 {
		return k
	}
	cut := func(suffix, with string) bool {
		if strings.HasSuffix(k, suffix) && len(k) > len(suffix) {
			k = k[:len(k)-len(suffix)] + with
			return true
		}
		return false
	}
	switch {
	case cut("ская", "ский"), cut("цкая", "цкий"), cut("ска", "ский"), cut("цка", "цкий"), cut("зка", "зкий"):
	case cut("ской", "ский"), cut("цкой", "цкий"):
	case cut("ова", "ов"), cut("ева", "ев"):
	case n > 4 && (cut("ина", "ин")):
	case n > 4 && (cut("ая", "ий") || cut("ой", "ий")):
	case cut("skaya", "sky"), cut("skaia", "sky"), cut("skaja", "sky"), cut("skii", "sky"), cut("skiy", "sky"), cut("skij", "sky"), cut("skyi", "sky"), cut("ski", "sky"), cut("ska", "sky"):
	case n > 4 && (cut("ova", "ov") || cut("eva", "ev")):
	}
	return k
}
