package store

import (
	"context"
	"fmt"
	"testing"
)

// Rows of the largest table go in on a connection of their own; the files can be
// closed and opened again right after, and what does not fit is told.
func TestTheLargestTableIsFilledBesideTheOthers(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	must(t, s.Insert(ctx, "clients", clientsBatch(4, besideRows+4, func(i int) string { return fmt.Sprint(i) })))
	must(t, s.Flush(ctx))
	must(t, s.Checks(ctx, []Check{{Name: "clients", SQL: "SELECT count(*) FROM clients", Want: besideRows + 3}, {Name: "identities", SQL: "SELECT count(*) FROM identities", Want: 3}}))
	must(t, s.Insert(ctx, "retired_ids", batch("retired_id", list("a"), "client_id", list(cid(1)))))
	must(t, s.Insert(ctx, "clients", clientsBatch(besideRows+4, 2*besideRows+4, func(i int) string { return fmt.Sprint(i) })))
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	if got := table(t, open(t, d), "SELECT count(*), count(DISTINCT display_name) FROM clients"); got[0][0] != fmt.Sprint(2*besideRows+3) || got[0][1] != got[0][0] {
		t.Error(got)
	}

	s = begin(t, d, "run2", open(t, d))
	must(t, s.Insert(ctx, "retired_ids", batch("retired_id", list("b"), "client_id", list(cid(1)))))
	rows := clientsBatch(1, besideRows+1, func(i int) string { return fmt.Sprint(i) })
	must(t, s.Insert(ctx, "identity_events", batch("event_no", list(1), "run", list("run2"), "kind", list("born"), "client_id", list(nil))))
	must(t, s.Insert(ctx, "clients", rows))
	if s.Flush(ctx) == nil {
		t.Error("a row without a client id went in")
	}
	s.Abort()
}
