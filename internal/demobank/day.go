package demobank

import "time"

// day is a calendar day as days since 1970-01-01.
type day int32

func dayOf(y, m, d int) day {
	return day(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (d day) date() (y, m, dd int) {
	t := time.Unix(int64(d)*86400, 0).UTC()
	yy, mm, ddd := t.Date()
	return yy, int(mm), ddd
}

func (d day) year() int { y, _, _ := d.date(); return y }

func two(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

func four(b []byte, n int) []byte { return two(two(b, n/100), n%100) }

// dmy is 31.12.1980.
func (d day) dmy() string {
	y, m, dd := d.date()
	b := append(two(make([]byte, 0, 10), dd), '.')
	b = append(two(b, m), '.')
	return string(four(b, y))
}

// mdy is 12/31/1980.
func (d day) mdy() string {
	y, m, dd := d.date()
	b := append(two(make([]byte, 0, 10), m), '/')
	b = append(two(b, dd), '/')
	return string(four(b, y))
}

// iso is 1980-12-31.
func (d day) iso() string {
	y, m, dd := d.date()
	b := append(four(make([]byte, 0, 10), y), '-')
	b = append(two(b, m), '-')
	return string(two(b, dd))
}

// compact is 19801231.
func (d day) compact() string {
	y, m, dd := d.date()
	return string(two(two(four(make([]byte, 0, 8), y), m), dd))
}

// addYears keeps month and day (29 February becomes 1 March).
func (d day) addYears(n int) day {
	y, m, dd := d.date()
	return dayOf(y+n, m, dd)
}

// moment is seconds since 1970 on a wall clock without zone.
type moment int64

func (d day) at(sec int) moment { return moment(int64(d)*86400 + int64(sec)) }

func (m moment) day() day { return day(int64(m) / 86400) }

// clock is 15:04:05.
func (m moment) clock() string {
	s := int(int64(m) % 86400)
	b := append(two(make([]byte, 0, 8), s/3600), ':')
	b = append(two(b, s/60%60), ':')
	return string(two(b, s%60))
}

// iso is 2006-01-02T15:04:05 and the given zone text.
func (m moment) iso(zone string) string { return m.day().iso() + "T" + m.clock() + zone }

// sql is 2006-01-02 15:04:05.
func (m moment) sql() string { return m.day().iso() + " " + m.clock() }

// dmy is 02.01.2006 15:04:05.
func (m moment) dmy() string { return m.day().dmy() + " " + m.clock() }
