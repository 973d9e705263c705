package transforms

import (
	"clientbase/schemas"
)

// build writes the canonical full name into one string and cuts the parts out of it.
func (p *nameParser) build(idx []int, r roles, former int, dropped bool) PersonName {
	var out PersonName
	var repair schemas.Reason
	for _, i := range idx {
		if repair == 0 {
			repair = p.units[i].repair
		}
	}
	var buf [maxNameBytes * 3]byte
	b := buf[:0]
	var cut [3][2]int
	write := func(k, i, j int) {
		if i < 0 {
			return
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		cut[k][0] = len(b)
		b = p.appendUnit(b, i, k == 2)
		if j >= 0 {
			b = append(b, ' ')
			b = p.appendUnit(b, j, false)
		}
		cut[k][1] = len(b)
	}
	undecided := r.surname < 0 && r.given < 0 && r.patronymic < 0
	if undecided {
		for _, i := range idx {
			if len(b) > 0 {
				b = append(b, ' ')
			}
			b = p.appendUnit(b, i, false)
		}
	} else {
		write(0, r.surname, r.surname2)
		write(1, r.given, r.given2)
		write(2, r.patronymic, -1)
	}
	out.Full = string(b)
	if former >= 0 {
		u := &p.units[former]
		out.Former = NamePart{Text: string(p.textOf(former)), Status: schemas.OK, Reason: schemas.FromFullName, Lo: int(u.lo), Hi: int(u.hi)}
	}
	out.Status, out.Reason = schemas.OK, schemas.Unchanged
	if out.Full != p.src {
		out.Reason = schemas.Normalised
	}
	spoken := r.patronymic >= 0 && p.units[r.patronymic].patFull != ""
	switch {
	case undecided:
		out.Status, out.Reason = schemas.Assumed, schemas.OrderUnknown
		if len(idx) == 1 {
			out.Status, out.Reason, out.Full = schemas.Ambiguous, r.reason, ""
		}
		out.Surname.Status, out.Surname.Reason = schemas.Ambiguous, out.Reason
		out.Given.Status, out.Given.Reason = schemas.Ambiguous, out.Reason
		return out
	case !r.sure:
		out.Status = schemas.Assumed
		switch {
		case r.reason != 0:
			out.Reason = r.reason
		case r.given >= 0 && !p.units[r.given].isGiven:
			out.Reason = schemas.UnknownName
		case r.swapped:
			out.Reason = schemas.OrderSwapped
		default:
			out.Reason = schemas.OrderUnknown
		}
	case repair != 0:
		out.Status, out.Reason = schemas.Corrected, repair
	case r.reason == schemas.Initials:
		out.Reason = schemas.Initials
	case r.swapped:
		out.Status, out.Reason = schemas.Corrected, schemas.OrderSwapped
	case spoken:
		out.Status, out.Reason = schemas.Corrected, schemas.Abbreviation
	case r.reason != 0:
		out.Reason = r.reason
	case r.given >= 0 && !p.units[r.given].isGiven && !p.units[r.given].initial:
		out.Reason = schemas.UnknownName
	}
	if dropped && out.Status == schemas.OK {
		out.Status, out.Reason = schemas.Assumed, schemas.PartlyParsed
	}
	part := func(k, i, j int) NamePart {
		if i < 0 {
			return NamePart{}
		}
		u := &p.units[i]
		n := NamePart{Text: out.Full[cut[k][0]:cut[k][1]], Status: out.Status, Reason: out.Reason, Lo: int(u.lo), Hi: int(u.hi)}
		if j >= 0 {
			n.Lo, n.Hi = min(n.Lo, int(p.units[j].lo)), max(n.Hi, int(p.units[j].hi))
		}
		return n
	}
	out.Surname, out.Given, out.Patronymic = part(0, r.surname, r.surname2), part(1, r.given, r.given2), part(2, r.patronymic, -1)
	if r.given >= 0 {
		u := &p.units[r.given]
		if u.isGiven {
			out.givenSex = u.givenSex
		}
		if u.isGiven && u.short && out.Status != schemas.Ambiguous {
			out.Given.Status, out.Given.Reason = schemas.Assumed, schemas.Diminutive
			if out.Status != schemas.Assumed { // the words are sure, the name on the document is not
				out.Status, out.Reason = schemas.Assumed, schemas.Diminutive
			}
		}
		out.initials = u.initial
	}
	if r.patronymic >= 0 {
		out.patSex = p.units[r.patronymic].patSex
	}
	if r.surname >= 0 && (r.surname2 < 0 || p.units[r.surname2].end.sex == p.units[r.surname].end.sex) {
		out.surnameSex = p.units[r.surname].end.sex
	}
	return out
}

// appendUnit writes a word; an initial gets its full stop, a spoken patronymic
// its written form.
func (p *nameParser) appendUnit(b []byte, i int, patronymic bool) []byte {
	u := &p.units[i]
	if patronymic && u.patFull != "" {
		return titleWord(b, u.patFull)
	}
	b = append(b, p.textOf(i)...)
	if u.initial {
		b = append(b, '.')
	}
	return b
}
