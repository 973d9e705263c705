package store

import (
	"context"
	"strings"
	"testing"

	"clientbase/internal/errs"
)

// What a delta breaks is found though only what it wrote is looked at.
func TestChecksOfADeltaFindWhatItBreaks(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	one := func(int) string { return "x" }
	identity := func(record, client int) func(*Staging) error {
		return func(s *Staging) error {
			return s.Insert(ctx, "identities", batch("record_no", list(record), "client_no", list(client), "client_id", list(cid(client)),
				"stream", list("core/clients"), "key", list("9"), "party", list("person")))
		}
	}
	ref := func(what string, client any, holders int) func(*Staging) error {
		return func(s *Staging) error {
			return s.Insert(ctx, "refs", batch("token", list(tok("record", what)), "kind", list("record"), "client_no", list(client), "holders", list(holders)))
		}
	}
	fact := func(s *Staging, id any) error {
		return s.Insert(ctx, "account", batch("fact_id", list(id), "stream", list("core/accounts"), "batch_no", list(3), "row_no", list(1), "account", list(tok("account", "9"))))
	}
	for _, c := range []struct {
		name string
		do   func(*Staging) error
		says string
	}{
		{"a second client of a number", func(s *Staging) error {
			return s.Insert(ctx, "clients", batch("client_no", list(2), "client_id", list(cid(9)), "party", list("person")))
		}, "client_no is unique in clients"},
		{"a second client of an id", func(s *Staging) error {
			return s.Insert(ctx, "clients", batch("client_no", list(9), "client_id", list(cid(2)), "party", list("person")))
		}, "client_id is unique in clients"},
		{"a record of two clients", identity(12, 3), "record_no is unique in identities"},
		{"a record of nobody", identity(14, 9), "every row of identities leads to a client"},
		{"a reference that stands twice", ref("2", 2, 1), "token is unique in refs"},
		{"a reference of nobody", ref("9", 9, 1), "every row of refs leads to a client"},
		{"a held reference without a client", ref("9", nil, 1), "a held reference has a client"},
		{"a fact that stands twice", func(s *Staging) error { return fact(s, tok("f", "a1")) }, "fact_id is unique in account"},
		{"a fact without an id", func(s *Staging) error {
			return s.Insert(ctx, "account", batch("fact_id", list(tok("f", "a9"), nil), "stream", list("s", "s"), "account", list(tok("account", "9"), tok("account", "8"))))
		}, "fact_id is unique in account"},
		{"a client that is gone and left something", func(s *Staging) error {
			if err := s.DeleteClients(ctx, []int32{3}); err != nil {
				return err
			}
			return identity(13, 3)(s)
		}, "every row of identities leads to a client"},
		{"clients removed without a note", func(s *Staging) error { return s.Delete(ctx, "clients", "client_no", []int64{1}) }, "every row of identities leads to a client"},
		{"all clients removed", func(s *Staging) error { return s.Empty(ctx, "clients") }, "every row of refs leads to a client"},
		{"nothing wrong", func(s *Staging) error {
			if err := s.DeleteClients(ctx, []int32{3}); err != nil {
				return err
			}
			if err := s.Insert(ctx, "clients", clientsBatch(3, 5, one)); err != nil {
				return err
			}
			return identity(13, 4)(s)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t, d, "next", old)
			defer s.Abort()
			must(t, c.do(s))
			must(t, s.settle(ctx))
			checks, err := s.freshChecks(ctx)
			must(t, err)
			if err = s.check(ctx, checks); c.says == "" {
				must(t, err)
				return
			}
			wantKind(t, err, errs.Integrity)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q is not found, but %v", c.says, err)
			}
			all := s.check(ctx, builtin(s.spec))
			if all == nil || !strings.Contains(all.Error(), c.says) {
				t.Errorf("the checks of all rows say %v", all)
			}
		})
	}
}
