package transforms

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

// Detail is one thing that a verdict says beside its value: a part of a name
// or what follows from it. Only `clean` asks for details. List is set for
// details that are sets.
type Detail struct {
	Name  string
	Value string
	List  []string
}

// details are what a parsed name says, in a fixed order: the parts, the sex
// with its reason, the full names behind a short one, the surname's lemma.
func (n PersonName) details() []Detail {
	var out []Detail
	add := func(name, value string) {
		if value != "" {
			out = append(out, Detail{Name: name, Value: value})
		}
	}
	if n.Status.Usable() {
		add("surname", n.Surname.Text)
		add("given", n.Given.Text)
		add("patronymic", n.Patronymic.Text)
		add("former_surname", n.Former.Text)
		g := n.Gender()
		add("gender", g.Out)
		if g.Status != schemas.Empty {
			add("gender_status", g.Status.String())
			add("gender_reason", g.Reason.String())
		}
		if full := FullNames(n.Given.Text, g.Out); len(full) > 0 {
			out = append(out, Detail{Name: "given_full", List: full})
		}
		if l := SurnameLemmas(n.Surname.Text, g.Out); len(l) > 0 {
			out = append(out, Detail{Name: "surname_lemma", List: l})
		}
		if men, women, ok := SurnamePair(n.Surname.Text); ok {
			out = append(out, Detail{Name: "surname_pair", List: []string{men, women}})
		}
	}
	return out
}

// people are the names in a cell that holds several; nil when it does not.
func people(text string) []Detail {
	var list []string
	for n := range peopleIn(cleanText(text)) {
		if n.Full != "" {
			list = append(list, n.Full)
		}
	}
	if len(list) < 2 {
		return nil
	}
	return []Detail{{Name: "people", List: list}}
}

// FullNames gives the full names that a short form may stand for, those of one
// sex when the sex is told ("m", "f", "" = unknown). It is a set of candidates:
// none of them may be written over a name. A short form that is also a name of
// its own (Влада) is the first of them.
func FullNames(short, sex string) []string {
	key := foldName(short)
	g, ok := dict().given[key]
	if !ok || !g.nick {
		return nil
	}
	own := g.short // Вера is seldom a Вероника, so a weak candidate of a full name does not count
	var out []string
	tsvRows(diminutivesTSV, 5, func(r []string) {
		if foldName(r[0]) == key && (sex == "" || strings.Contains(r[2], sex)) && (own || r[4] == "strong") && !slices.Contains(out, r[1]) {
			out = append(out, r[1])
		}
	})
	if !own && len(out) > 0 && !slices.Contains(out, short) {
		out = append([]string{short}, out...)
	}
	return out
}

// SurnameLemmas gives the masculine forms of a surname, of which relatives
// bear one: Иванова → Иванов, Белая → Белый; two where a woman's surname leaves
// it open (Щербина: Щербина or Щербин). A surname of one form gives itself, a
// double one is joined part by part. Empty for Latin surnames and when nothing
// is known of the sex and both readings are possible.
func SurnameLemmas(surname, sex string) []string {
	if surname == "" || scriptOf(surname)&^scriptDigit != scriptCyrillic {
		return nil
	}
	out := []string{""}
	lead := ""
	if i := strings.LastIndexByte(surname, ' '); i >= 0 { // фон Бисмарк; Иванова Петрова
		for _, w := range strings.Fields(surname[:i]) {
			if !particle(strings.ToLower(w)) {
				return nil
			}
		}
		lead, surname = surname[:i+1], surname[i+1:]
	}
	out[0] = lead
	for k, part := range strings.Split(surname, "-") {
		var next []string
		for _, l := range partLemmas(part, sex) {
			for _, o := range out {
				if k > 0 {
					o += "-"
				}
				next = append(next, o+l)
			}
		}
		out = next
	}
	if len(out) > 4 {
		return nil
	}
	return out
}

func partLemmas(part, sex string) []string {
	for _, p := range genderedPairs {
		if stem, ok := strings.CutSuffix(part, p.women); ok && stem != "" && sex != "m" {
			if p.open {
				return []string{stem + p.men[0], part}
			}
			var out []string
			for _, m := range p.men {
				out = append(out, stem+m)
			}
			return out
		}
	}
	return []string{part}
}

// SurnamePair gives both forms of a gendered surname, masculine and feminine:
// Иванов, Иванова. ok is false for surnames of one form and for feminine ones
// that several masculine forms may have.
func SurnamePair(surname string) (men, women string, ok bool) {
	if a, b, two := strings.Cut(surname, "-"); two { // Иванова-Петрова: Иванов-Петров
		m1, w1, ok1 := SurnamePair(a)
		m2, w2, ok2 := SurnamePair(b)
		switch {
		case ok1 && ok2:
			return m1 + "-" + m2, w1 + "-" + w2, true
		case ok2 && !ok1 && w1 == "": // Нечуй-Левицький: the first part has one form
			return a + "-" + m2, a + "-" + w2, true
		}
		return "", "", false
	}
	for _, p := range genderedPairs {
		for _, m := range p.men {
			if stem, has := strings.CutSuffix(surname, m); has && hasVowel(stem) && !p.open {
				return surname, stem + p.women, true
			}
		}
		if stem, has := strings.CutSuffix(surname, p.women); has && hasVowel(stem) {
			if p.open || len(p.men) > 1 {
				return "", surname, false
			}
			return stem + p.men[0], surname, true
		}
	}
	return "", "", false
}

// hasVowel tells Толстой from Цой.
func hasVowel(s string) bool {
	return strings.ContainsAny(s, "аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ")
}

// genderedPairs: longer endings first. open: the feminine form is also a
// surname that both sexes bear.
var genderedPairs = []struct {
	women string
	men   []string
	open  bool
}{
	{"ская", []string{"ский"}, false}, {"цкая", []string{"цкий"}, false},
	{"ська", []string{"ський"}, false}, {"цька", []string{"цький"}, false}, {"зька", []string{"зький"}, false},
	{"ова", []string{"ов"}, false}, {"ева", []string{"ев"}, false}, {"ёва", []string{"ёв"}, false}, {"єва", []string{"єв"}, false},
	{"ина", []string{"ин"}, true}, {"іна", []string{"ін"}, true}, {"їна", []string{"їн"}, true}, {"ына", []string{"ын"}, true},
	{"няя", []string{"ний"}, false}, {"жая", []string{"жий"}, false}, {"чая", []string{"чий"}, false}, {"шая", []string{"ший"}, false}, {"щая", []string{"щий"}, false},
	{"ая", []string{"ый", "ой"}, false},
}

// details are what an organisation's name says: core, form and class, the person
// behind a sole trader, registration numbers, the former name.
func (n OrgName) details() []Detail {
	var out []Detail
	add := func(name, value string) {
		if value != "" {
			out = append(out, Detail{Name: name, Value: value})
		}
	}
	add("name", n.Core)
	add("legal_form", n.Form)
	add("former_name", n.Former)
	for _, id := range n.IDs {
		add(id.kind, id.value)
		add(id.kind+"_refused", id.why)
	}
	if personForm(n.Class) || n.Reason == schemas.WrongPartyKind {
		out = append(out, n.Person.details()...)
	}
	return out
}
