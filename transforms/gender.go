package transforms

import (
	"strings"

	"clientbase/schemas"
)

const genderID = "gender@1"

// decideGender weighs what the parts of a name say: patronymic before given
// name before surname. Evidence of the first two that disagrees is a conflict
// and decides nothing; so does a surname that alone contradicts one of them.
// Names that men and women bear say nothing. Status Empty: undecided.
func decideGender(patronymic, given, surname sexes) Result {
	one := func(s sexes) bool { return s == male || s == female }
	out := Result{Rule: genderID}
	set := func(s sexes, status schemas.Status, reason schemas.Reason) Result {
		out.Status, out.Reason, out.Out = status, reason, "m"
		if s == female {
			out.Out = "f"
		}
		return out
	}
	conflict := func(reason schemas.Reason) Result {
		out.Status, out.Reason = schemas.Conflict, reason
		return out
	}
	switch {
	case one(patronymic) && one(given) && patronymic != given:
		return conflict(schemas.FromGivenName)
	case one(patronymic) && !one(given) && one(surname) && surname != patronymic:
		return conflict(schemas.FromSurname)
	case one(patronymic):
		return set(patronymic, schemas.OK, schemas.FromPatronymic)
	case one(given) && one(surname) && given != surname:
		return conflict(schemas.FromSurname)
	case one(given):
		return set(given, schemas.OK, schemas.FromGivenName)
	case one(surname):
		return set(surname, schemas.Assumed, schemas.FromSurname)
	}
	out.Status = schemas.Empty
	return out
}

// Gender tells the sex of the bearer of a parsed name: "m", "f", a conflict,
// or Empty when the name does not say.
func (n PersonName) Gender() Result {
	if !n.Status.Usable() {
		return Result{Rule: genderID}
	}
	if n.Reason == schemas.OrderUnknown { // given name and surname may be exchanged
		return decideGender(n.patSex, 0, 0)
	}
	return decideGender(n.patSex, n.givenSex, n.surnameSex)
}

// partSexes is what cleansed parts say when the cell they came from is gone.
func partSexes(surname, given, patronymic string) (pat, giv, sur sexes) {
	return sexOfPatronymic(patronymic), sexOfGiven(given), sexOfSurname(surname)
}

func cyrillicIn(s string) bool { return scriptOf(s)&scriptCyrillic != 0 }

func sexOfPatronymic(patronymic string) (pat sexes) {
	if patronymic == "" {
		return 0
	}
	var buf [160]byte
	word, rest, two := strings.Cut(patronymic, " ")
	fold := appendFold(buf[:0], word)
	if p, ev := dict().findPatronymic(fold, cyrillicIn(word)); ev != notPatronymic {
		pat = p.sex
	} else if s := gluedTurkic(bytesView(fold)); s != 0 {
		pat = s
	}
	if two {
		pat |= turkicSuffix(foldName(rest))
	}
	return pat
}

func sexOfGiven(given string) sexes {
	if given == "" || isInitial(given) {
		return 0
	}
	var buf [160]byte
	d := dict()
	if g, ok := d.findGiven(appendFold(buf[:0], given), cyrillicIn(given)); ok {
		return g.sex
	}
	a, b, two := strings.Cut(given, "-")
	if !two {
		return 0
	}
	ga, _ := d.findGiven(appendFold(buf[:0], a), cyrillicIn(a))
	gb, _ := d.findGiven(appendFold(buf[:0], b), cyrillicIn(b))
	return ga.sex & gb.sex
}

func sexOfSurname(surname string) sexes {
	if surname == "" {
		return 0
	}
	var buf [160]byte
	return surnameByEnding(appendFold(buf[:0], surname), cyrillicIn(surname)).sex
}

// sexMemo keeps what the parts of a batch's names say: given names and
// patronymics repeat. The zero value is ready.
type sexMemo struct {
	patronymic, given, surname memo[sexes]
}

// of is partSexes by memory.
func (m *sexMemo) of(surname, given, patronymic string) (pat, giv, sur sexes) {
	return m.patronymic.of(patronymic, sexOfPatronymic), m.given.of(given, sexOfGiven), m.surname.of(surname, sexOfSurname)
}

