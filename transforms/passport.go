package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

const passportID = "passport@3"

// Passport cleanses the number of an identity document. The forms it gives:
// Russian internal "NNNN NNNNNN", Russian for travel "NN NNNNNNN", Soviet
// "XIV-АК NNNNNN"; Ukrainian book "АН123456" (Cyrillic), ID card "NNNNNNNNN",
// Ukrainian for travel "FB123456" (Latin); Belarusian "MP1234567", Kazakh
// "N12345678". No document number has a check digit, so a form is all that is
// judged. Class tells which document it is.
func Passport(text, region string) Result { return one(passportCell, text, region) }

func passportRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "passport", 3, "document number: form by country, form year, look-alike letters", passportCells, schemas.KindPassport)
}

// docText is a document number cut into letters, then digits.
type docText struct {
	letters []rune // upper case
	digits  [24]byte
	n       int    // digits seen
	groups  [4]int // lengths of digit groups
	ng      int
	bad     bool // letters after digits, signs that do not belong
	width   bool
	look    bool // a letter was read as a digit
}

func passportCell(c *cell, out []Result) []Result {
	v, r, settled := readDoc(c)
	if settled {
		return append(out, r)
	}
	return append(out, docResult(c, &v))
}

// docLabels stand in front of the number of a document.
var docLabels = []string{"паспорт гражданина рф", "паспорт рф", "паспорт громадянина україни", "паспорт", "загранпаспорт", "посвідчення", "id-картка", "id-карта", "id картка", "id card", "id", "загран", "закордонний паспорт", "загранпаспорт", "passport", "серия", "серія", "сер", "series"}

func readDoc(c *cell) (v docText, r Result, settled bool) {
	s, folded := foldWidth(c.text)
	v.width = folded
	if s = strings.TrimSpace(s); s == "" {
		return v, Result{Status: schemas.Empty, Rule: passportID}, true
	}
	if reason, junk := junkText(s); junk {
		return v, Result{Status: schemas.Junk, Reason: reason, Rule: passportID}, true
	}
	s = cutLabels(s, docLabels)
	if isDamaged(s) {
		return v, Result{Status: schemas.Invalid, Reason: schemas.SpreadsheetDamage, Rule: passportID}, true
	}
	v.read(cutIssue(s))
	if v.n == 0 && len(v.letters) == 0 {
		return v, Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: passportID}, true
	}
	if d := v.digits[:min(v.n, len(v.digits))]; len(d) >= 3 && oneDigit(d) {
		return v, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: passportID}, true
	}
	return v, Result{}, false
}

// docWords stand between series and number.
var docWords = [...]string{"номер", "ном", "number", "серия", "серія", "no", "n", "№"}

