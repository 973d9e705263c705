package transforms

import (
	"strings"

	"clientbase/schemas"
)

// role is the column in which a part of a name stands.
type role uint8

const (
	roleSurname role = iota
	roleGiven
	rolePatronymic
)

// partInfo is a part judged in its own column and what its words look like.
type partInfo struct {
	NamePart
	former NamePart
	words  int
	odd    bool // not every word of the cell is in the part
	first  unit
	last   unit
}

// parsePart judges a cell that should hold one part of a name.
func parsePart(text string, as role) NamePart { return judgePart(text, as, "").NamePart }

// judgePart judges a cell beside the record's other cells of the name.
func judgePart(text string, as role, around string) partInfo {
	out := judgeOnce(text, as, around)
	if out.Text != "" && (out.Status != schemas.OK || out.odd || len(out.Text) != len(text)) {
		if again := judgeOnce(out.Text, as, around); again.Text != out.Text || !again.Status.Usable() {
			return partInfo{NamePart: NamePart{Status: schemas.Ambiguous, Reason: schemas.Unparsed}}
		}
	}
	return out
}

func judgeOnce(text string, as role, around string) partInfo {
	var out partInfo
	raw := text
	text = cleanText(text)
	if text == "" {
		return out
	}
	if fixed, damaged := unmangle(raw); damaged {
		if fixed != "" && undamaged(fixed) == fixed {
			if n := judgeOnce(fixed, as, around); n.Status == schemas.OK && n.Reason != schemas.UnknownName {
				n.Status, n.Reason, n.Lo, n.Hi = schemas.Corrected, schemas.Mojibake, 0, 0
				return n
			}
		}
		out.Status, out.Reason = schemas.Ambiguous, schemas.Mojibake
		return out
	}
	if len(text) > maxNameBytes/2 {
		out.Status, out.Reason = schemas.Invalid, schemas.BadLength
		return out
	}
	cyr := (scriptOf(text)|scriptOf(around))&scriptCyrillic != 0
	p := nameParser{src: text, around: around, beside: cyr}
	if j := p.junk(); j != 0 {
		out.Status, out.Reason = schemas.Junk, j
		return out
	}
	if !p.tokenize() || p.n == 0 {
		out.Status, out.Reason = schemas.Invalid, schemas.BadFormat
		return out
	}
	p.repairLayout()
	b := make([]byte, 0, 2*len(text)+8)
	var reason schemas.Reason
	status := schemas.OK
	for i := 0; i < p.n; i++ {
		p.analyse(i, cyr)
		u := &p.units[i]
		f := bytesView(p.foldOf(i))
		if as == roleGiven && u.dot && !u.isGiven && len(f) <= 6 { // Дж.
			u.initial = true
		}
		switch {
		case u.bad != 0:
			out.Status, out.Reason = schemas.Invalid, u.bad
			return out
		case u.kin && u.lower && as != rolePatronymic || u.kin && p.n > 1:
			out.Status, out.Reason = schemas.Ambiguous, schemas.Unparsed
			return out
		case u.bracket:
			if as == roleSurname && p.plausibleSurname(u) {
				out.former = NamePart{Text: string(p.textOf(i)), Status: schemas.OK, Reason: schemas.FromFullName, Lo: int(u.lo), Hi: int(u.hi)}
				if len(p.src) != len(text) { // retyped: its place is none in the cell
					out.former.Lo, out.former.Hi = 0, 0
				}
			} else {
				status, reason = schemas.Assumed, schemas.PartlyParsed
			}
			continue
		case u.generational && as == roleSurname && out.words > 0 && i == p.n-1: // Иванов мл.
			continue
		case turkicSuffix(f) != 0 && out.words > 0:
			b = append(append(b, ' '), f...)
			out.last.patEv, out.first.patEv = surelyPatronymic, surelyPatronymic
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		if particle(f) && (u.lower || capitals(p.word(i)) && capitals(text)) && as == roleSurname && i+1 < p.n {
			b = append(b, f...)
			continue
		}
		b = p.appendUnit(b, i, as == rolePatronymic)
		if u.repair != 0 && reason == 0 {
			status, reason = schemas.Corrected, u.repair
		}
		if as == rolePatronymic && u.patFull != "" && reason == 0 {
			status, reason = schemas.Corrected, schemas.Abbreviation
		}
		if out.words == 0 {
			out.first = *u
		}
		out.last = *u
		out.words++
	}
	if out.words == 0 || p.over {
		out.Status, out.Reason = schemas.Invalid, schemas.BadFormat
		return out
	}
	out.Text, out.Status, out.Reason = string(b), status, reason
	out.odd = out.words != p.n
	if reason != 0 {
		return out
	}
	u := &out.first
	out.Reason = schemas.Unchanged
	if out.Text != text {
		out.Reason = schemas.Normalised
	}
	switch {
	case u.initial:
		out.Reason = schemas.Initials
	case as == roleGiven && u.isGiven && u.short:
		out.Status, out.Reason = schemas.Assumed, schemas.Diminutive
	case as != rolePatronymic && u.patEv == surelyPatronymic && !u.isGiven && !u.end.strong:
		out.Status, out.Reason = schemas.Assumed, schemas.UnknownName // a patronymic in a column for something else
	case as == roleGiven && !u.isGiven:
		out.Reason = schemas.UnknownName
	case as == rolePatronymic && u.patEv == notPatronymic && out.last.patEv == notPatronymic:
		out.Status, out.Reason = schemas.Assumed, schemas.UnknownName
	}
	return out
}

// nameColumns is a name that came in separate columns. from tells, per part,
// which column it was found in.
type nameColumns struct {
	surname, given, patronymic, former NamePart
	from                               [3]int
}

// whole joins the parts; its status is the weakest of theirs.
func (n *nameColumns) whole() NamePart {
	var out NamePart
	var words []string
	for _, p := range [...]NamePart{n.surname, n.given, n.patronymic} {
		if !p.Status.Usable() {
			continue
		}
		words = append(words, p.Text)
		if p.Status > out.Status {
			out.Status, out.Reason = p.Status, p.Reason
		} else if out.Reason == schemas.Unchanged || out.Reason == 0 {
			out.Reason = p.Reason
		}
	}
	if len(words) > 1 && out.Reason == schemas.Unchanged {
		out.Reason = schemas.Normalised
	}
	out.Text = strings.Join(words, " ")
	return out
}

// parseColumns judges the three columns in place, and moves parts that
// certainly stand in a wrong one.
func parseColumns(surname, given, patronymic string) nameColumns {
	s, g, p := judgePart(surname, roleSurname, given), judgePart(given, roleGiven, surname), judgePart(patronymic, rolePatronymic, surname)
	if s.Status == schemas.Junk && s.Reason == schemas.JunkWord && g.Status.Usable() && g.first.isGiven {
		// Surnames such as Нет and Тест exist; beside a real given name the word stands.
		s.NamePart = NamePart{Text: string(titleWord(nil, cleanText(surname))), Status: schemas.Assumed, Reason: schemas.JunkWord}
		s.words = 1
	}
	out := nameColumns{surname: s.NamePart, given: g.NamePart, patronymic: p.NamePart, former: s.former, from: [3]int{0, 1, 2}}
	if !slipped(s, g, p) {
		if s.words == 1 && g.words == 1 && s.first.isGiven && !s.first.short && !g.first.isGiven && !g.first.initial && exchanged(&s.first, &g.first) {
			// A common given name in the surname's column beside a word that is none: nobody knows.
			for _, part := range [...]*NamePart{&out.surname, &out.given} {
				if part.Status == schemas.OK {
					part.Status, part.Reason = schemas.Assumed, schemas.OrderUnknown
				}
			}
		}
		if g.words == 2 && p.Status == schemas.Empty && g.first.isGiven && g.last.patEv != notPatronymic { // "Иван Иванович" as given name
			n := ParseName(given)
			if n.Given.Text != "" && n.Patronymic.Text != "" {
				out.given, out.patronymic, out.from[2] = n.Given, n.Patronymic, 1
			}
		}
		return out
	}
	cells := [3]string{cleanText(surname), cleanText(given), cleanText(patronymic)}
	n := ParseName(strings.Join(strings.Fields(cells[0]+" "+cells[1]+" "+cells[2]), " "))
	parts := [3]*NamePart{&out.surname, &out.given, &out.patronymic}
	found := [3]NamePart{n.Surname, n.Given, n.Patronymic}
	filled, got := 0, 0
	for k := range cells {
		if cells[k] != "" {
			filled++
		}
		if found[k].Text != "" {
			got++
		}
	}
	sure := n.Status == schemas.OK || n.Status == schemas.Corrected
	if !n.Status.Usable() || got != filled || s.words > 1 || g.words > 1 {
		for _, part := range parts {
			if part.Status == schemas.OK {
				part.Status, part.Reason = schemas.Assumed, schemas.OrderUnknown
			}
		}
		return out
	}
	at := [3]partInfo{s, g, p}
	for k := range parts {
		*parts[k] = NamePart{}
		if found[k].Text == "" {
			continue
		}
		for c := range at {
			if at[c].Text != "" && strings.EqualFold(at[c].Text, found[k].Text) {
				out.from[k] = c
			}
		}
		*parts[k] = NamePart{Text: found[k].Text, Status: schemas.Corrected, Reason: schemas.OrderSwapped}
		if !sure {
			parts[k].Status = schemas.Assumed
		}
		if out.from[k] == k {
			parts[k].Status, parts[k].Reason = schemas.OK, schemas.Unchanged
		}
	}
	return out
}

// exchanged reports that the words of the surname's and of the given name's
// column would make a sure name only in the other order.
func exchanged(s, g *unit) bool {
	return s.givenScore()+g.surnameScore()-s.surnameScore()-g.givenScore() >= 6
}

// slipped reports that a part certainly stands in another part's column.
func slipped(s, g, p partInfo) bool {
	pat := func(i partInfo) bool { return i.words == 1 && i.first.patEv == surelyPatronymic && !i.first.isGiven }
	isP := p.words > 0 && p.first.patEv != notPatronymic || p.last.patEv != notPatronymic
	switch {
	case s.words == 1 && pat(s) && s.first.patSex == female:
		return true
	case pat(s) && p.words > 0 && !isP:
		return true
	case pat(g):
		return true
	case s.words == 1 && g.words == 1 && s.first.isGiven && !s.first.rare && (g.first.rare || !g.first.isGiven) && g.first.end.strong && exchanged(&s.first, &g.first):
		return true
	case s.words == 1 && s.first.initial && g.words == 1 && !g.first.isGiven && g.first.end.strong:
		return true
	case p.words == 1 && !isP && (p.first.isGiven || p.first.end.strong) && (pat(s) || pat(g)):
		return true
	}
	return false
}
