package pipeline

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// records lists the client's source records with the place of their bytes.
func (t *tracer) records(no int32) ([]TraceRecord, error) {
	out, err := t.recordsOf(no)
	if err != nil {
		return nil, err
	}
	return out, t.places(out)
}

// recordsOf lists the client's source records without the place of their bytes.
func (t *tracer) recordsOf(no int32) ([]TraceRecord, error) {
	rows, err := t.r.Query(t.ctx, "SELECT record_no, closed FROM client.main.identities WHERE client_no = ?", no)
	if err != nil {
		return nil, err
	}
	var out []TraceRecord
	for rows.Next() {
		var rec TraceRecord
		var closed sql.NullTime
		if err := rows.Scan(&rec.RecordNo, &closed); err != nil {
			return nil, err
		}
		if closed.Valid {
			rec.Closed = closed.Time.Format(time.DateOnly)
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
		l, err := t.line(out[i].RecordNo)
		if err != nil {
			return nil, err
		}
		out[i].Stream, out[i].Key, out[i].Version = l.Stream, l.Key, l.Version
	}
	slices.SortFunc(out, func(x, y TraceRecord) int { return cmp.Or(cmp.Compare(x.Stream, y.Stream), cmp.Compare(x.Key, y.Key)) })
	return out, nil
}

// line is the lineage of the version of a record that counts.
func (t *tracer) line(recordNo int64) (store.RecordLineage, error) {
	lines, err := t.versions(recordNo)
	if err != nil {
		return store.RecordLineage{}, err
	}
	if len(lines) == 0 {
		return store.RecordLineage{}, errs.New(errs.Integrity, "trace", fmt.Sprintf("record %d", recordNo), "no lineage row", "report it: every record must have one")
	}
	return lines[len(lines)-1], nil
}

// places fills in where the bytes of records stand.
func (t *tracer) places(records []TraceRecord) error {
	var nos []int32
	for i := range records {
		l, err := t.line(records[i].RecordNo)
		if err != nil {
			return err
		}
		nos = append(nos, l.FirstBatch)
	}
	if err := t.readBatches(nos); err != nil {
		return err
	}
	for i := range records {
		if err := t.place(&records[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *tracer) place(rec *TraceRecord) error {
	l, err := t.line(rec.RecordNo)
	if err != nil {
		return err
	}
	b, delivery, err := t.batch(l.FirstBatch, &rec.Batch)
	if err != nil {
		return err
	}
	rec.Delivery, rec.File = delivery, t.fileName(l.Stream, delivery)
	if int(l.FirstRow) < len(b.Pos) {
		rec.Place = b.Pos[l.FirstRow].Words()
	}
	if l.LastBatch != l.FirstBatch {
		last, err := t.batchName(l.LastBatch)
		if err != nil {
			return err
		}
		rec.LastSeen = t.fileName(l.Stream, last.delivery)
	}
	return nil
}

// readBatches reads landed batches side by side.
func (t *tracer) readBatches(nos []int32) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	asked := map[string]bool{}
	for _, no := range nos {
		n, err := t.batchName(no)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		mu.Lock()
		known := asked[n.id] || t.batches[n.id] != nil
		mu.Unlock()
		if known {
			continue
		}
		asked[n.id] = true
		g.Go(func() error {
			b, err := t.land.ReadRows(n.stream, n.id)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			t.batches[n.id] = b
			return nil
		})
	}
	return g.Wait()
}

// batch reads the rows of a landed batch by its number, once.
func (t *tracer) batch(no int32, id *string) (*landing.Batch, string, error) {
	n, err := t.batchName(no)
	if err != nil {
		return nil, "", err
	}
	*id = n.id
	if b := t.batches[n.id]; b != nil {
		return b, n.delivery, nil
	}
	b, err := t.land.ReadRows(n.stream, n.id)
	if err != nil {
		return nil, "", err
	}
	t.batches[n.id] = b
	return b, n.delivery, nil
}

// batchName looks up what a batch is called, once.
func (t *tracer) batchName(no int32) (batchName, error) {
	n, ok := t.numbers[no]
	if ok {
		return n, nil
	}
	err := t.one("SELECT batch_id, stream, delivery FROM client.main.batches WHERE batch_no = ?", []any{no}, &n.id, &n.stream, &n.delivery)
	if err == nil {
		t.numbers[no] = n
	}
	return n, err
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
