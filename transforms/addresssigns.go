package transforms

import "strings"

// addrSigns is what one look at an address tells.
type addrSigns struct {
	cyrillic  bool // a Cyrillic letter stands in it
	ukrainian bool // a letter that Russian does not have, or a type word of Ukrainian addresses
}

// ukrainianTypes are the type words of Ukrainian addresses in Russian letters.
var ukrainianTypes = [...]string{"вул.", "вул ", "буд.", "буд ", "просп.", "пров.", "м. ки", "україна", "смт "}

// addressSigns looks a clean text over.
func addressSigns(s string) (out addrSigns) {
	start, typed := true, false // at the start of a word; a word is a Ukrainian type
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
		if start && !typed {
			typed = ukrainianType(s[i:])
		}
		start = false
		i += 2
	}
	out.ukrainian = typed && ukrainianWords(s)
	return out
}

// ukrainianType reports a type word of Ukrainian addresses at the start of s.
func ukrainianType(s string) bool {
	if !ukrainianStart(s) {
		return false
	}
	for _, w := range ukrainianTypes {
		if _, ok := cutPrefixFold(s, w); ok {
			return true
		}
	}
	return false
}

// ukrainianStart reports two letters with which one of ukrainianTypes begins.
func ukrainianStart(word string) bool {
	if len(word) >= len("ву") {
		switch word[:len("ву")] {
		case "ву", "Ву", "ВУ", "вУ", "бу", "Бу", "БУ", "бУ", "пр", "Пр", "ПР", "пР", "ук", "Ук", "УК", "уК", "см", "См", "СМ", "сМ":
			return true
		}
	}
	return strings.HasPrefix(word, "м.") || strings.HasPrefix(word, "М.")
}
