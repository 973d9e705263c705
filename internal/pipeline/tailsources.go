package pipeline

import (
	"errors"
	"slices"
	"strings"
	"time"

	"clientbase/internal/landing"
	"clientbase/internal/survivorship"
	"clientbase/schemas"
)

// choose works out the values of a pair anew, as a run would: the records of
// the client are read again from landing, cleansed by the same rules, and the
// survivors are chosen among them and what was set by hand. Losers are not
// published, so an act that is taken back can only be answered from there.
func (v *tailValues) choose(q *tailPair, mine []tailValue) ([]tailValue, error) {
	all, err := v.offered(q)
	if err != nil {
		return nil, err
	}
	follow, following := v.followed(q)
	values := append([]tailValue(nil), mine...)
	dict := schemas.NewDict()
	var cand []survivorship.Candidate
	for i := range mine {
		cand = append(cand, survivorship.Candidate{Row: uint32(mine[i].act.entry.Seq), Cell: uint32(i), Value: dict.Intern(mine[i].text), Text: mine[i].text, Status: mine[i].status, Act: mine[i].act.entry.Seq, Day: mine[i].day})
	}
	for _, o := range all {
		if following && o.recordNo != follow {
			continue
		}
		c := o.Candidate
		c.Cell, c.Value = uint32(len(values)), 0
		if o.status.Usable() {
			c.Value = dict.Intern(o.text)
		}
		cand, values = append(cand, c), append(values, o.tailValue)
	}
	var out []tailValue
	for _, w := range survivorship.Choose(cand, q.attr.Multi, nil) {
		if w.Winner {
			x := values[w.Cell]
			x.decision = w.Decision.String()
			out = append(out, x)
		}
	}
	return out, nil
}

// offer is one value that a source record offers.
type offer struct {
	survivorship.Candidate
	tailValue
}

// followed gives the record that the group of an attribute follows: the one
// that gave the group's first attribute, which was settled before.
func (v *tailValues) followed(q *tailPair) (int64, bool) {
	lead, ok := groupLead(v.t.p.Dict, q.attr.Group)
	if !ok || q.attr.Multi || lead.ID == q.attr.ID {
		return 0, false
	}
	for i := range v.pairs {
		if x := &v.pairs[i]; x.no == q.no && x.attr.ID == lead.ID && len(x.values) > 0 {
			return x.values[0].recordNo, true // -1: set by hand, no source record follows
		}
	}
	var rec int64
	err := v.t.one("SELECT record_no FROM client.main.attribute_history WHERE client_no = ? AND attr = ? AND winner", []any{q.no, lead.ID}, &rec)
	return rec, err == nil
}

// offered reads what the client's live records say for an attribute.
func (v *tailValues) offered(q *tailPair) (out []offer, err error) {
	rows, err := v.t.r.Query(v.t.ctx, `SELECT record_no, stream, key, closed IS NOT NULL, coalesce(valid_from - DATE '1970-01-01', 0)::INTEGER
		FROM identities WHERE client_no = ? ORDER BY record_no`, q.no)
	if err != nil {
		return nil, err
	}
	var list []survivorship.Candidate
	var streams []string
	var records []int64
	for rows.Next() {
		var c survivorship.Candidate
		var no int64
		var stream string
		if err := rows.Scan(&no, &stream, &c.Key, &c.Closed, &c.Day); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		c.Row, c.Trust = uint32(no), v.t.p.Trust(stream, q.attr.ID)
		list, streams, records = append(list, c), append(streams, stream), append(records, no)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	rank := slices.Compact(slices.Sorted(slices.Values(streams)))
	var sources []string
	for i, c := range list {
		source, _, _ := strings.Cut(streams[i], "/")
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
		c.Source, c.Stream = uint16(slices.Index(sources, source)), uint16(slices.Index(rank, streams[i]))
		cells, chains, known, err := v.recordCells(records[i], streams[i], c.Key, q.attr.ID)
		if err != nil {
			return nil, err
		}
		for _, cell := range cells {
			c.Text, c.Status = cell.Value, cell.Status
			out = append(out, offer{c, tailValue{text: cell.Value, status: cell.Status, reason: cell.Reason, chain: chains[cell.Chain], stream: streams[i], recordNo: records[i], day: c.Day, known: known}})
		}
	}
	return out, nil
}

// recordCells reads one record from landing and cleanses it as a run does.
// known is when its version arrived.
func (v *tailValues) recordCells(no int64, stream, key, attr string) (cells []schemas.Cell, chains []string, known time.Time, err error) {
	var in *interpreter
	for i := range v.t.p.Streams {
		if s := &v.t.p.Streams[i]; s.ID() == stream {
			made, err := newInterpreter(&s.Stream, v.t.p.Dict, v.t.p.own())
			if err != nil {
				return nil, nil, known, err
			}
			in = made
		}
	}
	lines, err := v.t.versions(no)
	if err != nil || len(lines) == 0 || in == nil {
		return nil, nil, known, err
	}
	l := lines[len(lines)-1]
	b, delivery, err := v.t.batch(l.FirstBatch, new(string))
	if err != nil {
		return nil, nil, known, err
	}
	var asOf int32
	if err := v.t.one("SELECT coalesce(as_of - DATE '1970-01-01', 0)::INTEGER FROM batches WHERE batch_no = ?", []any{l.FirstBatch}, &asOf); err != nil {
		return nil, nil, known, err
	}
	if known, err = v.t.arrived(stream, delivery); err != nil {
		return nil, nil, known, err
	}
	one := &landing.Batch{Rows: b.Rows.NewSlice(l.FirstRow, l.FirstRow+1), Pos: b.Pos[l.FirstRow : l.FirstRow+1]}
	defer one.Release()
	got, err := in.partiesOnly(one, asOf)
	if err != nil {
		return nil, nil, known, err
	}
	for i := range got.parties {
		part := &got.parties[i]
		for k := range part.key {
			if part.key[k] != key {
				continue
			}
			if err := v.hand.rules.Apply(&part.cells, v.hand.model); err != nil {
				return nil, nil, known, err
			}
			if part.cells.Out[attr] == nil {
				return nil, nil, known, nil
			}
			return part.cells.Out[attr].Row(k), part.cells.Chains, known, nil
		}
	}
	return nil, nil, known, nil
}

// arrived gives when a delivery came in.
func (t *tracer) arrived(stream, delivery string) (time.Time, error) {
	list, err := t.land.Deliveries(stream)
	for i := range list {
		if list[i].ID == delivery {
			return list[i].Arrived, err
		}
	}
	return time.Time{}, err
}
