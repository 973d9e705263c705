package store

import (
	"context"
	"testing"
)

// An engine that was started ahead serves one snapshot, and the next starts its own.
func TestAheadServesOne(t *testing.T) {
	ctx := context.Background()
	d, _ := published(t)
	d.Ahead = StartAhead(1)
	defer d.Ahead.Drop()
	for i := range 2 {
		r, err := open(t, d).Reader(ctx)
		must(t, err)
		rows, err := r.Query(ctx, "SELECT client_id FROM clients")
		must(t, err)
		if !rows.Next() {
			t.Errorf("snapshot %d: no clients", i)
		}
		must(t, rows.Close())
		if !d.Ahead.taken {
			t.Error("nobody took the engine")
		}
	}
	unused := StartAhead(0)
	unused.Drop()
	(*Ahead)(nil).Drop()
	own, err := Dirs{}.readerEngine(ctx)
	must(t, err)
	must(t, own.Close())
}
