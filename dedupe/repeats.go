package dedupe

import (
	"fmt"
	"strings"
)

// nameBesideGiven takes a column that is called a whole name for the surname where a
// given name stands beside it, none of which it repeats: "Name, Vorname".
func nameBesideGiven(columns []RawColumn, out []RoleGuess) {
	g, f := plainest(columns, out, Given), plainest(columns, out, FullName)
	if g < 0 || f < 0 || plainest(columns, out, Surname) >= 0 || standsIn(columns[f].Values, columns[g].Values) {
		return
	}
	if holds(columns[f].Values, columns[g].Values) {
		return
	}
	out[f] = RoleGuess{Role: Surname, Attribute: "surname", Why: "called a name, and the given name stands in " + columns[g].Name}
}

// holds reports whether a name of several words has in it what another column of the
// same row says.
func holds(names, parts []string) bool {
	for i, v := range names {
		part := strings.ToLower(strings.TrimSpace(parts[i]))
		if part != "" && strings.Contains(strings.ToLower(v), part) && len(strings.Fields(v)) > 1 {
			return true
		}
	}
	return false
}

// dropRepeats ignores a column whose words stand in the columns of surname and
// given name beside it, whatever its heading says: it would count the same
// evidence twice. A second column of one single-valued role is compared on its
// own.
func dropRepeats(columns []RawColumn, out []RoleGuess) {
	dropCopies(columns, out)
	if s, g := plainest(columns, out, Surname), plainest(columns, out, Given); s >= 0 && g >= 0 {
		for i := range out {
			switch out[i].Role {
			case FullName, Surname, Given:
				if i != s && i != g && repeats(columns[i].Values, columns[s].Values, columns[g].Values) {
					out[i] = RoleGuess{Role: Ignore, Why: fmt.Sprintf("repeats the columns %s and %s", columns[g].Name, columns[s].Name)}
				}
			}
		}
	}
	for _, r := range []Role{Given, Surname, BirthDate, Gender} {
		main := plainest(columns, out, r)
		for i := range out {
			if i == main || out[i].Role != r {
				continue
			}
			if out[i].Attribute == out[main].Attribute && standsIn(columns[i].Values, columns[main].Values) {
				out[i].Why += "; it is filled where " + columns[main].Name + " is empty, and stands for it there"
				continue
			}
			switch r {
			case Given:
				out[i].Role, out[i].Why = Patronymic, "a second given name, compared as a middle name"
			case Surname:
				out[i].Role, out[i].Why = Former, "a second surname, compared beside the first"
			default:
				out[i] = RoleGuess{Role: Text, Why: "a second column of this meaning, compared as text"}
			}
		}
	}
}

// repeats reports whether nearly every cell of a column holds what stands in
// both of the others.
func repeats(whole, a, b []string) bool {
	seen, both := 0, 0
	for i, v := range whole {
		if i >= len(a) || i >= len(b) {
			break
		}
		x, y := strings.ToLower(strings.TrimSpace(a[i])), strings.ToLower(strings.TrimSpace(b[i]))
		if strings.TrimSpace(v) == "" || x == "" || y == "" {
			continue
		}
		seen++
		if low := strings.ToLower(v); strings.Contains(low, x) && strings.Contains(low, y) && len(low) > max(len(x), len(y)) {
			both++
		}
	}
	return seen > 0 && float64(both) > 0.8*float64(seen)
}

// dropCopies ignores columns that hold what another one holds. Of two of one role
// the plainer heading stays. Phones, e-mails and former surnames are joined with
// their like and count once as they are.
func dropCopies(columns []RawColumn, out []RoleGuess) {
	alone := func(g RoleGuess) bool {
		return g.Role != Ignore && g.Role != Phone && g.Role != Email && g.Role != Former && g.Parts == nil
	}
	for i := range out {
		for j := range i {
			if !alone(out[i]) || !alone(out[j]) || !copies(columns[i].Values, columns[j].Values) {
				continue
			}
			stays, goes := j, i
			if out[i].Role == out[j].Role && len(headingWords(columns[i].Name)) < len(headingWords(columns[j].Name)) {
				stays, goes = i, j
			}
			out[goes] = RoleGuess{Role: Ignore, Why: "repeats the column " + columns[stays].Name}
		}
	}
}

// told is how many rows must have both columns, before one is taken for a copy.
const told = 20

// copies reports whether two columns hold the same nearly wherever both are filled,
// and are mostly filled together.
func copies(a, b []string) bool {
	either, both, same := 0, 0, 0
	for i := range min(len(a), len(b)) {
		x, y := strings.TrimSpace(a[i]), strings.TrimSpace(b[i])
		if x == "" && y == "" {
			continue
		}
		if either++; x != "" && y != "" {
			both++
			if strings.EqualFold(x, y) {
				same++
			}
		}
	}
	return both >= told && both*10 >= either*9 && same*100 >= both*98
}

// standsIn reports whether a column is filled where another is empty, as the
// columns of two systems in one file are.
func standsIn(a, b []string) bool {
	filled, both := 0, 0
	for i := range min(len(a), len(b)) {
		if strings.TrimSpace(a[i]) != "" {
			filled++
			if strings.TrimSpace(b[i]) != "" {
				both++
			}
		}
	}
	return filled > 0 && both*50 <= filled
}

// plainest finds, among the columns of a role, the one whose heading has the
// fewest words, and the first of those: date_of_birth before copy_date_of_birth.
func plainest(columns []RawColumn, out []RoleGuess, r Role) int {
	best, words := -1, 0
	for i := range out {
		if n := len(headingWords(columns[i].Name)); out[i].Role == r && (best < 0 || n < words) {
			best, words = i, n
		}
	}
	return best
}
