package demobank

import "strings"

// meant is what the writer of a record had in mind, before it was spelled: the
// truth that a cleansing rule is measured by. A slip of the hand is part of it,
// for nobody can see it in the cell.
type meant struct {
	surname, given, patronymic string
	initials                   bool
	sex                        byte // declared; 0 = not
	patSex, givenSex           byte // of the parts as they stand; 0 = not there
	born                       day
	bornKnown                  bool
	opened                     day
	rnokpp, unzr, passport     string
	phones                     []string // digits with the country code
	city                       *city    // of the address; nil = none
	own                        *given   // first name of the person
	mailGiven                  *given   // whose first name the mailbox bears, "anna.petrova12@…"
	inn, kpp, ogrn             string   // of organisations and traders
	org                        bool
}

func (m *meant) named(n nameCells, p *person) {
	if m == nil {
		return
	}
	m.surname, m.given, m.patronymic, m.givenSex, m.own = n.surname, n.given, n.patronymic, p.given.sex, p.given
	if n.patronymic != "" {
		m.patSex = p.sex
	}
}

func (m *meant) phone(digits ...string) {
	if m == nil {
		return
	}
	for _, d := range digits {
		if d != "" {
			m.phones = append(m.phones, d)
		}
	}
}

// contradictions names what of the record contradicts what, by the words of
// truth/README.md. It reads the finished cells, so that a contradiction that
// dirt made by chance counts like a planted one.
func (m *meant) contradictions() (out []string) {
	add := func(is bool, word string) {
		if is {
			out = append(out, word)
		}
	}
	pat, giv := m.patSex, m.givenSex
	if m.initials {
		pat, giv = 0, 0
	}
	if m.given == "" {
		giv = 0
	}
	taxDay, taxSex, tax := readRNOKPP(m.rnokpp)
	regDay, reg := readUNZR(m.unzr)
	add(tax && m.bornKnown && taxDay != m.born, "birth_rnokpp")
	add(reg && m.bornKnown && regDay != m.born, "birth_unzr")
	add(tax && reg && taxDay != regDay, "rnokpp_unzr")
	sex := m.sex
	if sex == 0 && !differ(pat, giv) {
		sex = max(pat, giv)
	}
	add(tax && differ(sex, taxSex), "gender_rnokpp")
	add(differ(m.sex, pat) || differ(m.sex, giv), "gender_name")
	add(differ(pat, giv), "patronymic_given")
	form := formSex(m.surname)
	add(differ(form, pat) || pat == 0 && differ(form, giv), "surname_form")
	year, internal := formYear(m.passport)
	add(internal && m.bornKnown && year < m.born.year()+11, "birth_passport")
	add(m.bornKnown && m.opened != 0 && m.opened < m.born, "birth_opened")
	if m.city != nil {
		far := false
		for _, d := range m.phones {
			if c := cityOfPhone(d); c != nil {
				far = far || c != m.city
			}
		}
		add(far, "phone_city")
	}
	if m.mailGiven != nil && m.mailGiven != m.own {
		own := giv
		if pat != 0 {
			own = pat
		}
		add(differ(m.mailGiven.sex, own), "email_name")
	}
	return append(out, m.orgContradictions()...)
}

func (m *meant) orgContradictions() (out []string) {
	if m.inn == "" && m.ogrn == "" {
		return nil
	}
	wrongINN := m.org && len(m.inn) == 12 || !m.org && len(m.inn) == 10
	if wrongINN {
		out = append(out, "inn_party")
	}
	if m.org && len(m.ogrn) == 15 || !m.org && len(m.ogrn) == 13 {
		out = append(out, "ogrn_party")
	}
	if !wrongINN && m.inn != "" && m.ogrn != "" && (len(m.inn) == 10) != (len(m.ogrn) == 13) {
		out = append(out, "inn_ogrn")
	}
	if len(m.inn) == 10 && !wrongINN && len(m.kpp) == 9 && m.inn[:2] != m.kpp[:2] {
		out = append(out, "inn_kpp")
	}
	if len(m.ogrn) == 13 && m.opened != 0 && 2000+number(m.ogrn[1:3]) > max(m.opened.year(), 2005) {
		out = append(out, "ogrn_opened")
	}
	return out
}

