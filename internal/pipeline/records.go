package pipeline

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/state"
	"clientbase/internal/store"
)

// writeVersions publishes which batch and row every new record version came
// from.
func (r *river) writeVersions(ctx context.Context) error {
	m := &r.memory
	file, err := store.CreateLineage(r.staging.LineageFile(store.LineageRecords), store.LineageRecords)
	if err != nil {
		return err
	}
	put := func(_ context.Context, rec arrow.RecordBatch) error { return file.Write(rec) }
	t := newTable("records", put, store.RecordSchema().Fields()...)
	commitments, err := r.commitRecords()
	if err != nil {
		return err
	}
	version := make([]int32, m.base.Keys.Len())
	moved := m.base.TakeMoved()
	first := state.Row(m.mark.Rows())
	if m.full {
		first = 0
	}
	for row := state.Row(0); row < state.Row(m.base.Rows()); row++ {
		version[m.base.Key[row]]++
		if row < first && !moved[row] {
			continue
		}
		err := t.i64(int64(row)).text(m.base.StreamOf(row)).text(m.base.KeyOf(row)).i32(version[m.base.Key[row]]).i32(int32(m.base.Batch[row])).
			i64(int64(m.base.Pos[row])).i32(int32(m.base.LastBatch[row])).i64(int64(m.base.LastPos[row])).text(commitments.of(row)).end(ctx)
		if err != nil {
			return err
		}
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	return file.Close()
}

// writeRecords writes the small tables about batches, streams and identity
// events.
func (r *river) writeRecords(ctx context.Context) error {
	m := &r.memory
	i32, i64 := arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64
	batches := newTable("batches", r.insertInto("batches"), field("batch_no", i32), field("batch_id", textType), field("stream", textType),
		field("delivery", textType), field("as_of", dayType), field("rows", i64))
	for no := m.batchesBefore; no < len(m.base.Batches); no++ {
		b := m.base.Batches[no]
		if err := batches.i32(int32(no)).text(b.ID).text(m.base.Streams[b.Stream]).text(b.Delivery).day(int32(b.AsOf / 86400)).i64(int64(b.Rows)).end(ctx); err != nil {
			return err
		}
	}
	if err := batches.flush(ctx); err != nil {
		return err
	}
	if err := r.writeStreams(ctx); err != nil {
		return err
	}
	return r.writeEvents(ctx)
}

func (r *river) insertInto(name string) func(context.Context, arrow.RecordBatch) error {
	return func(ctx context.Context, rec arrow.RecordBatch) error { return r.staging.Insert(ctx, name, rec) }
}

func (r *river) writeStreams(ctx context.Context) error {
	m := &r.memory
	live := make([]int64, len(m.base.Streams))
	for row, is := range m.base.Live {
		if is {
			live[m.base.Stream[row]]++
		}
	}
	records := map[string]int64{}
	for no, n := range live {
		records[m.base.Streams[no]] += n
	}
	facts := map[string]int64{}
	counts, err := r.staging.Facts(ctx)
	if err != nil {
		return err
	}
	for _, c := range counts {
		facts[c.Stream] += c.Inserted
	}
	for _, f := range r.report.Facts {
		facts[f.Stream] += f.Inserted
	}
	i64 := arrow.PrimitiveTypes.Int64
	t := newTable("streams", func(ctx context.Context, rec arrow.RecordBatch) error {
		return r.staging.Upsert(ctx, "streams", []string{"stream"}, rec)
	}, field("stream", textType), field("mode", textType), field("as_of", dayType), field("deliveries", i64), field("records", i64), field("facts", i64))
	for _, id := range sortedStreams(m.streams) {
		st := m.streams[id]
		st.Records, st.Facts = records[id], st.Facts+facts[id]
		if err := t.text(id).text(r.modeOf(id)).day(int32(st.AsOf / 86400)).i64(int64(len(st.Deliveries))).i64(st.Records).i64(st.Facts).end(ctx); err != nil {
			return err
		}
	}
	return t.flush(ctx)
}
