package demobank

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed data/given.tsv
var givenTSV string

// given is one given name in both languages, with its weight among people
// born before 1965, before 1991 and after, and a short form of each language.
type given struct {
	sex          byte // 'm' or 'f'
	ru, uk       string
	shortRu      string
	shortUk      string
	patRu, patUk [2]string // patronymics of a son and of a daughter; men only
}

// era is the index of weights for a birth year.
func era(year int) int {
	switch {
	case year < 1965:
		return 0
	case year < 1991:
		return 1
	}
	return 2
}

// givenNames are the names of one sex with a picker per era.
type givenNames struct {
	list []given
	era  [3]weighted
}

func (g *givenNames) pick(r *rng, year int) *given { return &g.list[g.era[era(year)].pick(r)] }

func loadGiven() (m, f *givenNames) {
	m, f = &givenNames{}, &givenNames{}
	for _, line := range strings.Split(strings.TrimSpace(givenTSV), "\n") {
		c := strings.Split(line, "\t")
		g := given{sex: c[0][0], ru: c[1], uk: c[2], shortRu: c[6], shortUk: c[7]}
		to := f
		if g.sex == 'm' {
			to = m
			g.patRu = patronymicsRu(g.ru)
			g.patUk = patronymicsUk(g.uk)
		}
		to.list = append(to.list, g)
		for i := range 3 {
			w, _ := strconv.Atoi(c[3+i])
			to.era[i].add(w)
		}
	}
	return m, f
}

var patExceptionsRu = map[string][2]string{
	"Илья": {"Ильич", "Ильинична"}, "Никита": {"Никитич", "Никитична"}, "Михаил": {"Михайлович", "Михайловна"},
	"Павел": {"Павлович", "Павловна"}, "Пётр": {"Петрович", "Петровна"}, "Лев": {"Львович", "Львовна"},
	"Яков": {"Яковлевич", "Яковлевна"}, "Дмитрий": {"Дмитриевич", "Дмитриевна"},
}

// patronymicsRu gives the Russian patronymics of a son and a daughter.
func patronymicsRu(father string) [2]string {
	if p, ok := patExceptionsRu[father]; ok {
		return p
	}
	switch {
	case strings.HasSuffix(father, "ий"):
		s := strings.TrimSuffix(father, "ий") + "ь"
		return [2]string{s + "евич", s + "евна"}
	case strings.HasSuffix(father, "й"):
		s := strings.TrimSuffix(father, "й")
		return [2]string{s + "евич", s + "евна"}
	case strings.HasSuffix(father, "ь"):
		s := strings.TrimSuffix(father, "ь")
		return [2]string{s + "евич", s + "евна"}
	}
	return [2]string{father + "ович", father + "овна"}
}

var patExceptionsUk = map[string][2]string{
	"Ілля": {"Ілліч", "Іллівна"}, "Микита": {"Микитович", "Микитівна"}, "Микола": {"Миколайович", "Миколаївна"},
	"Яків": {"Якович", "Яківна"}, "Григорій": {"Григорович", "Григорівна"}, "Лев": {"Левович", "Левівна"},
	"Федір": {"Федорович", "Федорівна"},
}

// patronymicsUk gives the Ukrainian patronymics of a son and a daughter.
func patronymicsUk(father string) [2]string {
	if p, ok := patExceptionsUk[father]; ok {
		return p
	}
	switch {
	case strings.HasSuffix(father, "й"):
		s := strings.TrimSuffix(father, "й")
		return [2]string{s + "йович", s + "ївна"}
	case strings.HasSuffix(father, "ь"):
		s := strings.TrimSuffix(father, "ь")
		return [2]string{s + "ьович", s + "івна"}
	case strings.HasSuffix(father, "о"):
		s := strings.TrimSuffix(father, "о")
		return [2]string{s + "ович", s + "івна"}
	}
	return [2]string{father + "ович", father + "івна"}
}
