package transforms

import (
	"strings"
	"unicode/utf8"
)

// maxLemmas bounds the candidate set of a given name (Слава has seven).
const maxLemmas = 8

// givenLemmas emits the lemmas of a given name: every full name that a short
// form may stand for, in the letters in which Russian and Ukrainian meet. The
// Latin spelling of any document scheme leads to the same lemmas. A name that
// no dictionary knows gives its skeleton. Initials give nothing.
func givenLemmas(value string, emit func(key string)) {
	d := dict()
	var sent [maxLemmas]string
	n := 0
	send := func(k string) {
		for i := range n {
			if sent[i] == k {
				return
			}
		}
		if n < maxLemmas {
			sent[n] = k
			n++
			emit(k)
		}
	}
	nameParts(value, func(part string) {
		if isInitial(part) || n == maxLemmas {
			return
		}
		var buf [96]byte
		cyrillic := scriptOf(part)&scriptCyrillic != 0
		if g, ok := d.findGiven(appendFold(buf[:0], part), cyrillic); ok {
			for _, l := range g.lemmas {
				send(l)
			}
			return
		}
		known := false
		if !cyrillic {
			skeletonOf(part, false, func(k string) {
				for _, l := range d.skeleton[k] {
					known = true
					send(l)
				}
			})
		}
		if !known {
			skeletonOf(part, false, send)
		}
	})
}

// Diminutives gives the full names that a short form may stand for, as they
// are spelt in the table; nil when the word is not a known short form.
func Diminutives(short string) []string {
	key := foldName(short)
	var out []string
	tsvRows(diminutivesTSV, 5, func(r []string) {
		if foldName(r[0]) == key {
			out = append(out, r[1])
		}
	})
	return out
}

// isInitial reports a single letter, with or without its full stop.
func isInitial(s string) bool { return oneRune(strings.TrimSuffix(s, ".")) }

// oneRune reports a text of one letter or sign.
func oneRune(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n > 0 && n == len(s)
}
