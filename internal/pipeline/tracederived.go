package pipeline

import (
	"context"
	"errors"
	"fmt"

	"clientbase/internal/store"
)

// TraceDerived is a computed value of a client with its formula and what went
// into it, each input with the batch that brought it.
type TraceDerived struct {
	Table   string       `json:"table"`
	Column  string       `json:"column"`
	Value   string       `json:"value"`
	Formula string       `json:"formula"` // name@version
	Says    string       `json:"says"`
	Inputs  []TraceInput `json:"inputs,omitempty"`
	More    int          `json:"more_inputs,omitempty"` // that are not listed
}

// TraceInput is one row that a computed value was made from.
type TraceInput struct {
	What   string `json:"what"` // record, account, call …
	ID     string `json:"id"`   // key of the record, id of the fact
	Date   string `json:"date,omitempty"`
	Stream string `json:"stream"`
	Batch  string `json:"batch,omitempty"`
	Place  string `json:"place,omitempty"` // file, line, bytes
}

// maxInputs is how many inputs are listed with one value.
const maxInputs = 10

// TraceDerivedOf explains the computed values of a client: those of its row, its
// lifecycle and what it holds.
func TraceDerivedOf(ctx context.Context, p *Project, snap *store.Snapshot, id string) ([]TraceDerived, error) {
	s, err := newTracer(ctx, p, snap)
	if err != nil {
		return nil, err
	}
	no, _, err := s.clientNo(id)
	if err != nil {
		return nil, err
	}
	var client string
	if err := s.one("SELECT client_id FROM clients WHERE client_no = ?", []any{no}, &client); err != nil {
		return nil, err
	}
	records, err := s.recordInputs(no)
	if err != nil {
		return nil, err
	}
	out, err := s.derivedColumns(no, records)
	if err != nil {
		return nil, err
	}
	dated, err := s.datedFacts(client)
	if err != nil {
		return nil, err
	}
	for _, q := range []struct{ table, sql string }{
		{"lifecycle", `SELECT state, coalesce(strftime(since, '%Y-%m-%d'), ''), state || coalesce(' from ' || since, '') || coalesce(' until ' || until, '') || ': ' || coalesce(cause, 'no cause kept')
			FROM lifecycle WHERE client_id = ? ORDER BY episode, since`},
		{"holdings", `SELECT kind, coalesce(strftime(since, '%Y-%m-%d'), ''), kind || ' ' || product || coalesce(' from ' || since, '') || coalesce(' until ' || until, '')
			FROM holdings WHERE client_id = ? ORDER BY since, kind, product, stream`},
	} {
		more, err := s.derivedRows(q.table, q.sql, client, append(dated, records...))
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// input is an input with the row of the batch that holds it.
type input struct {
	TraceInput
	batch int32
	row   int64
	of    string // state or kind of holding that it may make; "" = any
}

// recordInputs gives the client's records as inputs.
func (t *tracer) recordInputs(no int32) (out []input, err error) {
	rows, err := t.r.Query(t.ctx, `SELECT record_no, stream, key, coalesce(strftime(valid_from, '%Y-%m-%d'), '') FROM client.main.identities WHERE client_no = ? ORDER BY valid_from, stream, key`, no)
	if err != nil {
		return nil, err
	}
	var nos []int64
	for rows.Next() {
		var rec int64
		x := input{TraceInput: TraceInput{What: "record"}, of: "potential"}
		if err := rows.Scan(&rec, &x.Stream, &x.ID, &x.Date); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		nos, out = append(nos, rec), append(out, x)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	for i, rec := range nos {
		lines, err := t.versions(rec)
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			l := lines[len(lines)-1]
			out[i].batch, out[i].row = l.FirstBatch, l.FirstRow
		}
	}
	return out, nil
}

// derivedColumns explains the computed columns of the client's row.
func (t *tracer) derivedColumns(no int32, records []input) ([]TraceDerived, error) {
	var name, since, asOf string
	var n, sources int64
	if err := t.one(`SELECT coalesce(display_name, ''), n_records::BIGINT, n_sources::BIGINT, coalesce(strftime(since, '%Y-%m-%d'), ''), coalesce(strftime(as_of, '%Y-%m-%d'), '') FROM clients WHERE client_no = ?`,
		[]any{no}, &name, &n, &sources, &since, &asOf); err != nil {
		return nil, err
	}
	on := func(day string) []input {
		var out []input
		for _, r := range records {
			if r.Date == day {
				out = append(out, r)
			}
		}
		return out
	}
	var out []TraceDerived
	for _, c := range []struct {
		column, value string
		from          []input
	}{{"display_name", name, nil}, {"n_records", fmt.Sprint(n), records}, {"n_sources", fmt.Sprint(sources), records}, {"since", since, on(since)}, {"as_of", asOf, on(asOf)}} {
		if c.value == "" {
			continue
		}
		d, err := t.derivedOf("clients", c.column, c.value, c.from)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// derivedOf explains one value, its first inputs with their places.
func (t *tracer) derivedOf(table, column, value string, from []input) (TraceDerived, error) {
	o, _ := t.s.Origin(table, column)
	d := TraceDerived{Table: table, Column: column, Value: value, Formula: o.Formula, Says: o.Says, More: max(len(from)-maxInputs, 0)}
	for _, x := range from[:min(len(from), maxInputs)] {
		var err error
		if x.Place, err = t.factPlace(x.Stream, x.batch, x.row, &x.Batch); err != nil {
			return d, err
		}
		d.Inputs = append(d.Inputs, x.TraceInput)
	}
	return d, nil
}

// rowPlace says where a row of a batch stands in what was received.
func (t *tracer) rowPlace(stream string, batchNo int32, row int64, id *string) (string, error) {
	b, delivery, err := t.batch(batchNo, id)
	if err != nil {
		return "", err
	}
	place := t.fileName(stream, delivery)
	if row >= 0 && int(row) < len(b.Pos) {
		place += " " + b.Pos[row].Words()
	}
	return place, nil
}

// datedFacts gives the client's facts that can make a step of its life or a
// holding, with the day on which they do.
func (t *tracer) datedFacts(client string) (out []input, err error) {
	rows, err := t.r.Query(t.ctx, `
		SELECT 'product', fact_id::VARCHAR, stream, batch_no, row_no, coalesce(strftime(since, '%Y-%m-%d'), ''), coalesce(strftime(until, '%Y-%m-%d'), '') FROM client_products WHERE client_id = $1
		UNION ALL SELECT 'account', fact_id::VARCHAR, stream, batch_no, row_no, coalesce(strftime(opened, '%Y-%m-%d'), ''), coalesce(strftime(closed, '%Y-%m-%d'), '') FROM client_accounts WHERE client_id = $1
		UNION ALL SELECT 'card', fact_id::VARCHAR, stream, batch_no, row_no, coalesce(strftime(issued, '%Y-%m-%d'), ''), coalesce(strftime(expires, '%Y-%m-%d'), '') FROM client_cards WHERE client_id = $1
		UNION ALL SELECT 'consent', fact_id::VARCHAR, stream, coalesce(batch_no, 0), row_no, coalesce(strftime(since, '%Y-%m-%d'), ''), '' FROM client_consents WHERE client_id = $1
		UNION ALL SELECT coalesce(kind, 'contact'), fact_id::VARCHAR, stream, batch_no, row_no, strftime(at_time, '%Y-%m-%d'), '' FROM interactions WHERE client_id = $1
		ORDER BY 6, 1, 2`, client)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var x input
		var until string
		if err := rows.Scan(&x.What, &x.ID, &x.Stream, &x.batch, &x.row, &x.Date, &until); err != nil {
			return nil, err
		}
		switch x.What {
		case "product", "account", "card":
			if until != "" {
				end := x
				end.Date, end.of = until, "former"
				out = append(out, end)
			}
			begin := x
			begin.of = "client"
			out = append(out, begin)
			x.of = x.What // the holding itself, from its first day
		case "visit":
			x.of = "visitor"
		default:
			x.of = "potential"
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// derivedRows explains the rows of a derived table: its inputs are what makes
// the state or the holding on the day on which it begins.
func (t *tracer) derivedRows(table, sql, client string, from []input) ([]TraceDerived, error) {
	rows, err := t.r.Query(t.ctx, sql, client)
	if err != nil {
		return nil, err
	}
	var out []TraceDerived
	for rows.Next() {
		var of, since, text string
		if err := rows.Scan(&of, &since, &text); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		var mine []input
		for _, x := range from {
			if x.of == of && x.Date == since {
				mine = append(mine, x)
			}
		}
		d, err := t.derivedOf(table, of, text, mine)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		out = append(out, d)
	}
	return out, rows.Close()
}
