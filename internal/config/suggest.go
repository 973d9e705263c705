package config

import (
	"strings"

	shared "clientbase/internal/suggest"
)

// suggest says what may have been meant by a name that is not among candidates.
func suggest(word string, candidates []string) string { return shared.Hint(word, candidates) }

// nearest finds the one candidate that a word probably means.
func nearest(word string, candidates []string) (string, bool) {
	return shared.Nearest(word, candidates)
}

// article puts a or an before a word.
func article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
