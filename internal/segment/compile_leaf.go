package segment

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clientbase/internal/errs"
)

// factKinds are the kinds of fact that rules count, in a fixed order.
var factKinds = []string{"transaction", "interaction"}

// compare gives the expression of a comparison of expr, which is of type typ.
func (p *plan) compare(expr string, typ Type, c *Compare) string {
	lit := func(v Value) string {
		switch typ {
		case Date:
			d, _ := ParseDay(v.Text) // checked by Parse
			return p.date(d)
		case Number:
			return p.number(v.Text)
		case whole:
			return p.exact(v.Text, 0, "BIGINT")
		case money:
			return p.exact(v.Text, 2, "DECIMAL(18,2)")
		}
		return p.arg(v.Text)
	}
	var parts []string
	if len(c.In) > 0 {
		list := make([]string, len(c.In))
		for i, v := range c.In {
			list[i] = lit(v)
		}
		parts = append(parts, expr+" IN ("+strings.Join(list, ", ")+")")
	}
	for _, b := range []struct {
		op string
		v  *Value
	}{{">=", c.Ge}, {">", c.Gt}, {"<=", c.Le}, {"<", c.Lt}} {
		if b.v != nil {
			parts = append(parts, expr+" "+b.op+" "+lit(*b.v))
		}
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// Types of columns whose numbers compare cheaper than DECIMAL(38,8).
const (
	whole Type = "whole" // BIGINT
	money Type = "money" // DECIMAL with two places
)

// exact gives a number as a cheaper type when that loses nothing.
func (p *plan) exact(s string, places int, typ string) string {
	n, frac, _ := strings.Cut(s, ".")
	if len(n) > 15 || len(frac) > places {
		return p.number(s)
	}
	return "CAST(" + p.arg(s) + " AS " + typ + ")"
}

// numberText is how a number kept as text compares: a text that is no plain
// number is unknown.
func numberText(col string) string {
	for _, r := range []string{"' '", "chr(160)", "chr(8239)"} {
		col = "replace(" + col + ", " + r + ", '')"
	}
	return "TRY_CAST(replace(" + col + ", ',', '.') AS DECIMAL(38,8))"
}

func (p *plan) attr(s *Segment, n *Node) (string, error) {
	t := n.Attr
	if t.Derived == "age" {
		return p.set(t, "c.birth_date", func(string) string { return p.age(&t.Compare) }), nil
	}
	if !t.builtin() {
		a, ok := p.dict.Attr(t.Attr)
		if !ok {
			return "", errs.New(errs.Input, "evaluate segment", s.ID, "the snapshot has no attribute "+t.Attr, "it is new in the dictionary: the next `clientbase run` fills it")
		}
		if a.Multi {
			return p.several(t), nil
		}
	}
	col := "c." + ident(t.Attr)
	if t.Type == Number && t.builtin() {
		return p.set(t, col, func(e string) string { return p.compare(e, whole, &t.Compare) }), nil
	}
	if t.Type == Number {
		return p.set(t, col, func(e string) string { return p.compare(numberText(e), Number, &t.Compare) }), nil
	}
	return p.set(t, col, func(e string) string { return p.compare(e, t.Type, &t.Compare) }), nil
}

// builtin reports a column of clients that is no attribute of the dictionary.
func (t *AttrTest) builtin() bool {
	return slices.Contains([]string{"since", "n_sources", "n_records"}, t.Attr)
}

func (p *plan) set(t *AttrTest, expr string, otherwise func(string) string) string {
	if t.Set == nil {
		return otherwise(expr)
	}
	if *t.Set {
		return "(" + expr + " IS NOT NULL)"
	}
	return "(" + expr + " IS NULL)"
}

// age compares full years on the as-of day as bounds of the birth date. Who was
// born on 29 February becomes older on 1 March where there is no such day.
func (p *plan) age(c *Compare) string {
	const born = "c.birth_date"
	atLeast := func(n int64) string { return born + " <= " + p.date(yearsBefore(p.day, n)) }
	below := func(n int64) string { return born + " > " + p.date(yearsBefore(p.day, n)) }
	var parts, same []string
	for _, v := range c.In {
		if lo, hi := years(v.Text); lo == hi {
			same = append(same, "("+atLeast(lo)+" AND "+below(lo+1)+")")
		} else {
			same = append(same, "("+born+" <> "+born+")") // nobody is 17.5 full years old
		}
	}
	if len(same) > 0 {
		parts = append(parts, "("+strings.Join(same, " OR ")+")")
	}
	if c.Ge != nil {
		_, up := years(c.Ge.Text)
		parts = append(parts, atLeast(up))
	}
	if c.Gt != nil {
		down, _ := years(c.Gt.Text)
		parts = append(parts, atLeast(down+1))
	}
	if c.Le != nil {
		down, _ := years(c.Le.Text)
		parts = append(parts, below(down+1))
	}
	if c.Lt != nil {
		_, up := years(c.Lt.Text)
		parts = append(parts, below(up))
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// years gives the whole numbers on both sides of a literal, the number itself
// twice when it is whole; nobody is older or younger than the bounds.
func years(s string) (down, up int64) {
	const most = 1500
	r := decimal(s)
	n := new(big.Int)
	rest := new(big.Int)
	n.DivMod(r.Num(), r.Denom(), rest) // rounds down
	switch {
	case n.Cmp(big.NewInt(most)) > 0:
		return most, most
	case n.Cmp(big.NewInt(-most)) < 0:
		return -most, -most
	case rest.Sign() == 0:
		return n.Int64(), n.Int64()
	}
	return n.Int64(), n.Int64() + 1
}

// yearsBefore gives the last day on which somebody who is n years old on d was born.
func yearsBefore(d Day, n int64) Day {
	if n < 0 {
		return Period{N: int(-12 * n), Unit: "month"}.After(d)
	}
	return Period{N: int(12 * n), Unit: "month"}.Before(d)
}

// several compares an attribute that a client has several values of: one of
// them has to fit; without any it is unknown.
func (p *plan) several(t *AttrTest) string {
	if p.multi == nil {
		p.multi = &group{}
	}
	attr := p.arg(t.Attr)
	if !slices.Contains(p.multi.attrs, attr) {
		p.multi.attrs = append(p.multi.attrs, attr)
	}
	if t.Set != nil {
		n := "coalesce(m." + p.multi.column("count(*) FILTER (WHERE attr = "+attr+")") + ", 0)"
		if *t.Set {
			return "(" + n + " > 0)"
		}
		return "(" + n + " = 0)"
	}
	value, typ := "value", t.Type
	switch typ {
	case Number:
		value = numberText(value)
	case Date:
		value = "TRY_CAST(value AS DATE)"
	}
	return "m." + p.multi.column("bool_or("+p.compare(value, typ, &t.Compare)+") FILTER (WHERE attr = "+attr+")")
}

// product asks whether some holding fits: true when one does, unknown when
// none does and one may, else false. Who holds nothing holds not this.
func (p *plan) product(n *Node) string {
	cond := p.holding(n)
	if p.holds == nil {
		p.holds = &group{}
	}
	// the best of all holdings as a small number: 2 fits, 1 may fit, 0 does not
	col := p.holds.column("max(CASE WHEN " + cond + " THEN 2::UTINYINT WHEN NOT " + cond + " THEN 0::UTINYINT ELSE 1::UTINYINT END)")
	expr := "CASE coalesce(h." + col + ", 0) WHEN 2 THEN true WHEN 0 THEN false END"
	if n.Op == OpNever {
		return "(NOT " + expr + ")"
	}
	return "(" + expr + ")"
}

// holding is the condition on one row of holdings.
func (p *plan) holding(n *Node) string {
	t := n.Product
	day := p.date(p.day)
	var parts []string
	in := func(col string, words []string) {
		if len(words) == 0 {
			return
		}
		list := make([]string, len(words))
		for i, w := range words {
			list[i] = p.arg(w)
		}
		parts = append(parts, col+" IN ("+strings.Join(list, ", ")+")")
	}
	in("product", t.Product)
	in("status", t.Status)
	// A holding whose beginning nobody gave was there at the latest when it was told.
	parts = append(parts, fmt.Sprintf("CASE WHEN since IS NOT NULL THEN since <= %s WHEN seen <= %s THEN true END", day, day))
	if n.Op == OpHolds {
		parts = append(parts, "(until IS NULL OR until > "+day+")")
		if t.MaturesWithin != nil {
			parts = append(parts, "until <= "+p.date(t.MaturesWithin.After(p.day)))
		}
	}
	if t.From != nil {
		parts = append(parts, "(until IS NULL OR until > "+p.date(*t.From)+")")
	}
	if t.To != nil {
		parts = append(parts, "since <= "+p.date(*t.To))
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// window gives the first and last day whose facts count.
func (t *FactTest) window(asOf Day) (first, last *Day) {
	if t.Within != nil {
		f := t.Within.First(asOf)
		return &f, &asOf
	}
	last = t.To
	if last == nil || *last > asOf {
		last = &asOf // what lies after the as-of day has not happened yet
	}
	return t.From, last
}

func (p *plan) fact(t *FactTest) string {
	g := p.facts[t.Kind]
	first, last := t.window(p.day)
	if g == nil {
		g = &group{hi: *last, open: first == nil}
		if first != nil {
			g.lo = *first
		}
		p.facts[t.Kind] = g
	}
	g.open = g.open || first == nil
	if first != nil {
		g.lo = min(g.lo, *first)
	}
	g.hi = max(g.hi, *last)
	var conds []string
	if first != nil {
		conds = append(conds, "at_time >= "+p.instant(first.Start(p.zone)))
	}
	if *last != p.day { // facts after the as-of day are not read at all
		conds = append(conds, "at_time < "+p.instant((*last+1).Start(p.zone)))
	}
	for _, w := range p.narrowed(t) {
		conds = append(conds, g.flag(w)) // computed once, however many leaves ask it
	}
	what := t.what()
	if len(conds) > 0 { // NULL is left out at a fraction of the price of a FILTER
		of := "1"
		if t.Field != "" {
			of = ident(t.Field)
		}
		what = what[:strings.Index(what, "(")] + "(CASE WHEN " + strings.Join(conds, " AND ") + " THEN " + of + " END)"
	}
	typ := whole
	if t.Field == "amount" {
		typ = money
	}
	return p.compare("coalesce(f_"+t.Kind+"."+g.column(what)+", 0)", typ, &t.Compare)
}

// what is counted or summed.
func (t *FactTest) what() string {
	if t.Field != "" {
		return "sum(" + ident(t.Field) + ")"
	}
	return "count(*)"
}

// counted is the whole condition on one fact.
func (p *plan) counted(t *FactTest) string {
	first, last := t.window(p.day)
	conds := []string{"at_time < " + p.instant((*last + 1).Start(p.zone))}
	if first != nil {
		conds = append(conds, "at_time >= "+p.instant(first.Start(p.zone)))
	}
	return strings.Join(append(conds, p.narrowed(t)...), " AND ")
}

// narrowed gives the conditions on a fact's fields. A fact that lacks a field
// asked for does not count.
func (p *plan) narrowed(t *FactTest) []string {
	var out []string
	for _, w := range t.Where {
		switch {
		case w.Set == nil && w.Field == "amount":
			out = append(out, p.compare(ident(w.Field), money, &w.Compare))
		case w.Set == nil && w.Type == Number:
			out = append(out, p.compare(ident(w.Field), whole, &w.Compare))
		case w.Set == nil:
			out = append(out, p.compare(ident(w.Field), w.Type, &w.Compare))
		case *w.Set:
			out = append(out, "("+ident(w.Field)+" IS NOT NULL)")
		default:
			out = append(out, "("+ident(w.Field)+" IS NULL)")
		}
	}
	return out
}

// span narrows the facts that are read to the days that some leaf asks about.
func (p *plan) span(g *group) string {
	s := "at_time < " + p.instant((g.hi + 1).Start(p.zone))
	if !g.open {
		s += " AND at_time >= " + p.instant(g.lo.Start(p.zone))
	}
	return s
}

// lifecycle asks for the state on the as-of day; who has none yet is unknown.
func (p *plan) lifecycle(t *LifeTest) string {
	p.life = true
	list := make([]string, len(t.State))
	for i, s := range t.State {
		list[i] = p.arg(s)
	}
	parts := []string{"l.state IN (" + strings.Join(list, ", ") + ")"}
	if t.EnteredWithin != nil {
		parts = append(parts, "l.since >= "+p.date(t.EnteredWithin.First(p.day)))
	}
	if t.ForAtLeast != nil {
		parts = append(parts, "l.since <= "+p.date(t.ForAtLeast.Before(p.day)))
	}
	if t.Episode != nil {
		parts = append(parts, p.compare("l.episode", whole, t.Episode))
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}
