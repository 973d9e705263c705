package segment

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"clientbase/schemas"
)

// Verdict is what a node says of a client.
type Verdict string

// Verdicts.
const (
	Yes       Verdict = "yes"
	No        Verdict = "no"
	DontKnow  Verdict = "unknown"
	NotInBase Verdict = "not in the base"
)

// Reason is a node of the rule with its verdict about one client.
type Reason struct {
	Op      Op        `json:"op"`
	Rule    string    `json:"rule"` // the node in words
	Path    string    `json:"path"`
	Verdict Verdict   `json:"verdict"`
	Value   string    `json:"value,omitempty"`  // what was compared, masked where its class is protected
	Source  string    `json:"source,omitempty"` // source/stream that says so
	Date    string    `json:"date,omitempty"`   // ISO day from which or on which it holds
	Note    string    `json:"note,omitempty"`   // what becomes of the unknown
	Kids    []*Reason `json:"kids,omitempty"`
}

// Explanation says why one client is in or out of a segment.
type Explanation struct {
	Segment  string  `json:"segment"`
	Version  int     `json:"version"`
	ClientID string  `json:"client_id"`
	AsOf     string  `json:"as_of"`
	Base     Base    `json:"base"`
	Verdict  Verdict `json:"verdict"`
	Rule     *Reason `json:"rule"`
}

// Why explains one client, who must be in the snapshot. The verdicts are those
// of the compiled rule; values, sources and dates are read beside them.
func Why(ctx context.Context, s *Segment, d *schemas.Dictionary, asOf time.Time, clientID string, r Queryer) (*Explanation, error) {
	w := &why{ctx: ctx, r: r, p: newPlan(d, asOf, clientID), id: clientID}
	out := &Explanation{Segment: s.ID, Version: s.Version, ClientID: clientID, AsOf: w.p.day.String(), Base: s.Base}
	root, err := w.node(s, s.Where, true)
	if err != nil {
		return nil, err
	}
	out.Rule = root
	base := "true"
	if v := (verdict{party: partyOf(s.Base)}); v.party != "" {
		base = v.base("")
	}
	cols := append([]string{base}, w.exprs...)
	got := make([]sql.NullBool, len(cols))
	dest := make([]any, len(got))
	for i := range got {
		dest[i] = &got[i]
	}
	q := "SELECT " + strings.Join(cols, ", ") + " FROM " + w.p.from() + " WHERE c.client_id = " + w.p.only
	if t := strings.TrimSuffix(w.p.tables(), ", "); t != "" {
		q = "WITH " + t + " " + q
	}
	if err := row(ctx, r, q, w.p.args, dest...); err != nil {
		return nil, err
	}
	for i, n := range w.reasons {
		n.Verdict = verdictOf(got[i+1])
		if n.Verdict != DontKnow {
			n.Note = ""
		}
	}
	out.Verdict = root.Verdict
	if n := s.Where; n.Leaf() && n.Unknown == Include && root.Verdict == DontKnow {
		out.Verdict = Yes
	}
	if !got[0].Bool {
		out.Verdict = NotInBase
	}
	return out, w.evidence()
}

func verdictOf(v sql.NullBool) Verdict {
	switch {
	case !v.Valid:
		return DontKnow
	case v.Bool:
		return Yes
	}
	return No
}

// why collects one expression per node.
type why struct {
	ctx     context.Context
	r       Queryer
	p       *plan
	id      string
	exprs   []string
	reasons []*Reason
	leaves  []leafReason
}

type leafReason struct {
	n *Node
	r *Reason
}

func (w *why) node(s *Segment, n *Node, positive bool) (*Reason, error) {
	out := &Reason{Op: n.Op, Rule: w.words(n), Path: n.Path}
	var ignored []refusedLeaf
	var expr string
	var err error
	if n.Leaf() {
		expr, err = w.p.leaf(s, n, &ignored) // before what becomes of the unknown
		w.leaves = append(w.leaves, leafReason{n, out})
		switch n.Unknown {
		case Include:
			out.Note = "the rule lets the unknown in"
		case Refuse:
			out.Note = "the rule refuses to count while this is unknown"
		default:
			out.Note = "nothing is known, so it decides nothing"
		}
	} else {
		expr, err = w.p.node(s, n, positive, &ignored)
	}
	if err != nil {
		return nil, err
	}
	w.exprs, w.reasons = append(w.exprs, expr), append(w.reasons, out)
	kids, inner, pos := n.Kids, s, positive != (n.Op == Not)
	if n.Op == OpSegment {
		kids, inner, pos = []*Node{n.Segment.Where}, n.Segment, true
	}
	for _, k := range kids {
		kid, err := w.node(inner, k, pos)
		if err != nil {
			return nil, err
		}
		out.Kids = append(out.Kids, kid)
	}
	return out, nil
}

