package demobank

import "strings"

// Oblique cases that notes use.
const (
	genitive     = iota // кого
	dative              // кому
	instrumental        // кем
)

// ending replaces the last cut letters of a word.
type ending struct {
	suffix string
	cut    int
	forms  [3]string // genitive, dative, instrumental
}

var (
	surnameRuM = []ending{
		{"ский", 2, [3]string{"ого", "ому", "им"}}, {"цкий", 2, [3]string{"ого", "ому", "им"}}, {"ий", 2, [3]string{"его", "ему", "им"}},
		{"ый", 2, [3]string{"ого", "ому", "ым"}}, {"ой", 2, [3]string{"ого", "ому", "ым"}},
		{"ов", 0, [3]string{"а", "у", "ым"}}, {"ев", 0, [3]string{"а", "у", "ым"}}, {"ёв", 0, [3]string{"а", "у", "ым"}},
		{"ин", 0, [3]string{"а", "у", "ым"}}, {"ын", 0, [3]string{"а", "у", "ым"}},
		{"ко", 0, [3]string{}}, {"их", 0, [3]string{}}, {"ых", 0, [3]string{}}, {"ец", 2, [3]string{"ца", "цу", "цом"}},
		{"ч", 0, [3]string{"а", "у", "ем"}}, {"ь", 1, [3]string{"я", "ю", "ем"}}, {"й", 1, [3]string{"я", "ю", "ем"}},
		{"а", 1, [3]string{"ы", "е", "ой"}}, {"я", 1, [3]string{"и", "е", "ей"}},
	}
	surnameRuF = []ending{
		{"ова", 1, [3]string{"ой", "ой", "ой"}}, {"ева", 1, [3]string{"ой", "ой", "ой"}}, {"ёва", 1, [3]string{"ой", "ой", "ой"}},
		{"ина", 1, [3]string{"ой", "ой", "ой"}}, {"ына", 1, [3]string{"ой", "ой", "ой"}}, {"ая", 2, [3]string{"ой", "ой", "ой"}},
	}
	givenRuM = []ending{
		{"Павел", 2, [3]string{"ла", "лу", "лом"}}, {"Лев", 2, [3]string{"ьва", "ьву", "ьвом"}}, {"Пётр", 3, [3]string{"етра", "етру", "етром"}},
		{"ий", 1, [3]string{"я", "ю", "ем"}}, {"й", 1, [3]string{"я", "ю", "ем"}}, {"ь", 1, [3]string{"я", "ю", "ем"}},
		{"а", 1, [3]string{"ы", "е", "ой"}}, {"я", 1, [3]string{"и", "е", "ёй"}},
	}
	givenRuF = []ending{
		{"ия", 1, [3]string{"и", "и", "ей"}}, {"я", 1, [3]string{"и", "е", "ей"}}, {"га", 1, [3]string{"и", "е", "ой"}},
		{"ка", 1, [3]string{"и", "е", "ой"}}, {"а", 1, [3]string{"ы", "е", "ой"}}, {"ь", 1, [3]string{"и", "и", "ью"}},
	}
	patronymicRu = []ending{{"ич", 0, [3]string{"а", "у", "ем"}}, {"на", 1, [3]string{"ы", "е", "ой"}}}

	surnameUkM = []ending{
		{"ський", 2, [3]string{"ого", "ому", "им"}}, {"цький", 2, [3]string{"ого", "ому", "им"}}, {"ий", 2, [3]string{"ого", "ому", "им"}},
		{"ій", 1, [3]string{"я", "ю", "єм"}}, {"ко", 1, [3]string{"а", "у", "ом"}}, {"ець", 3, [3]string{"ця", "цю", "цем"}},
		{"ів", 0, [3]string{"а", "у", "им"}}, {"ов", 0, [3]string{"а", "у", "им"}}, {"єв", 0, [3]string{"а", "у", "им"}}, {"ев", 0, [3]string{"а", "у", "им"}},
		{"ин", 0, [3]string{"а", "у", "им"}}, {"ін", 0, [3]string{"а", "у", "им"}}, {"ь", 1, [3]string{"я", "ю", "ем"}},
		{"ч", 0, [3]string{"а", "у", "ем"}}, {"а", 1, [3]string{"и", "і", "ою"}}, {"я", 1, [3]string{"і", "і", "ею"}},
	}
	surnameUkF = []ending{
		{"ська", 1, [3]string{"ої", "ій", "ою"}}, {"цька", 1, [3]string{"ої", "ій", "ою"}}, {"ова", 1, [3]string{"ої", "ій", "ою"}},
		{"єва", 1, [3]string{"ої", "ій", "ою"}}, {"ева", 1, [3]string{"ої", "ій", "ою"}}, {"ина", 1, [3]string{"ої", "ій", "ою"}},
		{"іна", 1, [3]string{"ої", "ій", "ою"}}, {"на", 1, [3]string{"ої", "ій", "ою"}},
	}
	givenUkM = []ending{
		{"Лев", 0, [3]string{"а", "у", "ом"}}, {"ій", 1, [3]string{"я", "ю", "єм"}}, {"Яків", 2, [3]string{"ова", "ову", "овом"}}, {"Федір", 2, [3]string{"ора", "ору", "ором"}},
		{"о", 1, [3]string{"а", "у", "ом"}}, {"ь", 1, [3]string{"я", "ю", "ем"}}, {"а", 1, [3]string{"и", "і", "ою"}}, {"я", 1, [3]string{"і", "і", "ею"}},
	}
	givenUkF = []ending{
		{"ія", 1, [3]string{"ї", "ї", "єю"}}, {"я", 1, [3]string{"і", "і", "ею"}}, {"га", 2, [3]string{"ги", "зі", "гою"}},
		{"ка", 2, [3]string{"ки", "ці", "кою"}}, {"а", 1, [3]string{"и", "і", "ою"}}, {"ов", 0, [3]string{"і", "і", "'ю"}},
	}
	patronymicUk = []ending{{"ич", 0, [3]string{"а", "у", "ем"}}, {"іч", 0, [3]string{"а", "у", "ем"}}, {"на", 1, [3]string{"и", "і", "ою"}}}
)

