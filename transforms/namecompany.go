package transforms

import (
	"unicode/utf8"
)

// companyForms reports a legal form of companies at either end of a cell that
// should hold a person's name.
func (p *nameParser) companyForms() bool {
	first, last := &p.units[0], &p.units[p.n-1]
	var buf [64]byte
	for _, u := range [...]*unit{first, last} {
		w := p.src[u.lo:u.hi]
		if len(w) > 24 || u.bracket && u == first {
			continue
		}
		f := bytesView(appendFold(buf[:0], w))
		if companyForm(f) {
			return true
		}
		if u == first && !u.dot && capitals(w) && len(forms().byFirst[f]) > 0 && !title(f) {
			switch utf8.RuneCountInString(w) {
			case 2: // initials look the same; the verdict is ambiguous either way
				if f == "ао" || f == "ат" || f == "пп" || f == "дп" || f == "кп" {
					return true
				}
			default:
				return forms().byFirst[f][0].class != "SP"
			}
		}
		if u == first && f == "тов" && !u.dot && capitals(w) && hasLower(p.src) {
			return true // "тов. Иванов" has a full stop
		}
	}
	return false
}

// companyForm reports forms that no name of a person looks like, in any case.
func companyForm(fold string) bool {
	switch fold {
	case "ооо", "оао", "зао", "пао", "нао", "прат", "пат", "тзов", "фгуп", "гуп", "муп", "осоо", "тоо", "осбб", "тсж", "ано",
		"ooo", "oao", "zao", "pao", "tov", "llc", "ltd", "gmbh", "inc", "jsc", "pjsc", "ojsc", "cjsc", "llp", "plc", "corp":
		return true
	}
	return false
}

func capitals(w string) bool {
	for _, r := range w {
		if isLetter(r) && !isUpper(r) {
			return false
		}
	}
	return true
}

// companyWords reports a word of companies and authorities in a cell without a
// patronymic.
func (p *nameParser) companyWords() bool {
	org := false
	for i := range p.n {
		u := &p.units[i]
		if u.patEv == surelyPatronymic && !u.bracket {
			return false
		}
		org = org || u.org && !u.bracket
	}
	return org && p.n > 1
}

// orgNoun reports a word that stands in names of companies and authorities and
// is no surname.
func orgNoun(fold string) bool {
	switch fold {
	case "банк", "администрация", "адміністрація", "министерство", "міністерство", "департамент", "управление", "управління", "инспекция", "інспекція",
		"компания", "компанія", "корпорация", "корпорація", "холдинг", "фирма", "фірма", "завод", "фабрика", "комбинат", "комбінат", "магазин", "аптека",
		"общество", "товариство", "предприятие", "підприємство", "учреждение", "установа", "организация", "організація", "объединение", "обєднання",
		"кооператив", "товарищество", "партнерство", "фонд", "филиал", "філія", "отделение", "відділення", "представительство", "представництво",
		"школа", "больница", "лікарня", "университет", "університет", "институт", "інститут", "колледж", "академия", "академія", "агентство", "бюро",
		"bank", "company", "corporation", "holding", "group", "trading", "university", "limited", "agency":
		return true
	}
	return false
}
