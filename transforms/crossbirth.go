package transforms

import "clientbase/schemas"

// birthChecks compare the birth date with what documents and the bank's own
// dates say about it.
func birthChecks() []CrossCheck {
	return []CrossCheck{
		{ID: "birth_rnokpp", Version: 1, A: "birth_date", B: "rnokpp", Doc: "the RNOKPP holds another birth date",
			find: sameDay(birthOf, rnokppBirth)},
		{ID: "birth_unzr", Version: 1, A: "birth_date", B: "unzr", Doc: "the UNZR holds another birth date",
			find: sameDay(birthOf, unzrBirth)},
		{ID: "rnokpp_unzr", Version: 1, A: "rnokpp", B: "unzr", Doc: "RNOKPP and UNZR hold different birth dates",
			find: sameDay(rnokppBirth, unzrBirth)},
		{ID: "birth_passport", Version: 1, A: "birth_date", B: "passport", find: findBirthPassport,
			Doc: "the form of the Russian passport is older than a passport of a person so young can be"},
		{ID: "birth_issued", Version: 1, A: "birth_date", B: "passport_issued", find: findBirthIssued,
			Doc: "the Russian passport was issued before the age of 14"},
		{ID: "passport_issued", Version: 1, A: "passport", B: "passport_issued", find: findPassportIssued,
			Doc: "the year of the passport's form does not fit the day of issue"},
		{ID: "birth_opened", Version: 1, A: "birth_date", B: "opened_on", find: findBirthOpened,
			Doc: "a client before birth"},
		{ID: "birth_ogrn", Version: 1, A: "birth_date", B: "ogrn", find: findBirthOGRN,
			Doc: "a sole trader registered before the age of 14"},
	}
}

func birthOf(v string) (int32, bool) { return isoDay(v) }

func rnokppBirth(v string) (int32, bool) {
	if len(v) != 10 {
		return 0, false
	}
	return rnokppDay([]byte(v)), true
}

func unzrBirth(v string) (int32, bool) {
	if len(v) != 14 {
		return 0, false
	}
	return dayOf(atoi(v[:4]), atoi(v[4:6]), atoi(v[6:8]))
}

type dayReader func(value string) (int32, bool)

// sameDay finds two values that tell different days.
func sameDay(dayA, dayB dayReader) func(*crossRow) (schemas.Cell, schemas.Cell, schemas.Reason) {
	return func(r *crossRow) (x, y schemas.Cell, why schemas.Reason) {
		x, y, ok := r.both()
		if !ok {
			return x, y, 0
		}
		d1, ok1 := dayA(x.Value)
		d2, ok2 := dayB(y.Value)
		if ok1 && ok2 && d1 != d2 {
			return x, y, schemas.DateDiffers
		}
		return x, y, 0
	}
}

// formYear is the year in which the form of a Russian internal passport was
// printed: digits 3 and 4 of its series.
func formYear(passport string) (int, bool) {
	if len(passport) != 11 || passport[4] != ' ' || !allDigits(passport[:4]) {
		return 0, false
	}
	y := atoi(passport[2:4])
	if y >= 97 {
		return 1900 + y, true
	}
	return 2000 + y, true
}

// findBirthPassport looks at every Russian passport of the record.
func findBirthPassport(r *crossRow) (born, doc schemas.Cell, why schemas.Reason) {
	if born = r.value("birth_date"); born.Value == "" {
		return born, doc, 0
	}
	for _, doc := range r.values("passport") {
		if !doc.Status.Usable() {
			continue
		}
		if y, ok := formYear(doc.Value); ok && y < atoi(born.Value[:4])+r.limits.passportAge-r.limits.formYears {
			return born, doc, schemas.TooEarly
		}
	}
	return born, doc, 0
}

// findBirthIssued needs to know that the document is a Russian internal
// passport: others are given to children too.
func findBirthIssued(r *crossRow) (born, issued schemas.Cell, why schemas.Reason) {
	born, issued, ok := r.both()
	if !ok {
		return born, issued, 0
	}
	d1, ok1 := isoDay(born.Value)
	d2, ok2 := isoDay(issued.Value)
	if !ok1 || !ok2 {
		return born, issued, 0
	}
	if d2 < d1 {
		return born, issued, schemas.TooEarly
	}
	for _, doc := range r.values("passport") {
		if _, internal := formYear(doc.Value); internal && doc.Status.Usable() && ageAt(d1, d2) < r.limits.passportAge {
			return born, issued, schemas.TooEarly
		}
	}
	return born, issued, 0
}

// findPassportIssued: a form is issued from one year before to three years
// after the year on it (offices changed to the new year's forms early).
func findPassportIssued(r *crossRow) (doc, issued schemas.Cell, why schemas.Reason) {
	if issued = r.value("passport_issued"); issued.Value == "" {
		return doc, issued, 0
	}
	first := schemas.Cell{}
	for _, doc := range r.values("passport") {
		y, internal := formYear(doc.Value)
		if !doc.Status.Usable() || !internal {
			continue
		}
		if of := atoi(issued.Value[:4]); of >= y-1 && of <= y+r.limits.formYears {
			return doc, issued, 0 // the day belongs to this one
		}
		if first.Value == "" {
			first = doc
		}
	}
	if first.Value == "" {
		return first, issued, 0
	}
	return first, issued, schemas.YearDiffers
}

func findBirthOpened(r *crossRow) (born, opened schemas.Cell, why schemas.Reason) {
	born, opened, ok := r.both()
	if ok && opened.Value < born.Value { // ISO days sort as they stand
		return born, opened, schemas.TooEarly
	}
	return born, opened, 0
}

func findBirthOGRN(r *crossRow) (born, number schemas.Cell, why schemas.Reason) {
	born, number, ok := r.both()
	if ok && len(number.Value) == 15 && number.Reason != schemas.YearInFuture && ogrnYear(number.Value) < atoi(born.Value[:4])+r.limits.passportAge {
		return born, number, schemas.TooEarly
	}
	return born, number, 0
}

// ogrnYear is the year of the register entry: digits 2 and 3.
func ogrnYear(number string) int { return 2000 + atoi(number[1:3]) }
