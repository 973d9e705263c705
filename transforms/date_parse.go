package transforms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

// order is a set of orders of day, month and year.
type order uint8

const (
	orderDMY order = 1 << iota
	orderMDY
	orderYMD
)

// dateText is a date cell taken apart, before anything is decided about order
// and century.
type dateText struct {
	status schemas.Status // set when the text is settled: empty, junk, invalid
	reason schemas.Reason

	fixed   bool // y, m, d are known
	y, m, d int
	named   bool // by a month name

	part   [3]int // numeric parts in the order of writing
	width  [3]int // their digits
	sep    byte   // between the first two: '.', '/', '-', ' ', 0 = none
	may    order  // orders in which the parts are an existing date
	short  bool   // the year has two digits
	ampm   bool   // a 12-hour clock followed
	utc    bool   // a time of day in UTC followed, other than midnight
	serial bool   // a spreadsheet's day number or seconds since 1970 in num
	num    int64
	frac   bool
	folded bool
	look   bool // a letter was read as the digit it looks like
}

// parseDate takes a cell apart. It decides nothing that depends on the column.
func parseDate(text string) dateText {
	t := dateText{}
	if t.plain(text) {
		return t
	}
	s, folded := foldWidth(text)
	t.folded = folded
	s = strings.Trim(strings.TrimSpace(s), "'\"`«»;,")
	if strings.TrimSpace(s) == "" {
		if strings.TrimSpace(text) != "" {
			t.status, t.reason = schemas.Junk, schemas.Placeholder
		}
		return t
	}
	if reason, junk := junkText(s); junk {
		t.status, t.reason = schemas.Junk, reason
		return t
	}
	s = cutLabels(s, dateLabels)
	s = t.cutClock(s)
	if t.number(s) {
		return t
	}
	t.tokens(s)
	if t.status == schemas.Invalid {
		if f, ok := foldDateLooks(s); ok { // "O1.O4.198O"
			again := dateText{folded: t.folded, look: true, ampm: t.ampm, utc: t.utc}
			if again.tokens(f); again.status == schemas.Empty {
				return again
			}
		}
	}
	return t
}

// foldDateLooks reads letters that touch digits as the digits they look like.
func foldDateLooks(s string) (string, bool) {
	b, changed := make([]byte, 0, len(s)), false
	for i := 0; i < len(s); {
		j, all, n := i, true, 0
		for j < len(s) {
			r, size := utf8.DecodeRuneInString(s[j:])
			if !unicode.IsLetter(r) && r != '|' {
				break
			}
			_, ok := digitLook(r)
			all = all && ok
			n++
			j += size
		}
		if j == i {
			b = append(b, s[i])
			i++
			continue
		}
		if all && n <= 2 && (i > 0 && isDigit(s[i-1]) || j < len(s) && isDigit(s[j])) {
			for _, r := range s[i:j] {
				d, _ := digitLook(r)
				b = append(b, d)
			}
			changed = true
		} else {
			b = append(b, s[i:j]...)
		}
		i = j
	}
	return string(b), changed
}

func (t *dateText) invalid(why schemas.Reason) { t.status, t.reason = schemas.Invalid, why }

// cutClock removes a time of day behind the date.
func (t *dateText) cutClock(s string) string {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		if len(s) > 11 && s[10] == 'T' && isDigit(s[11]) {
			return s[:10]
		}
		return s
	}
	i := colon
	for i > 0 && isDigit(s[i-1]) {
		i--
	}
	if i == colon || i == 0 || s[i-1] != ' ' && s[i-1] != 'T' && s[i-1] != 't' && s[i-1] != ',' {
		return s
	}
	if low := strings.ToLower(s[colon:]); strings.Contains(low, "am") || strings.Contains(low, "pm") {
		t.ampm = true
	}
	clock := s[i:]
	if end := strings.TrimLeft(clock, "0123456789:."); len(end) > 5 && end[0] == ' ' { // Tue Apr 1 00:00:00 MSK 1980
		if year := end[strings.LastIndexByte(end, ' ')+1:]; len(year) == 4 && allDigits(year) {
			return s[:i-1] + " " + year
		}
	}
	t.utc = (strings.HasSuffix(clock, "Z") || strings.HasSuffix(clock, "+00:00")) && strings.Trim(strings.TrimSuffix(clock, "+00:00"), "0:.Z") != ""
	return strings.TrimRight(s[:i-1], " ,")
}

