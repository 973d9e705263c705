package transforms

import (
	"strings"
	"time"

	"clientbase/schemas"
)

const dateID = "date@3"

// Date cleanses one date to ISO 8601, alone: an order that only its column
// could prove stays ambiguous. asOf is the business date, in days since 1970, to
// which two-digit years and the future are measured.
func Date(text string, asOf int32) Result {
	c := cell{text: text, asOf: asOf}
	return dateResult(&c, DateVotes{})
}

func dateRule(d *schemas.Dictionary, l *limits) Rule {
	r := columnRule(d, "date", 3, "dates to ISO 8601: order by column, two-digit years by meaning, month names, serials, placeholders", nil, schemas.KindDate)
	attrs := attrsOf(d, schemas.KindDate)
	r.Apply = func(b *schemas.Batch, m *Model) error {
		for _, a := range attrs {
			votes := m.votesOf(b, a.ID)
			last := -1 // the field whose votes stand in the cell
			f := func(c *cell, out []Result) []Result {
				if int(c.raw.Field) != last {
					last = int(c.raw.Field)
					c.votes, c.peaks = votes(c.field), m.peaksOf(c.stream, c.field)
				}
				c.limits = l
				return dateCell(c, out)
			}
			if err := column(b, m, a, f); err != nil {
				return err
			}
		}
		return nil
	}
	return r
}

// dateCell judges a cell by the votes of its column, which stand in c.
func dateCell(c *cell, out []Result) []Result { return append(out, dateResult(c, c.votes)) }

// DateVotes counts the values of a column that prove an order: a part over 12
// is no month, one over 31 no day.
type DateVotes struct {
	DMY int64 `yaml:"dmy"`
	MDY int64 `yaml:"mdy"`
	YMD int64 `yaml:"ymd"`
	// NotMDY counts two-digit years that are DMY or YMD; they prove DMY where no
	// value proves YMD.
	NotMDY int64 `yaml:"not_mdy,omitempty"`
	// MDYDots counts the MDY values written with dots. Without them a dotted date
	// is DMY by its form.
	MDYDots int64 `yaml:"mdy_dots,omitempty"`
	// DMYDots counts the DMY values written with dots. Where no MDY value has
	// dots they say nothing of values without: the file is of several hands.
	DMYDots int64 `yaml:"dmy_dots,omitempty"`
	// Open counts the values that several orders fit.
	Open int64 `yaml:"open"`
}

func (v *DateVotes) add(o DateVotes) {
	v.DMY += o.DMY
	v.MDY += o.MDY
	v.YMD += o.YMD
	v.NotMDY += o.NotMDY
	v.MDYDots += o.MDYDots
	v.DMYDots += o.DMYDots
	v.Open += o.Open
}

// count adds the vote of one cell.
func (v *DateVotes) count(text string) {
	t := parseDate(text)
	if t.status != schemas.Empty || t.fixed || t.serial || t.named || t.may == 0 || t.same() {
		return
	}
	switch t.may {
	case orderDMY:
		v.DMY++
		if t.sep == '.' {
			v.DMYDots++
		}
	case orderMDY:
		v.MDY++
		if t.sep == '.' {
			v.MDYDots++
		}
	case orderYMD:
		v.YMD++
	case orderDMY | orderYMD:
		v.NotMDY++
	default:
		v.Open++
	}
}

// typoShare is how rare (one in …) votes against the order of a column must be
// to count as typing errors of single values.
const typoShare = 2000

// decide gives the order that the column proves among those possible for a
// value; conflict when it proves more than one.
func (v DateVotes) decide(may order) (o order, conflict bool) {
	if v.YMD == 0 {
		v.DMY += v.NotMDY
	}
	var total, best int64
	for _, x := range [...]struct {
		o order
		n int64
	}{{orderDMY, v.DMY}, {orderMDY, v.MDY}, {orderYMD, v.YMD}} {
		if x.o&may == 0 {
			continue
		}
		total += x.n
		if x.n > best {
			o, best = x.o, x.n
		}
	}
	if total == 0 {
		return 0, false
	}
	if (total-best)*typoShare > best {
		return 0, true
	}
	return o, false
}

// withoutDots are the votes of the values that have no dots, as far as the dotted
// ones have an order of their own.
func (v DateVotes) withoutDots() DateVotes {
	if v.MDYDots == 0 {
		v.DMY, v.DMYDots = v.DMY-v.DMYDots, 0
	}
	return v
}

