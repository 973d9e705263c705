package dedupe

import (
	"strings"
	"unicode"
)

// legalForms are the commonest legal forms of companies, folded: enough to see that
// a column holds companies, not to read each of them.
var legalForms = map[string]bool{
	"ооо": true, "оао": true, "зао": true, "пао": true, "нао": true, "ао": true, "ип": true, "гуп": true, "муп": true, "фгуп": true, "нко": true,
	"тов": true, "прат": true, "пат": true, "фоп": true, "дп": true, "ат": true, "пп": true, "тоо": true,
	"общество": true, "акционерное": true, "публичное": true, "закрытое": true, "товариство": true, "акціонерне": true,
	"llc": true, "ltd": true, "inc": true, "corp": true, "plc": true, "llp": true, "jsc": true, "pjsc": true, "ojsc": true, "cjsc": true, "ooo": true, "co": true, "company": true,
	"limited": true, "incorporated": true, "corporation": true, "gmbh": true, "ag": true, "kg": true, "ug": true, "ohg": true, "sa": true, "sarl": true, "srl": true, "spa": true,
	"bv": true, "nv": true, "ab": true, "oy": true, "oü": true, "sia": true, "uab": true, "as": true,
}

// withLegalForm reports a text of two words and more with a legal form at either end.
func withLegalForm(s string) bool {
	first, last, words := "", "", 0
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '.' && r != '-' || r == '"' || r == '<' || r == '>'
	}) {
		if first == "" {
			first = w
		}
		last = w
		words++
	}
	return words > 1 && (legalForm(first) || legalForm(last))
}

// legalForm reports one of the forms; those of two letters in capitals only, as
// they are also parts of names.
func legalForm(w string) bool {
	w = strings.ReplaceAll(w, ".", "")
	low := strings.ToLower(w)
	return legalForms[low] && (len([]rune(w)) > 2 || w != low)
}
