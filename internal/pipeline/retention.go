package pipeline

import (
	"context"
	"slices"
	"strconv"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// Retained is how much of a stream is past its time.
type Retained struct {
	Stream string `json:"stream"`
	Keep   string `json:"keep"`
	Before string `json:"before"` // ISO day: rows before it are past their time
	Rows   int64  `json:"rows"`
	Of     int64  `json:"of"`
	Aside  int64  `json:"set_aside"` // rows past their time that could not be read: their time is that of their delivery
}

// PlanRetention counts the rows that are past their time on a day, landed and
// set aside.
func PlanRetention(ctx context.Context, p *Project, now time.Time) ([]Retained, error) {
	land, err := landing.Open(p.Data)
	if err != nil {
		return nil, err
	}
	var out []Retained
	for i := range p.Streams {
		s := &p.Streams[i].Stream
		keep := p.Retention(s.ID())
		if keep.IsZero() {
			continue
		}
		in, err := newInterpreter(s, p.Dict, p.own())
		if err != nil {
			return nil, err
		}
		before := keep.Before(now.UTC().Truncate(24 * time.Hour))
		day := int32(before.Unix() / 86400)
		line := Retained{Stream: s.ID(), Keep: keep.String(), Before: before.Format(time.DateOnly)}
		all, err := land.Deliveries(s.ID())
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for k := range all {
			for _, ref := range all[k].Batches {
				if err := ctx.Err(); err != nil {
					return nil, about(err, "count", s.ID())
				}
				if seen[ref.ID] {
					continue
				}
				seen[ref.ID] = true
				b, err := land.ReadBatch(s.ID(), ref.ID)
				if err != nil {
					return nil, err
				}
				line.Of += b.Rows.NumRows() - int64(len(b.Gone))
				line.Rows += int64(len(in.past(b, int32(all[k].AsOf.Unix()/86400), day)))
				b.Release()
			}
		}
		if err := eachUnread(land, s.ID(), day, func(f landing.QuarantineFile) error {
			rows, err := land.Quarantined(f)
			for _, row := range rows {
				if len(row.Raw) > 0 {
					line.Aside++
				}
			}
			return err
		}); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Config, "check retention", "clientbase.yaml", "no stream has a time after which its rows go", "retention: {callcentre: 3y}")
	}
	return out, nil
}

// eachUnread calls f with the quarantines of rows that could not be read, of those
// deliveries of a stream that are from before a day.
func eachUnread(land *landing.Store, stream string, before int32, f func(landing.QuarantineFile) error) error {
	deliveries, err := land.Deliveries(stream)
	if err != nil {
		return err
	}
	old := map[string]bool{}
	for i := range deliveries {
		old[deliveries[i].ID] = int32(deliveries[i].AsOf.Unix()/86400) < before
	}
	files, err := land.Quarantines()
	if err != nil {
		return err
	}
	for _, q := range files {
		if q.Stream == stream && q.Stage == "read" && old[q.Delivery] {
			if err := f(q); err != nil {
				return about(err, "look at quarantine", q.ID)
			}
		}
	}
	return nil
}

// past lists the rows of a batch that speak of a time before a day: the time of
// its dated fact, else of its order column, else of the delivery.
func (in *interpreter) past(b *landing.Batch, asOf, before int32) []int {
	v := newView(b)
	var out []int
	for row := range int(b.Rows.NumRows()) {
		if _, gone := b.Gone[row]; !gone && in.dayOf(v, row, asOf) < before {
			out = append(out, row)
		}
	}
	return out
}

func (in *interpreter) dayOf(v *view, row int, asOf int32) int32 {
	columns := make([]string, 0, 2)
	for i := range in.stream.Facts {
		if k, ok := factKind(in.stream.Facts[i].Fact); ok && k.Monthly {
			columns = append(columns, in.stream.Facts[i].Fields[k.Time].Column)
		}
	}
	for _, name := range append(columns, in.stream.Order.Column) {
		if name == "" {
			continue
		}
		format := ""
		if c := in.cols[name]; c != nil {
			format = c.Format
		}
		if t, ok := parseMoment(v.cell(name, row), format, in.zone); ok {
			return dayIn(t, in.zone)
		}
	}
	return asOf
}

