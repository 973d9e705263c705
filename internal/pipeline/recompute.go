package pipeline

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/ordered"
	"clientbase/internal/state"
)

// Period is a window of the times that deliveries speak of; To is not in it.
// The zero Period is all time.
type Period struct{ From, To time.Time }

// ParsePeriod reads A..B, both days or months and both included, or one of them.
func ParsePeriod(text string) (Period, error) {
	a, b, two := strings.Cut(text, "..")
	if !two {
		b = a
	}
	from, _, ok1 := dayOrMonth(a)
	_, to, ok2 := dayOrMonth(b)
	if !ok1 || !ok2 || !from.Before(to) {
		return Period{}, errs.New(errs.Config, "read period", text, "not a period", "write it as 2026-03-01..2026-03-31, 2026-02..2026-03 or 2026-03")
	}
	return Period{from, to}, nil
}

// dayOrMonth gives the beginning of a day or month and of the one after it.
func dayOrMonth(text string) (from, to time.Time, ok bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, t.AddDate(0, 0, 1), true
	}
	t, err := time.Parse("2006-01", text)
	return t, t.AddDate(0, 1, 0), err == nil
}

func (p Period) all() bool { return p.To.IsZero() }

func (p Period) has(t time.Time) bool { return p.all() || !t.Before(p.From) && t.Before(p.To) }

func (p Period) String() string {
	return p.From.Format(time.DateOnly) + ".." + p.To.AddDate(0, 0, -1).Format(time.DateOnly)
}

// Recomputed is what `run --from-landing --period` found.
type Recomputed struct {
	Period     string `json:"period"`
	Deliveries int    `json:"deliveries"`
	Rows       int64  `json:"rows"`
	Differ     int64  `json:"differ"` // record versions and facts that the snapshot holds otherwise
}

// recompute maps the loaded deliveries of the period once more, from what has
// landed, and compares record versions and facts with what the snapshot holds.
// Where nothing differs a recomputation would change nothing and nothing is
// written; where anything does, all of landing is computed anew. Either way
// the store is that of a full --from-landing.
func (r *river) recompute(ctx context.Context) error {
	m := &r.memory
	seen := &Recomputed{Period: r.o.Period.String()}
	r.report.Recomputed = seen
	var list []landing.Delivery
	for i := range r.p.Streams {
		all, err := r.land.Deliveries(r.p.Streams[i].ID())
		if err != nil {
			return err
		}
		st := m.streams[r.p.Streams[i].ID()]
		for _, d := range all {
			if m.target[d.ID] && st.holds(d.ID) && r.o.Period.has(d.AsOf) {
				list = append(list, d)
				seen.Rows += d.Rows
			}
		}
	}
	seen.Deliveries = len(list)
	meter := r.o.Progress.Start("recompute", seen.Rows, "rows")
	defer meter.Done()
	defer func() { _ = disk.RemoveAll(r.tmp()) }()
	versions := m.base.Versions()
	for i := range list {
		n, err := r.differs(ctx, &list[i], versions, meter)
		if err != nil {
			return about(err, "recompute", list[i].Stream+" "+list[i].Name)
		}
		seen.Differ += n
	}
	if seen.Differ > 0 {
		r.report.note("", "%d record versions or facts of %s are not what landing gives: everything is computed anew", seen.Differ, seen.Period)
		m.full = true
	}
	return nil
}

// tmp is the folder for files that live shorter than the run.
func (r *river) tmp() string { return filepath.Join(r.p.Data, "tmp", r.run) }

// differs counts what one delivery gives and the snapshot holds otherwise.
func (r *river) differs(ctx context.Context, d *landing.Delivery, versions map[state.Version]bool, meter Meter) (n int64, err error) {
	m := &r.memory
	in := m.interpreters[d.Stream]
	streamNo := m.base.StreamNo(d.Stream)
	tokens := make([]*tokenizer, r.threads())
	for w := range tokens {
		tokens[w] = r.newTokenizer()
	}
	ids := map[string][]opaque.Token{}
	for _, f := range in.stream.Facts {
		if k, ok := factKind(f.Fact); ok && k.Monthly {
			ids[k.Name] = nil
		}
	}
	err = ordered.Do(ctx, len(tokens), len(d.Batches), func(w, i int) (*interpreted, error) {
		b, err := r.land.ReadBatch(d.Stream, d.Batches[i].ID)
		if err != nil {
			return nil, err
		}
		defer b.Release()
		return in.interpret(b, d, m.columnsBefore[d.ID], int32(d.AsOf.Unix()/86400), tokens[w])
	}, func(_ int, out *interpreted) error {
		meter.Add(int64(out.rows))
		for i := range out.parties {
			p := &out.parties[i]
			for k, key := range p.key {
				if !versions[m.base.VersionOf(streamNo, key, p.content[k])] {
					n++
				}
			}
		}
		for _, f := range out.facts {
			col, ok := f.rec.Column(0).(*array.FixedSizeBinary)
			for i := 0; ok && i < col.Len(); i++ {
				var id opaque.Token
				copy(id[:], col.Value(i))
				if f.kind.Monthly {
					ids[f.kind.Name] = append(ids[f.kind.Name], id)
				} else if !m.keyed.Has(id) {
					n++
				}
			}
			f.rec.Release()
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	for _, kind := range slices.Sorted(maps.Keys(ids)) {
		missing, extra, err := r.prev.FactsDiffer(ctx, kind, d.Stream, d.ID, ids[kind], r.tmp())
		if err != nil {
			return n, err
		}
		n += missing + extra
	}
	return n, nil
}

func (st *streamState) holds(id string) bool {
	if st == nil {
		return false
	}
	for _, d := range st.Deliveries {
		if d == id {
			return true
		}
	}
	return false
}

// String says it in words.
func (x *Recomputed) String() string {
	what := "nothing differs from what is published"
	if x.Differ > 0 {
		what = fmt.Sprintf("%d differ from what was published", x.Differ)
	}
	return fmt.Sprintf("recomputed %s: %d deliveries, %d rows, %s", x.Period, x.Deliveries, x.Rows, what)
}
