package transforms

import (
	"strings"
	"unicode/utf8"

	"clientbase/schemas"
)

// roles holds which words make which part. Surnames may have two words.
type roles struct {
	surname, surname2, given, given2, patronymic int // -1: none
	sure                                         bool
	swapped                                      bool
	reason                                       schemas.Reason
}

func noRoles() roles { return roles{-1, -1, -1, -1, -1, false, false, 0} }

// assign decides which word is what and builds the result.
func (p *nameParser) assign() PersonName {
	idx := &p.idx
	n, comma, former, formerNext, dropped := 0, -1, -1, false, false
	total, digits := 0, false
	for i := range p.n {
		if !p.units[i].bracket {
			total++
		}
	}
	for i := 0; i < p.n; i++ {
		u := &p.units[i]
		f := bytesView(p.foldOf(i))
		switch {
		case u.maiden || f == "в" && i+1 < p.n && bytesView(p.foldOf(i+1)) == "девичестве" || f == "до" && i+1 < p.n && marriage(bytesView(p.foldOf(i+1))):
			if !u.maiden {
				i++
			}
			formerNext = true
			continue
		case allDigits(f):
			dropped, digits = true, true
			continue
		case digits && u.lower && u.initial, phoneWord(f) && (digits || i+1 < p.n && allDigits(bytesView(p.foldOf(i+1)))): // "01.01.1980 г.р."
			continue
		case n == 0 && u.lower && u.dot && u.initial && p.degreeAt(&i):
			continue
		case fillerWord(f) && (n > 0 || f != "нет" && f != "нема" && f != "нету" && total >= 2), n >= 2 && u.lower && u.initial && (f == "б" || f == "о") && strings.Contains(p.src, "б/о"):
			total--
			continue
		case n == 0 && u.lower && !u.dot && i+1 < p.n && preposition(f):
			p.after = true
			total--
			continue
		case n == 0 && groupWord(f) && i+1 < p.n, n > 0 && i+1 < p.n && p.joinsPeople(i, n):
			return PersonName{Status: schemas.Ambiguous, Reason: schemas.SeveralPeople}
		case u.kin:
			if u.bracket {
				dropped = true
				continue
			}
			return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
		case u.bracket || formerNext:
			if formerNext || former < 0 && p.plausibleSurname(u) {
				former = i
			} else {
				dropped = true
			}
			formerNext = false
			continue
		case u.titleWord && n == 0 && (total >= 3 || total == 2 && !weakTitle(f)) && i+1 < p.n, u.titleWord && i == p.n-1 && n >= 1 && !weakTitle(f):
			total--
			continue
		case n == 0 && (f == "индивидуальный" || f == "физическое" || f == "фізична") && p.soleTraderAt(&i):
			continue
		case serviceWord(f) && total >= 3:
			dropped = true
			total--
			continue
		case u.generational && n >= 2:
			continue
		case turkicSuffix(f) != 0 && n > 0:
			p.joinSuffix(idx[n-1], i, turkicSuffix(f))
			continue
		case particle(f) && total >= 3 && i+1 < p.n && !u.initial && !p.units[i+1].bracket && !p.units[i+1].initial:
			p.joinParticle(i)
			continue
		}
		if u.bad != 0 {
			return PersonName{Status: schemas.Invalid, Reason: u.bad}
		}
		idx[n] = i
		n++
		if u.comma && comma < 0 {
			comma = n
		}
	}
	if n == 0 {
		if former >= 0 {
			idx[0], n, former = former, 1, -1
		} else {
			return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
		}
	}
	p.words = n
	r := p.rolesOf(idx[:n], comma)
	if r.reason == schemas.Unparsed {
		return PersonName{Status: schemas.Ambiguous, Reason: schemas.Unparsed}
	}
	return p.build(idx[:n], r, former, dropped)
}

func weakTitle(f string) bool {
	switch f {
	case "пан", "пани", "пані", "доктор", "нотариус", "адвокат", "господин", "товарищ", "профессор", "професор",
		"полковник", "подполковник", "майор", "капитан", "лейтенант", "генерал", "судья", "суддя", "sir":
		return true
	}
	return false
}

// soleTraderAt steps over "индивидуальный предприниматель" and its kin.
func (p *nameParser) soleTraderAt(i *int) bool {
	for k := *i + 1; k < p.n && k <= *i+2; k++ {
		f := bytesView(p.foldOf(k))
		if strings.HasSuffix(f, "предприниматель") || strings.HasSuffix(f, "підприємець") {
			*i = k
			return true
		}
	}
	return false
}

// plausibleSurname is for the word in brackets: a capital and a surname's shape.
func (p *nameParser) plausibleSurname(u *unit) bool {
	return !u.lower && u.bad == 0 && !u.initial && (u.end.strong || !u.isGiven && !u.titleWord && u.cyrillic && u.hi-u.lo >= 8)
}

// joinSuffix makes "Мамед оглы" one patronymic.
func (p *nameParser) joinSuffix(prev, i int, sex sexes) {
	u, s := &p.units[prev], &p.units[i]
	t := append(p.free(), p.textOf(prev)...)
	t = append(t, ' ')
	t = append(t, strings.ToLower(string(p.textOf(i)))...)
	u.text = p.keep(t)
	u.hi, u.patEv, u.patSex, u.patFull = s.hi, surelyPatronymic, sex, ""
	u.joined, u.isGiven = true, false
	u.comma = u.comma || s.comma
}

// joinParticle puts "фон" in front of the next word's text.
func (p *nameParser) joinParticle(i int) {
	u, next := &p.units[i], &p.units[i+1]
	t := p.free()
	w := p.word(i)
	lowers := next.lower && particle(bytesView(p.foldOf(i+1)))
	if first, _ := utf8.DecodeRuneInString(w); isLetter(first) && !isUpper(first) || w == strings.ToUpper(w) {
		t = append(t, strings.ToLower(string(p.textOf(i)))...)
	} else {
		t = append(t, p.textOf(i)...)
	}
	t = append(t, ' ')
	if lowers { // Ван дер Ваальс
		t = append(t, p.foldOf(i+1)...)
	} else {
		t = append(t, p.textOf(i+1)...)
	}
	next.text = p.keep(t)
	next.lo = u.lo
	next.isGiven, next.patEv = false, notPatronymic
	next.end.strong = true
}
