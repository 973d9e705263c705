package draft

import (
	"regexp"
	"strings"
	"unicode"
)

// Identifier makes an id out of a file's or table's name: small Latin letters,
// digits and _. Cyrillic letters are spelt in Latin; a date in the name goes.
func Identifier(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(dateInName.ReplaceAllString(name, "$1 $3")) {
		latin, known := latinOf[r]
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case known:
			b.WriteString(latin)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	id := strings.Trim(b.String(), "_")
	if len(id) > 40 {
		id = strings.TrimRight(id[:40], "_")
	}
	if id == "" {
		return "source"
	}
	return id
}

// latinOf spells Russian and Ukrainian letters for ids; it is no transliteration
// of people's names.
var latinOf = map[rune]string{'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "e", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i",
	'ї': "yi", 'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts",
	'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya"}

// dateInName is a day between characters that are no digits.
var dateInName = regexp.MustCompile(`(^|\D)((?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d|\d\d[-_.]\d\d[-_.](?:19|20)\d\d)(\D|$)`)

// Pattern makes a file's name a pattern that the file of the next day fits too:
// clients_2026-01-31.csv gives clients_????-??-??.csv. ok is false for a name
// without a date, or one that a pattern would misread.
func Pattern(base string) (pattern string, ok bool) {
	at := dateInName.FindStringSubmatchIndex(base)
	if at == nil || strings.ContainsAny(base, `*?[\`) {
		return base, false
	}
	wild := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '?'
		}
		return r
	}, base[at[4]:at[5]])
	return base[:at[4]] + wild + base[at[5]:], true
}

// scalar writes a name so that YAML reads it back as that text.
func scalar(name string) string {
	switch strings.ToLower(name) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~":
		return `"` + name + `"`
	}
	plain := true
	for i, r := range name {
		if !(unicode.IsLetter(r) || r == '_' || i > 0 && (unicode.IsDigit(r) || r == '-' || r == ' ')) {
			plain = false
		}
	}
	if plain && strings.TrimSpace(name) == name {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(name) + `"`
}
