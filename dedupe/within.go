package dedupe

import (
	"slices"
	"strings"
	"unicode"
)

// dropWithin ignores a text of which the words mostly stand in another text of the same
// row: a title with the maker and the description of a product say one thing three
// times. The one that has more different words for its length stays.
func dropWithin(columns []RawColumn, shapes []shape, out []RoleGuess) {
	text := func(i int) bool {
		return (out[i].Role == Text || out[i].Role == Code) && out[i].Attribute == "" && shapes[i].letters > 0.3 || out[i].Role == Text && shapes[i].words > 2
	}
	for i := range out {
		for j := range out {
			if i == j || !text(i) || !text(j) || !standWithin(columns[i].Values, columns[j].Values) {
				continue
			}
			stays, goes := j, i
			if density(columns[i].Values) > density(columns[j].Values) {
				stays, goes = i, j
			}
			out[goes] = RoleGuess{Role: Ignore, Why: "repeats words of the column " + columns[stays].Name}
		}
	}
}

// Words stand within another text where so many of them do, and so many more than in the
// text of another row.
const (
	mostWithin = 0.7
	overChance = 0.25
)

func standWithin(small, large []string) bool {
	rows, own, other := 0, 0.0, 0.0
	var before []string
	for i := range min(len(small), len(large)) {
		a, b := wordsOf(small[i]), wordsOf(large[i])
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		if rows > 0 {
			other += shareIn(a, before)
		}
		own += shareIn(a, b)
		before = b
		rows++
	}
	return rows >= told && own > mostWithin*float64(rows) && own > other+overChance*float64(rows)
}

// density is how many of the words of a column differ.
func density(values []string) float64 {
	seen, all := map[string]bool{}, 0
	for _, v := range values {
		for _, w := range wordsOf(v) {
			seen[w], all = true, all+1
		}
	}
	return float64(len(seen)) / float64(max(all, 1))
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// shareIn is how many of the words a stand in b.
func shareIn(a, b []string) float64 {
	n := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			n++
		}
	}
	return float64(n) / float64(len(a))
}
