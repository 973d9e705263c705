package pipeline

import (
	"slices"
	"sort"
	"strings"

	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

type publishedKey struct {
	attr string
	rec  int64
}

// published gives the published form of each winner.
func (t *tracer) published(no int32) (map[publishedKey][]string, error) {
	rows, err := t.r.Query(t.ctx, "SELECT attr, coalesce(record_no, 0), coalesce(value, '') FROM attribute_history WHERE client_no = ? AND winner", no)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[publishedKey][]string{}
	for rows.Next() {
		var k publishedKey
		var v string
		if err := rows.Scan(&k.attr, &k.rec, &v); err != nil {
			return nil, err
		}
		out[k] = append(out[k], v)
	}
	for _, l := range out {
		slices.Sort(l)
	}
	return out, rows.Err()
}

// value joins a lineage row with the source cell it came from.
func (t *tracer) value(v store.ValueLineage, published map[publishedKey][]string) (TraceValue, error) {
	out := TraceValue{Attr: v.Attr, Winner: v.Winner, Decision: v.Decision, Rules: v.Chain, Field: v.Field, Since: v.ValidFrom, RecordNo: v.RecordNo}
	k := publishedKey{v.Attr, v.RecordNo}
	if v.Winner && len(published[k]) > 0 {
		out.Value = published[k][0]
		published[k] = published[k][1:]
	}
	lines, err := t.versions(v.RecordNo)
	if err != nil || len(lines) == 0 {
		return out, err
	}
	l := lines[len(lines)-1]
	out.Stream, out.Key = l.Stream, l.Key
	if l.Stream == ActOverrides {
		return out, t.handValue(&out, l.Key)
	}
	b, delivery, err := t.batch(l.FirstBatch, new(string))
	if err != nil {
		return out, err
	}
	if int(l.FirstRow) < len(b.Pos) {
		out.Place = t.fileName(l.Stream, delivery) + " " + b.Pos[l.FirstRow].Words()
	}
	text := sourceCell(b, v.Field, int(l.FirstRow))
	if t.secret[cellName{v.RecordNo, v.Field}] {
		text = opaque.Shape(text)
	} else if _, day := parseDay(text, ""); !day {
		text = guarded(text)
	}
	out.Source = text
	return out, nil
}

// sourceCell gives the received text of a field; joined fields are "A+B".
func sourceCell(b *landing.Batch, field string, row int) string {
	v := newView(b)
	if c := v.cols[field]; c != nil {
		return v.cell(field, row)
	}
	var parts []string
	for _, f := range strings.Split(field, "+") {
		if t := strings.TrimSpace(v.cell(f, row)); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// ByAttr groups the values of a trace by attribute, in the dictionary's order.
func (t *Trace) ByAttr(d *schemas.Dictionary) [][]TraceValue {
	place := map[string]int{}
	for i, a := range d.Attrs {
		place[a.ID] = i
	}
	groups := map[string][]TraceValue{}
	var attrs []string
	for _, v := range t.Values {
		if groups[v.Attr] == nil {
			attrs = append(attrs, v.Attr)
		}
		groups[v.Attr] = append(groups[v.Attr], v)
	}
	sort.Slice(attrs, func(i, j int) bool { return place[attrs[i]] < place[attrs[j]] })
	out := make([][]TraceValue, 0, len(attrs))
	for _, a := range attrs {
		out = append(out, groups[a])
	}
	return out
}
