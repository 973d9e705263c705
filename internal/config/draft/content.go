package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sample is what the cells of a column say.
type sample struct {
	filled, total int
	unique        bool
	typ, format   string
	decimal       string // sign before the decimals
	role          Role
	why           string
	share         map[Role]float64 // of filled cells that have the shape
}

// enough cells of a shape make a class; fewer cells than least say nothing.
const (
	enough = 0.8
	least  = 3
)

// look reads a column's cells.
func look(c Column, checks Checks) sample {
	s := sample{total: len(c.Values), typ: "text", share: map[Role]float64{}}
	cells := make([]string, 0, len(c.Values))
	seen := map[string]bool{}
	for _, v := range c.Values {
		t := strings.TrimSpace(v.Reveal())
		if t != "" {
			cells = append(cells, t)
			seen[t] = true
		}
	}
	s.filled = len(cells)
	s.unique = s.filled > 0 && s.filled == s.total && len(seen) == s.filled
	if s.filled == 0 {
		return s
	}
	part := func(role Role, has func(string) bool) float64 {
		n := 0
		for _, t := range cells {
			if has(t) {
				n++
			}
		}
		s.share[role] = float64(n) / float64(s.filled)
		return s.share[role]
	}
	s.types(cells, part)
	if s.filled < least {
		return s
	}
	for _, r := range classes(checks) {
		need := r.need
		if need == 0 {
			need = enough
		}
		if r.has != nil && part(r.role, r.has) >= need && s.role == "" {
			s.role, s.why = r.role, "cells "+r.what
		}
	}
	if s.role == "" && strings.HasPrefix(s.typ, "text") && len(seen) <= 4 && part("gender", isGender) == 1 {
		s.role, s.why = "gender", "cells are words for man and woman"
	}
	return s
}

// types finds the column's type and the order of its dates.
func (s *sample) types(cells []string, part func(Role, func(string) bool) float64) {
	dates, times := 0, 0
	order := dateOrder{}
	for _, t := range cells {
		if d, ok := parseDay(t); ok {
			dates++
			order.add(d)
			if d.time {
				times++
			}
		}
	}
	switch {
	case float64(dates) >= enough*float64(s.filled) && (s.filled >= least || order.sure()):
		s.typ = "date"
		if times > 0 {
			s.typ = "timestamp"
		}
		s.format = order.format()
	case part("#int", isInt) == 1:
		s.typ = "int"
	case part("#decimal", isDecimal) == 1:
		s.typ, s.decimal = "decimal", decimalSign(cells)
	}
}

// class is a shape of cells that tells a role.
type class struct {
	role Role
	need float64 // share of cells, 0 = enough
	what string
	has  func(string) bool
}

// classes are tried in order: the sharpest first.
func classes(c Checks) []class {
	sized := func(check func(string) bool, lengths ...int) func(string) bool {
		if check == nil {
			return nil
		}
		return func(t string) bool {
			n := len(digits(t))
			for _, l := range lengths {
				if n == l && plain(t) {
					return check(t)
				}
			}
			return false
		}
	}
	iban := c.IBAN
	if iban != nil {
		iban = func(t string) bool { return isIBAN(t) && c.IBAN(t) }
	}
	return []class{
		{"email", 0, "have the shape of e-mail addresses", isEmail},
		{"url", 0, "are web addresses", func(t string) bool { return strings.HasPrefix(t, "http://") || strings.HasPrefix(t, "https://") }},
		{"iban", 0, "have the shape and check digits of IBANs", iban},
		{Card, 0.95, "have the length and check digit of card numbers", sized(c.PAN, 16, 18, 19)},
		{Account, 0.95, "are 20 digits, as account numbers are", func(t string) bool { return plain(t) && len(digits(t)) == 20 }},
		{"snils", 0, "have the length and check digits of SNILS", sized(c.SNILS, 11)},
		{"inn", 0.9, "have the length and check digits of INN", sized(c.INN, 10, 12)},
		{"ogrn", 0.9, "have the length and check digit of OGRN", sized(c.OGRN, 13, 15)},
		{"rnokpp", 0.9, "have the length and check digit of RNOKPP", sized(c.RNOKPP, 10)},
		{"edrpou", 0.95, "have the length and check digit of EDRPOU", sized(c.EDRPOU, 8)},
		{"phone", 0, "have the shape of phone numbers", isPhone},
		{"org_name", 0.5, "hold legal forms", isOrg},
		{"address", 0.6, "hold words and numbers of addresses", isAddress},
		{"patronymic", 0, "end like patronymics", func(t string) bool { return !strings.Contains(t, " ") && isPatronymic(t) }},
		{"full_name", 0.5, "are two to four words, one a patronymic", func(t string) bool { return isName(t) && hasPatronymic(t) }},
		{"full_name", 0.9, "are two to four words of letters, as names are", isName},
		{"note", 0.5, "are sentences", func(t string) bool { return utf8.RuneCountInString(t) > 40 && strings.Count(t, " ") >= 5 }},
	}
}