// RequestRetention records which rows are past their time; the next run erases
// them, and later loads leave such rows out.
func RequestRetention(ctx context.Context, p *Project, act Act) ([]Retained, error) {
	if err := checkReason("apply retention", act.Reason); err != nil {
		return nil, err
	}
	list, err := PlanRetention(ctx, p, act.Now)
	if err != nil {
		return nil, err
	}
	a := journal.SubjectAct{Verb: journal.SubjectRetain, Since: act.Now.UTC().Format(time.DateOnly), Cuts: map[string]string{}, Did: &journal.Erasure{Rows: map[string]int64{}}}
	for _, l := range list {
		a.Cuts[l.Stream] = l.Before
		if n := l.Rows + l.Aside; n > 0 {
			a.Did.Rows[l.Stream] = n
		}
	}
	if len(a.Did.Rows) == 0 {
		return list, nil // nothing is past its time
	}
	e, err := journal.Entry{At: act.Now, Actor: act.Actor, Kind: journal.KindSubject, Subject: "retention", Reason: act.Reason}.WithPayload(a)
	if err != nil {
		return nil, err
	}
	j, err := Journal(p)
	if err != nil {
		return nil, err
	}
	_, err = j.Append(ctx, e)
	return list, err
}

// cut is where the rows of a stream that are kept begin.
type cut struct {
	day int32 // 0 = all are kept
	act int64
}

// cutsOf gives the cuts in force, the latest of each stream, and the entry of
// the latest act.
func cutsOf(all []journal.Entry) (map[string]cut, int64, error) {
	out, last := map[string]cut{}, int64(0)
	for i := range all {
		e := &all[i]
		if e.Kind != journal.KindSubject || e.UndoOf != 0 {
			continue
		}
		a, err := subjectAct(e)
		if err != nil {
			return nil, 0, err
		}
		if a.Verb != journal.SubjectRetain {
			continue
		}
		last = e.Seq
		for stream, text := range a.Cuts {
			if day, ok := isoDay(text); ok && day > out[stream].day {
				out[stream] = cut{day, e.Seq}
			}
		}
	}
	return out, last, nil
}

// OpenRetention tells whether an act that erases rows past their time is not
// ended: a snapshot that still has them is kept. It gives the act, 0 = none.
func OpenRetention(p *Project) (int64, error) {
	if !HasKey(p.Data) {
		return 0, nil
	}
	list, err := entries(p)
	if err != nil {
		return 0, err
	}
	_, act, err := cutsOf(list)
	if err != nil || act == 0 {
		return 0, err
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return 0, err
	}
	if behind, err := anyBehind(dirs, act); err != nil || !behind {
		return 0, err
	}
	return act, nil
}

// anyBehind tells whether a kept snapshot was made before an act.
func anyBehind(dirs store.Dirs, act int64) (bool, error) {
	kept, err := store.List(dirs)
	return slices.ContainsFunc(kept, func(s store.Info) bool { return s.Manifest.Journal < act }), err
}

// retain erases what is past its time by the acts that no snapshot has yet. The
// run that takes such an act up has erased; what is left to one that comes after
// a cut is to remove what is older.
func (r *river) retain(ctx context.Context) (err error) {
	if r.cutAct == 0 {
		return nil
	}
	if r.prev != nil && r.prev.Info().Manifest.Journal >= r.cutAct {
		r.retaining, err = anyBehind(r.dirs, r.cutAct)
		return err
	}
	streams := make([]string, 0, len(r.cuts))
	for s := range r.cuts {
		streams = append(streams, s)
	}
	slices.Sort(streams)
	for _, stream := range streams {
		in := r.memory.interpreters[stream]
		if in == nil {
			continue
		}
		if err := r.eraseStream(ctx, &sieve{idle: true}, stream, ""); err != nil {
			return about(err, "erase from", stream)
		}
		if err := eachUnread(r.land, stream, r.cuts[stream].day, func(f landing.QuarantineFile) error {
			_, err := r.land.BlankQuarantined(f, goneRetention+" "+strconv.FormatInt(r.cutAct, 10), func(landing.QuarantineRow) bool { return true })
			return err
		}); err != nil {
			return err
		}
	}
	r.erasing, r.retaining = true, true
	return nil
}

// past marks the rows of a batch that are past their time.
func (f *sifter) past(e *landing.Edit, b *landing.Batch, day int32) {
	if f.cut.day == 0 || f.in == nil || b.Rows == nil {
		return
	}
	for _, row := range f.in.past(b, day, f.cut.day) {
		e.Erase(row, goneRetention+" "+strconv.FormatInt(f.cut.act, 10))
	}
}
