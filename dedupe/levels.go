package dedupe

import "slices"

// A comparison gives one level out of the list of its role. Level 0 is
// "missing" (weight 0), level 1 is "exact", the last is "differ"; the lists go
// from the strongest agreement to none, and weights may only fall along them,
// for dates along the paths that dateAbove gives.

var (
	nameLevels   = []string{"missing", "exact", "key", "sound", "edit1", "edit2", "part", "initial", "differ"}
	wordLevels   = []string{"missing", "exact", "key", "words", "edit1", "near", "overlap", "word", "differ"}
	placeLevels  = []string{"missing", "exact", "key", "words", "near", "overlap", "place", "word", "differ"}
	dateLevels   = []string{"missing", "exact", "swapped", "edit1", "month edit1", "other month", "day edit1", "other day", "year near", "year edit1", "other year", "edit2", "year", "differ"}
	idLevels     = []string{"missing", "exact", "similar", "differ"}
	phoneLevels  = []string{"missing", "exact", "last7", "similar", "differ"}
	emailLevels  = []string{"missing", "exact", "key", "edit1", "near", "local", "local near", "domain", "differ"}
	codeLevels   = []string{"missing", "exact", "similar", "prefix", "differ"}
	plainLevels  = []string{"missing", "exact", "differ"}
	numberLevels = []string{"missing", "exact", "similar", "near", "differ"}
)

// levelNames lists the levels of a role in order.
func levelNames(r Role) []string {
	switch r {
	case Surname, Given, Patronymic:
		return nameLevels
	case BirthDate, Date:
		return dateLevels
	case NationalID, Document:
		return idLevels
	case Phone:
		return phoneLevels
	case Email:
		return emailLevels
	case Postcode, House:
		return codeLevels
	case Number:
		return numberLevels
	case Gender, Code, Account:
		return plainLevels
	case Address:
		return placeLevels
	}
	return wordLevels
}

// Levels of a date. Which part differs matters, for a mistyped part as for another
// one: a hundred birth dates share day and month by chance for one that shares day
// and year.
const (
	dateSwapped    = 2
	dateEdit1      = 3 // digits of two parts are exchanged, or a text is no date
	dateMonthEdit1 = 4
	dateMonth      = 5 // only the month differs
	dateDayEdit1   = 6
	dateDay        = 7
	dateYearNear   = 8 // the year differs, by no more than two
	dateYearEdit1  = 9
	dateYear       = 10
	dateEdit2      = 11
	dateSameYear   = 12
	dateDiffer     = 13
)

// dateAbove names for each level of a date the one that it may not outweigh:
// dates that differ in one part are not weaker than a mistyped one, only other.
var dateAbove = []uint8{0, 0, 1, 1, 1, 4, 1, 6, 1, 1, 9, 6, 5, 0}

// partsOfDates completes the levels of a model that did not tell yet in which part
// of a date one digit is wrong: they all weigh what one wrong digit weighed.
func partsOfDates(levels []LevelModel) []LevelModel {
	if len(levels) != len(dateLevels)-3 {
		return levels
	}
	out := make([]LevelModel, len(dateLevels))
	for l, name := range dateLevels {
		i := slices.IndexFunc(levels, func(x LevelModel) bool { return x.Name == name })
		if i < 0 {
			i = dateEdit1
		}
		out[l] = levels[i]
		out[l].Name = name
	}
	return out
}

// nameAbove does so for names: one name in another script mostly sounds alike
// and is rarely one key, and a part of a double name is no typing error.
var nameAbove = []uint8{0, 0, 1, 1, 3, 4, 1, 6, 7}

// above gives the level that level l of the role may not outweigh; 0 = all
// before it.
func above(r Role, l int) int {
	switch r {
	case BirthDate, Date:
		return int(dateAbove[l])
	case Surname, Given, Patronymic:
		return int(nameAbove[l])
	}
	return l - 1
}

// within1 is within1 of the texts of two values.
func (f *feature) within1(a, b uint32) bool {
	return (f.cards == nil || f.cards[a].apart(&f.cards[b]) <= 1) && within1(f.letters(a), f.letters(b))
}

// near reports whether two values are at most limit edits apart.
func (f *feature) near(a, b uint32, limit int) bool {
	return (f.cards == nil || f.cards[a].apart(&f.cards[b]) <= limit) && osa(f.letters(a), f.letters(b), limit) <= limit
}

// level compares two different, present values of the feature.
func (f *feature) level(a, b uint32) uint8 {
	if l, sure := f.glance(a, b); sure {
		return l
	}
	return f.read(a, b)
}