// decline puts a word into a case. A masculine word that ends in a consonant
// and has no rule of its own takes -а, -у, -ом; a feminine one stays.
func decline(word string, rules []ending, masculine bool, c int) string {
	if parts := strings.Split(word, "-"); len(parts) > 1 {
		for i := range parts {
			parts[i] = decline(parts[i], rules, masculine, c)
		}
		return strings.Join(parts, "-")
	}
	for _, e := range rules {
		if strings.HasSuffix(word, e.suffix) {
			if e.forms[c] == "" {
				return word
			}
			r := []rune(word)
			return string(r[:len(r)-e.cut]) + e.forms[c]
		}
	}
	last := []rune(word)
	if !masculine || len(last) == 0 || isVowel(last[len(last)-1]) {
		return word
	}
	return word + [3]string{"а", "у", "ом"}[c]
}

// declined gives the parts of a person's name in a case.
func (p *person) declined(uk bool, c int) nameCells {
	m := p.sex == 'm'
	if uk {
		sur, giv := surnameUkM, givenUkM
		if !m {
			sur, giv = surnameUkF, givenUkF
		}
		return nameCells{decline(p.surnameUk(false), sur, m, c), decline(p.given.uk, giv, m, c), decline(p.patronymicUk(), patronymicUk, m, c)}
	}
	sur, giv := surnameRuM, givenRuM
	if !m {
		sur, giv = surnameRuF, givenRuF
	}
	return nameCells{decline(p.surnameRu(false), sur, m, c), decline(p.given.ru, giv, m, c), decline(p.patronymicRu(), patronymicRu, m, c)}
}
