package transforms

import (
	"clientbase/schemas"
)

func (u *unit) givenScore() int {
	switch {
	case u.initial:
		return 0
	case u.isGiven && u.short, u.isGiven && u.rare && u.end.strong:
		return 5
	case u.isGiven && u.rare:
		return 6
	case u.isGiven:
		return 8
	case u.patEv != notPatronymic:
		return -4
	}
	return 0
}

func (u *unit) surnameScore() int {
	switch {
	case u.patEv == surelyPatronymic && u.patSex == female:
		return -6
	case u.patEv == surelyPatronymic:
		return 3
	case u.patEv == maybePatronymic:
		return 5
	case u.isGiven && u.rare && u.end.strong, u.isGiven && u.short && u.end.strong:
		return 4
	case u.isGiven && u.end.strong && u.end.sex != 0:
		return 2
	case u.isGiven && u.end.strong:
		return 0
	case u.isGiven:
		return -2
	case u.end.strong:
		return 6
	}
	return 2
}

func (u *unit) patronymicScore() int {
	switch {
	case u.patEv == surelyPatronymic:
		return 10
	case u.patEv == maybePatronymic:
		return 7
	case u.isGiven, u.end.strong:
		return -3
	}
	return -5
}

// rolesOf scores the possible orders. comma is the number of words in front of
// the first comma, -1 without one.
func (p *nameParser) rolesOf(idx []int, comma int) roles {
	r := noRoles()
	words, initials := 0, 0
	for _, i := range idx {
		if p.units[i].initial {
			initials++
		} else {
			words++
		}
	}
	if comma > 0 && comma < len(idx) && comma <= 2 && words >= 2 {
		return p.rolesComma(idx, comma)
	}
	if initials > 0 {
		return p.rolesInitials(idx, words, initials)
	}
	switch len(idx) {
	case 1:
		return p.rolesOne(idx[0])
	case 2:
		return p.rolesTwo(idx[0], idx[1])
	case 3:
		return p.rolesThree(idx)
	}
	last := len(idx) - 1
	u := func(k int) *unit { return &p.units[idx[k]] }
	switch {
	case len(idx) == 4 && u(last).patEv != notPatronymic && u(1).isGiven && u(2).isGiven && u(1).givenSex&u(2).givenSex != 0 && u(0).end.strong && !u(1).end.strong: // Иванова Анна Мария Петровна
		r.surname, r.given, r.given2, r.patronymic = idx[0], idx[1], idx[2], idx[3]
	case len(idx) == 4 && u(last).patEv != notPatronymic && u(last-1).isGiven:
		r.surname, r.surname2, r.given, r.patronymic = idx[0], idx[1], idx[2], idx[3]
	case len(idx) == 4 && u(1).patEv == surelyPatronymic && u(0).isGiven:
		r.given, r.patronymic, r.surname, r.surname2, r.swapped = idx[0], idx[1], idx[2], idx[3], true
	default:
		r.reason = schemas.Unparsed
	}
	return r
}

func (p *nameParser) rolesComma(idx []int, comma int) roles {
	r := noRoles()
	rest := idx[comma:]
	r.surname = idx[0]
	if comma == 2 {
		r.surname2 = idx[1]
	}
	switch {
	case len(rest) > 2:
		r.reason = schemas.Unparsed
		return r
	case len(rest) == 2 && p.units[rest[0]].patEv == surelyPatronymic:
		r.patronymic, r.given = rest[0], rest[1]
	case len(rest) == 2:
		r.given, r.patronymic = rest[0], rest[1]
	case p.units[rest[0]].patEv == surelyPatronymic && p.units[idx[0]].isGiven && comma == 1:
		r.surname, r.given, r.patronymic = -1, idx[0], rest[0]
	default:
		r.given = rest[0]
	}
	r.sure = p.units[r.given].isGiven || p.units[r.given].initial
	return r
}

