package transforms

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// addressKeys: full (city, street, house, flat), house (without the flat),
// city. Places are written by skeleton, so that ул. Крещатик and вул. Хрещатик
// differ but Садовая and Садова meet. A line that the grammar does not read
// gives a full key of its words.
func addressKeys() []KeyFunc {
	var value string
	var parsed Address
	parse := func(v string) *Address { // the keys of one value share its parse
		if v != value {
			value, parsed = v, ParseAddress(v, "")
		}
		return &parsed
	}
	return []KeyFunc{
		{"full", func(v string, emit func(string)) {
			a := parse(v)
			if h := a.houseKey(); h != "" {
				if f := numberKey(a.Flat); f != "" {
					h += "|" + f
				}
				emit(h)
				return
			}
			if k := wordsKey(v); k != "" {
				emit(k)
			}
		}},
		{"house", func(v string, emit func(string)) {
			a := parse(v)
			if h := a.houseKey(); h != "" {
				emit(h)
			}
		}},
		{"city", func(v string, emit func(string)) {
			a := parse(v)
			if c := a.cityKey(); c != "" {
				emit(c)
			}
		}},
	}
}

func (a *Address) cityKey() string {
	name := a.City
	if name == "" {
		_, name, _ = strings.Cut(a.Settlement, " ")
	}
	return cityAlias(name)
}

func (a *Address) houseKey() string {
	street := a.Street
	if street == "" {
		street = a.Area
	}
	house := numberKey(a.House)
	if street == "" || house == "" {
		return ""
	}
	_, name, _ := strings.Cut(street, " ")
	return renameTable().streetKey(a.cityKey(), name) + "|" + house
}

// placeKey is the skeletons of the words without their endings, sorted.
func placeKey(name string) string {
	var words []string
	var buf [96]byte
	nameParts(name, func(p string) {
		sk := appendSkeleton(buf[:0], p, readPlain, false)
		if ordinalToken(foldName(p)) {
			n := 0
			for n < len(sk) && isDigit(sk[n]) {
				n++
			}
			sk = sk[:n]
		}
		for len(sk) > 3 && strings.IndexByte("aeiou", sk[len(sk)-1]) >= 0 {
			sk = sk[:len(sk)-1]
		}
		switch string(sk) {
		case "", "im", "imen", "i":
			return
		}
		words = append(words, string(sk))
	})
	sort.Strings(words)
	return strings.Join(words, " ")
}

// numberKey keeps digits and letters of a house or flat: "д. 5, корп. 2" = 5k2.
func numberKey(s string) string {
	var b []byte
	for _, part := range strings.Split(s, ", ") {
		kind, v, _ := strings.Cut(part, " ")
		switch kind {
		case "корп.":
			b = append(b, 'k')
		case "стр.":
			b = append(b, 's')
		case "лит.":
			b = append(b, 'l')
		}
		for _, r := range v {
			if c := toCyrillicLook(upperRune(r)); c != 0 {
				r = c
			}
			if isLetter(r) || r >= '0' && r <= '9' || r == '/' {
				b = utf8.AppendRune(b, lowerRune(r))
			}
		}
	}
	return string(b)
}

// wordsKey is the letters and digits of a line in lower case.
func wordsKey(s string) string {
	var b []byte
	space := false
	for _, r := range cleanText(s) {
		if isLetter(r) || r >= '0' && r <= '9' {
			if space && len(b) > 0 {
				b = append(b, ' ')
			}
			space = false
			b = utf8.AppendRune(b, lowerRune(r))
		} else if !isApostrophe(r) {
			space = true
		}
	}
	return string(b)
}
