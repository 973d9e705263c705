package store

import (
	"context"
	"testing"
)

// An engine that was started ahead serves one snapshot, and the next starts its own.
func TestAheadServesOne(t *testing.T) {
	ctx := context.Background()
	d, _ := published(t)
	d.Ahead = StartAhead()
	defer d.Ahead.Drop()
	for i := range 2 {
		if n := len(table(t, open(t, d), "SELECT client_id FROM clients")); n == 0 {
			t.Errorf("snapshot %d: no clients", i)
		}
		if !d.Ahead.taken {
			t.Error("nobody took the engine")
		}
	}
	unused := StartAhead()
	unused.Drop()
	(*Ahead)(nil).Drop()
	if _, err := (Dirs{}).readerEngine(ctx); err != nil {
		t.Error(err)
	}
}
