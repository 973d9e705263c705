package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"clientbase/internal/disk"
)

// clientTables are the tables that hold rows of one client by client_no.
var clientTables = []string{"clients", "contact_points", "attribute_history", "identities", "refs", "conflicts"}

// DeleteClients removes all rows of the clients from every table keyed by
// client_no, references included: the caller then inserts the touched clients
// anew, with every reference that a touched client held before or holds now
// (Upsert by token for those that an untouched client shares). It also marks
// the clients' lineage as belonging to this run.
func (s *Staging) DeleteClients(ctx context.Context, nos []int32) error {
	ids := make([]int64, len(nos))
	for i, n := range nos {
		ids[i] = int64(n)
	}
	s.voidTerms(nos)
	return s.withIDs(ctx, ids, func() []string {
		qs := s.notes("refs", "client.main.refs WHERE client_no IN (SELECT id FROM ids)", false, "0")
		for _, t := range append([]string{"lineage_generations"}, clientTables...) {
			qs = append(qs, "DELETE FROM client.main."+ident(t)+" WHERE client_no IN (SELECT id FROM ids)")
		}
		if s.prev != nil {
			qs = append(qs, "INSERT INTO memory.fresh.led SELECT id FROM ids")
		}
		return append(qs, fmt.Sprintf("INSERT INTO client.main.lineage_generations SELECT DISTINCT id, %d FROM ids", s.seq))
	}, clientTables...)
}

// Delete removes the rows of a table whose integer column is one of ids, for
// example match_edges by record_a.
func (s *Staging) Delete(ctx context.Context, table, column string, ids []int64) error {
	s.mu.Lock()
	s.unwatched(table)
	s.removed(table)
	s.mu.Unlock()
	return s.withIDs(ctx, ids, func() []string {
		return []string{fmt.Sprintf("DELETE FROM client.main.%s WHERE %s IN (SELECT id FROM ids)", ident(table), ident(column))}
	}, table)
}

// Empty removes all rows of a small table that a run writes anew as a whole.
func (s *Staging) Empty(ctx context.Context, table string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if err := s.flush(ctx, table); err != nil {
		return err
	}
	s.unwatched(table)
	s.removed(table)
	_, err := s.conn.ExecContext(ctx, "DELETE FROM client.main."+ident(table))
	return wrap("empty", table, err)
}

// withIDs runs statements with ids as the temporary table ids. They are asked for
// when the rows of the tables of flush are in the engine.
func (s *Staging) withIDs(ctx context.Context, ids []int64, statements func() []string, flush ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	for _, t := range flush {
		if err := s.flush(ctx, t); err != nil {
			return err
		}
	}
	rec := int64Batch("id", ids)
	defer rec.Release()
	path := s.spoolPath()
	p, err := createSpool(path, rec.Schema())
	if err != nil {
		return wrap("delete", "", err)
	}
	defer func() { _ = disk.Remove(path) }()
	if err := errors.Join(p.Write(rec), p.Close()); err != nil {
		return wrap("delete", "", err)
	}
	typ := "BIGINT"
	if slices.Max(ids) <= math.MaxInt32 && slices.Min(ids) >= math.MinInt32 {
		typ = "INTEGER" // as client_no: else that of every row would be converted
	}
	for _, q := range slices.Concat([]string{"CREATE OR REPLACE TEMP TABLE ids AS SELECT id::" + typ + " AS id FROM read_parquet(" + quote(path) + ")"}, statements(), []string{"DROP TABLE ids"}) {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return wrap("delete", "", err)
		}
	}
	return nil
}