func (p *nameParser) rolesInitials(idx []int, words, initials int) roles {
	r := noRoles()
	r.reason = schemas.Initials
	switch {
	case words == 0 || initials > 2 || words > 2:
		r.reason = schemas.Unparsed
	case words == 1:
		for _, i := range idx {
			switch {
			case !p.units[i].initial:
				r.surname = i
			case r.given < 0:
				r.given = i
			default:
				r.patronymic = i
			}
		}
		r.sure = true
		r.swapped = p.units[idx[0]].initial
		if u := &p.units[r.surname]; u.isGiven && !u.end.strong && initials == 1 { // "Иван П." is a given name with half a surname
			r.surname, r.given, r.sure = r.given, r.surname, false
			if short := &p.units[r.surname]; !short.dot { // Ю Сергей: Korean surnames have one letter
				short.initial = false
			}
		}
	case initials == 2: // "Иванов Петров И.И."
		if p.units[idx[0]].initial || p.units[idx[1]].initial {
			r.reason = schemas.Unparsed
			return r
		}
		r.surname, r.surname2, r.given, r.patronymic = idx[0], idx[1], idx[2], idx[3]
	case p.units[idx[1]].initial && p.units[idx[2]].patEv != notPatronymic && !p.units[idx[0]].isGiven: // "Иванов И. Иванович"
		r.surname, r.given, r.patronymic = idx[0], idx[1], idx[2]
		r.sure = p.units[idx[2]].patEv == surelyPatronymic
	case p.units[idx[1]].initial: // "Иван П. Петров"
		r.given, r.patronymic, r.surname, r.swapped = idx[0], idx[1], idx[2], true
		r.sure = p.units[idx[0]].isGiven
	case p.units[idx[2]].initial:
		two := p.rolesTwo(idx[0], idx[1])
		r.surname, r.given, r.swapped, r.sure = two.surname, two.given, two.swapped, two.sure
		r.patronymic = idx[2]
		if r.surname < 0 || r.given < 0 {
			r.reason = schemas.Unparsed
		}
	default:
		r.given, r.given2, r.surname = idx[0], idx[1], idx[2]
	}
	return r
}

func (p *nameParser) rolesOne(i int) roles {
	r := noRoles()
	u := &p.units[i]
	switch {
	case u.patEv == surelyPatronymic && u.patSex == female || u.patEv == surelyPatronymic && u.patFull != "":
		r.patronymic, r.reason = i, schemas.PartlyParsed
	case u.isGiven && !u.rare && u.givenScore() > u.surnameScore():
		r.given, r.reason = i, schemas.PartlyParsed
	case u.end.strong:
		r.surname, r.reason = i, schemas.PartlyParsed
	default:
		r.reason = schemas.UnknownName
	}
	return r
}

func (p *nameParser) rolesTwo(a, b int) roles {
	r := noRoles()
	ua, ub := &p.units[a], &p.units[b]
	switch {
	case ub.joined && !ua.isGiven, ub.patEv == surelyPatronymic && !ub.isGiven && ua.end.strong && ua.end.sex != 0 && !ua.isGiven: // Мамедов Эльчин оглы, Петров Сергеевич
		r.surname, r.patronymic, r.reason = a, b, schemas.PartlyParsed
		return r
	case ub.joined:
		r.given, r.patronymic, r.reason = a, b, schemas.PartlyParsed
		return r
	case ua.joined:
		r.given, r.patronymic, r.swapped, r.reason = b, a, true, schemas.PartlyParsed
		return r
	case ub.patEv == surelyPatronymic && ua.isGiven && !ub.isGiven && (ub.patSex == female || ua.givenScore() >= 6):
		r.given, r.patronymic, r.reason = a, b, schemas.PartlyParsed
		r.sure = ub.patSex == female
		return r
	case ua.patEv == surelyPatronymic && ua.patSex == female && ub.isGiven:
		r.given, r.patronymic, r.swapped, r.sure, r.reason = b, a, true, true, schemas.PartlyParsed
		return r
	case ub.patEv == surelyPatronymic && (ub.patSex == female || ub.patFull != "" && !ua.end.strong):
		if ua.end.strong {
			r.surname, r.patronymic, r.reason = a, b, schemas.PartlyParsed
		} else { // Марь Ивановна, Пал Палыч
			r.given, r.patronymic, r.reason = a, b, schemas.PartlyParsed
		}
		return r
	}
	sg := ua.surnameScore() + ub.givenScore()
	gs := ua.givenScore() + ub.surnameScore()
	switch {
	case sg > gs:
		r.surname, r.given = a, b
		r.sure = sg-gs >= 6 && ub.givenScore() >= 5
	case gs > sg && ua.isGiven:
		r.given, r.surname, r.swapped = a, b, true
		r.sure = gs-sg >= 6 && ua.givenScore() >= 5
	case ua.isGiven && ub.isGiven:
		r.reason = schemas.OrderUnknown
	case ua.cyrillic:
		r.surname, r.given, r.reason = a, b, schemas.UnknownName
	default:
		r.given, r.surname, r.reason = a, b, schemas.UnknownName
	}
	return r
}