// evidence reads value, source and date of every leaf.
func (w *why) evidence() error {
	for _, l := range w.leaves {
		var err error
		switch l.n.Op {
		case OpAttr:
			err = w.attr(l.n.Attr, l.r)
		case OpHolds, OpHad, OpNever:
			err = w.product(l.n, l.r)
		case OpCount, OpSum:
			err = w.fact(l.n.Fact, l.r)
		case OpLife:
			err = w.life(l.r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask runs a query of text columns of its own plan and gives at most limit rows.
func (w *why) ask(limit int, build func(p *plan) string) ([][]string, error) {
	p := newPlan(w.p.dict, AsOf(w.p.day, w.p.zone), w.id)
	q := build(p)
	rows, err := w.r.Query(w.ctx, q, p.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out [][]string
	for len(out) < limit && rows.Next() {
		var c [4]sql.NullString
		if err := rows.Scan(&c[0], &c[1], &c[2], &c[3]); err != nil {
			return nil, err
		}
		out = append(out, []string{c[0].String, c[1].String, c[2].String, c[3].String})
	}
	return out, rows.Err()
}

func (w *why) attr(t *AttrTest, r *Reason) error {
	name := t.Attr
	if t.Derived == "age" {
		name = "birth_date"
	}
	if t.builtin() {
		got, err := w.ask(1, func(p *plan) string {
			return "SELECT CAST(" + ident(name) + " AS VARCHAR), NULL, NULL, NULL FROM clients WHERE client_id = " + p.only
		})
		if len(got) > 0 {
			r.Value, r.Source = got[0][0], "all sources"
		}
		return err
	}
	got, err := w.ask(5, func(p *plan) string {
		return "SELECT value, stream, CAST(valid_from AS VARCHAR), NULL FROM attribute_history WHERE client_id = " + p.only +
			" AND attr = " + p.arg(name) + " AND winner AND value IS NOT NULL ORDER BY valid_from DESC, value"
	})
	if err != nil {
		return err
	}
	var values []string
	for _, g := range got {
		values = append(values, g[0])
	}
	if len(got) == 0 {
		r.Value = "none"
		return nil
	}
	r.Value, r.Source, r.Date = strings.Join(values, ", "), got[0][1], got[0][2]
	if born, ok := ParseDay(got[0][0]); ok && t.Derived == "age" {
		r.Value = fmt.Sprintf("%d, born %s", Age(born, w.p.day), got[0][0])
	}
	return nil
}

// Age is in full years; who was born on 29 February becomes older on 1 March
// where there is no such day.
func Age(born, on Day) int {
	y1, m1, d1 := time.Unix(int64(born)*86400, 0).UTC().Date()
	y2, m2, d2 := time.Unix(int64(on)*86400, 0).UTC().Date()
	n := y2 - y1
	if int(m1)*100+d1 > int(m2)*100+d2 {
		n--
	}
	return n
}

func (w *why) product(n *Node, r *Reason) error {
	got, err := w.ask(1, func(p *plan) string {
		cond := p.holding(n)
		only := ""
		if len(n.Product.Product) > 0 {
			list := make([]string, len(n.Product.Product))
			for i, c := range n.Product.Product {
				list[i] = p.arg(c)
			}
			only = " AND (product IN (" + strings.Join(list, ", ") + ") OR product IS NULL)"
		}
		return `SELECT coalesce(product, kind) || CASE WHEN since IS NULL THEN '' ELSE ' from ' || since END || CASE WHEN until IS NULL THEN '' ELSE ' until ' || until END
			|| CASE WHEN status IS NULL THEN '' ELSE ', ' || status END, stream, CAST(coalesce(since, seen) AS VARCHAR), NULL
			FROM holdings WHERE client_id = ` + p.only + only + " ORDER BY coalesce(" + cond + ", false) DESC, " + cond + " IS NULL DESC, until IS NULL DESC, since DESC, product, kind, stream"
	})
	r.Value = "none"
	if len(got) > 0 {
		r.Value, r.Source, r.Date = got[0][0], got[0][1], got[0][2]
	}
	return err
}

func (w *why) fact(t *FactTest, r *Reason) error {
	got, err := w.ask(1, func(p *plan) string {
		return "SELECT CAST(coalesce(" + t.what() + ", 0) AS VARCHAR), string_agg(DISTINCT stream, ', ' ORDER BY stream), CAST(CAST(max(at_time) AS DATE) AS VARCHAR), NULL FROM " +
			t.Kind + "s WHERE client_id = " + p.only + " AND " + p.counted(t)
	})
	if len(got) > 0 {
		r.Value, r.Source, r.Date = got[0][0], got[0][1], got[0][2]
	}
	return err
}

func (w *why) life(r *Reason) error {
	got, err := w.ask(1, func(p *plan) string {
		return "SELECT state || ', ' || cause || CASE WHEN episode > 1 THEN ', episode ' || episode ELSE '' END, source, CAST(since AS VARCHAR), NULL FROM lifecycle WHERE client_id = " +
			p.only + " AND since <= " + p.date(p.day) + " AND (until IS NULL OR until > " + p.date(p.day) + ")"
	})
	r.Value = "none"
	if len(got) > 0 {
		r.Value, r.Source, r.Date = got[0][0], got[0][1], got[0][2]
	}
	return err
}
