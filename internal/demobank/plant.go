package demobank

import "strings"

// Contradictions are planted by a generator of their own, after the row is
// made: records without one are what they would be without this file.

// plant puts contradictions into a core record of a person. at tells in which
// cell of the row each thing stands; -1 = this branch has no such cell.
func (b *bank) plant(p *person, c *coreRecord, row []string, at plantCells, m *meant) {
	x := draw(b.seed, topicPlant, p.n, uint64(c.copy))
	other := byte('m')
	if p.sex == 'm' {
		other = 'f'
	}
	uk := at.uk
	if b.dirty(&x, plantPatronymic) && m.patronymic != "" && !m.initials {
		said := p.father.patRu[sexIndex(other)]
		if at.ukName(row, p) {
			said = p.father.patUk[sexIndex(other)]
		}
		if row[at.patronymic] != "" && strings.Contains(row[at.patronymic], m.patronymic) {
			row[at.patronymic] = strings.Replace(row[at.patronymic], m.patronymic, said, 1)
			m.patronymic, m.patSex = said, other
		}
	}
	if b.dirty(&x, plantForm) && c.kind == recMain && !p.hyphen && m.patSex == p.sex && !m.initials {
		said := p.fam.ruFor(other)
		if at.ukName(row, p) {
			said = p.fam.ukFor(other)
		}
		if formSex(said) == other && strings.Contains(row[at.surname], m.surname) && formSex(m.surname) == p.sex {
			row[at.surname] = strings.Replace(row[at.surname], m.surname, said, 1)
			m.surname = said
		}
	}
	if b.dirty(&x, plantPassport) && m.bornKnown && m.born.year() >= 1990 {
		if _, ok := formYear(m.passport); ok {
			year := x.between(1998, m.born.year()+8)
			m.passport = m.passport[:2] + string(digits(uint64(year%100), 2)) + m.passport[4:]
			row[at.passport] = m.passport
		}
	}
	if b.dirty(&x, plantOpened) && m.bornKnown {
		m.opened = m.born - day(x.between(30, 3000))
		row[at.opened] = m.opened.dmy()
		if uk {
			row[at.opened] = m.opened.iso()
		}
	}
	if b.dirty(&x, plantHome) && m.city != nil && row[at.home] == "" {
		away := &cities[x.n(b.firstUA)]
		if uk {
			away = &cities[b.firstUA+x.n(len(cities)-b.firstUA)]
		}
		code, rest := "7"+away.area, 7
		if uk {
			code, rest = "380"+away.area, 9-len(away.area)
		}
		d := code + string(digits(uint64(x.n(7_000_000))+2_000_000, rest))
		row[at.home] = writePhone(d, phonePlus, map[bool]byte{true: 'U', false: 'R'}[uk])
		m.phone(d)
	}
	if b.dirty(&x, plantMail) {
		g := b.given(&x, other, p.born.year())
		l, _ := p.latinName()
		name, family := strings.ToLower(latin(g.ru, icao2014)), strings.ToLower(strings.ReplaceAll(latin(p.surnameRu(false), icao2014), "'", ""))
		if len(name) > 4 && len(family) > 4 && !strings.EqualFold(name, l) && !strings.Contains(family, "-") {
			row[at.mail] = name + "." + family + string(digits(uint64(x.n(1000)), 3)) + "@mail.ru"
			m.mailGiven = g
		}
	}
	if _, _, ok := readRNOKPP(m.rnokpp); ok && b.dirty(&x, plantRNOKPP) {
		born, sex := p.born+day(x.between(1, 4000)), p.sex
		if x.p(0.5) {
			born, sex = p.born, other
		}
		m.rnokpp = rnokpp(min(born, b.asOf-1), x.n(rnokppSerials), sex)
		row[at.rnokpp] = m.rnokpp
	}
	if m.unzr != "" && b.dirty(&x, plantUNZR) {
		m.unzr = unzr(min(p.born+day(x.between(1, 900)), b.asOf-1), x.n(10000))
		row[at.unzr] = m.unzr
	}
}

// plantCells are the cells of a row of one branch.
type plantCells struct {
	uk                                                              bool
	surname, patronymic, passport, opened, home, mail, rnokpp, unzr int
}

var (
	plantRU = plantCells{surname: 1, patronymic: 3, passport: 8, home: 11, mail: 12, opened: 15, rnokpp: -1, unzr: -1}
	plantUA = plantCells{uk: true, surname: 1, patronymic: 1, rnokpp: 4, unzr: 5, passport: 6, home: 9, mail: 10, opened: 11}
)

// ukName reports a name written in Ukrainian.
func (at plantCells) ukName(row []string, p *person) bool {
	return at.uk && strings.Contains(row[at.surname], p.patronymicUk()) && p.patronymicUk() != p.patronymicRu()
}

// plantOrg puts a contradiction into the numbers of a company or trader of
// the Russian branch. The cells are INN, KPP, OGRN.
func (b *bank) plantOrg(o *org, copy uint64, inn, kpp, ogrnCell *string) {
	x := draw(b.seed, topicPlant, 1<<40+o.i, copy)
	if o.country != 'R' || !b.dirty(&x, plantNumber) {
		return
	}
	region := o.addr.city.region
	switch k := x.n(4); {
	case o.trader && k < 2:
		*inn = innOrg(uint64(region*100+1), uint64(x.n(100_000)))
	case o.trader:
		*ogrnCell = ogrn(o.opened.year(), region, uint64(x.n(9_000_000)))
	case k == 0 && *kpp != "":
		*kpp = string(digits(uint64((region+7)%90+1), 2)) + (*kpp)[2:]
	case k == 1 && o.opened.year() < b.year()-2:
		*ogrnCell = ogrn(max(2007, x.between(o.opened.year()+1, b.year()-1)), region, uint64(x.n(9_000_000)))
	case k == 2:
		*inn = o.director.inn
	default:
		*ogrnCell = ogrnip(o.opened.year(), region, uint64(x.n(900_000)))
	}
}
