package transforms

import (
	"strings"
	"unicode/utf8"

	"clientbase/schemas"
)

// sexChecks compare everything that tells the sex of a person in pairs:
// declared gender, RNOKPP, patronymic, given name and the form of the surname.
func sexChecks() []CrossCheck {
	return []CrossCheck{
		{ID: "gender_rnokpp", Version: 1, A: "gender", B: "rnokpp", find: findGenderRNOKPP, Doc: "the RNOKPP is one of the other sex"},
		{ID: "gender_patronymic", Version: 1, A: "gender", B: "patronymic", find: findGenderPatronymic, Doc: "the patronymic is of the other sex than declared"},
		{ID: "gender_given", Version: 1, A: "gender", B: "given_name", find: findGenderGiven, Doc: "the given name is of the other sex than declared"},
		{ID: "patronymic_given", Version: 1, A: "patronymic", B: "given_name", find: findPatronymicGiven, Doc: "patronymic and given name are of different sexes"},
		{ID: "surname_patronymic", Version: 1, A: "surname", B: "patronymic", find: findSurnamePatronymic, Doc: "the surname stands in the form of the other sex than the patronymic"},
		{ID: "surname_given", Version: 1, A: "surname", B: "given_name", find: findSurnameGiven, Doc: "the surname stands in the form of the other sex than the given name"},
	}
}

// nameSexes is what the parts of a record's name say, worked out once per record.
type nameSexes struct {
	done                              bool
	surname, given, patronymic        schemas.Cell
	surnameSex, givenSex, patronymSex sexes // one sex, or 0: says nothing
}

func (r *crossRow) names() *nameSexes {
	n := &r.sex
	if n.done {
		return n
	}
	n.done = true
	n.surname, n.given, n.patronymic = usable(r.surname, r.row), usable(r.given, r.row), usable(r.patronymic, r.row)
	s, g := n.surname.Value, n.given.Value
	if n.given.Reason == schemas.OrderUnknown { // given name and surname may be exchanged
		s, g = "", ""
	}
	pat, giv := r.memo.patronymic.of(n.patronymic.Value, sexOfPatronymic), r.memo.given.of(g, sexOfGiven)
	sur := r.memo.surname.of(s, sexOfForm)
	one := func(x sexes) sexes {
		if x == male || x == female {
			return x
		}
		return 0
	}
	n.patronymSex, n.givenSex, n.surnameSex = one(pat), one(giv), one(sur)
	return n
}

// sexOfForm is the sex that a surname's form contradicts; 0: says nothing.
func sexOfForm(surname string) sexes {
	if bothForms(surname) {
		return 0
	}
	return sexOfSurname(surname)
}

// bothForms reports a surname whose form says nothing in a contradiction: men
// are called Сова, Рева and Голова too, women keep Цой and Яровой undeclined, and in
// Latin letters they bear surnames as their fathers' passports have them.
func bothForms(surname string) bool {
	if surname == "" || scriptOf(surname)&scriptCyrillic == 0 {
		return true
	}
	last := surname[max(strings.LastIndexByte(surname, '-'), strings.LastIndexByte(surname, ' '))+1:]
	var buf [160]byte
	fold := bytesView(appendFold(buf[:0], last))
	if utf8.RuneCountInString(last) <= 4 {
		return true
	}
	if strings.HasSuffix(fold, "ой") && !strings.HasSuffix(fold, "ской") && !strings.HasSuffix(fold, "цкой") {
		return true
	}
	switch fold {
	case "голова", "корова", "подкова", "дуброва", "діброва", "полова", "основа", "обнова":
		return true
	}
	return false
}

// declaredSex is what the source says of the sex itself, worked out once per
// record.
type declaredSex struct {
	done bool
	cell schemas.Cell
	sex  sexes
}

// declaredSex reads the raw cells: the column of cleansed genders may hold what
// the name told, or nothing where the two disagreed.
func (r *crossRow) declaredSex() (schemas.Cell, sexes) {
	d := &r.declared
	if d.done {
		return d.cell, d.sex
	}
	*d = declaredSex{done: true}
	in := r.b.In["gender"]
	if in == nil {
		return d.cell, 0
	}
	for _, raw := range in.Row(r.row) {
		v := raw.Value
		if raw.Status == schemas.Raw {
			if int(raw.Field) < len(r.b.Format) && r.b.Format[raw.Field] == "birth_number" {
				continue
			}
			v, _, _ = declaredGender(raw.Value)
			raw.Chain = r.b.Chain(genderID)
		}
		if v == "m" || v == "f" {
			d.cell, d.sex = raw, sexOfWord(v)
			break
		}
	}
	return d.cell, d.sex
}

func sexOfWord(s string) sexes {
	if s == "f" {
		return female
	}
	return male
}

// findGenderRNOKPP takes the declared sex, else the one that the name tells.
func findGenderRNOKPP(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	b = r.value("rnokpp")
	if len(b.Value) != 10 {
		return a, b, 0
	}
	a, s := r.declaredSex()
	if s == 0 {
		a = r.value("gender")
		if a.Value == "" || a.Reason == schemas.FromDocument || a.Reason == schemas.FromSurname {
			return a, b, 0
		}
		s = sexOfWord(a.Value)
	}
	if s != sexOfWord(rnokppGender(b.Value)) {
		return a, b, schemas.SexDiffers
	}
	return a, b, 0
}

func findGenderPatronymic(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	if n.patronymSex == 0 {
		return a, b, 0
	}
	a, s := r.declaredSex()
	return a, n.patronymic, sexDiffers(s, n.patronymSex)
}

func findGenderGiven(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	if n.givenSex == 0 {
		return a, b, 0
	}
	a, s := r.declaredSex()
	return a, n.given, sexDiffers(s, n.givenSex)
}

func findPatronymicGiven(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	return n.patronymic, n.given, sexDiffers(n.patronymSex, n.givenSex)
}

func findSurnamePatronymic(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	return n.surname, n.patronymic, sexDiffers(n.surnameSex, n.patronymSex)
}

// findSurnameGiven speaks where no patronymic does.
func findSurnameGiven(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	n := r.names()
	if n.patronymSex != 0 {
		return a, b, 0
	}
	return n.surname, n.given, sexDiffers(n.surnameSex, n.givenSex)
}

func sexDiffers(a, b sexes) schemas.Reason {
	if a != 0 && b != 0 && a != b {
		return schemas.SexDiffers
	}
	return 0
}
