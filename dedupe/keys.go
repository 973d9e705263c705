package dedupe

import (
	"slices"

	"clientbase/schemas"
)

// genericKeys adds the keys that need no language: the value itself, prefixes,
// the consonant skeleton of Latin letters, words, parts of dates and numbers.
// A key that came from outside under the same name is kept instead.
func (f *feature) genericKeys(wanted func(string) bool) {
	has := func(name string) bool {
		return slices.ContainsFunc(f.keys, func(k valueKey) bool { return k.name == name })
	}
	add := func(name string, of func(x []uint16, v uint32, emit func(uint64))) {
		if has(name) {
			return
		}
		if !wanted(name) && !comparedKey(f.role, name) {
			f.keys = append(f.keys, valueKey{name: name})
			return
		}
		seed := schemas.Hash64("key " + name)
		room := f.values()
		if name == "word" {
			room = len(f.text) / 8 // about as many
		}
		l := lists{off: make([]uint32, 1, f.values()+1), val: make([]uint32, 0, room)}
		var got []uint32
		for v := 0; v < f.values(); v++ {
			got = got[:0]
			if v > 0 {
				of(f.letters(uint32(v)), uint32(v), func(h uint64) {
					if k := hash32(mix(seed, h)); !slices.Contains(got, k) {
						got = append(got, k)
					}
				})
			}
			slices.Sort(got)
			l.val = append(l.val, got...)
			l.end()
		}
		f.keys = append(f.keys, valueKey{name, l})
		if name == "skeleton" {
			f.weak = l
		}
	}
	exact := func(x []uint16, _ uint32, emit func(uint64)) { emit(hashLetters(0, x)) }
	prefix := func(n int) func([]uint16, uint32, func(uint64)) {
		return func(x []uint16, _ uint32, emit func(uint64)) {
			if len(x) >= n {
				emit(hashLetters(0, x[:n]))
			}
		}
	}
	suffix := func(n int) func([]uint16, uint32, func(uint64)) {
		return func(x []uint16, _ uint32, emit func(uint64)) {
			if len(x) >= n {
				emit(hashLetters(0, x[len(x)-n:]))
			}
		}
	}
	words := func() {
		add("word", func(x []uint16, _ uint32, emit func(uint64)) {
			eachWord(x, func(w []uint16) { emit(hashLetters(0, w)) })
		})
		f.tok = f.keys[slices.IndexFunc(f.keys, func(k valueKey) bool { return k.name == "word" })].of
	}
	skel := func() {
		add("skeleton", func(x []uint16, _ uint32, emit func(uint64)) {
			if s := skeleton(x); len(s) > 1 {
				emit(hashLetters(0, s))
			}
		})
	}
	add("same", exact)
	switch f.role {
	case Surname, Given, Patronymic:
		skel()
		add("pre3", prefix(3))
		add("suf3", suffix(3))
	case FullName, OrgName, Text, Address, Street:
		skel()
		words()
		add("pre4", prefix(4))
		add("digits", func(x []uint16, _ uint32, emit func(uint64)) {
			if d := onlyDigits(x); len(d) > 1 {
				emit(hashLetters(0, d))
			}
		})
	case City:
		skel()
		words()
		add("pre4", prefix(4))
	case BirthDate, Date:
		part := func(name string, of func(y, m, d uint64) uint64) {
			add(name, func(_ []uint16, v uint32, emit func(uint64)) {
				if day := f.day[v]; day != 0 {
					emit(of(dayParts(day)))
				}
			})
		}
		part("year", func(y, _, _ uint64) uint64 { return y })
		part("monthday", func(_, m, d uint64) uint64 { return min(m, d)*100 + max(m, d) })
		part("yearmonth", func(y, m, _ uint64) uint64 { return y*100 + m })
		part("yearday", func(y, _, d uint64) uint64 { return y*100 + d })
	case NationalID, Document, Code, Number:
		add("half1", func(x []uint16, _ uint32, emit func(uint64)) {
			if len(x) >= 6 {
				emit(hashLetters(0, x[:(len(x)+1)/2]))
			}
		})
		add("half2", func(x []uint16, _ uint32, emit func(uint64)) {
			if len(x) >= 6 {
				emit(hashLetters(0, x[(len(x)+1)/2:]))
			}
		})
	case Phone:
		add("last7", suffix(7))
	case Email:
		add("local", func(x []uint16, _ uint32, emit func(uint64)) {
			if i := slices.Index(x, '@'); i > 2 {
				emit(hashLetters(0, x[:i]))
			}
		})
		add("domain", func(x []uint16, _ uint32, emit func(uint64)) {
			if i := slices.Index(x, '@'); i > 0 {
				emit(hashLetters(0, x[i:]))
			}
		})
	case Postcode:
		add("pre3", prefix(3))
	}
}

// eachWord cuts at everything that is neither letter nor digit.
func eachWord(x []uint16, f func(w []uint16)) {
	start := -1
	for i, c := range x {
		sep := isGap(c)
		if sep && start >= 0 {
			f(x[start:i])
			start = -1
		} else if !sep && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		f(x[start:])
	}
}

func splitWords(x []uint16) (out [][]uint16) {
	eachWord(x, func(w []uint16) { out = append(out, w) })
	return out
}

// isGap holds for punctuation and space of ASCII; the rest are letters.
func isGap(c uint16) bool { return c < '0' || c > '9' && c < 'a' || c > 'z' && c < 0x80 }

func onlyDigits(x []uint16) []uint16 {
	var d []uint16
	for _, c := range x {
		if c >= '0' && c <= '9' {
			d = append(d, c)
		}
	}
	return d
}

// skeleton gives the soundless form of Latin words: first letter, then
// consonants folded into groups that are confused in writing (after Soundex
// and Metaphone), vowels and doubles dropped. Other scripts pass unchanged
// letter by letter with doubles dropped: their skeletons come from outside.
func skeleton(x []uint16) []uint16 {
	var s []uint16
	put := func(c uint16) {
		if len(s) == 0 || s[len(s)-1] != c {
			s = append(s, c)
		}
	}
	for i := 0; i < len(x); i++ {
		c := x[i]
		next := uint16(0)
		if i+1 < len(x) {
			next = x[i+1]
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			if i == 0 {
				put('a')
			}
		case 'h', 'w', '\'', '-', ' ', '.':
		case 'p':
			if next == 'h' {
				put('f')
				i++
			} else {
				put('p')
			}
		case 'b':
			put('b')
		case 'c':
			switch next {
			case 'e', 'i', 'y':
				put('s')
			case 'h':
				put('j')
				i++
			default:
				put('k')
			}
		case 's':
			if next == 'h' {
				put('j')
				i++
			} else {
				put('s')
			}
		case 'z', 'x':
			put('s')
		case 'g', 'k', 'q':
			put('k')
		case 'j':
			put('j')
		case 'v', 'f':
			put('f')
		case 'd', 't':
			put('t')
		case 'n', 'm':
			put('n')
		default:
			put(c)
		}
	}
	return s
}
