package demobank

import "strings"

// nameCells are the parts of a person's name as one source wrote them.
type nameCells struct{ surname, given, patronymic string }

func (n nameCells) joined() string {
	return strings.Join(strings.Fields(n.surname+" "+n.given+" "+n.patronymic), " ")
}

// names gives the parts in a language, maiden name on wish, and dirties them.
// informal allows short forms, as in forms and notes.
func (b *bank) names(r *rng, p *person, uk, maiden, informal bool) nameCells {
	n := nameCells{p.surnameRu(maiden), p.given.ru, p.patronymicRu()}
	short := p.given.shortRu
	if uk {
		n = nameCells{p.surnameUk(maiden), p.given.uk, p.patronymicUk()}
		short = p.given.shortUk
	}
	if b.dirty(r, dirtYo) {
		n.surname, n.given = noYo(n.surname), noYo(n.given)
		n.patronymic = noYo(n.patronymic)
	}
	if informal && b.dirty(r, dirtDiminutive) {
		n.given = short
	}
	if b.dirty(r, dirtNoPatronymic) || informal && r.p(0.6) {
		n.patronymic = ""
	}
	if b.dirty(r, dirtTypo) {
		switch r.n(4) {
		case 0, 1:
			n.surname = typo(r, n.surname)
		case 2:
			n.given = typo(r, n.given)
		default:
			n.patronymic = typo(r, n.patronymic)
		}
	}
	p.said.named(n, p)
	if b.dirty(r, dirtLookAlike) {
		n.surname = lookAlikes(n.surname)
	}
	if !uk && b.dirty(r, dirtWrongLayout) {
		n.surname = wrongLayout(n.surname)
	}
	if b.dirty(r, dirtInitials) && n.patronymic != "" {
		if p.said != nil {
			p.said.initials = true
		}
		n.given, n.patronymic = string([]rune(n.given)[:1])+".", string([]rune(n.patronymic)[:1])+"."
	}
	if !maiden && p.maiden.ru != "" && !p.hyphen && b.dirty(r, dirtMaidenInBrackets) {
		old := p.surnameRu(true)
		if uk {
			old = p.surnameUk(true)
		}
		n.surname += " (" + old + ")"
	}
	switch {
	case b.dirty(r, dirtUpper):
		n = nameCells{strings.ToUpper(n.surname), strings.ToUpper(n.given), strings.ToUpper(n.patronymic)}
	case b.dirty(r, dirtLower):
		n = nameCells{strings.ToLower(n.surname), strings.ToLower(n.given), strings.ToLower(n.patronymic)}
	}
	if b.dirty(r, dirtSwapped) {
		n.surname, n.given = n.given, n.surname
	}
	if b.dirty(r, dirtSpaces) {
		n.surname = pick(r, []string{" ", "  "}) + n.surname
		n.given += " "
	}
	return n
}

var yo = strings.NewReplacer("ё", "е", "Ё", "Е")

func noYo(s string) string { return yo.Replace(s) }

// Habits of writing a phone.
const (
	phonePlus = iota
	phoneTrunk
	phoneBrackets
	phoneDashes
	phoneNational
	phoneBare
	phoneStyles
)

// writePhone spells digits with country code in one of the habits. region is
// the country ('R' or 'U') of the system that it is typed into: a number of
// another country is written with its country code there.
func writePhone(d string, style int, region byte) string {
	if d == "" {
		return ""
	}
	if (d[0] == '7') != (region == 'R') {
		style = []int{phonePlus, phonePlus, phoneDashes, phoneDashes, phoneBare, phonePlus}[style]
	}
	if d[0] == '7' && len(d) == 11 {
		a, x, y, z := d[1:4], d[4:7], d[7:9], d[9:]
		switch style {
		case phonePlus:
			return "+" + d
		case phoneTrunk:
			return "8" + d[1:]
		case phoneBrackets:
			return "8 (" + a + ") " + x + "-" + y + "-" + z
		case phoneDashes:
			return "+7 " + a + " " + x + "-" + y + "-" + z
		case phoneNational:
			return d[1:]
		}
		return d
	}
	a, x, y, z := d[2:5], d[5:8], d[8:10], d[10:]
	switch style {
	case phonePlus:
		return "+" + d
	case phoneTrunk:
		return d[2:]
	case phoneBrackets:
		return "(" + a + ") " + x + "-" + y + "-" + z
	case phoneDashes:
		return "+38 " + a + " " + x + " " + y + " " + z
	case phoneNational:
		return "8" + d[2:]
	}
	return d
}

