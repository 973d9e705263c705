package transforms

import (
	"strings"
	"unicode/utf8"
)

// maxNameKeys bounds the keys of one value.
const maxNameKeys = 8

// bounded forwards at most maxNameKeys different keys.
func bounded(emit func(string)) func(string) {
	var sent []string
	return func(k string) {
		if k == "" || len(sent) == maxNameKeys {
			return
		}
		for _, s := range sent {
			if s == k {
				return
			}
		}
		sent = append(sent, k)
		emit(k)
	}
}

func surnameKeys() []KeyFunc {
	return []KeyFunc{
		{"skeleton", func(v string, emit func(string)) { surnameSkeletons(v, bounded(emit)) }},
		{"lemma", func(v string, emit func(string)) {
			e := bounded(emit)
			e(surnameLemma(v))
			if strings.ContainsAny(v, "- ") {
				nameParts(v, func(p string) { e(surnameLemma(p)) })
			}
		}},
		{"initial", initialKeys},
	}
}

// surnameSkeletons emits the skeletons of each part of a double surname, so
// that one equal part is found after a marriage. Particles are no keys.
func surnameSkeletons(v string, emit func(string)) {
	nameParts(v, func(p string) {
		if !particle(strings.ToLower(p)) && !isInitial(p) {
			skeletonOf(p, true, emit)
		}
	})
}

func givenKeys() []KeyFunc {
	return []KeyFunc{
		{"lemma", func(v string, emit func(string)) { givenLemmas(v, bounded(emit)) }},
		{"skeleton", plainSkeletons},
		{"initial", initialKeys},
	}
}

func patronymicKeys() []KeyFunc {
	return []KeyFunc{
		{"lemma", func(v string, emit func(string)) { patronymicLemmas(v, bounded(emit)) }},
		{"skeleton", plainSkeletons},
		{"initial", initialKeys},
	}
}

func plainSkeletons(v string, emit func(string)) {
	e := bounded(emit)
	nameParts(v, func(p string) {
		if !isInitial(p) && turkicSuffix(foldName(p)) == 0 {
			skeletonOf(p, false, e)
		}
	})
}

// initialKeys emits the first sign of the skeleton; for a name that starts
// with a glide (Юрий, Iurii, Yuri) also the glide, and for a given name the
// first signs of its lemmas, so that "М." meets both Микола and Николай's M.
func initialKeys(v string, emit func(string)) {
	e := bounded(emit)
	first := ""
	nameParts(v, func(p string) {
		if first == "" && !particle(strings.ToLower(p)) {
			first = p
		}
	})
	if first == "" {
		return
	}
	var buf [96]byte
	sign := func(w string) {
		for r := readPlain; r < readings; r++ {
			if r != readPlain && !wantsReading(w, r) {
				continue
			}
			if s := appendSkeleton(buf[:0], w, r, false); len(s) > 0 {
				e(string(s[:1]))
			}
		}
		glide, _ := utf8.DecodeRuneInString(w)
		switch lowerRune(glide) {
		case 'ю', 'я', 'ё', 'є', 'ї', 'й', 'i', 'y', 'j':
			e("i")
		}
	}
	sign(first)
	if isInitial(first) {
		return
	}
	if g, ok := dict().findGiven(appendFold(buf[:0], first), scriptOf(first)&scriptCyrillic != 0); ok {
		for _, l := range g.lemmas {
			sign(l)
		}
	}
}

// fullNameKeys work on the canonical whole name: surname and given name
// together, and the words in any order.
func fullNameKeys() []KeyFunc {
	return []KeyFunc{
		{"skeleton", func(v string, emit func(string)) {
			e := bounded(emit)
			n := ParseName(v)
			if n.Surname.Text == "" || n.Given.Text == "" {
				var words []string
				nameParts(v, func(p string) {
					if !isInitial(p) {
						words = append(words, string(appendSkeleton(nil, p, readPlain, true)))
					}
				})
				if len(words) == 2 && words[0] > words[1] {
					words[0], words[1] = words[1], words[0]
				}
				e(strings.Join(words, " "))
				return
			}
			surnameSkeletons(n.Surname.Text, func(s string) {
				plainSkeletons(n.Given.Text, func(g string) {
					if s <= g {
						e(s + " " + g)
					} else {
						e(g + " " + s)
					}
				})
			})
		}},
		{"lemma", func(v string, emit func(string)) {
			e := bounded(emit)
			n := ParseName(v)
			if n.Surname.Text == "" || n.Given.Text == "" {
				return
			}
			surnameSkeletons(n.Surname.Text, func(s string) {
				givenLemmas(n.Given.Text, func(g string) { e(s + " " + g) })
			})
		}},
		{"initial", func(v string, emit func(string)) {
			e := bounded(emit)
			n := ParseName(v)
			if n.Surname.Text == "" || n.Given.Text == "" {
				return
			}
			surnameSkeletons(n.Surname.Text, func(s string) {
				initialKeys(n.Given.Text, func(g string) { e(s + " " + g) })
			})
		}},
	}
}