// declaredGender reads a gender cell: words and letters in three languages.
// Bare numbers are codes of the source and belong into its code list.
func declaredGender(text string) (value string, status schemas.Status, reason schemas.Reason) {
	var buf [64]byte
	t := strings.TrimRight(cleanText(text), ".")
	if t == "" {
		return "", schemas.Empty, 0
	}
	if len(t) > 40 {
		return "", schemas.Invalid, schemas.BadFormat
	}
	switch string(appendFold(buf[:0], t)) {
	case "m", "male", "man", "mr", "м", "муж", "мужской", "мужчина", "чол", "чоловіча", "чоловік", "чоловічий", "ч", "masculine":
		value = "m"
	case "f", "female", "woman", "mrs", "ms", "w", "ж", "жен", "женский", "женщина", "жін", "жіноча", "жінка", "жіночий", "feminine":
		value = "f"
	case "0", "1", "2", "9", "n", "x", "u":
		return "", schemas.Ambiguous, schemas.UnknownCode
	default:
		if r, junk := junkText(t); junk {
			return "", schemas.Junk, r
		}
		return "", schemas.Invalid, schemas.UnknownCode
	}
	if t == value {
		return value, schemas.OK, schemas.Unchanged
	}
	return value, schemas.OK, schemas.Normalised
}

func genderCell(c *cell, out []Result) []Result {
	v, s, r := declaredGender(c.text)
	return append(out, Result{Out: v, Status: s, Reason: r, Rule: genderID})
}

// genderRule writes gender: the declared one checked against the name, or the
// one the name tells. A declared gender that patronymic or given name
// contradict is a conflict; nobody is outvoted.
func genderRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "gender", Version: 1, Doc: "gender as declared, checked against the name, or as the name tells it",
		Reads: []string{"gender", "surname", "given_name", "patronymic"}}
	if _, ok := d.Attr("gender"); ok {
		r.Writes = []string{"gender"}
	}
	r.Apply = applyGender
	return r
}

func applyGender(b *schemas.Batch, _ *Model) error {
	in, sur, giv, pat := b.In["gender"], b.Out["surname"], b.Out["given_name"], b.Out["patronymic"]
	if in == nil && sur == nil && giv == nil && pat == nil {
		return nil
	}
	out := emptyColumn(b, "gender", b.Rows)
	chain := uint16(0)
	var seen sexMemo
	for i := range b.Rows {
		s, g, p := usable(sur, i), usable(giv, i), usable(pat, i)
		if g.Reason == schemas.OrderUnknown { // given name and surname may be exchanged
			s.Value, g.Value = "", ""
		}
		var told Result
		if s.Value != "" || g.Value != "" || p.Value != "" {
			told = decideGender(seen.of(s.Value, g.Value, p.Value))
		}
		if chain == 0 {
			chain = b.Chain(genderID)
		}
		declared := false
		if in != nil {
			for _, raw := range in.Row(i) {
				if raw.Status != schemas.Raw {
					out.Append(raw)
					declared = true
					continue
				}
				text := raw.Value
				if int(raw.Field) < len(b.Format) && b.Format[raw.Field] == "birth_number" {
					if _, _, _, sex, ok := readBirthNumber(text); ok {
						text = sex
					}
				}
				v, st, why := declaredGender(text)
				if st == schemas.Empty {
					continue
				}
				c := schemas.Cell{Value: v, Status: st, Reason: why, Chain: chain, Field: raw.Field, Lo: raw.Lo, Hi: raw.Hi}
				if v != "" && told.Out != "" && told.Out != v && told.Reason != schemas.FromSurname {
					c.Value, c.Status, c.Reason = "", schemas.Conflict, told.Reason
				}
				declared = declared || v != ""
				out.Append(c)
			}
		}
		if !declared && told.Status != schemas.Empty && told.Rule != "" {
			from := g
			switch {
			case told.Reason == schemas.FromPatronymic:
				from = p
			case told.Reason == schemas.FromSurname && s.Value != "":
				from = s
			}
			out.Append(schemas.Cell{Value: told.Out, Status: told.Status, Reason: told.Reason, Chain: chain, Field: from.Field, Lo: from.Lo, Hi: from.Hi})
		}
		out.EndRow()
	}
	return nil
}

// usable gives the first usable cell of a row, or the zero cell.
func usable(c *schemas.Cells, row int) schemas.Cell {
	if c != nil {
		for _, v := range c.Row(row) {
			if v.Status.Usable() {
				return v
			}
		}
	}
	return schemas.Cell{}
}
