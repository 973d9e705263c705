package pipeline

import (
	"slices"
	"testing"
	"time"

	"clientbase/internal/access"
)

func TestReadsOfAPerson(t *testing.T) {
	const id, old, other = "aaaa", "bbbb", "cccc"
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	read := func(verb, outcome string, rows int64, clients ...string) access.Read {
		return access.Read{Entry: access.Entry{At: at, User: "u", Role: "steward", Purpose: "a call", Verb: verb, Asked: "somebody else", Outcome: outcome, Rows: rows, Clients: clients, Snapshot: "000001-x"}, Ended: outcome != ""}
	}
	for name, c := range map[string]struct {
		read    access.Read
		shown   bool
		unnamed int
	}{
		"named":                        {read("trace", access.Done, 1, id), true, 0},
		"named among others":           {read("find", access.Done, 2, other, id), true, 0},
		"under an id merged since":     {read("find", access.Done, 1, old), true, 0},
		"shown before it failed":       {read("trace", access.Failed, 1, id), true, 0},
		"another client":               {read("trace", access.Done, 1, other), false, 0},
		"found nothing":                {read("find", access.Done, 0), false, 0},
		"refused":                      {read("query", access.Refused, -1), false, 0},
		"a query names nobody":         {read("query", access.Done, 5), false, 1},
		"rows were not counted":        {read("segment preview", access.Done, -1), false, 1},
		"cut":                          {read("find", "", -1), false, 1},
		"the dossier that asks itself": {read("subject dossier", "", -1), false, 0},
	} {
		c.read.Seq = 7
		got, unnamed := readsOf([]access.Read{c.read}, []string{id, old})
		var want []DossierRead
		if c.shown {
			want = []DossierRead{{Read: 7, At: "2026-03-01T12:00:00Z", By: "u", Role: "steward", Purpose: "a call", Verb: c.read.Verb, Snapshot: "000001-x"}}
		}
		if !slices.Equal(got, want) || unnamed != c.unnamed {
			t.Errorf("%s: reads %v, %d that name nobody; want %v, %d", name, got, unnamed, want, c.unnamed)
		}
	}
}
