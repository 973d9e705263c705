// Package suggest finds what somebody may have meant by a name that does not
// exist. It is a leaf: names in, words for a message out.
package suggest

import (
	"slices"
	"strconv"
	"strings"
)

// Hint gives "did you mean x?" for the candidate nearest to word, or a list
// of the candidates when none is near (the first ten of a long one), or "" when
// there is none.
func Hint(word string, candidates []string) string {
	if c, ok := Nearest(word, candidates); ok {
		return "did you mean " + c + "?"
	}
	switch n := len(candidates); {
	case n == 0:
		return ""
	case n > 40:
		return "one of: " + strings.Join(candidates[:10], ", ") + " and " + strconv.Itoa(n-10) + " more"
	}
	return "one of: " + strings.Join(candidates, ", ")
}

// Nearest finds the only candidate that the word begins or ends, or the one within an edit distance of a third of the word,
// at least one and at most three; letter case counts as nothing. Ties go to
// the earlier candidate in alphabetical order.
func Nearest(word string, candidates []string) (string, bool) {
	limit := min(max(len([]rune(word))/3, 1), 3)
	best, found := "", false
	sorted := slices.Sorted(slices.Values(candidates))
	if c, ok := extended(word, sorted); ok {
		return c, true
	}
	for _, c := range sorted {
		if d := editDistance(strings.ToLower(word), strings.ToLower(c)); d <= limit {
			best, found = c, true
			limit = d - 1
		}
		if limit < 0 {
			break
		}
	}
	return best, found
}

// extended finds the only candidate that is the word and more: CLIENT for CLIENT_ID.
func extended(word string, candidates []string) (string, bool) {
	found, n := "", 0
	w := strings.ToLower(word)
	for _, c := range candidates {
		l := strings.ToLower(c)
		if len(w) >= 3 && l != w && (strings.HasPrefix(l, w) || strings.HasSuffix(l, w)) {
			found = c
			n++
		}
	}
	return found, n == 1
}

// editDistance is the optimal string alignment distance: insertions,
// deletions, substitutions and swaps of neighbours cost one each.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var two []int
	one := make([]int, len(y)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one = one, row
	}
	return one[len(y)]
}
