package segment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Count evaluates a compiled segment. It fails with errs.Integrity when a leaf
// with unknown: error leaves somebody undecided.
func (q Query) Count(ctx context.Context, s *Segment, r Queryer) (Counts, error) {
	var c Counts
	open := make([]int64, len(q.Refused))
	dest := []any{&c.Base, &c.Matched, &c.Unknown}
	for i := range open {
		dest = append(dest, &open[i])
	}
	if err := row(ctx, r, q.Counts, q.Args, dest...); err != nil {
		return c, err
	}
	return c, refused(s, q.Refused, open)
}

// refused is the error of leaves that said unknown: error.
func refused(s *Segment, nodes []*Node, open []int64) error {
	var list errs.List
	for i, n := range nodes {
		if open[i] > 0 {
			list.Add(errs.New(errs.Integrity, "evaluate segment", fmt.Sprintf("%s %s", s.ID, n.Path),
				fmt.Sprintf("unknown of %d whom nothing else decides, and the rule says unknown: error", open[i]), "say unknown: exclude or include, or load what is missing"))
		}
	}
	return list.Err()
}

// Members visits those who match, in the order of their ids.
func (q Query) Members(ctx context.Context, r Queryer, visit func(clientNo int32, clientID string) error) error {
	rows, err := r.Query(ctx, q.SQL+" ORDER BY client_id", q.Args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var no int32
		var id string
		if err := rows.Scan(&no, &id); err != nil {
			return err
		}
		if err := visit(no, id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Result is one segment of a batch.
type Result struct {
	Segment *Segment
	Counts
	Err error // of a leaf with unknown: error
}

// CountAll evaluates several segments in one pass over clients, products and
// facts.
func CountAll(ctx context.Context, list []*Segment, d *schemas.Dictionary, asOf time.Time, r Queryer) ([]Result, error) {
	if len(list) == 0 {
		return nil, nil
	}
	p := newPlan(d, asOf, "")
	var inner, outer []string
	verdicts := make([]verdict, len(list))
	for i, s := range list {
		v, err := p.segment(s)
		if err != nil {
			return nil, err
		}
		verdicts[i] = v
		// counting what is not NULL is many times cheaper than a FILTER
		members, verdict := "count(*)", v.expr
		if v.party != "" {
			members = "count(CASE WHEN " + v.base("") + " THEN 1 END)"
			verdict = "CASE WHEN " + v.base("") + " THEN " + v.expr + " END"
		}
		inner = append(inner, fmt.Sprintf("%s AS v%d", verdict, i))
		outer = append(outer, fmt.Sprintf("%s, count(nullif(v%d, false)), %s - count(v%d)", members, i, members, i))
		for k, leaf := range v.refused {
			inner = append(inner, fmt.Sprintf("%s IS NULL AS r%d_%d", leaf.expr, i, k))
			outer = append(outer, fmt.Sprintf("count(*) FILTER (WHERE v%d IS NULL%s AND r%d_%d)", i, v.base(" AND "), i, k))
		}
	}
	q := "WITH " + p.tables() + "v AS (SELECT c.party, " + strings.Join(inner, ", ") + " FROM " + p.from() + ") SELECT " + strings.Join(outer, ", ") + " FROM v c"
	out := make([]Result, len(list))
	open := make([][]int64, len(list))
	var dest []any
	for i := range out {
		out[i].Segment = list[i]
		open[i] = make([]int64, len(verdicts[i].refused))
		dest = append(dest, &out[i].Base, &out[i].Matched, &out[i].Unknown)
		for k := range open[i] {
			dest = append(dest, &open[i][k])
		}
	}
	if err := row(ctx, r, q, p.args, dest...); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Err = refused(list[i], verdicts[i].nodes(), open[i])
	}
	return out, nil
}

// row reads the single row of a query.
func row(ctx context.Context, r Queryer, sql string, args []any, dest ...any) error {
	rows, err := r.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return errs.New(errs.Bug, "evaluate segment", "", "no answer", "report it")
	}
	return rows.Scan(dest...)
}
