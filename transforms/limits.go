package transforms

import "strconv"

// limits are the numbers inside rules that a bank may set otherwise.
type limits struct {
	suspiciousAge, impossibleAge int // of a living client
	passportAge                  int // at which a Russian passport is given, and a trade may be registered
	formYears                    int // how long a form of a passport lies before it is issued
}

// shipped are the limits of the program.
func shipped() limits {
	return limits{suspiciousAge: 110, impossibleAge: 120, passportAge: 14, formYears: 3}
}

// limitOf is one limit by the name that rules/<rule>.yaml calls it.
type limitOf struct {
	rule, name string
	low, high  int // what it may be set to
	doc        string
	at         func(l *limits) *int
}

func limitList() []limitOf {
	suspicious, impossible := func(l *limits) *int { return &l.suspiciousAge }, func(l *limits) *int { return &l.impossibleAge }
	return []limitOf{
		{"date", "suspicious_age", 60, 130, "years of age above which a birth date is only assumed", suspicious},
		{"date", "impossible_age", 60, 150, "years of age above which a birth date is none", impossible},
		{"rnokpp", "suspicious_age", 60, 130, "years of age above which an RNOKPP is only assumed", suspicious},
		{"rnokpp", "impossible_age", 60, 150, "years of age above which an RNOKPP is junk", impossible},
		{"cross", "passport_age", 10, 21, "years of age at which the first Russian passport is given", func(l *limits) *int { return &l.passportAge }},
		{"cross", "form_years", 0, 20, "years for which the printed form of a passport may lie before it is issued", func(l *limits) *int { return &l.formYears }},
	}
}

// limitNamed finds a limit of a rule; false without one.
func limitNamed(rule, name string) (limitOf, bool) {
	for _, l := range limitList() {
		if l.rule == rule && l.name == name {
			return l, true
		}
	}
	return limitOf{}, false
}

// limitNames lists the limits of a rule with what the program sets them to.
func limitNames(rule string) string {
	out, own := "", shipped()
	for _, l := range limitList() {
		if l.rule == rule {
			if out != "" {
				out += ","
			}
			out += " " + l.name + " (" + strconv.Itoa(*l.at(&own)) + ")"
		}
	}
	return out
}

// limitsOf are the limits of one rule under a project's lists.
func limitsOf(own *Own, rule string) *limits {
	out := shipped()
	if own != nil && own.rules[rule] != nil {
		for name, v := range own.rules[rule].limits {
			if l, ok := limitNamed(rule, name); ok {
				*l.at(&out) = v
			}
		}
	}
	return &out
}

// badLimit says what is wrong with an entry "name: number"; "" = nothing.
func badLimit(rule, name, value string) (msg, hint string) {
	l, ok := limitNamed(rule, name)
	if !ok {
		return "the rule has no limit " + name, "one of" + limitNames(rule)
	}
	if n, err := strconv.Atoi(value); err != nil || n < l.low || n > l.high {
		return "this is no number that the limit may have", l.doc + ": from " + strconv.Itoa(l.low) + " to " + strconv.Itoa(l.high)
	}
	return "", ""
}

// limited lets the cells of a rule know its limits.
func limited(l *limits, f cellFunc) cellFunc {
	return func(c *cell, out []Result) []Result {
		c.limits = l
		return f(c, out)
	}
}

// bounds are the limits under which a cell is judged.
func (c *cell) bounds() limits {
	if c.limits == nil {
		return shipped()
	}
	return *c.limits
}
