package pipeline

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// begin decides what is to be loaded and from which state, and opens staging.
// A changed configuration or a delivery that is late for its stream rebuilds
// from landing: the result is then what it would have been in the right order.
func (r *river) begin(ctx context.Context) error {
	m := &r.memory
	m.junk = &state.Junk{}
	m.base, m.keyed, m.book = state.NewBase(), state.NewKeyed(), state.NewBook()
	m.holdings, m.heldAnew = &state.Holdings{}, map[opaque.Token]bool{}
	m.kin = map[schemas.Party][]state.Edge{}
	m.edges, m.models = map[schemas.Party][]state.Edge{}, map[schemas.Party]*dedupe.Model{}
	m.streams, m.mark, m.matchBy = map[string]*streamState{}, state.Empty(), map[string][]string{}
	m.touched, m.blockFiles, m.drifted = map[state.Row]bool{}, map[string]int{}, map[string]drifted{}
	m.blocksOf = map[schemas.Party]func() (*state.Blocks, error){}
	m.clientTouched, m.kept = map[uint32]bool{}, map[uint32]bool{}
	m.full, m.factBatches = true, map[uint32]*Balance{}
	if r.prev != nil {
		if err := r.loadHead(); err != nil {
			return err
		}
	}
	m.full = m.full || r.erasing
	late, err := r.findPending()
	if err != nil {
		return err
	}
	if err := r.minded(ctx); err != nil || r.report.NothingNew {
		return err
	}
	if err := r.readActs(); err != nil {
		return err
	}
	inMemory := r.prev == nil // whether the state is, which is read beside other work where that can be
	if r.prev != nil && !r.o.Period.all() && !m.full && len(m.restated) == 0 {
		if err := r.loadState(); err != nil {
			return err
		}
		inMemory = true
		if err := r.recompute(ctx); err != nil {
			return err
		}
	}
	if r.prev != nil && len(m.pending) == 0 && len(m.restated) == 0 && m.actsNew == 0 && !m.full {
		if err := r.letGo(ctx); err != nil {
			return err
		}
		if len(r.report.Absent) > 0 { // nothing to go out with: the failure is all there is to say
			err := r.lacking(nil)
			r.report.Absent = nil
			return err
		}
		r.nothingNew()
		return nil
	}
	for i := range m.pending {
		m.arrived = max(m.arrived, m.pending[i].AsOf.Unix())
	}
	if late != "" {
		r.report.note(late, "a delivery speaks of an earlier time than one already loaded: rebuilt from landing in the right order")
		m.full = true
	}
	if len(m.restated) > 0 {
		r.report.Restated = m.restated
		m.full = true
	}
	load := func() error {
		if !inMemory {
			if err := r.loadState(); err != nil {
				return err
			}
		}
		m.stock = takeStock(m.base, m.keyed)
		if !m.full {
			r.readAhead(schemas.Person)
			var beside errgroup.Group
			beside.Go(func() error { m.linksBefore = r.allLinks(); return nil })
			m.base.Index(m.streamsToLoad(), r.threads())
			_ = beside.Wait() // looking cannot fail
		}
		return nil
	}
	if !m.full {
		var g errgroup.Group
		g.Go(load)
		g.Go(func() error { return r.stage(ctx, r.prev) })
		return g.Wait()
	}
	if err := load(); err != nil {
		return err
	}
	if r.prev != nil {
		if err := r.forget(); err != nil {
			return err
		}
	}
	if r.report.total() == 0 && len(m.pending) == 0 && r.prev == nil {
		return errs.New(errs.Input, "run", "", "the sources gave no delivery", "`clientbase plan` shows where each stream looks for its files")
	}
	return r.stage(ctx, nil)
}

// streamsToLoad names the streams of the deliveries to be loaded.
func (m *workspace) streamsToLoad() (ids []string) {
	for i := range m.pending {
		if id := m.pending[i].Stream; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// nothingNew ends a run that has nothing to build.
func (r *river) nothingNew() { r.report.NothingNew, r.report.Snapshot = true, r.prev.Info().ID }

// stage opens the snapshot to be built, from an earlier one or from empty, and
// finds out how many identity events were published.
func (r *river) stage(ctx context.Context, from *store.Snapshot) (err error) {
	m := &r.memory
	spec := store.Spec{Dict: r.p.Dict, Facts: schemas.FactKinds()}
	for i := range r.p.Streams {
		spec.Streams = append(spec.Streams, r.p.Streams[i].ID())
	}
	r.staging, err = store.Begin(ctx, r.dirs, r.run, from, spec, store.Settings{Memory: memoryWord(r.p.Memory), Threads: r.threads(), RowRoot: from == nil})
	if err != nil || r.prev == nil {
		return err
	}
	reader, err := r.prev.Reader(ctx)
	if err != nil {
		return err
	}
	rows, err := reader.Query(ctx, "SELECT coalesce(max(event_no), 0)::BIGINT FROM client.main.identity_events")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		if err := rows.Scan(&m.eventsBefore); err != nil {
			return err
		}
	}
	if from == nil {
		return r.staging.Carry(ctx, r.prev, "identity_events")
	}
	return rows.Err()
}

// memoryWord gives DuckDB half of the memory a run may use; the other half is
// the river's own.
func memoryWord(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	return fmt.Sprintf("%dMB", max(bytes/2>>20, 128))
}

// forget turns the loaded state into a rebuild: records, facts and evidence
// start from empty, identities are remembered by record, models stay pinned
// unless new ones are asked for.
func (r *river) forget() error {
	m := &r.memory
	m.before = make(map[string]uint32, m.base.Rows())
	for row := range m.base.Stream {
		if m.base.Live[row] && m.base.Client[row] != state.None {
			m.before[recordName(m.base, state.Row(row))] = m.base.Client[row]
		}
	}
	m.stock.rebuilt(m.base, m.keyed)
	m.base, m.keyed, m.holdings, m.junk = state.NewBase(), state.NewKeyed(), &state.Holdings{}, &state.Junk{}
	m.edges, m.kin = map[schemas.Party][]state.Edge{}, map[schemas.Party][]state.Edge{}
	m.streams, m.mark, m.gens = map[string]*streamState{}, state.Empty(), 0
	m.recordKeys, m.blockFiles = nil, map[string]int{}
	m.batchesBefore = 0
	if r.o.FullRefresh || r.o.Retrain {
		m.rules, m.replaced, m.models = nil, m.models, map[schemas.Party]*dedupe.Model{}
	}
	_, err := r.findPending()
	return err
}
