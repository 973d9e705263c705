package store

import (
	"context"
	"slices"
	"testing"
)

// What a delta breaks is found though only what it wrote is looked at.
func TestChecksOfADeltaFindWhatItBreaks(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	identity := func(s *Staging, record, client int) {
		must(t, s.Insert(ctx, "identities", batch("record_no", list(record), "client_no", list(client), "client_id", list(cid(client)),
			"stream", list("core/clients"), "key", list("9"), "party", list("person"))))
	}
	for _, c := range []struct {
		name string
		do   func(*Staging)
		says []string
	}{
		{"rows that stand twice or lead nowhere", func(s *Staging) {
			must(t, s.Insert(ctx, "clients", batch("client_no", list(2, 8), "client_id", list(cid(9), cid(2)), "party", list("person", "person"))))
			identity(s, 12, 3) // a record of two clients
			identity(s, 14, 9) // of nobody
			must(t, s.Insert(ctx, "refs", batch("token", list(tok("record", "2"), tok("record", "8"), tok("record", "9")), "kind", list("record", "record", "record"),
				"client_no", list(2, 9, nil), "holders", list(1, 1, 1))))
			must(t, s.Insert(ctx, "account", batch("fact_id", list(tok("f", "a1")), "stream", list("s"), "account", list(tok("account", "9")))))
			must(t, s.Insert(ctx, "card", batch("fact_id", list(tok("f", "c9"), nil), "stream", list("s", "s"), "card", list(tok("card", "9"), tok("card", "8")))))
		}, []string{"client_no is unique in clients", "client_id is unique in clients", "record_no is unique in identities", "token is unique in refs",
			"every row of identities leads to a client", "every row of refs leads to a client", "a held reference has a client", "fact_id is unique in account", "fact_id is unique in card"}},
		{"a client that is gone and left something", func(s *Staging) {
			must(t, s.DeleteClients(ctx, []int32{3}))
			identity(s, 13, 3)
		}, []string{"every row of identities leads to a client"}},
		{"all clients removed without a note", func(s *Staging) { must(t, s.Empty(ctx, "clients")) },
			[]string{"every row of identities leads to a client", "every row of refs leads to a client"}},
		{"nothing wrong", func(s *Staging) {
			must(t, s.DeleteClients(ctx, []int32{3}))
			must(t, s.Insert(ctx, "clients", clientsBatch(3, 5, func(int) string { return "x" })))
			identity(s, 13, 4)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t, d, "next", old)
			defer s.Abort()
			c.do(s)
			must(t, s.settle(ctx))
			fresh, err := s.freshChecks(ctx)
			must(t, err)
			for which, checks := range map[string][]Check{"what was written": fresh, "all rows": builtin(s.spec)} {
				var failed []string
				for _, check := range checks {
					if s.check(ctx, []Check{check}) != nil {
						failed = append(failed, check.Name)
					}
				}
				slices.Sort(failed)
				slices.Sort(c.says)
				if !slices.Equal(failed, c.says) {
					t.Errorf("the checks of %s find %q, not %q", which, failed, c.says)
				}
			}
		})
	}
}
