package transforms

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func skeletons(word string, surname bool) []string {
	var out []string
	skeletonOf(word, surname, func(k string) { out = append(out, k) })
	return out
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(k string) bool { return slices.Contains(b, k) })
}

func TestSkeletonMeetings(t *testing.T) {
	for _, same := range []string{
		"Иванова Иванов Ivanova IVANOV",
		"Юрий Юрій Iurii Yuriy Iourii Jurij Yury",
		"Соловьёв Соловьева Соловйов Solovev Solovyov Soloviov",
		"Ковалёв Ковальов Kovalev Kovalyov Kovalov",
		"Григорьев Григорʼєв Григор'єва Grigorev Hryhoriev Grigoryev",
		"Сергеев Сергєєв Sergeev Serhieiev Sergeyev",
		"Щукина Shchukina Schukina Chtchoukine",
		"Жуков Zhukov Joukov Jukov Zhukova",
		"Чайковский Чайковская Чайковський Chaikovskii Tchaikovski Chaykovskaya",
		"Подъячева Podieiacheva Podyacheva",
		"Ткаченко Tkachenko Tcachenco",
		"Цветков Tsvetkov Tcvetkov Cvetkov",
		"Хворостовский Khvorostovskii Hvorostovskij",
		"Толстая Толстой Tolstaia Tolstoy",
		"Пушкин Пушкина Pouchkine Pushkin Pushkina",
		"Мар'яна Марʼяна Марьяна Mariana Maryana",
		"Гнатюк Hnatiuk Gnatyuk Gnatiuk",
	} {
		w := strings.Fields(same)
		first := skeletons(w[0], true)
		for _, other := range w[1:] {
			if got := skeletons(other, true); !meet(first, got) {
				t.Errorf("%s and %s do not meet: %v, %v", w[0], other, first, got)
			}
		}
	}
}

func TestSkeletonKeepsApart(t *testing.T) {
	for _, apart := range []string{"Громов Хромов", "Шумаков Чумаков", "Жуков Зуков", "Петров Петренко", "Сидоров Федоров", "Волков Волошин"} {
		w := strings.Fields(apart)
		if a, b := skeletons(w[0], true), skeletons(w[1], true); meet(a, b) {
			t.Errorf("%s and %s meet: %v, %v", w[0], w[1], a, b)
		}
	}
}

// yamlNames reads "name: value" lines.
func yamlNames(t testing.TB, parts ...string) []string {
	var out []string
	for _, line := range sharedLines(t, parts...) {
		if name, _, ok := strings.Cut(line, ":"); ok {
			out = append(out, name)
		}
	}
	return out
}

// A person's Latin spelling depends on the year of the document. The share of
// (name, scheme) pairs whose Latin form meets the Cyrillic name is the recall
// of the key; the growth of blocks says what it costs.
func TestSkeletonRecall(t *testing.T) {
	surnames := yamlNames(t, "names", "ru_frequencies", "russian_male_last_names_and_popularity.yaml")
	ru, uk := DocumentSchemes()
	check := func(what string, names, schemeIDs []string, surname bool, floor float64) {
		hit, all := map[string]int{}, 0
		var missed []string
		for _, name := range names {
			want := skeletons(name, surname)
			all++
			for _, id := range schemeIDs {
				latin, _ := Latin(name, id)
				if meet(want, skeletons(latin, surname)) {
					hit[id]++
				} else if len(missed) < 12 {
					missed = append(missed, id+" "+name+" "+latin)
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(hit)) {
			r := float64(hit[id]) / float64(all)
			t.Logf("%s %-26s recall %.4f of %d", what, id, r, all)
			if r < floor {
				t.Errorf("%s %s: recall %.4f is under %.3f; first misses: %v", what, id, r, floor, missed)
			}
		}
		t.Logf("misses: %v", missed)
	}
	check("surnames", surnames, ru, true, 0.99)
	var ukrainian []string // surnames in the letters that both languages have
	for _, s := range surnames {
		if !strings.ContainsAny(s, "ёыэъЁЫЭЪ") {
			ukrainian = append(ukrainian, s)
		}
	}
	check("surnames", ukrainian, uk, true, 0.99)
	given := givenNames("ru")
	check("given ru", given, ru, false, 0.99)
	check("given uk", givenNames("uk"), uk, false, 0.99)

	blocks := map[string]bool{}
	lemmas := map[string]bool{}
	for _, s := range surnames {
		lemmas[surnameLemma(s)] = true
		blocks[skeletons(s, true)[0]] = true
	}
	growth := float64(len(lemmas)) / float64(len(blocks))
	t.Logf("%d surnames, %d lemmas, %d skeletons: %.2f lemmas in a skeleton", len(surnames), len(lemmas), len(blocks), growth)
	if growth > 1.5 {
		t.Errorf("a skeleton holds %.2f different surnames on average, more than 1.5", growth)
	}
}

func BenchmarkSkeleton(b *testing.B) {
	words := []string{"Хворостовский", "Hryhorenko", "Иванова", "Podieiacheva", "Соловьёв"}
	var buf [96]byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		appendSkeleton(buf[:0], words[i%len(words)], readPlain, true)
	}
}
