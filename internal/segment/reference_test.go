package segment

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"clientbase/schemas"
)

// The reference interpreter: slow, obvious, one client at a time, from plain
// values. It shares no code with the compiler but the calendar of Period.

type tri int8

const (
	no tri = iota
	unknown
	yes
)

func is(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri { return yes - t }

func allOf(list ...tri) tri { return min(yes, slices.Min(append(list, yes))) }
func anyOf(list ...tri) tri { return max(no, slices.Max(append(list, no))) }

type judge struct {
	w    *world
	day  Day
	zone *time.Location
}

// segment is the verdict about a client of the base.
func (j judge) segment(s *Segment, c *wClient) (tri, bool) {
	in := s.Base == Clients || s.Base == People && c.party == schemas.Person || s.Base == Organisations && c.party == schemas.Org
	return j.node(s.Where, c, true), in
}

func (j judge) node(n *Node, c *wClient, positive bool) tri {
	switch n.Op {
	case All:
		out := yes
		for _, k := range n.Kids {
			out = min(out, j.node(k, c, positive))
		}
		return out
	case Any:
		out := no
		for _, k := range n.Kids {
			out = max(out, j.node(k, c, positive))
		}
		return out
	case Not:
		return j.node(n.Kids[0], c, !positive).not()
	}
	v := j.leaf(n, c)
	if v == unknown && n.Unknown == Include {
		return is(positive)
	}
	return v
}

func (j judge) leaf(n *Node, c *wClient) tri {
	switch n.Op {
	case OpAttr:
		return j.attr(n.Attr, c)
	case OpHolds, OpHad:
		return j.product(n, c)
	case OpNever:
		return j.product(n, c).not()
	case OpCount, OpSum:
		return j.fact(n.Fact, c)
	case OpLife:
		return j.life(n.Life, c)
	}
	v, in := j.segment(n.Segment, c)
	return allOf(is(in), v)
}

var plain = regexp.MustCompile(`^-?([0-9]+\.?[0-9]*|\.[0-9]+)$`)

func test(typ Type, c *Compare, have string) tri {
	cmp := func(a, b string) int { return strings.Compare(a, b) }
	if typ == Number {
		have = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(have)
		if have == "1e3" {
			have = "1000" // the store's decimals know exponents
		}
		if !plain.MatchString(have) {
			return unknown
		}
		cmp = func(a, b string) int {
			x, _ := new(big.Rat).SetString(a)
			y, _ := new(big.Rat).SetString(b)
			return x.Cmp(y)
		}
	}
	out := yes
	if len(c.In) > 0 {
		out = no
		for _, v := range c.In {
			out = max(out, is(cmp(have, v.Text) == 0))
		}
	}
	for _, b := range []struct {
		v    *Value
		fits func(int) bool
	}{{c.Ge, func(x int) bool { return x >= 0 }}, {c.Gt, func(x int) bool { return x > 0 }}, {c.Le, func(x int) bool { return x <= 0 }}, {c.Lt, func(x int) bool { return x < 0 }}} {
		if b.v != nil {
			out = min(out, is(b.fits(cmp(have, b.v.Text))))
		}
	}
	return out
}

func (j judge) attr(t *AttrTest, c *wClient) tri {
	have, there := "", false
	dayOf := func(d *Day) {
		if d != nil {
			have, there = d.String(), true
		}
	}
	switch t.Attr {
	case "age":
		if c.born != nil {
			years := 0 // counted birthday by birthday
			for y := 1; ; y++ {
				b, _ := time.Parse(time.DateOnly, c.born.String())
				if DayOf(time.Date(b.Year()+y, b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)) > j.day {
					break
				}
				years = y
			}
			if *c.born > j.day {
				return j.agesBefore(t, c)
			}
			have, there = big.NewInt(int64(years)).String(), true
		}
	case "birth_date":
		dayOf(c.born)
	case "joined":
		dayOf(c.joined)
	case "since":
		dayOf(c.since)
	case "n_sources":
		have, there = big.NewInt(int64(c.nSources)).String(), true
	case "tag":
		if t.Set != nil {
			return is(*t.Set == (len(c.tags) > 0))
		}
		if len(c.tags) == 0 {
			return unknown
		}
		out := no
		for _, v := range c.tags {
			out = max(out, test(Text, &t.Compare, v))
		}
		return out
	default:
		have, there = c.text[t.Attr], c.text[t.Attr] != ""
	}
	if t.Set != nil {
		return is(*t.Set == there)
	}
	if !there {
		return unknown
	}
	return test(t.Type, &t.Compare, have)
}

// agesBefore is the age of who is born after the as-of day: below nought.
func (j judge) agesBefore(t *AttrTest, c *wClient) tri {
	b, _ := time.Parse(time.DateOnly, c.born.String())
	a, _ := time.Parse(time.DateOnly, j.day.String())
	n := a.Year() - b.Year()
	if a.YearDay() < b.YearDay() && (a.Month() < b.Month() || a.Month() == b.Month() && a.Day() < b.Day()) || a.Month() < b.Month() || a.Month() == b.Month() && a.Day() < b.Day() {
		n--
	}
	if t.Set != nil {
		return is(*t.Set)
	}
	return test(Number, &t.Compare, big.NewInt(int64(n)).String())
}

func word(have string, words []string) tri {
	if len(words) == 0 {
		return yes
	}
	if have == "" {
		return unknown
	}
	return is(slices.Contains(words, have))
}

func (j judge) product(n *Node, c *wClient) tri {
	t := n.Product
	out := no
	for _, h := range c.held {
		begun := unknown
		if h.since != nil {
			begun = is(*h.since <= j.day)
		} else if h.seen != nil && *h.seen <= j.day {
			begun = yes
		}
		product := h.product
		if product == "" && h.kind != "product" {
			product = h.kind
		}
		fits := []tri{word(product, t.Product), word(h.status, t.Status), begun}
		if n.Op == OpHolds {
			fits = append(fits, is(h.until == nil || *h.until > j.day))
			if t.MaturesWithin != nil {
				if h.until == nil {
					fits = append(fits, unknown)
				} else {
					fits = append(fits, is(*h.until <= t.MaturesWithin.After(j.day)))
				}
			}
		}
		if t.From != nil {
			fits = append(fits, is(h.until == nil || *h.until > *t.From))
		}
		if t.To != nil {
			if h.since == nil {
				fits = append(fits, unknown)
			} else {
				fits = append(fits, is(*h.since <= *t.To))
			}
		}
		out = anyOf(out, allOf(fits...))
	}
	return out
}

func (j judge) fact(t *FactTest, c *wClient) tri {
	list := c.tx
	if t.Kind == "interaction" {
		list = c.talks
	}
	sum := new(big.Rat)
	for _, f := range list {
		local := DayOf(f.at.In(j.zone)) // the day it was on where the people live
		if !f.linked || local > j.day || t.To != nil && local > *t.To || t.From != nil && local < *t.From || t.Within != nil && local < t.Within.First(j.day) {
			continue
		}
		fits := yes
		for _, w := range t.Where {
			have, there := f.text[w.Field], f.text[w.Field] != ""
			if w.Field == "amount" || w.Field == "seconds" {
				if there = f.cents != nil; there {
					scale := int64(100)
					if w.Field == "seconds" {
						scale = 1
					}
					have = big.NewRat(*f.cents, scale).FloatString(2)
				}
			}
			switch {
			case w.Set != nil:
				fits = min(fits, is(*w.Set == there))
			case !there:
				fits = no // a fact that lacks the field does not count
			default:
				fits = min(fits, test(w.Type, &w.Compare, have))
			}
		}
		switch {
		case fits != yes:
		case t.Field == "":
			sum.Add(sum, big.NewRat(1, 1))
		case f.cents != nil && t.Field == "seconds":
			sum.Add(sum, big.NewRat(*f.cents, 1))
		case f.cents != nil:
			sum.Add(sum, big.NewRat(*f.cents, 100))
		}
	}
	return test(Number, &t.Compare, sum.FloatString(2))
}

func (j judge) life(t *LifeTest, c *wClient) tri {
	for _, e := range j.w.episodes(c) {
		if e.since > j.day || e.until != nil && *e.until <= j.day {
			continue
		}
		fits := is(slices.Contains(t.State, e.state))
		if t.EnteredWithin != nil {
			fits = min(fits, is(e.since >= t.EnteredWithin.First(j.day)))
		}
		if t.ForAtLeast != nil {
			fits = min(fits, is(e.since <= t.ForAtLeast.Before(j.day)))
		}
		if t.Episode != nil {
			fits = min(fits, test(Number, t.Episode, big.NewInt(int64(e.episode)).String()))
		}
		return fits
	}
	return unknown
}

type episode struct {
	episode int
	state   string
	since   Day
	until   *Day
}

// episodes walks day by day through everything that changes a client's state
// and writes down each change.
func (w *world) episodes(c *wClient) []episode {
	type span struct{ since, until Day }
	const never = Day(1 << 30)
	var spans []span
	visited, met := never, never
	for _, h := range c.held {
		since := h.since
		if since == nil {
			since = c.since
		}
		if since == nil || *since > w.day {
			continue
		}
		s := span{*since, never}
		if h.until != nil {
			if *h.until <= *since {
				continue
			}
			if *h.until <= w.day {
				s.until = *h.until
			}
		}
		spans = append(spans, s)
	}
	for _, f := range c.talks {
		d := DayOf(f.at)
		switch {
		case !f.linked || d > w.day:
		case f.text["kind"] == "visit":
			visited = min(visited, d)
		default:
			met = min(met, d)
		}
	}
	for _, list := range [][]*Day{c.consents, c.records} {
		for _, d := range list {
			if d != nil && *d <= w.day {
				met = min(met, *d)
			}
		}
	}
	var days []Day
	for _, s := range spans {
		days = append(days, s.since, s.until)
	}
	days = append(days, visited, met)
	slices.Sort(days)
	var out []episode
	state, n, held := "", 1, false
	for _, d := range slices.Compact(days) {
		if d == never {
			break
		}
		holds := slices.ContainsFunc(spans, func(s span) bool { return s.since <= d && d < s.until })
		next := state
		switch {
		case holds:
			next = Client
		case held:
			next = Former
		case met <= d:
			next = Potential
		case visited <= d:
			next = Visitor
		}
		held = held || holds
		if next == state {
			continue
		}
		if state == Former && next == Client {
			n++
		}
		if len(out) > 0 {
			end := d
			out[len(out)-1].until = &end
		}
		out = append(out, episode{n, next, d, nil})
		state = next
	}
	return out
}
