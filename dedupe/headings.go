package dedupe

import (
	"slices"
	"strings"
)

// plainerHeadings tries headings again without their first word where several
// columns begin with it and it told nothing: an export of several systems writes
// core_birth, crm_first, crm_last.
func plainerHeadings(columns []RawColumn, shapes []shape, out []RoleGuess) {
	words := make([][]string, len(columns))
	begin := map[string]int{}
	for i, c := range columns {
		if words[i] = headingWords(c.Name); len(words[i]) > 1 {
			begin[words[i][0]]++
		}
	}
	for i, w := range words {
		r := out[i].Role
		if !unknownMeaning(r) && r != Phone && r != Document && r != Ignore || len(w) < 2 || begin[w[0]] < 2 || shapes[i].filled == 0 || strings.HasPrefix(out[i].Why, "the heading means") {
			continue
		}
		if g := guessOne(w[1:], shapes[i]); strings.HasPrefix(g.Why, "the heading means") && !strings.Contains(g.Why, "but ") {
			g.Why = "but for its first word, " + g.Why
			out[i] = g
		}
	}
}

// nameBesideSurname takes a column that is called a whole name for the given name
// where a surname stands beside it, which it does not repeat: "Surname, Name".
func nameBesideSurname(columns []RawColumn, shapes []shape, out []RoleGuess) {
	s, f := plainest(columns, out, Surname), plainest(columns, out, FullName)
	if s < 0 || f < 0 || plainest(columns, out, Given) >= 0 || shapes[f].words > 1.5 || !slices.Contains(headingWords(columns[f].Name), "name") ||
		standsIn(columns[f].Values, columns[s].Values) || holds(columns[f].Values, columns[s].Values) {
		return
	}
	out[f] = RoleGuess{Role: Given, Attribute: "given_name", Why: "called a name, and the surname stands in " + columns[s].Name}
}

// seriesBesideNumber compares a column with only the series of documents as a text: the
// number beside it is what one document has, a series is that of thousands.
func seriesBesideNumber(columns []RawColumn, shapes []shape, out []RoleGuess) {
	for i, c := range columns {
		words := headingWords(c.Name)
		series := slices.ContainsFunc(words, func(w string) bool {
			return w == "series" || w == "серия" || w == "серія"
		})
		if series && out[i].Role == Document && shapes[i].length <= 5.5 {
			out[i] = RoleGuess{Role: Text, Why: "the series of a document alone: many share it"}
		}
	}
}

// someoneElse reports a word of a heading that names another person: their names are
// no names of the record's.
func someoneElse(word string) bool {
	switch strings.TrimSuffix(strings.TrimSuffix(word, "s"), "'") {
	case "father", "mother", "parent", "spouse", "husband", "wife", "guardian", "child", "kin", "manager", "agent", "doctor", "operator",
		"отца", "матери", "супруга", "супруги", "мужа", "жены", "ребенка", "родителя", "опекуна", "менеджер", "менеджера", "врач", "оператор",
		"батька", "матері", "чоловіка", "дружини", "дитини":
		return true
	}
	return false
}
