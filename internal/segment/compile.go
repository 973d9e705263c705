package segment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Compile makes the queries of one segment. d is the dictionary of the snapshot
// that will be asked; asOf is any instant of the as-of day, in the zone whose
// days count (see AsOf). A segment with faults must not be compiled.
func Compile(s *Segment, d *schemas.Dictionary, asOf time.Time) (Query, error) {
	p := newPlan(d, asOf, "")
	v, err := p.segment(s)
	if err != nil {
		return Query{}, err
	}
	with := "WITH " + p.tables() + "v AS (SELECT c.client_no, c.client_id, " + v.expr + " AS verdict" + refusedColumns(v.refused) +
		" FROM " + p.from() + v.base(" WHERE ") + ") "
	counts := "SELECT count(*), count(*) FILTER (WHERE verdict), count(*) FILTER (WHERE verdict IS NULL)"
	for i := range v.refused {
		counts += fmt.Sprintf(", count(*) FILTER (WHERE verdict IS NULL AND r%d)", i)
	}
	return Query{
		SQL:     with + "SELECT client_no, client_id FROM v WHERE verdict",
		Unknown: with + "SELECT client_no, client_id FROM v WHERE verdict IS NULL",
		Counts:  with + counts + " FROM v",
		Args:    p.args, Refused: v.nodes(), AsOf: p.day,
	}, nil
}

// verdict is a segment as an expression over the plan's tables.
type verdict struct {
	expr    string // true, false or NULL
	party   string // what the base narrows clients to; "" = nothing
	refused []refusedLeaf
}

type refusedLeaf struct {
	node *Node
	expr string
}

func (v verdict) base(word string) string {
	if v.party == "" {
		return ""
	}
	return word + "c.party = '" + v.party + "'"
}

func (v verdict) nodes() []*Node {
	var out []*Node
	for _, r := range v.refused {
		out = append(out, r.node)
	}
	return out
}

func refusedColumns(list []refusedLeaf) string {
	var b strings.Builder
	for i, r := range list {
		fmt.Fprintf(&b, ", %s IS NULL AS r%d", r.expr, i)
	}
	return b.String()
}

// plan collects what the leaves of one or several segments need: parameters,
// and one grouped subquery per source of leaves, so that fifty segments read
// the facts once.
type plan struct {
	dict  *schemas.Dictionary
	day   Day
	zone  *time.Location
	only  string // expression of the only client id asked about; "" = all
	args  []any
	known map[any]int
	facts map[string]*group // by kind
	holds *group
	multi *group
	life  bool
}

// group is a subquery by client with one column per distinct leaf.
type group struct {
	cols  []string
	flags []string // facts: conditions that several columns share, named q0, q1, …
	attrs []string // multi: expressions of the attributes that are asked
	lo    Day      // facts: the span of all windows
	hi    Day
	open  bool
}

func newPlan(d *schemas.Dictionary, asOf time.Time, only string) *plan {
	p := &plan{dict: d, day: DayOf(asOf), zone: asOf.Location(), known: map[any]int{}, facts: map[string]*group{}}
	if only != "" {
		p.only = p.arg(only)
	}
	return p
}

// arg gives the place of a parameter; equal values share one.
func (p *plan) arg(v any) string {
	if i, ok := p.known[v]; ok {
		return fmt.Sprintf("$%d", i)
	}
	p.args = append(p.args, v)
	p.known[v] = len(p.args)
	return fmt.Sprintf("$%d", len(p.args))
}

func (p *plan) date(d Day) string { return "CAST(" + p.arg(d.String()) + " AS DATE)" }

func (p *plan) instant(t time.Time) string {
	return "CAST(" + p.arg(t.UTC().Format("2006-01-02 15:04:05")) + " AS TIMESTAMP)"
}

func (p *plan) number(s string) string { return "CAST(" + p.arg(s) + " AS DECIMAL(38,8))" }

// column adds an expression to a group and names it; equal ones share a column.
func (g *group) column(expr string) string {
	i := slices.Index(g.cols, expr)
	if i < 0 {
		i = len(g.cols)
		g.cols = append(g.cols, expr)
	}
	return fmt.Sprintf("x%d", i)
}

// flag adds a shared condition to a group and names it.
func (g *group) flag(expr string) string {
	i := slices.Index(g.flags, expr)
	if i < 0 {
		i = len(g.flags)
		g.flags = append(g.flags, expr)
	}
	return fmt.Sprintf("q%d", i)
}

// segment compiles a whole segment: unknown: include and error are meant from
// its own root, wherever it is used.
func (p *plan) segment(s *Segment) (verdict, error) {
	v := verdict{party: partyOf(s.Base)}
	if s.Where == nil {
		return v, errs.New(errs.Bug, "compile segment", s.ID, "it has no rule", "check it with `clientbase validate`")
	}
	expr, err := p.node(s, s.Where, true, &v.refused)
	v.expr = expr
	return v, err
}

