package transforms

import (
	"slices"
	"strings"
	"testing"
)

// The rule of formation reproduces the published pairs; the exceptions are
// names whose patronymic the list itself spells against the rule.
func TestPatronymicRule(t *testing.T) {
	miss := 0
	lines := sharedLines(t, "names", "ru_frequencies", "russian_patronymics.yaml")
	for _, line := range lines {
		father, forms, _ := strings.Cut(line, ": ")
		m, w, _ := strings.Cut(strings.ToLower(forms), ", ")
		men, women := patronymicForms(father, true, false)
		if !slices.Contains(men, m) || !slices.Contains(women, w) {
			miss++
			t.Logf("%s: list %s, %s; rule %v, %v", father, m, w, men, women)
		}
	}
	t.Logf("%d of %d pairs reproduced", len(lines)-miss, len(lines))
	if miss > 6 {
		t.Errorf("%d pairs are not reproduced", miss)
	}
}

func TestPatronymicLemma(t *testing.T) {
	keys := func(v string) (out []string) {
		patronymicLemmas(v, func(k string) { out = append(out, k) })
		return out
	}
	for _, same := range []string{
		"Николаевич Миколайович Миколович Nikolaevich Mykolaiovych Nikolayevich",
		"Алексеевна Олексіївна Alekseevna Oleksiivna Алексевна",
		"Дмитриевич Дмитрович Dmitrievich Dmytrovych",
		"Ильинична Іллівна",
		"Яковлевич Якович Yakovlevich",
		"Иванович Іванович Иваныч Ivanovich Ivanovych Ivanovitch",
		"Петрівна Петровна Petrivna",
	} {
		w := strings.Fields(same)
		for _, other := range w[1:] {
			if a, b := keys(w[0]), keys(other); !meet(a, b) {
				t.Errorf("%s and %s do not meet: %v, %v", w[0], other, a, b)
			}
		}
	}
}