// read compares the letters and keys of two values, where a glance at their
// cards does not tell.
func (f *feature) read(a, b uint32) uint8 {
	x, y := f.letters(a), f.letters(b)
	switch f.role {
	case Surname, Given, Patronymic:
		return f.nameLevel(a, b, x, y)
	case BirthDate, Date:
		return dateText(x, y)
	case NationalID, Document:
		if (len(x) == len(y) || min(len(x), len(y)) > 5) && f.within1(a, b) {
			return 2
		}
		return 3
	case Phone:
		if len(x) >= 7 && len(y) >= 7 && same(x[len(x)-7:], y[len(y)-7:]) {
			return 2
		}
		if f.within1(a, b) {
			return 3
		}
		return 4
	case Email:
		return f.emailLevel(a, b, x, y)
	case Postcode, House:
		if len(x) > 1 && len(y) > 1 && f.within1(a, b) {
			return 2
		}
		n := max(2, min(len(x), len(y))/2)
		if len(x) >= n && len(y) >= n && same(x[:n], y[:n]) {
			return 3
		}
		return 4
	case Number:
		if len(x) > 2 && len(y) > 2 && f.within1(a, b) {
			return 2
		}
		n := (min(len(x), len(y)) + 1) / 2
		if len(x) == len(y) && same(x[:n], y[:n]) {
			return 3
		}
		return 4
	case Address:
		return f.placeLevel(a, b, x, y)
	}
	return f.wordLevel(a, b, x, y)
}

func (f *feature) nameLevel(a, b uint32, x, y []uint16) uint8 {
	if len(x) > len(y) {
		x, y = y, x
	}
	if isInitial(x) || isInitial(y) {
		if x[0] == y[0] {
			return 7
		}
		return 8
	}
	if meet(f.strong.get(a), f.strong.get(b)) {
		return 2
	}
	sound := meet(f.weak.get(a), f.weak.get(b))
	one := len(y) > 2 && f.within1(a, b)
	switch {
	case sound && len(x) > 2 && (one || len(y)-len(x) < 3):
		return 3
	case one:
		return 4
	case len(y) >= 5 && f.near(a, b, editLimit(len(y))):
		return 5
	case len(x) >= 3 && same(x, y[:len(x)]) || sound || samePart(x, y):
		return 6
	}
	return 8
}

// isInitial reports a name of which only the first letter is told.
func isInitial(x []uint16) bool { return len(x) == 1 || len(x) == 2 && x[1] == '.' }

// editLimit is how many edits still count as near for texts of n letters.
func editLimit(n int) int {
	switch {
	case n < 9:
		return 2
	case n < 16:
		return 3
	}
	return 4
}

// samePart reports whether one part of a double name stands in the other.
func samePart(x, y []uint16) bool {
	if !slices.ContainsFunc(x, isGap) && !slices.ContainsFunc(y, isGap) {
		return false
	}
	px, py := splitWords(x), splitWords(y)
	for _, p := range px {
		for _, q := range py {
			if len(p) > 2 && same(p, q) {
				return true
			}
		}
	}
	return false
}

// dateText compares two texts of which one is no date.
func dateText(x, y []uint16) uint8 {
	switch {
	case within1(x, y):
		return dateEdit1
	case min(len(x), len(y)) > 5 && osa(x, y, 2) <= 2:
		return dateEdit2
	}
	return dateDiffer
}

func (f *feature) emailLevel(a, b uint32, x, y []uint16) uint8 {
	if meet(f.strong.get(a), f.strong.get(b)) {
		return 2
	}
	if f.within1(a, b) {
		return 3
	}
	i, j := at(x), at(y)
	lx, ly, dx, dy := x[:i], y[:j], x[i:], y[j:]
	limit := min(4, max(len(x), len(y))/5)
	switch {
	case f.near(a, b, limit):
		return 4
	case len(lx) > 2 && same(lx, ly):
		return 5
	case len(lx) > 4 && len(ly) > 4 && osa(lx, ly, 2) <= 2:
		return 6
	case len(dx) > 0 && same(dx, dy):
		return 7
	}
	return 8
}

func at(x []uint16) int {
	for i, c := range x {
		if c == '@' {
			return i
		}
	}
	return len(x)
}

func (f *feature) wordLevel(a, b uint32, x, y []uint16) uint8 {
	if meet(f.strong.get(a), f.strong.get(b)) {
		return 2
	}
	common, all := shared(f.tok.get(a), f.tok.get(b))
	limit := editLimit(max(len(x), len(y)))
	switch {
	case all > 1 && common == all:
		return 3
	case len(x) > 2 && len(y) > 2 && f.within1(a, b):
		return 4
	case max(len(x), len(y)) >= 5 && f.near(a, b, limit), meet(f.weak.get(a), f.weak.get(b)) && min(len(x), len(y)) > 3:
		return 5
	case common*2 >= all && common > 0:
		return 6
	case common > 0, min(len(x), len(y)) > 3 && same(x[:4], y[:4]):
		return 7
	}
	return 8
}

func (f *feature) placeLevel(a, b uint32, x, y []uint16) uint8 {
	if meet(f.strong.get(a), f.strong.get(b)) {
		return 2
	}
	common, all := shared(f.tok.get(a), f.tok.get(b))
	limit := editLimit(max(len(x), len(y)))
	switch {
	case common == all && all > 0:
		return 3
	case f.near(a, b, limit):
		return 4
	case common*4 >= all*3:
		return 5
	case common*2 >= all && common > 0:
		return 6
	case common > 0, meet(f.place.get(a), f.place.get(b)):
		return 7
	}
	return 8
}

// shared counts common elements of two sorted lists and the length of the longer.
func shared(a, b []uint32) (common, all int) {
	all = max(len(a), len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common, i, j = common+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return common, all
}
