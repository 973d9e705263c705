package transforms

import (
	"slices"
	"strings"
	"testing"
)

// A surname that has two forms is told in both; one that has a single form, or
// several masculine ones, is not paired by guess.
func TestSurnamePair(t *testing.T) {
	for in, want := range map[string]string{
		"Иванов": "Иванов Иванова", "Иванова": "Иванов Иванова", "Достоевский": "Достоевский Достоевская",
		"Зеленська": "Зеленський Зеленська", "Ковальов": "Ковальов Ковальова", "Королёва": "Королёв Королёва",
		"Шевченко": "", "Смерека": "", "Толстая": "", "Калина": "", "ов": "",
	} {
		men, women, ok := SurnamePair(in)
		if got := strings.TrimSpace(men + " " + women); ok && got != want || !ok && want != "" {
			t.Errorf("%s: %q %v, want %q", in, got, ok, want)
		}
	}
}

func TestSurnameLemmas(t *testing.T) {
	for _, c := range []struct {
		surname, sex string
		want         []string
	}{
		{"Иванова", "f", []string{"Иванов"}},
		{"Иванова", "m", []string{"Иванова"}}, // a man may bear it
		{"Калина", "f", []string{"Калин", "Калина"}},
		{"Толстая", "f", []string{"Толстый", "Толстой"}},
		{"Петрова-Водкина", "f", []string{"Петров-Водкин", "Петров-Водкина"}},
		{"фон Бисмарк", "m", []string{"фон Бисмарк"}},
	} {
		if got := SurnameLemmas(c.surname, c.sex); !slices.Equal(got, c.want) {
			t.Errorf("%s (%s): %v, want %v", c.surname, c.sex, got, c.want)
		}
	}
}

// A short form gives a set of candidates, never one guess.
func TestFullNames(t *testing.T) {
	if got := FullNames("Саша", ""); !slices.Contains(got, "Александр") || !slices.Contains(got, "Александра") {
		t.Errorf("Саша: %v, want both Александр and Александра among them", got)
	}
	if got := FullNames("Саша", "f"); slices.Contains(got, "Александр") || !slices.Contains(got, "Александра") {
		t.Errorf("Саша (f): %v, want Александра and no man", got)
	}
}
