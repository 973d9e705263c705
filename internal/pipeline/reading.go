package pipeline

import (
	"context"

	"clientbase/internal/errs"
	"clientbase/internal/segment"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Reading is the state that a question is answered from.
type Reading struct {
	segment.Queryer
	Snapshot string              // id
	Journal  int64               // position of the journal up to which acts of people are in it
	Day      segment.Day         // latest business day of its streams
	Dict     *schemas.Dictionary // as the snapshot was built with
}

// Read opens the state that segments are evaluated on. It is the one place
// that says what "now" is: the snapshot, as Current opened it, with the journal's
// tail laid over it.
func Read(ctx context.Context, s *store.Snapshot) (*Reading, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	m := s.Info().Manifest
	out := &Reading{Queryer: asker{r}, Snapshot: s.Info().ID, Journal: s.Overlay().Position, Dict: schemas.NewDictionary(m.Attrs...)}
	for _, st := range m.Streams {
		if d, ok := segment.ParseDay(st.AsOf); ok {
			out.Day = max(out.Day, d)
		}
	}
	if out.Day == 0 {
		return nil, errs.New(errs.Integrity, "read snapshot", s.Info().ID, "no stream says which day it speaks of", "run `clientbase run`")
	}
	return out, nil
}

// asker narrows the store's reader to what segments ask for.
type asker struct{ r *store.Reader }

func (a asker) Query(ctx context.Context, sql string, args ...any) (segment.Rows, error) {
	rows, err := a.r.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return rows, nil
}