// dateResult judges one cell; votes are those of its column.
func dateResult(c *cell, votes DateVotes) Result {
	if len(c.text) == 10 && c.text[4] == '-' && c.text[7] == '-' && (c.format == "" || c.format == "ymd") {
		if s := c.text; allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:]) {
			return finishDate(c, dateText{}, atoi(s[:4]), atoi(s[5:7]), atoi(s[8:]), schemas.OK, schemas.Unchanged)
		}
	}
	switch c.format {
	case "birth_number":
		return birthNumber(c)
	case "", "dmy", "mdy", "ymd", "yymmdd", "epoch", "epoch_ms", "excel", "excel1904":
	default:
		return byLayout(c)
	}
	t := parseDate(c.text)
	switch {
	case t.status != schemas.Empty:
		return Result{Status: t.status, Reason: t.reason, Rule: dateID}
	case t.serial:
		return dateSerial(c, t)
	case t.fixed:
		reason := schemas.Normalised
		if t.named {
			reason = schemas.MonthName
		}
		return finishDate(c, t, t.y, t.m, t.d, schemas.OK, reason)
	case t.may == 0:
		return Result{Status: schemas.Empty, Rule: dateID}
	}
	o, status, reason := orderOf(c, t, votes)
	if o == 0 {
		return Result{Status: status, Reason: reason, Rule: dateID}
	}
	y, m, d := t.at(o)
	if t.short {
		full, ok := centuryOf(c, y, m, d)
		if !ok {
			return Result{Status: schemas.Ambiguous, Reason: schemas.TwoDigitYear, Rule: dateID}
		}
		y = full
		if status == schemas.OK {
			status, reason = schemas.Assumed, schemas.TwoDigitYear
		}
	}
	if t.named && reason == schemas.Normalised {
		reason = schemas.MonthName
	}
	return finishDate(c, t, y, m, d, status, reason)
}

// orderOf chooses the order of a value: declared, self-evident, proved by the
// column, or the form's own.
func orderOf(c *cell, t dateText, votes DateVotes) (order, schemas.Status, schemas.Reason) {
	var declared order
	switch c.format {
	case "dmy":
		declared = orderDMY
	case "mdy":
		declared = orderMDY
	case "ymd", "yymmdd":
		declared = orderYMD
	}
	if declared != 0 && !(declared == orderYMD && !t.short) {
		if t.may&declared == 0 {
			return 0, schemas.Invalid, schemas.ImpossibleDate
		}
		return declared, schemas.OK, schemas.Normalised
	}
	if t.short && t.sep != 0 && votes.YMD == 0 && t.may != orderYMD {
		t.may &^= orderYMD // nobody writes 25/04/13 for 2025 unless his column shows it
	}
	switch {
	case t.may&(t.may-1) == 0:
		return t.may, schemas.OK, schemas.Normalised
	case t.same():
		return orderDMY, schemas.OK, schemas.Normalised
	case t.sep == '.' && t.may&orderDMY != 0 && votes.MDYDots == 0:
		return orderDMY, schemas.OK, schemas.Normalised
	}
	if undotted := votes.withoutDots(); t.sep != '.' && undotted.DMY+undotted.MDY > 0 {
		votes = undotted
	}
	o, conflict := votes.decide(t.may)
	switch {
	case conflict:
		return 0, schemas.Conflict, schemas.OrderUnknown
	case o == orderDMY && t.ampm: // the column's order against the clock's
		return 0, schemas.Ambiguous, schemas.OrderUnknown
	case o != 0:
		return o, schemas.OK, schemas.OrderByColumn
	case t.ampm && t.may&orderMDY != 0: // a 12-hour clock comes with the American order
		return orderMDY, schemas.Assumed, schemas.OrderUnknown
	}
	return 0, schemas.Ambiguous, schemas.OrderUnknown
}

// centuryOf completes a two-digit year by what the date means: the latest year
// that is not in the future, for a birth date of a passport holder the latest
// that makes him 14. Other attributes may lie in the future: ambiguous.
func centuryOf(c *cell, yy, m, d int) (int, bool) {
	birth := isBirth(c.attr.ID)
	if !birth && c.attr.ID != "" && !isPast(c.attr.ID) {
		return 0, false
	}
	minAge := 0
	if birth && c.batch != nil {
		if p := c.batch.In["passport"]; p != nil && len(p.Row(c.row)) > 0 {
			minAge = 14
		}
	}
	year := yearOf(c.asOf)
	for y := year/100*100 + yy; y > year-200; y -= 100 {
		day, ok := dayOf(y, m, d)
		if ok && day <= c.asOf && ageAt(day, c.asOf) >= minAge {
			return y, true
		}
	}
	return 0, false
}

func isBirth(attr string) bool { return strings.Contains(attr, "birth") }

// isPast reports attributes whose dates cannot lie in the future.
func isPast(attr string) bool {
	for _, w := range [...]string{"issue", "opened", "since", "registration", "created", "registered"} {
		if strings.Contains(attr, w) {
			return true
		}
	}
	return false
}

