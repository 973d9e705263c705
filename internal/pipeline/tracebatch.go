package pipeline

import (
	"context"
	"errors"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// TraceBatch is what one batch brought and what became of it.
type TraceBatch struct {
	Batch       string           `json:"batch"`
	Stream      string           `json:"stream"`
	Delivery    string           `json:"delivery"`
	File        string           `json:"file"`
	AsOf        string           `json:"as_of"`
	Arrived     string           `json:"arrived"`
	Rows        int64            `json:"rows"`
	Quarantined map[string]int64 `json:"quarantined,omitempty"` // of the whole delivery, by stage
	store.BatchUse
}

// TraceBatches explains the batches whose id, or whose delivery's id or file
// name, is or begins with what is asked for.
func TraceBatches(ctx context.Context, p *Project, s *store.Snapshot, what string) ([]TraceBatch, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	what = strings.TrimSpace(what)
	if len(what) < 4 {
		return nil, errs.New(errs.Input, "trace", "batch", "it needs at least four characters", "`clientbase deliveries list` shows ids and file names")
	}
	names := map[string]landing.Delivery{}
	for i := range p.Streams {
		list, err := t.land.Deliveries(p.Streams[i].ID())
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			names[d.ID] = d
		}
	}
	rows, err := t.r.Query(ctx, `SELECT batch_no, batch_id, stream, delivery, coalesce(strftime(as_of, '%Y-%m-%d'), ''), rows FROM client.main.batches WHERE delivery IS NOT NULL ORDER BY batch_no`)
	if err != nil {
		return nil, err
	}
	var out []TraceBatch
	var nos [][]int32 // a batch with records and with facts of nobody has two numbers
	for rows.Next() {
		var b TraceBatch
		var no int32
		if err := rows.Scan(&no, &b.Batch, &b.Stream, &b.Delivery, &b.AsOf, &b.Rows); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		d := names[b.Delivery]
		if !strings.HasPrefix(b.Batch, what) && !strings.HasPrefix(b.Delivery, what) && d.Name != what {
			continue
		}
		b.File, b.Arrived = d.Name, d.Arrived.UTC().Format(time.DateTime)
		if n := len(out); n > 0 && out[n-1].Batch == b.Batch && out[n-1].Delivery == b.Delivery {
			nos[n-1] = append(nos[n-1], no)
			continue
		}
		out, nos = append(out, b), append(nos, []int32{no})
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Input, "trace", what, "no batch of the snapshot has this id, delivery or file name", "`clientbase deliveries list` shows what has landed, and whether it is loaded")
	}
	set, err := t.land.Quarantines()
	if err != nil {
		return nil, err
	}
	for i := range out {
		for _, no := range nos[i] {
			u, err := s.BatchUses(ctx, out[i].Stream, no)
			if err != nil {
				return nil, err
			}
			out[i].Add(u)
		}
		for _, q := range set {
			if q.Delivery != out[i].Delivery || q.Stream != out[i].Stream {
				continue
			}
			if out[i].Quarantined == nil {
				out[i].Quarantined = map[string]int64{}
			}
			out[i].Quarantined[q.Stage] += int64(q.Rows)
		}
	}
	return out, nil
}
