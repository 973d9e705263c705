package transforms

import (
	_ "embed" // the table of declension
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Declension of names, Russian and Ukrainian, forwards and back. Backwards
// gives a set: Петрову is the dative of Петров and the accusative of Петрова.

//go:embed data/names/cases.tsv
var casesTSV string

// caseSet is a set of the five oblique cases: genitive, dative, accusative,
// instrumental, prepositional.
type caseSet uint8

const (
	obliqueCases         = 5
	anyCase      caseSet = 1<<obliqueCases - 1
)

// caseRule declines the words whose nominative ends with ending.
type caseRule struct {
	sex    sexes
	whole  bool // ending is the whole word
	ending string
	forms  [obliqueCases][]string // what stands instead of ending
}

// caseRules holds the table by language (0 Russian, 1 Ukrainian) and part.
var caseRules = sync.OnceValue(func() *[2][3][]caseRule {
	out := &[2][3][]caseRule{}
	tsvRows(casesTSV, 9, func(r []string) {
		c, lang, part := caseRule{sex: sexesOf(r[2])}, 0, roleSurname
		if r[0] == "uk" {
			lang = 1
		}
		switch r[1] {
		case "g":
			part = roleGiven
		case "p":
			part = rolePatronymic
		}
		c.ending, c.whole = strings.CutPrefix(r[3], "=")
		for k := range c.forms {
			c.forms[k] = strings.Split(r[4+k], "/")
		}
		out[lang][part] = append(out[lang][part], c)
	})
	return out
})

func rulesOf(uk bool, part role) []caseRule {
	if uk {
		return caseRules()[1][part]
	}
	return caseRules()[0][part]
}

func (c *caseRule) covers(word string) bool {
	if c.whole {
		return word == c.ending
	}
	return len(word) > len(c.ending) && strings.HasSuffix(word, c.ending)
}

// ruleFor finds the rule that declines a nominative in small letters; nil
// where the table knows none.
func ruleFor(word string, uk bool, part role, sex sexes) *caseRule {
	rules := rulesOf(uk, part)
	for i := range rules {
		if c := &rules[i]; c.sex&sex != 0 && c.covers(word) {
			return c
		}
	}
	return nil
}

// decline gives the forms of a nominative in one oblique case (0 = genitive …
// 4 = prepositional), all of them in small letters.
func decline(word string, uk bool, part role, sex sexes, oblique int) []string {
	c := ruleFor(word, uk, part, sex)
	if c == nil {
		return nil
	}
	var out []string
	for _, f := range c.forms[oblique] {
		out = append(out, word[:len(word)-len(c.ending)]+f)
	}
	return out
}

// nominative is one reading of an oblique form.
type nominative struct {
	word  string
	sex   sexes
	cases caseSet
	whole bool // the table knows the word itself
}

// nominatives gives every nominative that the table declines to word, in small
// letters, for one language and sex.
func nominatives(word string, uk bool, part role, sex sexes) []nominative {
	var out []nominative
	rules := rulesOf(uk, part)
	for i := range rules {
		c := &rules[i]
		if c.sex&sex == 0 {
			continue
		}
		for k, forms := range c.forms {
			for _, f := range forms {
				stem, ok := strings.CutSuffix(word, f)
				if !ok || c.whole != (stem == "") {
					continue
				}
				lemma := stem + c.ending
				if !c.whole && (!spellable(stem, c.ending) || ruleFor(lemma, uk, part, sex) != c) {
					continue
				}
				at := slices.IndexFunc(out, func(n nominative) bool { return n.word == lemma })
				if at < 0 {
					out = append(out, nominative{word: lemma, sex: sex, whole: c.whole})
					at = len(out) - 1
				}
				out[at].cases |= 1 << k
			}
		}
	}
	return out
}

// spellable refuses what no word looks like: й behind a consonant, ь behind a
// vowel, nothing in front of the ending.
func spellable(stem, ending string) bool {
	last, _ := utf8.DecodeLastRuneInString(stem)
	first, _ := utf8.DecodeRuneInString(ending)
	vowel := strings.ContainsRune("аеёиоуыэюяіїє", last)
	switch first {
	case 'ы':
		return !strings.ContainsRune("гкхжчшщ", last) && len(ending) > 2 || utf8.RuneCountInString(stem) >= 2 && !strings.ContainsRune("гкхжчшщ", last)
	case 'й':
		return vowel
	case 'ь':
		return !vowel && last != 'й'
	}
	return utf8.RuneCountInString(stem) >= 2 || len(ending) > 2
}

// surnameNominatives keeps the plausible readings of an oblique surname: those
// that end like a surname, where there are such. doubtful is true when what is
// left ends in two consonants between which a vowel may have fallen out
// (Орла: Орёл, not Орл).
func surnameNominatives(word string, sex sexes) (out []nominative, doubtful bool) {
	strong := false
	for _, uk := range [...]bool{false, true} {
		for _, n := range nominatives(word, uk, roleSurname, sex) {
			e := surnameByEnding([]byte(foldName(n.word)), true)
			if e.sex != 0 && e.sex != sex {
				continue
			}
			e.strong = e.strong || n.whole
			if e.strong && !strong {
				out, strong = out[:0], true
			}
			if strong && !e.strong {
				continue
			}
			if at := slices.IndexFunc(out, func(o nominative) bool { return o.word == n.word }); at >= 0 {
				out[at].cases |= n.cases
				continue
			}
			out = append(out, n)
		}
	}
	out = slices.DeleteFunc(out, func(n nominative) bool { return shadowed(n.word, out) })
	if strong {
		return out, false
	}
	for _, n := range out {
		last, _ := utf8.DecodeLastRuneInString(n.word)
		doubtful = doubtful || droppedVowel(n.word) || n.word == word && strings.ContainsRune("ыуеию", last)
	}
	return out, doubtful
}

// shadowed reports the rare twin of a usual surname in the same oblique form:
// Петровая beside Петрова, Петровый beside Петров, Трубецкой beside -цкий.
func shadowed(word string, all []nominative) bool {
	for _, t := range [...][2]string{{"ая", "а"}, {"ый", ""}, {"ий", ""}, {"ой", ""}, {"ов", "о"}, {"ина", "ин"}, {"ской", "ский"}, {"цкой", "цкий"}, {"а", "ая"}} {
		s, ok := strings.CutSuffix(word, t[0])
		if !ok {
			continue
		}
		usual := strings.HasSuffix(s, "ов") || strings.HasSuffix(s, "ев") || strings.HasSuffix(s, "ёв") || strings.HasSuffix(s, "ин") || strings.HasSuffix(s, "ын")
		switch t[0] {
		case "ов":
			usual = strings.HasSuffix(s, "енк")
		case "ина": // men of that name are rare; Воронине is Воронин's case
			usual = slices.ContainsFunc(all, func(n nominative) bool { return n.sex == male })
		case "а":
			usual = strings.HasSuffix(s, "ск") || strings.HasSuffix(s, "цк")
		}
		if (usual || len(t[0]) == len("ской")) && slices.ContainsFunc(all, func(n nominative) bool { return n.word == s+t[1] }) {
			return true
		}
	}
	return false
}

func droppedVowel(word string) bool {
	last, before := lastRunes(word)
	return strings.ContainsRune("лнркц", last) && !strings.ContainsRune("аеёиоуыэюяіїєрнл", before)
}