// dateSerial reads a spreadsheet's day number (1900 base, with its 29.02.1900
// that never was, or the 1904 base when declared) or seconds since 1970.
func dateSerial(c *cell, t dateText) Result {
	var day int32
	epoch := c.format == "epoch" || c.format == "epoch_ms" || t.num > 200_000 || t.num < 0
	status, reason := schemas.Assumed, schemas.SpreadsheetSerial
	switch {
	case epoch:
		day = int32(floorDiv64(t.num, 86400))
		if c.format != "" {
			status, reason = schemas.OK, schemas.Normalised
		}
	case c.format == "excel1904":
		day, status = int32(t.num)-24107, schemas.OK
	case t.num == 60:
		return fail(dateID, schemas.ImpossibleDate)
	default:
		day = int32(t.num) - 25569
		if t.num < 60 {
			day++
		}
		if c.format == "excel" {
			status = schemas.OK
		}
	}
	y, m, d := dateOf(day)
	return finishDate(c, t, y, m, d, status, reason)
}

// byLayout reads a date by a declared Go layout.
func byLayout(c *cell) Result {
	s := strings.TrimSpace(c.text)
	if s == "" {
		return Result{Status: schemas.Empty, Rule: dateID}
	}
	when, err := time.Parse(c.format, s)
	if err != nil {
		if reason, junk := junkText(s); junk {
			return Result{Status: schemas.Junk, Reason: reason, Rule: dateID}
		}
		if t := parseDate(s); t.status != schemas.Empty {
			return Result{Status: t.status, Reason: t.reason, Rule: dateID}
		}
		return fail(dateID, schemas.BadFormat)
	}
	y, m, d := when.Year(), int(when.Month()), when.Day()
	status, reason := schemas.OK, schemas.Normalised
	if strings.Contains(c.format, "06") && !strings.Contains(c.format, "2006") {
		full, ok := centuryOf(c, y%100, m, d)
		if !ok {
			return Result{Status: schemas.Ambiguous, Reason: schemas.TwoDigitYear, Rule: dateID}
		}
		y, status, reason = full, schemas.Assumed, schemas.TwoDigitYear
	}
	return finishDate(c, dateText{}, y, m, d, status, reason)
}

// birthNumber decodes YYMMDD of the 20th century, 50 added to the month of women.
func birthNumber(c *cell) Result {
	y, m, d, _, ok := readBirthNumber(c.text)
	if !ok {
		if s := strings.TrimSpace(c.text); s == "" {
			return Result{Status: schemas.Empty, Rule: dateID}
		} else if reason, junk := junkText(s); junk {
			return Result{Status: schemas.Junk, Reason: reason, Rule: dateID}
		}
		if r := (&cell{text: c.text, asOf: c.asOf, attr: c.attr}); isISO(c.text) {
			return dateResult(r, DateVotes{}) // decoded already
		}
		return fail(dateID, schemas.BadFormat)
	}
	return finishDate(c, dateText{}, y, m, d, schemas.OK, schemas.Normalised)
}

func isISO(s string) bool { return len(s) == 10 && s[4] == '-' && s[7] == '-' }

// readBirthNumber gives the date inside a birth number and the sex, m or f.
func readBirthNumber(text string) (y, m, d int, sex string, ok bool) {
	s := strings.Trim(strings.TrimSpace(text), `"'`)
	if len(s) != 6 || !allDigits(s) {
		return 0, 0, 0, "", false
	}
	y, m, d, sex = 1900+atoi(s[:2]), atoi(s[2:4]), atoi(s[4:]), "m"
	if m > 50 {
		m, sex = m-50, "f"
	}
	return y, m, d, sex, isDate(y, m, d)
}

// finishDate checks a whole date and writes it.
func finishDate(c *cell, t dateText, y, m, d int, status schemas.Status, reason schemas.Reason) Result {
	if placeholderDay(y, m, d) {
		return Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: dateID}
	}
	if y == 0 && m == 0 && d == 0 {
		return Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: dateID}
	}
	day, ok := dayOf(y, m, d)
	if !ok {
		return fail(dateID, schemas.ImpossibleDate)
	}
	if y < 1700 || y > 2199 {
		return fail(dateID, schemas.OutOfRange)
	}
	if isBirth(c.attr.ID) {
		switch age, l := ageAt(day, c.asOf), c.bounds(); {
		case day > c.asOf:
			return fail(dateID, schemas.YearInFuture)
		case age > l.impossibleAge:
			return fail(dateID, schemas.OutOfRange)
		case age > l.suspiciousAge:
			status, reason = schemas.Assumed, schemas.OutOfRange
		}
	}
	if c.peaks[day] {
		return Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: dateID}
	}
	var buf [10]byte
	r := Result{Out: c.str.keep(c.text, appendDate(buf[:0], y, m, d)), Status: status, Reason: reason, Rule: dateID}
	switch {
	case t.utc && status == schemas.OK: // 21:00Z is the next day in Moscow
		r.Status, r.Reason = schemas.Assumed, schemas.ZonedTime
	case t.look && status == schemas.OK:
		r.Status, r.Reason = schemas.Corrected, schemas.LookAlikeDigit
	case t.folded && status == schemas.OK:
		r.Status, r.Reason = schemas.Corrected, schemas.WidthFolded
	case status == schemas.OK && r.Out == c.text:
		r.Reason = schemas.Unchanged
	}
	return r
}