// number reads cells of digits alone.
func (t *dateText) number(s string) bool {
	neg := strings.HasPrefix(s, "-")
	whole, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !dot {
		whole, frac, dot = strings.Cut(whole, ",")
	}
	if !allDigits(whole) || dot && !allDigits(frac) {
		if isDamaged(s) {
			t.invalid(schemas.SpreadsheetDamage)
			return true
		}
		return false
	}
	if strings.Trim(whole, "0") == "" || len(whole) >= 4 && strings.Trim(whole, "9") == "" {
		t.status, t.reason = schemas.Junk, schemas.Placeholder
		return true
	}
	switch n := len(whole); {
	case (n == 5 || n == 4 && dot) && !neg && whole[0] != '0': // a spreadsheet's day, with its part of a day
		t.serial, t.num, t.frac = true, int64(atoi(whole)), dot
	case dot && n < 9:
		return false // 12.5, 01.04 and the like
	case n == 10 || n == 13 || n == 9:
		t.serial, t.num = true, int64(atoi(whole))
		if neg {
			t.num = -t.num
		}
		if n == 13 {
			t.num = floorDiv64(t.num, 1000)
		}
	case neg || dot:
		t.invalid(schemas.BadFormat)
	case n == 12 && minuteStamp(whole): // YYYYMMDDHHMM
		t.compact(whole[:8])
	case n == 12:
		t.serial, t.num = true, int64(atoi(whole))/1000
	case n == 14:
		t.compact(whole[:8])
	case n == 8:
		t.compact(whole)
	case n == 6:
		t.compact6(whole)
	case n == 4 && whole[:2] >= "18" && whole[:2] <= "21": // only a year
		t.status, t.reason = schemas.Ambiguous, schemas.PartlyParsed
	default:
		t.invalid(schemas.BadLength)
	}
	return true
}

// minuteStamp reports twelve digits that are a date of our times and a clock.
func minuteStamp(s string) bool {
	y := atoi(s[:4])
	return y >= 1900 && y < 2100 && isDate(y, atoi(s[4:6]), atoi(s[6:8])) && s[8:10] < "24" && s[10:] < "60"
}

func floorDiv64(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// compact reads eight digits: YYYYMMDD, DDMMYYYY or MMDDYYYY.
func (t *dateText) compact(s string) {
	if y, m, d := atoi(s[:4]), atoi(s[4:6]), atoi(s[6:]); isDate(y, m, d) && (y >= 1800 && y < 2200 || placeholderDay(y, m, d)) {
		t.fixed, t.y, t.m, t.d = true, y, m, d
		return
	}
	t.part, t.width = [3]int{atoi(s[:2]), atoi(s[2:4]), atoi(s[4:])}, [3]int{2, 2, 4}
	t.sep = '.'
	t.orders()
}

// compact6 reads six digits with a year of two.
func (t *dateText) compact6(s string) {
	t.part, t.width = [3]int{atoi(s[:2]), atoi(s[2:4]), atoi(s[4:])}, [3]int{2, 2, 2}
	t.orders()
}

func isDate(y, m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= monthDays(y, m) }

// tokens reads three parts of digits, or two and the name of a month.
func (t *dateText) tokens(s string) {
	n, month, monthAt := 0, 0, 0
	prevDigits := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r >= '0' && r <= '9':
			j := i
			for j < len(s) && isDigit(s[j]) {
				j++
			}
			if n == 3 || j-i > 4 || j-i == 3 {
				t.invalid(schemas.BadFormat)
				return
			}
			t.part[n], t.width[n] = atoi(s[i:j]), j-i
			n++
			i, prevDigits = j, true
			continue
		case unicode.IsLetter(r):
			j := i
			for j < len(s) {
				r, size := utf8.DecodeRuneInString(s[j:])
				if !unicode.IsLetter(r) {
					break
				}
				j += size
			}
			if j-i > 40 {
				t.invalid(schemas.BadFormat)
				return
			}
			w := strings.ToLower(s[i:j])
			m := monthWord(w)
			switch {
			case m > 0 && month == 0:
				month, monthAt = m, n
			case dateNoise(w):
			case digitTypo(w) && prevDigits:
				t.invalid(schemas.BadCharacter)
				return
			default:
				t.invalid(schemas.BadFormat)
				return
			}
			i = j
		default:
			if n == 1 && t.sep == 0 && prevDigits {
				t.sep = sepOf(r)
			}
			if !strings.ContainsRune("./-,_\\ |()'\"«»“”„:", r) && !isDash(r) && !unicode.IsSpace(r) {
				t.invalid(schemas.BadFormat)
				return
			}
			i += size
		}
		prevDigits = false
	}
	switch {
	case month > 0 && n == 2:
		t.withMonth(month, monthAt)
	case month > 0 || n < 3:
		t.status, t.reason = schemas.Ambiguous, schemas.PartlyParsed
		if n == 0 && month == 0 {
			t.invalid(schemas.BadFormat)
		}
	default:
		t.orders()
	}
}

