package transforms

import (
	"slices"
	"strings"
	"sync"

	"clientbase/schemas"
)

// Names in an oblique case, as notes have them: "звонила Иванову Петру".

// givenReading is one nominative that a given name in an oblique case may have.
type givenReading struct {
	name  string // as the dictionary spells it
	uk    bool
	sex   sexes
	cases caseSet
}

// obliqueGivens holds every oblique form of every known given name, by fold.
var obliqueGivens = sync.OnceValue(func() map[string][]givenReading {
	out := map[string][]givenReading{}
	add := func(name, lang, sex string) {
		low := strings.ReplaceAll(strings.ToLower(name), string(apostropheUk), "")
		for _, uk := range [...]bool{false, true} {
			if uk && !strings.Contains(lang, "uk") || !uk && !strings.Contains(lang, "ru") {
				continue
			}
			for _, s := range [...]sexes{male, female} {
				if sexesOf(sex)&s == 0 {
					continue
				}
				for k := range obliqueCases {
					for _, f := range decline(low, uk, roleGiven, s, k) {
						key := foldName(f)
						if key == foldName(name) || len(key) < 6 {
							continue
						}
						list := out[key]
						at := slices.IndexFunc(list, func(g givenReading) bool { return g.name == name && g.uk == uk && g.sex == s })
						if at < 0 {
							list, at = append(list, givenReading{name: name, uk: uk, sex: s}), len(list)
						}
						list[at].cases |= 1 << k
						out[key] = list
					}
				}
			}
		}
	}
	tsvRows(givenTSV, 3, func(r []string) { add(r[0], r[2], r[1]) })
	tsvRows(diminutivesTSV, 5, func(r []string) { add(r[0], r[3], r[2]) })
	return out
})

