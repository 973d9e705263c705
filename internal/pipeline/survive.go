package pipeline

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"clientbase/internal/ordered"
	"clientbase/internal/store"
)

// survive computes the golden values of every touched client and writes the
// tables that speak of clients, with the lineage of winners and losers.
func (r *river) survive(ctx context.Context) error {
	r.saveState()
	var beside errgroup.Group
	beside.Go(func() error { return r.writeCounts(ctx) })
	beside.Go(func() error { return r.writeRecords(ctx) })
	err := r.surviveClients(ctx, beside.Wait)
	if failed := beside.Wait(); err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	return r.staging.DropRevived(ctx)
}

// surviveClients writes the tables of the touched clients anew. All that was put
// goes into the engine together, once what is put beside is whole.
func (r *river) surviveClients(ctx context.Context, whole func() error) error {
	clients := r.memory.touchedClients
	meter := r.o.Progress.Start("survive", int64(len(clients)), "clients")
	defer meter.Done()
	var gone errgroup.Group
	if !r.memory.full {
		gone.Go(func() error {
			nos := make([]int32, len(clients))
			for i, c := range clients {
				nos[i] = int32(c)
			}
			return r.staging.DeleteClients(ctx, nos)
		})
	}
	r.memory.order, r.memory.first = groupByClient(r.memory.base, r.memory.book.Len())
	r.countHolders()
	defer func() { _ = gone.Wait() }() // also where something else fails
	file, err := store.CreateLineage(r.staging.LineageFile(store.LineageValues), store.LineageValues)
	if err != nil {
		return err
	}
	workers := make([]*golden, r.threads())
	for w := range workers {
		workers[w] = r.newGolden()
	}
	chunks := (len(clients) + surviveChunk - 1) / surviveChunk
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return ordered.Do(gctx, len(workers), chunks, func(w, i int) ([]built, error) {
			return workers[w].chunk(gctx, clients[i*surviveChunk:min(len(clients), (i+1)*surviveChunk)])
		}, func(_ int, list []built) error {
			meter.Add(surviveChunk)
			if err := gone.Wait(); err != nil {
				return err
			}
			return r.putBuilt(gctx, file, list)
		})
	})
	g.Go(func() error { return r.writeRefs(gctx, gone.Wait) })
	g.Go(func() error { return r.writeVersions(gctx) })
	if err := g.Wait(); err != nil {
		return about(err, "survive", "")
	}
	if err := gone.Wait(); err != nil {
		return err
	}
	if err := errors.Join(file.Close(), whole()); err != nil {
		return err
	}
	return r.staging.Flush(ctx)
}

// surviveChunk is how many clients a worker builds before it hands them over.
const surviveChunk = 1024

// lineageTable names the one table that goes to Parquet and not to DuckDB.
const lineageTable = "lineage"

// built is rows of one table that a worker made; the receiver releases them.
type built struct {
	table string
	rec   arrow.RecordBatch
}

// chunk builds some clients.
func (g *golden) chunk(ctx context.Context, clients []uint32) ([]built, error) {
	g.out = nil
	for _, c := range clients {
		if err := g.client(ctx, c); err != nil {
			return nil, err
		}
	}
	for _, t := range g.tables() {
		if err := t.flush(ctx); err != nil {
			return nil, err
		}
	}
	return g.out, nil
}

// putBuilt hands a worker's rows to staging and the lineage file.
func (r *river) putBuilt(ctx context.Context, file *store.ParquetFile, list []built) error {
	for _, b := range list {
		var err error
		switch b.table {
		case lineageTable:
			err = file.Write(b.rec)
		case findTable:
			err = r.staging.AddTerms(ctx, b.rec)
		default:
			err = r.staging.Insert(ctx, b.table, b.rec)
		}
		b.rec.Release()
		if err != nil {
			return err
		}
	}
	return nil
}