func digitTypo(w string) bool {
	for _, r := range w {
		if _, ok := digitLook(r); !ok {
			return false
		}
	}
	return true
}

func sepOf(r rune) byte {
	switch {
	case r == '.' || r == '/':
		return byte(r)
	case r == '\\':
		return '/'
	case isDash(r) || r == '_':
		return '-'
	}
	return ' '
}

// withMonth completes a date with a named month: 1 April 1980, April 1, 1980,
// 1980 April 1.
func (t *dateText) withMonth(month, at int) {
	d, y := 0, 1
	if t.width[0] == 4 && at <= 1 {
		d, y = 1, 0
	}
	t.named, t.m, t.d, t.y = true, month, t.part[d], t.part[y]
	t.short = t.width[y] <= 2
	if t.short {
		t.part = [3]int{t.d, month, t.y}
		t.may = orderDMY
		if month < 1 || t.d < 1 || t.d > monthDays(2000, month) {
			t.invalid(schemas.ImpossibleDate)
		}
		return
	}
	t.fixed = true
	t.check()
}

// check refuses a fixed date that does not exist.
func (t *dateText) check() {
	if t.y == 0 && t.m == 0 && t.d == 0 {
		t.status, t.reason = schemas.Junk, schemas.Placeholder
	} else if !isDate(t.y, t.m, t.d) {
		t.invalid(schemas.ImpossibleDate)
	}
}

// orders finds the orders in which three numeric parts are a date.
func (t *dateText) orders() {
	a, b, c := t.part[0], t.part[1], t.part[2]
	if a == 0 && b == 0 && c == 0 {
		t.status, t.reason = schemas.Junk, schemas.Placeholder
		return
	}
	if t.width[0] == 4 {
		t.fixed, t.y, t.m, t.d = true, a, b, c
		t.check()
		return
	}
	if t.width[1] > 2 {
		t.invalid(schemas.BadFormat)
		return
	}
	year := c
	if t.short = t.width[2] <= 2; t.short {
		year = 2000 // a leap year: whether 29 February exists is decided with the century
		if b >= 1 && b <= 12 && c >= 1 && c <= monthDays(2000, b) && t.width[0] == 2 {
			t.may |= orderYMD
		}
	}
	if isDate(year, b, a) {
		t.may |= orderDMY
	}
	if isDate(year, a, b) {
		t.may |= orderMDY
	}
	if t.may == 0 {
		t.invalid(schemas.ImpossibleDate)
		if same := a % 10; t.width[0] == 2 && a == 11*same && b == 11*same && (c == 1111*same || c == 11*same) { // 99.99.9999
			t.status, t.reason = schemas.Junk, schemas.Placeholder
		}
	}
}

// at gives year, month and day under one order.
func (t *dateText) at(o order) (y, m, d int) {
	switch o {
	case orderDMY:
		return t.part[2], t.part[1], t.part[0]
	case orderMDY:
		return t.part[2], t.part[0], t.part[1]
	}
	return t.part[0], t.part[1], t.part[2]
}

// same reports that every possible order gives one and the same date.
func (t *dateText) same() bool {
	return t.may == orderDMY|orderMDY && t.part[0] == t.part[1]
}