// phone spells and dirties the phone d of p for a system of a region.
func (b *bank) phone(r *rng, d string, p *person, region byte) string {
	switch {
	case d == "" || b.dirty(r, dirtPhoneMissing):
		return ""
	case b.dirty(r, dirtPhoneJunk):
		return pick(r, junkPhones)
	case b.dirty(r, dirtPhoneBranch):
		d = pick(r, branchPhones)
		p.said.phone(d)
		return writePhone(d, r.n(phoneStyles), region)
	case b.dirty(r, dirtPhoneOld):
		d = b.mobile(p.hh.country, 1<<26+p.n) // a number that nobody else has today
	}
	if b.dirty(r, dirtPhoneTypo) {
		d = digitTypo(r, d, len(d)-7)
	}
	p.said.phone(d)
	style := r.n(phoneStyles)
	if r.p(0.5) {
		style = phonePlus
	}
	s := writePhone(d, style, region)
	if p.second != "" && b.dirty(r, dirtPhoneTwo) {
		p.said.phone(p.second)
		s += pick(r, []string{", ", "; ", " / "}) + writePhone(p.second, style, region)
	}
	return s
}

func (b *bank) mail(r *rng, p *person) string {
	m := p.email()
	owner := p
	if p.hh.oneMail && p.slot == 1 {
		owner = p.hh.people[0]
		m = owner.email()
	}
	switch {
	case b.dirty(r, dirtEmailJunk):
		return pick(r, junkMails)
	case m == "" || b.dirty(r, dirtEmailMissing):
		return ""
	case p.said.mailOf(owner, m) && b.dirty(r, dirtEmailTypo):
		local, domain, _ := strings.Cut(m, "@")
		if t, ok := mailTypos[domain]; ok {
			return local + "@" + t
		}
	}
	if r.p(0.04) {
		return strings.ToUpper(m)
	}
	return m
}

// birth gives the birth date as a source holds it, which may be the default
// date or another day than the true one.
func (b *bank) birth(r *rng, p *person) (d day, missing bool) {
	d, missing = b.birthCell(r, p)
	if p.said != nil && !missing && d != dayOf(1900, 1, 1) {
		p.said.born, p.said.bornKnown = d, true
	}
	return d, missing
}

func (b *bank) birthCell(r *rng, p *person) (d day, missing bool) {
	switch {
	case b.dirty(r, dirtBirthMissing):
		return 0, true
	case b.dirty(r, dirtBirthDefault):
		return dayOf(1900, 1, 1), false
	case b.dirty(r, dirtBirthTypo):
		y, m, dd := p.born.date()
		switch r.n(3) {
		case 0:
			if dd <= 12 {
				return dayOf(y, dd, m), false
			}
			return p.born + day(r.between(1, 9)), false
		case 1:
			return dayOf(y-10, m, dd), false
		}
		return dayOf(y, 1+(m+r.n(3))%12, min(dd, 28)), false
	}
	return p.born, false
}

// number dirties a personal number with a check digit.
func (b *bank) number(r *rng, s string) string {
	switch {
	case s == "" || b.dirty(r, dirtNumberMissing):
		return ""
	case b.dirty(r, dirtNumberZero):
		return strings.Repeat("0", len(s))
	case b.dirty(r, dirtNumberBad):
		return digitTypo(r, s, 1)
	}
	return s
}

func (b *bank) document(r *rng, s string) string {
	switch {
	case s == "" || b.dirty(r, dirtDocMissing):
		return ""
	case b.dirty(r, dirtDocTypo):
		s = digitTypo(r, s, len(s)-6)
	}
	if b.dirty(r, dirtLookAlike) {
		return lookAlike.Replace(s)
	}
	return s
}

func (b *bank) addressLine(r *rng, p *person, uk bool) string {
	a := p.hh.addr
	switch {
	case b.dirty(r, dirtAddressMissing):
		return ""
	case b.dirty(r, dirtAddressMoved):
		a = b.address(r, p.hh.country)
	}
	if p.said != nil {
		p.said.city = a.city
	}
	return a.line(uk, pick(r, []int{addressFull, addressFull, addressShort, addressDense}))
}

func (b *bank) junkOr(r *rng, s string, uk bool) string {
	if s != "" || !b.dirty(r, dirtJunkWord) {
		return s
	}
	if uk {
		return pick(r, junkUk)
	}
	return pick(r, junkRu)
}