func differ(a, b byte) bool { return a != 0 && b != 0 && a != b }

func number(s string) (n int) {
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// readRNOKPP gives the birth day and the sex inside a number whose check digit
// holds.
func readRNOKPP(s string) (born day, sex byte, ok bool) {
	if len(s) != 10 || !onlyDigits(s) || s == "0000000000" {
		return 0, 0, false
	}
	sum := weighedSum([]byte(s), -1, 5, 7, 9, 4, 6, 10, 5, 7)
	if byte('0'+(sum%11+11)%11%10) != s[9] {
		return 0, 0, false
	}
	sex = 'f'
	if (s[8]-'0')%2 == 1 {
		sex = 'm'
	}
	return dayOf(1899, 12, 31) + day(number(s[:5])), sex, true
}

func readUNZR(s string) (born day, ok bool) {
	if len(s) != 14 {
		return 0, false
	}
	return dayOf(number(s[:4]), number(s[4:6]), number(s[6:8])), true
}

// formYear is the year in the series of a Russian passport, "4510 123456".
func formYear(s string) (int, bool) {
	if len(s) != 11 || s[4] != ' ' || !onlyDigits(s[:4]) || !onlyDigits(s[5:]) {
		return 0, false
	}
	switch y := number(s[2:4]); {
	case y >= 97:
		return 1900 + y, true
	case y <= 27:
		return 2000 + y, true
	}
	return 0, false
}

// formSex is the sex that the form of a surname tells: only the pairs that
// nobody bears in the other form.
func formSex(surname string) byte {
	s := strings.ToLower(surname[strings.LastIndexByte(surname, '-')+1:])
	if len([]rune(s)) < 5 {
		return 0
	}
	for _, f := range []string{"ова", "ева", "ёва", "єва", "ская", "цкая", "ська", "цька", "зька"} {
		if strings.HasSuffix(s, f) {
			return 'f'
		}
	}
	for _, m := range []string{"ов", "ев", "ёв", "єв", "ский", "цкий", "ський", "цький", "зький"} {
		if strings.HasSuffix(s, m) {
			return 'm'
		}
	}
	return 0
}

// cityOfPhone gives the city whose fixed lines begin so; nil for mobile phones.
func cityOfPhone(digits string) *city {
	for i := range cities {
		code := "7" + cities[i].area
		if cities[i].country == 'U' {
			code = "380" + cities[i].area
		}
		if strings.HasPrefix(digits, code) {
			return &cities[i]
		}
	}
	return nil
}

// mailOf notes whose first name the mailbox begins with; it is always true.
func (m *meant) mailOf(owner *person, mail string) bool {
	g, family := owner.latinName()
	if m != nil && len(g) >= 4 && len(family) >= 4 && strings.HasPrefix(mail, strings.ToLower(g)+".") {
		m.mailGiven = owner.given
	}
	return true
}

// checked drops company numbers whose check digit fails: they say nothing.
func (m *meant) checked() *meant {
	if !innIsRight(m.inn) {
		m.inn = ""
	}
	if n := len(m.ogrn); n != 13 && n != 15 || byte('0'+number(m.ogrn[:n-1])%(n-2)%10) != m.ogrn[n-1] || number(m.ogrn) == 0 {
		m.ogrn = ""
	}
	return m
}

func innIsRight(s string) bool {
	if !onlyDigits(s) || number(s) == 0 {
		return false
	}
	switch len(s) {
	case 10:
		return innOrg(uint64(number(s[:4])), uint64(number(s[4:9]))) == s
	case 12:
		return innPerson(uint64(number(s[:4])), uint64(number(s[4:10]))) == s
	}
	return false
}
