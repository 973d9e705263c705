package transforms

import (
	"strings"
	"unicode/utf8"

	"clientbase/schemas"
)

// Cells in which more stands than one name: two people, labels, remarks.

// joinsPeople reports that word i, which stands behind n words of a name, is
// "и" between two people. A small "и" or a capital one without full stop in a
// cell in capitals: Иванов и Петрова, ИВАНОВ И ПЕТРОВА, but not ИВАНОВ И ИВАНОВИЧ.
func (p *nameParser) joinsPeople(i, n int) bool {
	u, next := &p.units[i], &p.units[i+1]
	if u.dot || u.bracket || next.bracket {
		return false
	}
	switch bytesView(p.foldOf(i)) {
	case "и", "та", "і", "й", "and":
	default:
		return false
	}
	if next.initial && !(next.dot && !u.initial) {
		return false
	}
	if u.lower {
		return true
	}
	return n == 1 && u.initial && next.patEv == notPatronymic && !hasLower(p.src)
}

// groupWord reports a word for several people of one name.
func groupWord(fold string) bool {
	switch fold {
	case "семья", "семьи", "сімя", "супруги", "супругов", "подружжя", "чета":
		return true
	}
	return false
}

// severalNames reports at least two whole names between signs that divide.
func severalNames(s string) bool {
	n := 0
	for piece := range peopleIn(s) {
		if piece.Surname.Text != "" && (piece.Given.Text != "") {
			n++
		}
	}
	return n > 1
}

// peopleIn yields the names between commas, semicolons, slashes and "и".
func peopleIn(s string) func(yield func(PersonName) bool) {
	return func(yield func(PersonName) bool) {
		if len(s) > maxNameBytes || !strings.ContainsAny(s, ",;/&+\n") && !strings.Contains(s, " и ") && !strings.Contains(s, " та ") && !strings.Contains(s, " і ") && !strings.Contains(s, " and ") {
			return
		}
		s = strings.NewReplacer(" и ", ";", " та ", ";", " і ", ";", " and ", ";").Replace(s)
		for piece := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;/&+\n", r) }) {
			if n := parseName(piece); n.Status.Usable() && !yield(n) {
				return
			}
		}
	}
}

// marriage reports the words behind "до" that tell a former surname.
func marriage(fold string) bool {
	switch fold {
	case "шлюбу", "брака", "замужества", "заміжжя", "одруження":
		return true
	}
	return false
}

// fillerWord reports what systems and clerks put where a part is missing, and
// the label of the whole cell.
func fillerWord(fold string) bool {
	switch fold {
	case "null", "none", "nil", "nan", "фио", "піб", "нет", "нету", "немає", "нема", "отсутствует", "відсутнє", "отчества", "отчество", "fio":
		return true
	}
	return false
}

// phoneWord reports what stands around a number behind a name.
func phoneWord(fold string) bool {
	switch fold {
	case "гр", "года", "год", "рождения", "рожд", "народження", "року", "тел", "моб":
		return true
	}
	return false
}

// preposition reports a word that puts the name behind it into an oblique case.
func preposition(fold string) bool {
	switch fold {
	case "о", "об", "обо", "к", "ко", "от", "для", "у", "с", "со", "про", "від", "з", "із", "зі", "щодо":
		return true
	}
	return false
}

// degreeAt steps over an academic degree (д.т.н., к.м.н.) in front of a name.
func (p *nameParser) degreeAt(i *int) bool {
	if *i+3 >= p.n {
		return false
	}
	if f := bytesView(p.foldOf(*i)); f != "д" && f != "к" {
		return false
	}
	for k := *i; k < *i+3; k++ {
		if u := &p.units[k]; !u.initial || !u.lower || !u.dot {
			return false
		}
	}
	if bytesView(p.foldOf(*i+2)) != "н" {
		return false
	}
	*i += 2
	return true
}

// abbreviations treats short words with a full stop (Ив. Ив. Иванов, Дж. Смит)
// as initials, as long as a word of another kind is left, and "ИИ" behind a
// surname in capitals as two.
func (p *nameParser) abbreviations() {
	left := 0
	short := func(u *unit) bool {
		return u.dot && !u.initial && utf8.RuneCountInString(p.src[u.lo:u.hi]) <= 3 && !u.isGiven && !u.titleWord && !u.maiden && !u.generational && !u.end.strong
	}
	for i := range p.n {
		if u := &p.units[i]; !u.initial && !u.bracket && !u.titleWord && !short(u) {
			left++
		}
	}
	if left == 0 {
		return
	}
	for i := range p.n {
		if u := &p.units[i]; short(u) && !serviceWord(bytesView(p.foldOf(i))) {
			u.initial = true
		}
	}
}

// labelledName reads "Фамилия: Иванов Имя: Иван Отчество: Иванович".
func labelledName(s string) (PersonName, bool) {
	var parts [3]string
	at, found := -1, 0
	for w := range strings.FieldsSeq(s) {
		label, rest, _ := strings.Cut(w, ":")
		var buf [64]byte
		next := at
		if len(label) <= 32 {
			switch bytesView(appendFold(buf[:0], label)) {
			case "фамилия", "прізвище", "surname":
				next = 0
			case "имя", "імя":
				next = 1
			case "отчество":
				next = 2
			}
		}
		if strings.Contains(w, ":") && (next != at || at < 0) {
			if next < 0 {
				return PersonName{}, false
			}
			at = next
			found++
			w = rest
		}
		if at < 0 {
			return PersonName{}, false
		}
		if w != "" {
			parts[at] = strings.TrimSpace(parts[at] + " " + strings.TrimRight(w, ",;"))
		}
	}
	if found < 2 || parts[0] == "" || parts[1] == "" {
		return PersonName{}, false
	}
	n := parseColumns(parts[0], parts[1], parts[2])
	whole := n.whole()
	out := PersonName{Full: whole.Text, Status: whole.Status, Reason: whole.Reason, Surname: n.surname, Given: n.given, Patronymic: n.patronymic, Former: n.former}
	for _, p := range [...]*NamePart{&out.Surname, &out.Given, &out.Patronymic, &out.Former} {
		p.Lo, p.Hi = 0, 0
	}
	if !out.Status.Usable() {
		return PersonName{}, false
	}
	if out.Reason == schemas.Unchanged {
		out.Reason = schemas.Normalised
	}
	out.patSex, out.givenSex, out.surnameSex = partSexes(out.Surname.Text, out.Given.Text, out.Patronymic.Text)
	return out, true
}

// digitsAsLetters reads 0 as о and 3 as з, only when a known name comes out.
func (p *nameParser) digitsAsLetters(dst []byte, w string) (string, schemas.Reason, schemas.Reason) {
	for _, r := range w {
		switch r {
		case '0':
			r = 'о'
		case '3':
			r = 'з'
		}
		dst = utf8.AppendRune(dst, r)
	}
	var buf [maxNameBytes]byte
	fold := appendFold(buf[:0], bytesView(dst))
	if _, ok := dict().findGiven(fold, true); ok {
		return string(dst), schemas.LookAlikeLetter, 0
	}
	if e := surnameByEnding(fold, true); e.strong && e.sex != 0 && scriptOf(bytesView(dst))&scriptDigit == 0 {
		return string(dst), schemas.LookAlikeLetter, 0
	}
	return w, 0, schemas.BadCharacter
}
