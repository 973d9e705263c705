package segment

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a length of calendar time: 3 months are three calendar months,
// whatever their days; 31 days are 31 days.
type Period struct {
	N    int
	Unit string // day | month
	Text string // as written
}

// maxPeriod is the longest period in days or months: more is a typing error.
const maxPeriod = 36_600

// ParsePeriod reads "3 months", "45 days", "45d", "2 weeks", "1 year".
func ParsePeriod(s string) (Period, bool) {
	s = strings.TrimSpace(s)
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(s[:i])
	if err != nil || n < 1 || n > maxPeriod {
		return Period{}, false
	}
	p := Period{N: n, Text: s}
	switch strings.ToLower(strings.TrimSpace(s[i:])) {
	case "d", "day", "days":
		p.Unit = "day"
	case "w", "week", "weeks":
		p.N, p.Unit = 7*n, "day"
	case "m", "month", "months":
		p.Unit = "month"
	case "y", "year", "years":
		p.N, p.Unit = 12*n, "month"
	default:
		return Period{}, false
	}
	return p, p.N <= maxPeriod
}

// Before gives the day that lies one period before d. A day that the month
// does not have becomes its last one: a month before 31 March is 28 or 29
// February.
func (p Period) Before(d Day) Day { return p.move(d, -1) }

// After gives the day that lies one period after d.
func (p Period) After(d Day) Day { return p.move(d, 1) }

func (p Period) move(d Day, sign int) Day {
	if p.Unit == "day" {
		return d + Day(sign*p.N)
	}
	y, m, dom := time.Unix(int64(d)*86400, 0).UTC().Date()
	months := y*12 + int(m) - 1 + sign*p.N
	y, m = months/12, time.Month(months%12+1)
	last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return DayOf(time.Date(y, m, min(dom, last), 0, 0, 0, 0, time.UTC))
}

// First gives the first day of the window of this length that ends with d:
// three months up to 31 May begin on 1 March, 31 days up to 31 May on 1 May.
func (p Period) First(d Day) Day { return p.Before(d) + 1 }

// Start is the instant at which a calendar day begins in a zone. Where the
// clocks go forward at midnight that is the moment after the gap, also when a whole day was skipped.
func (d Day) Start(zone *time.Location) time.Time {
	y, m, dom := time.Unix(int64(d)*86400, 0).UTC().Date()
	t := time.Date(y, m, dom, 0, 0, 0, 0, zone)
	if DayOf(t) < d { // midnight does not exist: the day begins where the new offset does
		if _, end := t.ZoneBounds(); !end.IsZero() && DayOf(end.In(zone)) >= d {
			return end.In(zone)
		}
	}
	return t
}

// ParseDay reads an ISO day.
func ParseDay(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
	return DayOf(t), err == nil
}

// AsOf gives the instant that stands for a whole calendar day in a zone, as
// Compile takes it.
func AsOf(d Day, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	y, m, dom := time.Unix(int64(d)*86400, 0).UTC().Date()
	return time.Date(y, m, dom, 12, 0, 0, 0, zone)
}

func (p Period) String() string { return fmt.Sprintf("%d %ss", p.N, p.Unit) }
