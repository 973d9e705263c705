package cron

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault says what is wrong with an expression and what to write instead.
type Fault struct{ Msg, Hint string }

// Error is the message without the hint.
func (f *Fault) Error() string { return f.Msg }

const example = `five fields: minute, hour, day of month, month, day of week; "0 3 * * *" is every day at three`

// field is one of the five, with the numbers and words it takes.
type field struct {
	name   string
	lo, hi int
	words  []string // words[i] means lo+i
	hint   string
}

func fields() []field {
	return []field{
		{"minute", 0, 59, nil, ""},
		{"hour", 0, 23, nil, "the hours of a day are 0 to 23; midnight is 0"},
		{"day of month", 1, 31, nil, "the days of a month are 1 to 31"},
		{"month", 1, 12, strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec"), "write 1 to 12, or JAN to DEC"},
		{"day of week", 0, 6, strings.Fields("sun mon tue wed thu fri sat"), "write 0 to 6, Sunday is 0; or SUN to SAT"},
	}
}

func check(expr string) *Fault {
	switch {
	case expr == "":
		return &Fault{"the schedule is empty", example}
	case strings.HasPrefix(expr, "TZ=") || strings.HasPrefix(expr, "CRON_TZ="):
		return &Fault{"a zone is not part of the expression", "write zone: at the source or in clientbase.yaml"}
	case strings.HasPrefix(expr, "@"):
		return checkWord(expr)
	}
	parts, all := strings.Fields(expr), fields()
	if len(parts) != len(all) {
		hint := example
		if n := len(all); len(parts) == n+1 {
			hint = `leave out the seconds or the year: "` + strings.Join(parts[1:], " ") + `" or "` + strings.Join(parts[:n], " ") + `"`
		}
		return &Fault{fmt.Sprintf("a schedule has five fields, found %d", len(parts)), hint}
	}
	for i, f := range all {
		if fault := f.check(parts[i]); fault != nil {
			return fault
		}
	}
	return nil
}

func checkWord(expr string) *Fault {
	words := strings.Fields("@hourly @daily @midnight @weekly @monthly @yearly @annually")
	for _, w := range words {
		if w == expr {
			return nil
		}
	}
	if strings.HasPrefix(expr, "@every") {
		return &Fault{"@every counts from the start of a program, and a schedule outlives programs", `write "*/30 * * * *" for every half hour`}
	}
	return &Fault{"unknown word " + expr, "one of " + strings.Join(words, ", ")}
}

// check reads a list of * | number | number-number, each with an optional /step.
func (f field) check(text string) *Fault {
	for _, item := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		if stepped {
			if n, err := strconv.Atoi(step); err != nil || n < 1 || n > f.hi {
				return f.fault(item, "a step is a number from 1 to "+strconv.Itoa(f.hi))
			}
		}
		if span == "*" || span == "?" {
			continue
		}
		low, high, ranged := strings.Cut(span, "-")
		lo, fault := f.number(low)
		if fault != nil {
			return fault
		}
		if !ranged {
			continue
		}
		hi, fault := f.number(high)
		if fault != nil {
			return fault
		}
		if lo > hi {
			return f.fault(span, "the smaller one first; over the end, write two: "+strconv.Itoa(lo)+"-"+strconv.Itoa(f.hi)+","+strconv.Itoa(f.lo)+"-"+strconv.Itoa(hi))
		}
	}
	return nil
}

func (f field) number(text string) (int, *Fault) {
	for i, w := range f.words {
		if strings.EqualFold(w, text) {
			return f.lo + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	switch {
	case err == nil && n >= f.lo && n <= f.hi && text[0] != '+' && text[0] != '-':
		return n, nil
	case err == nil && f.name == "day of week" && n == 7:
		return 0, f.fault(text, "Sunday is 0 or SUN")
	case err != nil && strings.ContainsAny(text, "LW#") && strings.Trim(text, "LW#0123456789") == "":
		return 0, f.fault(text, "L, W and # are not known here: name the days, such as 28-31")
	}
	if w, ok := f.nearWord(text); ok {
		return 0, f.fault(text, "did you mean "+w+"?")
	}
	return 0, f.fault(text, f.hint)
}

// nearWord finds the word that a longer or mistyped one begins like: MONDAY, Tues.
func (f field) nearWord(text string) (string, bool) {
	t := strings.ToLower(text)
	for _, w := range f.words {
		if len(t) >= 3 && strings.HasPrefix(t, w) || len(t) == 2 && strings.HasPrefix(w, t) {
			return strings.ToUpper(w), true
		}
	}
	return "", false
}

func (f field) fault(text, hint string) *Fault {
	if hint == "" {
		hint = fmt.Sprintf("write %d to %d", f.lo, f.hi)
	}
	return &Fault{fmt.Sprintf("unknown %s %s", f.name, shown(text)), hint}
}

// shown keeps a message short: an expression is configuration, and may be anything.
func shown(text string) string {
	if text == "" {
		return "(nothing)"
	}
	if r := []rune(text); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return text
}