// threeOrders are the orders of surname, given name and patronymic with the
// advantage that custom gives them.
var threeOrders = [...]struct {
	s, g, p, custom int
	swapped         bool
}{{0, 1, 2, 4, false}, {2, 0, 1, 2, true}, {1, 0, 2, -10, true}, {0, 2, 1, -4, true}, {2, 1, 0, -6, true}, {1, 2, 0, -8, true}}

func (p *nameParser) rolesThree(idx []int) roles {
	best, second, at := -1000, -1000, 0
	for k, o := range threeOrders {
		score := p.units[idx[o.s]].surnameScore() + p.units[idx[o.g]].givenScore() + p.units[idx[o.p]].patronymicScore() + o.custom
		if score > best {
			best, second, at = score, best, k
		} else if score > second {
			second = score
		}
	}
	o := threeOrders[at]
	r := noRoles()
	r.surname, r.given, r.patronymic, r.swapped = idx[o.s], idx[o.g], idx[o.p], o.swapped
	pat := &p.units[r.patronymic]
	r.sure = best-second >= 4 && pat.patEv != notPatronymic
	g := &p.units[r.given]
	if pat.patEv != notPatronymic {
		if s := &p.units[r.surname]; at == 0 && s.isGiven && !s.short && (!s.rare && g.rare && g.end.strong || !g.isGiven && !g.initial && (!s.rare || !s.end.strong && g.end.strong)) {
			// Дмитрий Коваль Петрович: what stands first is a given name, the next word is not.
			switch {
			case g.end.strong:
				r.surname, r.given, r.swapped = r.given, r.surname, true
			case r.sure:
				r.reason = schemas.OrderUnknown
			}
			r.sure = false
		} else if at == 0 && !g.isGiven && !g.initial && g.end.strong && !s.end.strong { // two unknown words, the second with the ending of a surname: either may be the surname
			r.sure = false
		}
		return r
	}
	switch {
	case pat.isGiven && g.isGiven && pat.givenSex&g.givenSex != 0 && (o.p == o.g+1 || o.g == o.p+1) && p.units[r.surname].end.strong: // Анна Мария Петрова
		r.given, r.given2, r.patronymic = idx[min(o.g, o.p)], idx[max(o.g, o.p)], -1
	case o.swapped && !p.units[r.surname].end.strong: // Ким Чен Ын
		r = noRoles()
		r.reason = schemas.OrderUnknown
	case pat.cyrillic && pat.end.strong && pat.end.sex != 0 && g.isGiven: // two surnames and a given name
		r.reason = schemas.Unparsed
	case !pat.cyrillic && pat.isGiven && !g.isGiven: // Garcia Lopez Maria
		r.reason = schemas.Unparsed
	case !pat.cyrillic && o.p == 1 && o.s == 2: // John Fitzgerald Kennedy
		r.patronymic, r.given2 = -1, r.patronymic
	case !pat.cyrillic && o.p == 2:
		r.patronymic, r.given2 = -1, r.patronymic
	case !g.isGiven:
		r.reason = schemas.OrderUnknown
	}
	return r
}