func partyOf(b Base) string {
	switch b {
	case People:
		return schemas.Person.String()
	case Organisations:
		return schemas.Org.String()
	}
	return ""
}

// node compiles a node. positive is false under an odd number of nots: it
// decides what keeping nobody out means.
func (p *plan) node(s *Segment, n *Node, positive bool, refused *[]refusedLeaf) (string, error) {
	if n.Leaf() {
		expr, err := p.leaf(s, n, refused)
		if err != nil {
			return "", err
		}
		switch n.Unknown {
		case Include:
			return fmt.Sprintf("coalesce(%s, %t)", expr, positive), nil
		case Refuse:
			*refused = append(*refused, refusedLeaf{n, expr})
		}
		return expr, nil
	}
	var parts []string
	for _, k := range n.Kids {
		expr, err := p.node(s, k, positive != (n.Op == Not), refused)
		if err != nil {
			return "", err
		}
		parts = append(parts, expr)
	}
	switch n.Op {
	case All:
		return "(" + strings.Join(parts, " AND ") + ")", nil
	case Any:
		return "(" + strings.Join(parts, " OR ") + ")", nil
	}
	return "(NOT " + parts[0] + ")", nil
}

// leaf compiles a leaf to an expression that is true, false or NULL.
func (p *plan) leaf(s *Segment, n *Node, refused *[]refusedLeaf) (string, error) {
	switch n.Op {
	case OpAttr:
		return p.attr(s, n)
	case OpHolds, OpHad, OpNever:
		return p.product(n), nil
	case OpCount, OpSum:
		return p.fact(n.Fact), nil
	case OpLife:
		return p.lifecycle(n.Life), nil
	}
	if n.Segment == nil {
		return "", errs.New(errs.Bug, "compile segment", s.ID, "a segment that it uses is not linked", "check it with `clientbase validate`")
	}
	inner, err := p.segment(n.Segment)
	if err != nil {
		return "", err
	}
	*refused = append(*refused, inner.refused...)
	return "(" + inner.expr + inner.base(" AND ") + ")", nil
}

// from gives clients joined with the plan's groups.
func (p *plan) from() string {
	var b strings.Builder
	b.WriteString("clients c")
	for _, name := range p.groups() {
		fmt.Fprintf(&b, " LEFT JOIN %s ON %s.client_no = c.client_no", name, name)
	}
	return b.String()
}

// groups names the plan's subqueries in a fixed order.
func (p *plan) groups() []string {
	var out []string
	for _, k := range factKinds {
		if p.facts[k] != nil {
			out = append(out, "f_"+k)
		}
	}
	if p.holds != nil {
		out = append(out, "h")
	}
	if p.life {
		out = append(out, "l")
	}
	if p.multi != nil {
		out = append(out, "m")
	}
	return out
}

// tables gives the plan's subqueries, each followed by a comma.
func (p *plan) tables() string {
	var b strings.Builder
	for _, name := range p.groups() {
		b.WriteString(name + " AS (")
		switch name {
		case "h":
			b.WriteString(p.grouped(p.holds, "attached.holdings", ""))
		case "l":
			b.WriteString("SELECT client_no, state, since, episode FROM attached.lifecycle WHERE since <= " + p.date(p.day) + " AND (until IS NULL OR until > " + p.date(p.day) + ")" + p.onlyThis())
		case "m":
			b.WriteString(p.grouped(p.multi, "attribute_history", "winner AND value IS NOT NULL AND attr IN ("+strings.Join(p.multi.attrs, ", ")+")"))
		default:
			kind := strings.TrimPrefix(name, "f_")
			b.WriteString(p.grouped(p.facts[kind], "attached."+kind+"s", p.span(p.facts[kind])))
		}
		b.WriteString("), ")
	}
	return b.String()
}

func (p *plan) grouped(g *group, from, where string) string {
	if where != "" {
		where = " AND " + where
	}
	var b strings.Builder
	b.WriteString("SELECT client_no")
	for i, c := range g.cols {
		fmt.Fprintf(&b, ", %s AS x%d", c, i)
	}
	if len(g.flags) > 0 {
		inner := "(SELECT *"
		for i, f := range g.flags {
			inner += fmt.Sprintf(", %s AS q%d", f, i)
		}
		return b.String() + " FROM " + inner + " FROM " + from + " WHERE client_no IS NOT NULL" + where + p.onlyThis() + ") GROUP BY client_no"
	}
	return b.String() + " FROM " + from + " WHERE client_no IS NOT NULL" + where + p.onlyThis() + " GROUP BY client_no"
}

func (p *plan) onlyThis() string {
	if p.only == "" {
		return ""
	}
	return " AND client_no = (SELECT client_no FROM clients WHERE client_id = " + p.only + ")"
}

// ident quotes a name of the dictionary.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
