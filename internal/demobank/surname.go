package demobank

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed data/ru_surnames.tsv
var ruSurnamesTSV string

//go:embed data/uk_surnames.tsv
var ukSurnamesTSV string

// surname is a family name: masculine forms in both languages.
type surname struct{ ru, uk string }

func (s surname) ruFor(sex byte) string {
	if sex == 'f' {
		return feminineRu(s.ru)
	}
	return s.ru
}

func (s surname) ukFor(sex byte) string {
	if sex == 'f' {
		return feminineUk(s.uk)
	}
	return s.uk
}

// surnames picks family names: the frequent ones by their counts, the rest
// (a quarter of all people) by productive suffixes on the stems of the
// frequent ones, so that rare names exist as they do in life.
type surnames struct {
	ru, uk   []string
	ruW, ukW weighted
}

func loadSurnames() *surnames {
	s := &surnames{}
	load := func(tsv string, list *[]string, w *weighted) {
		for _, line := range strings.Split(strings.TrimSpace(tsv), "\n") {
			name, count, _ := strings.Cut(line, "\t")
			n, _ := strconv.Atoi(count)
			*list = append(*list, name)
			w.add(n)
		}
	}
	load(ruSurnamesTSV, &s.ru, &s.ruW)
	load(ukSurnamesTSV, &s.uk, &s.ukW)
	return s
}

var rareRu = []string{"овский", "енков", "ушкин", "ичев", "ухин", "аков", "ищев", "инский", "ановский", "очкин"}

func (s *surnames) pickRu(r *rng) surname {
	name := s.ru[s.ruW.pick(r)]
	if r.p(0.24) {
		if stem := stemRu(name); stem != "" {
			name = stem + pick(r, rareRu)
		}
	}
	return surname{name, toUk(name)}
}

func (s *surnames) pickUk(r *rng) surname {
	name := s.uk[s.ukW.pick(r)]
	return surname{toRu(name), name}
}

func stemRu(name string) string {
	for _, e := range []string{"ов", "ев", "ёв", "ин", "ын"} {
		if s, ok := strings.CutSuffix(name, e); ok {
			s = strings.TrimRight(strings.TrimRight(s, "кчшщцн"), "ьйаеёиоуыэюя")
			if len([]rune(s)) >= 3 {
				return s
			}
		}
	}
	return ""
}

// feminineRu gives the feminine form of a masculine Russian-spelled surname;
// forms without gender (-ко, -ук, -ян, -их) stay.
func feminineRu(s string) string {
	for _, e := range []string{"ов", "ев", "ёв", "ин", "ын"} {
		if strings.HasSuffix(s, e) {
			return s + "а"
		}
	}
	for _, e := range []string{"ский", "цкий", "ской", "цкой", "ный", "ной", "лый", "рый", "вый", "вой", "тый", "дый", "хий", "кий", "гой", "дой", "чий"} {
		if strings.HasSuffix(s, e) {
			r := []rune(s)
			return string(r[:len(r)-2]) + "ая"
		}
	}
	return s
}

// feminineUk gives the feminine form of a masculine Ukrainian surname.
func feminineUk(s string) string {
	switch {
	case strings.HasSuffix(s, "ів"): // Гаврилів stays
		return s
	case strings.HasSuffix(s, "ий"):
		r := []rune(s)
		return string(r[:len(r)-2]) + "а"
	}
	for _, e := range []string{"ов", "ев", "єв", "йов", "ьов", "ин", "ін", "їн"} {
		if strings.HasSuffix(s, e) {
			return s + "а"
		}
	}
	return s
}

const vowels = "аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ"

func isVowel(r rune) bool { return strings.ContainsRune(vowels, r) }

// toUk spells a Russian surname in Ukrainian as passport offices do.
func toUk(s string) string {
	in := []rune(s)
	out := make([]rune, 0, len(in)+2)
	for i, r := range in {
		prev, last := rune(0), i == len(in)-1
		if i > 0 {
			prev = in[i-1]
		}
		switch r {
		case 'ы':
			r = 'и'
		case 'э', 'Э':
			r += 'е' - 'э'
		case 'Е', 'е':
			// е is є at the start, after a vowel and after ь or ъ
			if i == 0 {
				r = 'Є'
			} else if isVowel(prev) || prev == 'ь' || prev == 'ъ' {
				r = 'є'
			}
		case 'Ё':
			out, r = append(out, 'Й'), 'о'
		case 'ё':
			switch {
			case isVowel(prev) || prev == 'ь' || prev == 'ъ':
				out, r = append(out, 'й'), 'о'
			case strings.ContainsRune("жчшщ", prev):
				r = 'о'
			default:
				out, r = append(out, 'ь'), 'о'
			}
		case 'ъ':
			r = '\''
		case 'ь':
			if !last && in[i+1] == 'ё' && strings.ContainsRune("пбвмф", prev) {
				continue // Соловьёв → Соловйов
			}
			// Григорьев → Григор'єв, but Васильев → Васильєв
			if !last && strings.ContainsRune("пбвмфрк", prev) && strings.ContainsRune("еюя", in[i+1]) {
				r = '\''
			}
		case 'И':
			r = 'І'
		case 'и':
			if i > 0 && isVowel(prev) {
				r = 'ї'
			} else if keepsI(in, i) {
				break
			} else if i > 0 && !strings.ContainsRune("жчшщцЖЧШЩЦ", prev) && !(i+2 < len(in) && in[i+1] == 'й') && !(i == len(in)-2 && in[i+1] == 'й') {
				r = 'і'
			}
		}
		out = append(out, r)
	}
	t := strings.Replace(string(out), "Сергеє", "Сергєє", 1)
	t = strings.ReplaceAll(t, "ский", "ський")
	t = strings.ReplaceAll(t, "цкий", "цький")
	t = strings.ReplaceAll(t, "ской", "ськой")
	return t
}

// rootsWithI are beginnings whose и is the same letter in Ukrainian.
var rootsWithI = []string{"Васил", "Григор", "Кирил", "Дмитр", "Лисиц", "Лис", "Сидор", "Тихон", "Тимо", "Тит", "Гриш", "Гриц", "Рыб", "Черныш"}

// keepsI reports whether the и at i stays и: in roots that both languages
// share and in the suffixes -ик, -иц, -ич.
func keepsI(in []rune, i int) bool {
	if i+1 < len(in) && i > 2 && strings.ContainsRune("кцч", in[i+1]) {
		return true
	}
	for _, root := range rootsWithI {
		if n := len([]rune(root)); i < n && strings.HasPrefix(string(in), root) {
			return true
		}
	}
	return false
}

// toRu spells a Ukrainian surname in Russian.
func toRu(s string) string {
	s = strings.ReplaceAll(s, "ський", "ский")
	s = strings.ReplaceAll(s, "цький", "цкий")
	in := []rune(s)
	out := make([]rune, 0, len(in))
	for i, r := range in {
		switch r {
		case 'і':
			r = 'и'
		case 'І':
			r = 'И'
		case 'ї':
			r = 'и'
		case 'Ї':
			r = 'И'
		case 'є':
			r = 'е'
		case 'Є':
			r = 'Е'
		case 'ґ':
			r = 'г'
		case 'Ґ':
			r = 'Г'
		case 'и':
			if i == len(in)-2 && in[i+1] == 'й' && i > 0 && !strings.ContainsRune("кгхжчшщц", in[i-1]) {
				r = 'ы'
			}
		case '\'':
			r = 'ь'
		}
		out = append(out, r)
	}
	return string(out)
}