// contradicts reports whether the cells cannot be what the heading says. Few
// cells contradict nothing.
func (s *sample) contradicts(named Role) bool {
	if s.filled < least {
		return false
	}
	switch named {
	case "birth_date", Modified, At, Opened, Closed:
		return s.typ != "date" && s.typ != "timestamp" && s.typ != "int"
	case "email":
		return s.share["email"] < 0.3
	case "phone", "inn", "kpp", "ogrn", "snils", "rnokpp", "edrpou", Account, Card, "iban":
		return s.share["email"] >= enough || s.share["full_name"] >= enough || s.typ == "date" || s.role == "note"
	case "full_name", "surname", "given_name", "patronymic", "org_name", "city":
		return s.typ != "text" || s.role == "email" || s.role == "phone" || s.role == "inn"
	case Amount, Balance:
		return s.typ != "int" && s.typ != "decimal"
	case Key:
		return s.role == "note" || s.role == "email"
	case "gender":
		return s.share["full_name"] >= enough || s.typ == "date"
	}
	return false
}

// instead says what the cells are when they contradict the heading.
func (s *sample) instead() string {
	switch {
	case s.why != "":
		return s.why
	case s.typ == "text":
		return "the cells are plain text"
	}
	return "the cells are of type " + s.typ
}

// plain reports digits with at most spaces, hyphens and dots between them.
func plain(t string) bool {
	return strings.IndexFunc(t, func(r rune) bool { return !unicode.IsDigit(r) && r != ' ' && r != '-' && r != '.' && r != '\u00a0' }) < 0
}

func digits(t string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, t)
}

// isInt reports a whole number; leading zeros are signs of an identifier.
func isInt(t string) bool {
	t = strings.TrimLeft(t, "+-")
	return t != "" && strings.Trim(t, "0123456789") == "" && len(t) < 19 && (t[0] != '0' || t == "0")
}

func isDecimal(t string) bool {
	t = strings.TrimLeft(t, "+-")
	t = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "").Replace(t)
	points, commas := strings.Count(t, "."), strings.Count(t, ",")
	if points > 0 && commas > 0 { // 1.234,50
		first := t[strings.IndexAny(t, ".,"):][:1]
		t = strings.ReplaceAll(t, first, "")
		points, commas = strings.Count(t, "."), strings.Count(t, ",")
	}
	points += commas
	return t != "" && points <= 1 && len(digits(t)) < 19 && (t[0] != '0' || points == 1 || t == "0") && strings.Trim(t, "0123456789.,") == "" && digits(t) != ""
}

// decimalSign tells which sign parts the decimals; "" when no cell shows it.
func decimalSign(cells []string) string {
	for _, t := range cells {
		at := strings.LastIndexAny(t, ".,")
		if n := len(t) - at - 1; at >= 0 && n > 0 && n != 3 && strings.Count(t, t[at:at+1]) == 1 {
			return t[at : at+1]
		}
	}
	return ""
}

