package transforms

import (
	"strings"

	"clientbase/schemas"
)

// nameChecks compare a person's name with the other names that the record
// holds: the father's, a whole name in a column of its own, the mailbox.
func nameChecks() []CrossCheck {
	return []CrossCheck{
		{ID: "patronymic_father", Version: 1, A: "patronymic", B: "father_name", find: findPatronymicFather, Doc: "the patronymic is not made of the father's name"},
		{ID: "full_name_surname", Version: 1, A: "full_name", B: "surname", find: findFullName, Doc: "the whole name and its parts name different people"},
		{ID: "card_name", Version: 1, A: "card_name", B: "surname", find: findCardName, Doc: "the name on the card is another person's"},
		{ID: "email_name", Version: 1, A: "email", B: "given_name", Weak: true, find: findEmailName, Doc: "the mailbox is named after another person"},
	}
}

// findPatronymicFather compares the lemmas of both: Миколайович and Николай meet.
func findPatronymicFather(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok || isInitial(a.Value) || isInitial(b.Value) {
		return a, b, 0
	}
	var father []string
	givenLemmas(b.Value, func(k string) { father = append(father, k) })
	known, meet := false, false
	d := dict()
	var buf [96]byte
	word, rest, _ := strings.Cut(a.Value, " ")
	cyrillic := scriptOf(word)&scriptCyrillic != 0
	fold := appendFold(buf[:0], word)
	if p, ev := d.findPatronymic(fold, cyrillic); ev != notPatronymic && len(p.father) > 0 {
		known = true
		for _, l := range p.father {
			meet = meet || contains(father, l)
		}
	} else if g, given := d.findGiven(fold, cyrillic); given && turkicSuffix(foldName(rest)) != 0 {
		known = true
		for _, l := range g.lemmas {
			meet = meet || contains(father, l)
		}
	}
	_, given := d.findGiven(appendFold(buf[:0], b.Value), scriptOf(b.Value)&scriptCyrillic != 0)
	if known && given && !meet {
		return a, b, schemas.NameDiffers
	}
	return a, b, 0
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// findFullName compares a whole name with parts that came from other columns.
func findFullName(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok || a.Field == b.Field {
		return a, b, 0
	}
	if g := usable(r.given, r.row); g.Field == a.Field || joinedFrom(r, a) {
		return a, b, 0
	}
	return a, b, otherPerson(ParseName(a.Value), b.Value, usable(r.given, r.row).Value, usable(r.former, r.row).Value)
}

// joinedFrom reports a whole name that the name rule made of the parts.
func joinedFrom(r *crossRow, whole schemas.Cell) bool {
	in := r.b.In["full_name"]
	if in == nil {
		return true
	}
	for _, c := range in.Row(r.row) {
		if c.Field == whole.Field && strings.TrimSpace(c.Value) != "" {
			return false
		}
	}
	return true
}

// findCardName compares the name on a card with the name of its holder in the
// same row.
func findCardName(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok {
		return a, b, 0
	}
	return a, b, otherPerson(ParseName(a.Value), b.Value, usable(r.given, r.row).Value, usable(r.former, r.row).Value)
}

// otherPerson finds that a whole name cannot be the one of surname and given
// name: neither of its two words sounds like either of them, in any order, nor
// like a former surname. One word that meets is a relative, a marriage or a typo.
func otherPerson(n PersonName, surname, given, former string) schemas.Reason {
	if !n.Status.Usable() || n.Surname.Text == "" || n.Given.Text == "" || isInitial(n.Given.Text) || surname == "" || given == "" || isInitial(given) {
		return 0
	}
	var own []string
	keep := func(k string) { own = append(own, k) }
	surnameSkeletons(surname, keep)
	surnameSkeletons(former, keep)
	plainSkeletons(given, keep)
	givenLemmas(given, keep)
	meets := false
	look := func(k string) { meets = meets || contains(own, k) || nearOne(own, k) }
	surnameSkeletons(n.Surname.Text, look)
	plainSkeletons(n.Given.Text, look)
	givenLemmas(n.Given.Text, look)
	if meets {
		return 0
	}
	return schemas.NameDiffers
}

// nearOne reports a skeleton one letter away: a typo, or a scheme of its own.
func nearOne(list []string, k string) bool {
	for _, x := range list {
		if len(x) > 3 && len(k) > 3 && oneEdit(x, k) {
			return true
		}
	}
	return false
}

// oneEdit reports at most one letter added, lost, changed, or two neighbours
// exchanged.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// findEmailName reads "ivan.petrov85@…": a given name of the other sex that the
// client does not bear, beside a surname. Initials, nicknames and names that may
// be surnames say nothing; nor do names of one sex, for mailboxes of youth, of
// pen names and of second given names are common.
func findEmailName(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	b = n.given
	sex := n.givenSex
	if n.patronymSex != 0 {
		sex = n.patronymSex
	}
	if b.Value == "" || isInitial(b.Value) || sex == 0 || n.surname.Value == "" {
		return a, b, 0
	}
	var lemmas []string
	for _, a := range r.values("email") {
		if !a.Status.Usable() || a.Reason == schemas.RoleAddress {
			continue
		}
		given, family := mailNames(a.Value)
		if given == "" {
			continue
		}
		var buf [96]byte
		g, _ := dict().findGiven(appendFold(buf[:0], given), false)
		if g.sex != male && g.sex != female || g.sex == sex || len(family) < 4 {
			continue
		}
		if lemmas == nil {
			givenLemmas(b.Value, func(k string) { lemmas = append(lemmas, k) })
		}
		for _, l := range g.lemmas {
			if contains(lemmas, l) {
				return a, b, 0
			}
		}
		return a, b, schemas.NameDiffers
	}
	return a, b, 0
}

// mailNames takes the local part of an address apart where it is a given name
// of the dictionary and one other word, parted by a sign.
func mailNames(address string) (given, family string) {
	local, _, ok := strings.Cut(address, "@")
	if !ok {
		return "", ""
	}
	var words [2]string
	n := 0
	for i := 0; i < len(local); {
		j := i
		for j < len(local) && local[j] != '.' && local[j] != '_' && local[j] != '-' {
			j++
		}
		if j > i {
			if n == len(words) {
				return "", ""
			}
			words[n] = local[i:j]
			n++
		}
		i = j + 1
	}
	if n != len(words) {
		return "", ""
	}
	d := dict()
	var buf [96]byte
	for i, w := range words {
		w = cutDigits(w)
		other := cutDigits(words[1-i])
		if len(w) < 4 || !latinWord(w) || !latinWord(other) {
			continue
		}
		_, isName := d.findGiven(appendFold(buf[:0], w), false)
		_, both := d.findGiven(appendFold(buf[:0], other), false)
		if isName && !both {
			return w, other
		}
	}
	return "", ""
}

// cutDigits cuts the number behind a word off.
func cutDigits(s string) string {
	n := len(s)
	for n > 0 && isDigit(s[n-1]) {
		n--
	}
	return s[:n]
}

func latinWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}
