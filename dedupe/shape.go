package dedupe

import (
	"strings"
	"unicode"
)

// shape is what the content of a column looks like: shares are of the filled cells.
type shape struct {
	filled   int
	distinct float64 // distinct values per filled cell
	day      float64 // ISO or compact dates
	email    float64
	phone    float64
	card     float64 // card numbers without their middle
	digits   float64 // digits only
	spaced   float64 // digits and spaces only
	firm     float64 // names with the legal form of a company
	number   float64 // numbers, also with a decimal point
	codes    float64 // digits and signs, no letters: 12_345, 7/01
	letters  float64 // letters, spaces, hyphens only
	length   float64 // mean length in letters
	words    float64 // mean words
	most     float64 // share of the commonest value
	kinds    int     // distinct values
	longest  int

	someDigits float64 // a digit somewhere
}

func shapeOf(values []string) shape {
	var s shape
	seen := map[string]int{}
	for _, v := range values {
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		s.filled++
		seen[v]++
		digits, letters, n, other := 0, 0, 0, 0
		for _, r := range v {
			n++
			switch {
			case r >= '0' && r <= '9':
				digits++
			case unicode.IsLetter(r) || r == ' ' || r == '-' || r == '\'' || r == '.':
				letters++
			default:
				other++
			}
		}
		s.length += float64(n)
		s.longest = max(s.longest, n)
		s.words += float64(len(strings.Fields(v)))
		if digits == n {
			s.digits++
		}
		if digits > 0 {
			s.someDigits++
			if digits+strings.Count(v, " ") == n {
				s.spaced++
			}
		}
		if withLegalForm(v) {
			s.firm++
		}
		if digits > 0 && letters == 0 && other > 0 {
			s.codes++
		}
		if digits > 0 && digits+strings.Count(v, ".")+strings.Count(v, "-") == n {
			s.number++
		}
		if letters == n {
			s.letters++
		}
		if at := strings.IndexByte(v, '@'); at > 0 && strings.Contains(v[at:], ".") {
			s.email++
		}
		if looksDay(v) {
			s.day++
		}
		if cutCard(v) {
			s.card++
		} else if digits >= 7 && digits <= 15 && other+letters > 0 && letters-strings.Count(v, " ")-strings.Count(v, "-") == 0 && dialled(v, digits) {
			s.phone++
		}
	}
	if s.filled == 0 {
		return s
	}
	n := float64(s.filled)
	for _, c := range seen {
		s.most = max(s.most, float64(c)/n)
	}
	s.kinds = len(seen)
	s.distinct = float64(len(seen)) / n
	for _, x := range []*float64{&s.day, &s.email, &s.phone, &s.card, &s.digits, &s.spaced, &s.someDigits, &s.firm, &s.number, &s.codes, &s.letters, &s.length, &s.words} {
		*x /= n
	}
	return s
}

// cutCard accepts a card number whose middle was taken out: 510510******3810.
// What is left of it is shared by many cards.
func cutCard(v string) bool {
	head := strings.IndexAny(v, "*•")
	tail := strings.LastIndexAny(v, "*•")
	if head < 4 {
		return false
	}
	stars := strings.Count(v, "*") + strings.Count(v, "•")
	digits := 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r != '*' && r != '•' && r != ' ' && r != '-':
			return false
		}
	}
	return stars >= 4 && digits >= 8 && stars+digits >= 13 && stars+digits <= 19 && tail < len(v)-3
}

// dialled accepts digits with signs between that are written as phones are: with a
// plus, an area in brackets, a number of ten digits in parts, or a digit before that
// dials out. Passports and insurance numbers have spaces and hyphens too.
func dialled(v string, digits int) bool {
	switch {
	case strings.ContainsAny(v, ":/*"):
		return false
	case v[0] == '+' || strings.Contains(v, "("):
		return true
	case digits == 10 && strings.Count(v, "-") == 2:
		return true
	}
	return digits >= 10 && digits <= 12 && (v[0] == '8' || v[0] == '7' || v[0] == '0') && strings.Count(v, " ")+strings.Count(v, "-") > 1
}

// looksDay accepts 2006-01-02, 02.01.2006, 02/01/2006, 20060102, 02.01.06, and the
// same with a time of day behind.
func looksDay(v string) bool {
	if at := strings.IndexAny(v, " T"); at >= 8 && strings.Contains(v[at:], ":") {
		v = v[:at]
	}
	f := strings.FieldsFunc(v, func(r rune) bool { return r == '-' || r == '.' || r == '/' })
	if len(f) == 1 && len(v) == 8 {
		f = []string{v[:4], v[4:6], v[6:]}
	}
	if len(f) != 3 {
		return false
	}
	if len(v) == 8 && (v[2] == '.' || v[2] == '/') && v[5] == v[2] { // a year of two digits
		v = v[:6] + "20" + v[6:]
		f = strings.Split(v, v[2:3])
	}
	years := 0
	for _, p := range f {
		n := 0
		for _, r := range p {
			if r < '0' || r > '9' {
				return false
			}
			n = n*10 + int(r-'0')
		}
		if len(p) == 4 && n >= 1850 && n <= 2100 {
			years++
		} else if len(p) > 2 || n > 31 || n < 1 {
			return false
		}
	}
	return years == 1
}