func isEmail(t string) bool {
	at := strings.IndexByte(t, '@')
	if at <= 0 || strings.ContainsAny(t, " \t/") || strings.Count(t, "@") != 1 {
		return false
	}
	dot := strings.LastIndexByte(t, '.')
	return dot > at+1 && dot < len(t)-1
}

// isPhone wants ten to fifteen digits and a sign that they are a phone: a plus,
// brackets, hyphens, or the lengths and first digits that phones of the region have.
func isPhone(t string) bool {
	if strings.IndexFunc(t, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("+()- .\u00a0", r) }) >= 0 {
		return false
	}
	d := digits(t)
	if len(d) < 10 || len(d) > 15 || len(d) != len(t) && strings.Count(t, ".") > 3 {
		return false
	}
	switch {
	case strings.HasPrefix(t, "+"), strings.Contains(t, "("):
		return true
	case len(d) == 11 && (d[0] == '7' || d[0] == '8'):
		return true
	case len(d) == 12 && (strings.HasPrefix(d, "380") || strings.HasPrefix(d, "375") || strings.HasPrefix(d, "998")):
		return true
	case len(d) == 10 && (d[0] == '9' || d[0] == '0') && len(d) != len(t):
		return true
	}
	return len(d) == 10 && d[0] == '9'
}

func isIBAN(t string) bool {
	t = strings.ReplaceAll(t, " ", "")
	return len(t) >= 15 && len(t) <= 34 && unicode.IsUpper(rune(t[0])) && unicode.IsUpper(rune(t[1])) && digits(t[2:4]) == t[2:4]
}

func isGender(t string) bool {
	switch strings.ToLower(strings.TrimSuffix(t, ".")) {
	case "m", "f", "м", "ж", "male", "female", "муж", "жен", "мужской", "женский", "чол", "жін", "ч", "чоловіча", "жіноча":
		return true
	}
	return false
}

// isName reports two to four words of letters.
func isName(t string) bool {
	words := strings.Fields(t)
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	for _, w := range words {
		if strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("-.'’ʼ", r) }) >= 0 {
			return false
		}
	}
	return !isOrg(t)
}

func hasPatronymic(t string) bool {
	for _, w := range strings.Fields(t) {
		if isPatronymic(w) {
			return true
		}
	}
	return false
}

func isPatronymic(w string) bool {
	w = strings.ToLower(w)
	for _, end := range []string{"ович", "евич", "ёвич", "йович", "овна", "евна", "ична", "инична", "івна", "ївна", "ovich", "evich", "ovna", "evna", "ivna", "yovych", "ovych"} {
		if strings.HasSuffix(w, end) && len(w) > len(end)+2 {
			return true
		}
	}
	return false
}

func isOrg(t string) bool {
	for _, w := range strings.FieldsFunc(strings.ToUpper(t), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch w {
		case "ООО", "ОАО", "ПАО", "ЗАО", "АО", "НАО", "ИП", "МУП", "ГУП", "ФГУП", "ТОВ", "ПРАТ", "ФОП", "ПП", "АТ", "LLC", "LTD", "INC", "GMBH", "OOO", "JSC", "PJSC", "CORP", "PLC",
			"ОБЩЕСТВО", "ТОВАРИСТВО", "КООПЕРАТИВ":
			return true
		}
	}
	return false
}

func isAddress(t string) bool {
	if len(digits(t)) == 0 || strings.Count(t, " ")+strings.Count(t, ",") < 2 {
		return false
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(t), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		switch w {
		case "ул", "улица", "вул", "вулиця", "пр", "пр-т", "просп", "проспект", "пер", "переулок", "провулок", "бул", "б-р", "бульвар", "ш", "шоссе", "наб", "пл", "площадь", "дом", "буд", "кв",
			"обл", "р-н", "г", "м", "с", "дер", "д", "street", "st", "avenue", "ave", "road", "rd", "lane", "drive", "apt", "flat", "ul":
			return true
		}
	}
	return false
}