func (v *docText) read(s string) {
	group := 0
	end := func() {
		if group > 0 && v.ng < len(v.groups) {
			v.groups[v.ng] = group
			v.ng++
		}
		group = 0
	}
	for len(s) > 0 {
		if isDigit(s[0]) {
			if v.n < len(v.digits) {
				v.digits[v.n] = s[0]
			}
			v.n++
			group++
			s = s[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case isNumberSep(r) || r == ',' || r == ':' || r == ';' || r == '/':
			end()
		case v.n > 0 && unicode.IsLetter(r) && v.digitHere(r, s[size:], group):
			group++
		case unicode.IsLetter(r):
			end()
			if v.n > 0 || len(v.letters) >= 2 {
				if w := docWord(s); w > 0 {
					s = s[w:]
					continue
				}
				v.bad = v.bad || v.n > 0
			}
			if len(v.letters) < 16 {
				v.letters = append(v.letters, upperRune(r))
			} else {
				v.bad = true
			}
		default:
			end()
			v.bad = true
		}
		s = s[size:]
	}
	end()
}

// digitHere takes a letter between digits, or behind or before one at the end
// of a group, for the digit it looks like.
func (v *docText) digitHere(r rune, rest string, group int) bool {
	d, ok := digitLook(r)
	next, _ := utf8.DecodeRuneInString(rest)
	if !ok || unicode.IsLetter(next) || group == 0 && !unicode.IsDigit(next) {
		return false
	}
	if v.n < len(v.digits) {
		v.digits[v.n] = d
	}
	v.n++
	v.look = true
	return true
}

// cutIssue cuts what follows a document number in notes: who issued it, when.
func cutIssue(s string) string {
	for i := range s {
		rest := s[i:]
		if i == 0 || s[i-1] != ' ' && s[i-1] != ',' && s[i-1] != ';' || isDigit(s[i]) {
			continue
		}
		for _, w := range [...]string{"выдан", "выд.", "видан", "вид.", "от ", "від ", "issued", "дата", "код подр", "к/п", "к.п."} {
			if _, ok := cutPrefixFold(rest, w); ok {
				return strings.TrimRight(s[:i], " ,;")
			}
		}
	}
	return s
}

// docWord gives the length of a word between series and number at the start of s.
func docWord(s string) int {
	for _, w := range docWords {
		if rest, ok := cutPrefixFold(s, w); ok {
			if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(r) {
				return len(s) - len(rest)
			}
		}
	}
	return 0
}

func docResult(c *cell, v *docText) Result {
	d := v.digits[:min(v.n, len(v.digits))]
	switch {
	case v.bad:
		return fail(passportID, schemas.BadCharacter)
	case v.n < 6 || v.n > 10:
		return fail(passportID, schemas.BadLength)
	case len(v.letters) == 0:
		return numericDoc(c, v, d)
	}
	return letteredDoc(c, v, d)
}

func numericDoc(c *cell, v *docText, d []byte) Result {
	switch {
	case len(d) == 10:
		return internalRU(c, v, d)
	case len(d) == 9 && (c.region == "UA" || c.region == "" && v.groups[0] == 9):
		return v.pass(c, d, false, "ua_id_card")
	case len(d) == 9 && v.ng == 2 && v.groups[0] == 2 && d[0] != '0', len(d) == 9 && v.groups[0] == 9 && c.region == "RU" && d[0] >= '5' && d[0] <= '8' && !lostZero(c, d):
		return v.pass(c, join(d[:2], ' ', d[2:]), false, "ru_travel")
	case len(d) == 9 && c.region == "RU":
		// A travel passport, or an internal one that lost its first zero.
		return Result{Status: schemas.Ambiguous, Reason: schemas.BadLength, Rule: passportID}
	}
	return fail(passportID, schemas.BadLength)
}

// lostZero reports nine digits that are an internal passport without its first
// zero as well as anything else: 711234567 may be 0711 234567.
func lostZero(c *cell, d []byte) bool {
	year := int(d[1]-'0')*10 + int(d[2]-'0')
	return (year >= 97 || 2000+year <= yearOf(c.asOf)+1) && string(d[3:]) > "000100"
}

// internalRU: digits 1–2 region of issue (OKATO), 3–4 year of the form.
func internalRU(c *cell, v *docText, d []byte) Result {
	year := int(d[2]-'0')*10 + int(d[3]-'0')
	if year < 97 && 2000+year > yearOf(c.asOf)+1 {
		return fail(passportID, schemas.YearInFuture)
	}
	if string(d[:2]) == "00" {
		return fail(passportID, schemas.BadRegion)
	}
	if string(d[4:]) <= "000100" {
		return fail(passportID, schemas.OutOfRange)
	}
	return v.pass(c, join(d[:4], ' ', d[4:]), false, "ru_internal")
}

func letteredDoc(c *cell, v *docText, d []byte) Result {
	if len(v.letters) == 2 && len(d) == 6 {
		return bookUA(c, v, d)
	}
	if len(v.letters) > 2 && len(d) == 6 {
		if roman, series, changed, ok := sovietSeries(v.letters); ok {
			text := append([]byte(roman), '-')
			text = append(append(append(text, series...), ' '), d...)
			return v.pass(c, text, changed, "su")
		}
		return fail(passportID, schemas.BadFormat)
	}
	var buf [12]byte
	text, changed := buf[:0], false
	for _, r := range v.letters {
		l, ok := latinLook(r)
		changed = changed || ok
		if !ok {
			if r < 'A' || r > 'Z' {
				return fail(passportID, schemas.BadFormat)
			}
			l = byte(r)
		}
		if text = append(text, l); len(text) > 2 {
			return fail(passportID, schemas.BadFormat)
		}
	}
	switch {
	case len(text) == 2 && len(d) == 7 && seriesBY(string(text)):
		return v.pass(c, append(text, d...), changed, "by")
	case len(text) == 1 && text[0] == 'N' && (len(d) == 8 || len(d) == 9):
		return v.pass(c, append(text, d...), changed, "kz")
	}
	return fail(passportID, schemas.BadLength)
}

// seriesBY lists the series of Belarusian passports and identity cards.
func seriesBY(s string) bool {
	switch s {
	case "AB", "BM", "HB", "KH", "MP", "MC", "KB", "PP", "SP", "DP", "BA", "CT", "PD":
		return true
	}
	return false
}

// bookUA: two letters and six digits are the Ukrainian book, in Cyrillic, when
// both letters can be; else a travel passport, in Latin.
func bookUA(c *cell, v *docText, d []byte) Result {
	var buf [16]byte
	text, changed, cyrillic := buf[:0], false, true
	for _, r := range v.letters {
		switch l, ok := cyrillicLook(r); {
		case r == 'Ё' || r == 'Ъ' || r == 'Ы' || r == 'Э': // not in the Ukrainian alphabet
			return fail(passportID, schemas.BadCharacter)
		case isCyrillic(r):
		case ok:
			r, changed = l, true
		default:
			cyrillic = false
		}
		text = utf8.AppendRune(text, r)
	}
	if cyrillic {
		return v.pass(c, append(text, d...), changed, "ua_book")
	}
	text, changed = buf[:0], false
	for _, r := range v.letters {
		if l, ok := latinLook(r); ok {
			r, changed = rune(l), true
		}
		if r < 'A' || r > 'Z' {
			return fail(passportID, schemas.MixedScripts)
		}
		text = append(text, byte(r))
	}
	return v.pass(c, append(text, d...), changed, "ua_travel")
}

// sovietSeries parts "XIVАК" into a Roman numeral, in Latin, and two Cyrillic
// letters.
func sovietSeries(letters []rune) (roman, series string, changed, ok bool) {
	n := len(letters) - 2
	for _, r := range letters[:n] {
		switch r {
		case 'I', 'V', 'X', 'L', 'C':
		case 'І':
			r, changed = 'I', true
		case 'Х':
			r, changed = 'X', true
		case 'У':
			r, changed = 'V', true
		case 'С':
			r, changed = 'C', true
		default:
			return "", "", false, false
		}
		roman += string(r)
	}
	for _, r := range letters[n:] {
		if !isCyrillic(r) {
			l, isLook := cyrillicLook(r)
			if !isLook {
				return "", "", false, false
			}
			r, changed = l, true
		}
		series += string(r)
	}
	return roman, series, changed, isRoman(roman)
}

func isRoman(s string) bool {
	return strings.Trim(s, "IVXLC") == "" && !strings.Contains(s, "IIII") && !strings.Contains(s, "XXXX") && len(s) <= 8
}

func join(a []byte, sep byte, b []byte) []byte {
	return append(append(append(make([]byte, 0, len(a)+len(b)+1), a...), sep), b...)
}

func (v *docText) pass(c *cell, out []byte, changed bool, class string) Result {
	r := Result{Out: c.str.keep(c.text, out), Status: schemas.OK, Reason: schemas.Unchanged, Rule: passportID, Class: class}
	switch {
	case v.look:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeDigit
	case changed:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeLetter
	case v.width:
		r.Status, r.Reason = schemas.Corrected, schemas.WidthFolded
	case r.Out != c.text:
		r.Reason = schemas.Normalised
	}
	return r
}
