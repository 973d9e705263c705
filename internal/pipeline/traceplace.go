package pipeline

import (
	"fmt"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
)

// records lists the client's source records with the place of their bytes.
func (t *tracer) records(no int32) ([]TraceRecord, error) {
	rows, err := t.r.Query(t.ctx, "SELECT record_no, coalesce(strftime(closed, '%Y-%m-%d'), '') FROM client.main.identities WHERE client_no = ? ORDER BY stream, key", no)
	if err != nil {
		return nil, err
	}
	var out []TraceRecord
	for rows.Next() {
		var rec TraceRecord
		if err := rows.Scan(&rec.RecordNo, &rec.Closed); err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	nos := make([]int64, len(out))
	for i := range out {
		nos[i] = out[i].RecordNo
	}
	if t.lines, err = t.s.Records(t.ctx, nos); err != nil {
		return nil, err
	}
	for i := range out {
		if err := t.place(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tracer) place(rec *TraceRecord) error {
	lines, err := t.versions(rec.RecordNo)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return errs.New(errs.Integrity, "trace", fmt.Sprintf("record %d", rec.RecordNo), "no lineage row", "report it: every record must have one")
	}
	l := lines[len(lines)-1]
	rec.Stream, rec.Key, rec.Version = l.Stream, l.Key, l.Version
	b, delivery, err := t.batch(l.FirstBatch, &rec.Batch)
	if err != nil {
		return err
	}
	rec.Delivery, rec.File = delivery, t.fileName(l.Stream, delivery)
	if int(l.FirstRow) < len(b.Pos) {
		rec.Place = placeText(b.Pos[l.FirstRow])
	}
	if l.LastBatch != l.FirstBatch {
		_, last, err := t.batch(l.LastBatch, new(string))
		if err != nil {
			return err
		}
		rec.LastSeen = t.fileName(l.Stream, last)
	}
	return nil
}

// batch reads a landed batch by its number, once.
func (t *tracer) batch(no int32, id *string) (*landing.Batch, string, error) {
	n, ok := t.numbers[no]
	if !ok {
		if err := t.one("SELECT batch_id, stream, delivery FROM client.main.batches WHERE batch_no = ?", []any{no}, &n.id, &n.stream, &n.delivery); err != nil {
			return nil, "", err
		}
		t.numbers[no] = n
	}
	*id = n.id
	if b := t.batches[n.id]; b != nil {
		return b, n.delivery, nil
	}
	b, err := t.land.ReadBatch(n.stream, n.id)
	if err != nil {
		return nil, "", err
	}
	t.batches[n.id] = b
	return b, n.delivery, nil
}

// batchName is what the snapshot says of a batch number.
type batchName struct{ id, stream, delivery string }

func (t *tracer) fileName(stream, delivery string) string {
	if name, ok := t.names[delivery]; ok {
		return name
	}
	list, err := t.land.Deliveries(stream)
	if err != nil {
		return ""
	}
	for _, d := range list {
		t.names[d.ID] = d.Name
	}
	return t.names[delivery]
}

// placeText says in words where a row stands in what was received.
func placeText(p connectors.Position) string {
	switch p.Kind {
	case connectors.AtOffset:
		if p.Line > 0 {
			return fmt.Sprintf("line %d, bytes %d–%d", p.Line, p.A, p.B)
		}
		return fmt.Sprintf("bytes %d–%d", p.A, p.B)
	case connectors.AtMessage:
		return fmt.Sprintf("message %d", p.A)
	case connectors.AtKey:
		return "row by key"
	case connectors.AtSpan:
		return fmt.Sprintf("record %d, bytes %d–%d", p.Line, p.A, p.B)
	}
	return ""
}