// patronymicNominatives reads an oblique patronymic: Сергеевичу, Петровной.
func patronymicNominatives(low string) []nominative {
	if !strings.Contains(low, "ич") && !strings.Contains(low, "іч") && !strings.Contains(low, "вн") && !strings.Contains(low, "чн") {
		return nil
	}
	var out []nominative
	for _, uk := range [...]bool{false, true} {
		for _, sex := range [...]sexes{male, female} {
			for _, n := range nominatives(low, uk, rolePatronymic, sex) {
				p, ev := dict().findPatronymic([]byte(foldName(n.word)), true)
				if ev == notPatronymic || p.sex != sex {
					continue
				}
				if at := slices.IndexFunc(out, func(o nominative) bool { return o.word == n.word }); at >= 0 {
					out[at].cases |= n.cases
				} else {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// declinedWord is a word of the cell that may stand in an oblique case.
type declinedWord struct {
	unit       int
	low        string // small letters, ё kept, no apostrophe
	given      []givenReading
	patronymic []nominative
}

// nominative reads the words idx as one name in an oblique case. ok is false
// when they are none; a name with several nominatives is Ambiguous.
func (p *nameParser) nominative(idx []int) (out PersonName, ok bool) {
	if len(idx) < 2 || len(idx) > 3 {
		return out, false
	}
	var words [3]declinedWord
	patronymic := -1
	for k, i := range idx {
		u := &p.units[i]
		if !u.cyrillic || u.initial || u.bad != 0 || u.bracket {
			return out, false
		}
		w := &words[k]
		w.unit, w.low = i, strings.ReplaceAll(strings.ToLower(string(p.textOf(i))), string(apostropheUk), "")
		w.given = obliqueGivens()[bytesView(p.foldOf(i))]
		if w.patronymic = patronymicNominatives(w.low); len(w.patronymic) > 0 && k > 0 {
			patronymic = k
		}
	}
	if patronymic < 0 && len(idx) > 2 {
		return out, false
	}
	var readings []nominativeReading
	given, surname := -1, -1
	for k := range words[:len(idx)] {
		if k == patronymic || len(words[k].given) == 0 || len(readings) > 0 && (patronymic < 0 || k+1 != patronymic) {
			continue
		}
		if p.units[words[k].unit].isGiven && patronymic < 0 {
			return out, false // Иванова Александра is a woman's name as it stands
		}
		rest := -1 // the word that is left for the surname
		for o := range words[:len(idx)] {
			if o != k && o != patronymic {
				rest = o
			}
		}
		if rest >= 0 && p.units[words[rest].unit].lower && !p.units[words[k].unit].lower {
			continue // "передать документы Ивану Петровичу"
		}
		if found := p.readings(words[:len(idx)], k, patronymic, rest); len(found) > 0 {
			readings, given, surname = found, k, rest
		}
	}
	if len(readings) == 0 {
		return out, false
	}
	if len(readings) > 1 {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.Declined}, true
	}
	r := readings[0]
	out = PersonName{Status: schemas.Assumed, Reason: schemas.Declined, givenSex: r.sex}
	var full []string
	part := func(k int, word string) NamePart {
		if k < 0 {
			return NamePart{}
		}
		u := &p.units[words[k].unit]
		text := string(appendCased(nil, word, true))
		full = append(full, text)
		return NamePart{Text: text, Status: schemas.Assumed, Reason: schemas.Declined, Lo: int(u.lo), Hi: int(u.hi)}
	}
	out.Surname = part(surname, r.surname)
	out.Given = part(given, r.given)
	out.Patronymic = part(patronymic, r.patronymic)
	if patronymic >= 0 {
		out.patSex = r.sex
	}
	out.surnameSex = surnameByEnding([]byte(foldName(r.surname)), true).sex
	out.Full = strings.Join(full, " ")
	return out, true
}

// nominativeReading is one whole name in the nominative.
type nominativeReading struct {
	surname, given, patronymic string
	sex                        sexes
	uk                         bool
}

// readings joins the readings of the parts that agree in sex and case.
func (p *nameParser) readings(words []declinedWord, given, patronymic, surname int) []nominativeReading {
	var out []nominativeReading
	add := func(r nominativeReading) {
		same := func(o nominativeReading) bool {
			return foldName(o.surname) == foldName(r.surname) && foldName(o.given) == foldName(r.given) && o.patronymic == r.patronymic
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, r)
		}
	}
	pats := []nominative{{cases: anyCase, sex: male | female}}
	if patronymic >= 0 {
		pats = words[patronymic].patronymic
	}
	for _, g := range words[given].given {
		for _, pat := range pats {
			sex, cases := g.sex&pat.sex, g.cases&pat.cases
			if sex == 0 || cases == 0 {
				continue
			}
			r := nominativeReading{given: g.name, patronymic: pat.word, sex: sex, uk: g.uk}
			if surname < 0 {
				add(r)
				continue
			}
			for _, s := range p.surnameReadings(words[surname].low, sex, cases) {
				r.surname = s
				add(r)
			}
		}
	}
	return p.ofLanguage(out)
}

// surnameReadings gives the nominatives of each part of a surname in cases;
// more than one where the form is doubtful.
func (p *nameParser) surnameReadings(low string, sex sexes, cases caseSet) []string {
	out := []string{""}
	for k, part := range strings.Split(low, "-") {
		var words []string
		all, doubtful := surnameNominatives(part, sex)
		for _, n := range all {
			if n.cases&cases != 0 {
				words = append(words, n.word)
			}
		}
		if len(words) == 0 || doubtful {
			words = append(words, part)
		}
		var next []string
		for _, o := range out {
			for _, w := range words {
				if k > 0 {
					w = o + "-" + w
				}
				next = append(next, w)
			}
		}
		out = next
	}
	return out
}

// ofLanguage drops the readings of the other language where the letters or the
// patronymic tell it, and else the Ukrainian twin of a Russian reading.
func (p *nameParser) ofLanguage(all []nominativeReading) []nominativeReading {
	uk := strings.ContainsAny(p.src, "іїєґІЇЄҐ")
	ru := strings.ContainsAny(p.src, "ыэъёЫЭЪЁ")
	for _, r := range all {
		uk = uk || strings.HasSuffix(r.surname, "енко") && !strings.Contains(strings.ToLower(p.src), "енко")
	}
	var russian, ukrainian []nominativeReading
	for _, r := range all {
		if r.uk {
			ukrainian = append(ukrainian, r)
		} else {
			russian = append(russian, r)
		}
	}
	switch {
	case len(russian) == 0, uk && !ru && len(ukrainian) > 0:
		return ukrainian
	case len(ukrainian) == 0:
		return russian
	}
	return russian
}
