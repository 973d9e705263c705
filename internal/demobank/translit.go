package demobank

import "strings"

// scheme is one way in which documents of some years spelled Cyrillic in
// Latin letters. Facts: letter tables of MVD 310-1997, GOST R 52535.1-2006,
// ICAO 9303 (2014) and the Ukrainian cabinet resolution 55 (2010).
type scheme int

const (
	mvd1997  scheme = iota // Russian passports until 2010
	gost2006               // 2010–2014
	icao2014               // since 2014
	kmu2010                // Ukrainian passports since 2010
	ua2007                 // Ukrainian passports 2007–2010
)

var latinRu = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "ie", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
}

var latinUk = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "h", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ie", 'ж': "zh", 'з': "z", 'и': "y",
	'і': "i", 'ї': "i", 'й': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s",
	'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ь': "", '\'': "",
	'ю': "iu", 'я': "ia",
}

var kmuInitial = map[rune]string{'є': "ye", 'ї': "yi", 'й': "y", 'ю': "yu", 'я': "ya"}

// latin spells a name under a scheme, in capitals as documents do.
func latin(s string, sc scheme) string {
	var b strings.Builder
	in := []rune(strings.ToLower(s))
	for i, r := range in {
		initial := i == 0 || in[i-1] == '-' || in[i-1] == ' '
		var t string
		var ok bool
		switch sc {
		case kmu2010, ua2007:
			t, ok = latinUk[r]
			if sc == kmu2010 && initial {
				if x, yes := kmuInitial[r]; yes {
					t = x
				}
			}
			if sc == kmu2010 && r == 'г' && i > 0 && in[i-1] == 'з' {
				t = "gh"
			}
			if sc == ua2007 && r == 'г' {
				t = "g"
			}
		default:
			t, ok = latinRu[r]
			switch {
			case sc == gost2006 && r == 'ц':
				t = "tc"
			case sc == gost2006 && r == 'ъ':
				t = ""
			case sc == mvd1997:
				switch r {
				case 'й':
					t = "y"
				case 'ю':
					t = "yu"
				case 'я':
					t = "ya"
				case 'ъ':
					t = ""
				}
				// ьe is ye under the scheme of 1997
				if r == 'ь' && i+1 < len(in) && in[i+1] == 'е' {
					t = "y"
				}
			}
		}
		if !ok {
			t = string(r)
		}
		b.WriteString(t)
	}
	return strings.ToUpper(b.String())
}
