package transforms

import "strings"

// addrSigns is what one look at an address tells.
type addrSigns struct {
	cyrillic  bool // a Cyrillic letter stands in it
	ukrainian bool // a letter that Russian does not have, or a type word of Ukrainian addresses
}

// addressSigns looks a clean text over.
func addressSigns(s string) (out addrSigns) {
	start, starts := true, false // at the start of a word; a word may be a Ukrainian type
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			start = c == ' ' || c == ','
			i++
			continue
		}
		if !twoByteCyrillic(s, i) {
			return addrSigns{scriptOf(s)&scriptCyrillic != 0, ukrainianLetters(s) || ukrainianWords(s)}
		}
		out.cyrillic = true
		if n := s[i+1]; c == 0xd1 && (n == 0x94 || n == 0x96 || n == 0x97) || c == 0xd0 && (n == 0x84 || n == 0x86 || n == 0x87) { // є і ї Є І Ї
			out.ukrainian = true
			return out
		}
		if start && !starts {
			starts = ukrainianStart(s[i:])
		}
		start = false
		i += 2
	}
	out.ukrainian = starts && ukrainianWords(s)
	return out
}

// ukrainianStart reports a word that begins as one of ukrainianWords does: few
// Russian addresses have one, and the rest need no second look.
func ukrainianStart(word string) bool {
	if len(word) >= len("ву") {
		switch word[:len("ву")] {
		case "ву", "Ву", "ВУ", "вУ", "бу", "Бу", "БУ", "бУ", "пр", "Пр", "ПР", "пР", "ук", "Ук", "УК", "уК", "см", "См", "СМ", "сМ":
			return true
		}
	}
	return strings.HasPrefix(word, "м.") || strings.HasPrefix(word, "М.")
}
