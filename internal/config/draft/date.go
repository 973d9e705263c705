package draft

import "strings"

// day is three numbers of a cell in the order in which they stand.
type day struct {
	a, b, c int
	wide    [3]bool // written with four digits
	packed  bool    // YYYYMMDD without separators
	time    bool    // a time of day follows
}

// parseDay reads a cell that has the shape of a day: three numbers parted by
// one separator, or eight digits that begin with a year.
func parseDay(t string) (day, bool) {
	var d day
	rest := ""
	if i := strings.IndexAny(t, " T"); i > 0 {
		t, rest = t[:i], t[i+1:]
		if !strings.Contains(rest, ":") {
			return d, false
		}
		d.time = true
	}
	if len(t) == 8 && digits(t) == t {
		d.packed = true
		d.a, d.b, d.c = number(t[:4]), number(t[4:6]), number(t[6:])
		d.wide[0] = true
		return d, d.a >= 1900 && d.a < 2100 && d.b >= 1 && d.b <= 12 && d.c >= 1 && d.c <= 31
	}
	sep := ""
	for _, s := range []string{".", "-", "/"} {
		if strings.Count(t, s) == 2 {
			sep = s
		}
	}
	if sep == "" {
		return d, false
	}
	parts := strings.Split(t, sep)
	var n [3]int
	for i, p := range parts {
		if p == "" || digits(p) != p || len(p) == 3 || len(p) > 4 {
			return d, false
		}
		n[i], d.wide[i] = number(p), len(p) == 4
	}
	d.a, d.b, d.c = n[0], n[1], n[2]
	switch {
	case d.wide[1], d.wide[0] && d.wide[2]:
		return d, false
	case d.wide[0]:
		return d, d.b >= 1 && d.b <= 12 && d.c >= 1 && d.c <= 31
	}
	return d, d.a >= 1 && d.a <= 31 && d.b >= 1 && d.b <= 31 && (d.a <= 12 || d.b <= 12)
}

func number(t string) int {
	n := 0
	for _, r := range t {
		n = n*10 + int(r-'0')
	}
	return n
}

// dateOrder counts what tells day, month and year apart.
type dateOrder struct {
	n, yearFirst, firstIsDay, secondIsDay int
}

func (o *dateOrder) add(d day) {
	o.n++
	switch {
	case d.wide[0]:
		o.yearFirst++
	case d.a > 12:
		o.firstIsDay++
	case d.b > 12:
		o.secondIsDay++
	}
}

func (o *dateOrder) sure() bool { return o.format() != "" }

// format gives the order when every cell agrees with it and one at least shows it.
func (o *dateOrder) format() string {
	switch {
	case o.n == 0:
		return ""
	case o.yearFirst == o.n:
		return "ymd"
	case o.yearFirst > 0:
		return ""
	case o.firstIsDay > 0 && o.secondIsDay == 0:
		return "dmy"
	case o.secondIsDay > 0 && o.firstIsDay == 0:
		return "mdy"
	}
	return ""
}
