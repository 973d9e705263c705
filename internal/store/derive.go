package store

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/disk"
	"clientbase/internal/opaque"
)

// RefreshHolders brings contact_points.holders up to what refs says, for the
// clients that were not written anew but share a contact point with one that was.
// In a snapshot that began from an earlier one only the given tokens are looked at:
// those of the references written anew.
func (s *Staging) RefreshHolders(ctx context.Context, tokens []opaque.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	for _, t := range []string{"contact_points", "refs"} {
		if err := s.flush(ctx, t); err != nil {
			return err
		}
	}
	q := `UPDATE client.main.contact_points cp SET holders = r.holders FROM client.main.refs r
		WHERE r.token = cp.token AND r.holders IS DISTINCT FROM cp.holders`
	if s.prev != nil {
		if len(tokens) == 0 {
			return nil
		}
		path := s.spoolPath()
		defer func() { _ = disk.Remove(path) }()
		if err := writeTokens(path, "token", tokens); err != nil {
			return wrap("count holders", "", err)
		}
		q += " AND r.token IN (SELECT token FROM read_parquet(" + quote(path) + "))"
	}
	_, err := s.conn.ExecContext(ctx, q)
	return wrap("count holders", "", err)
}

// writeTokens makes a file of one column of tokens, for a statement to read.
func writeTokens(path, column string, tokens []opaque.Token) error {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: column, Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}}}, nil))
	defer b.Release()
	for i := range tokens {
		b.Field(0).(*array.FixedSizeBinaryBuilder).Append(tokens[i][:])
	}
	rec := b.NewRecordBatch()
	defer rec.Release()
	p, err := createSpool(path, rec.Schema())
	if err != nil {
		return err
	}
	return errors.Join(p.Write(rec), p.Close())
}

// Carry copies whole tables from an earlier snapshot into this one, which was
// begun from empty: the history of client ids outlives a rebuild.
func (s *Staging) Carry(ctx context.Context, from *Snapshot, tables ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	qs := []string{"ATTACH " + quote(filepath.Join(from.dir, clientName)) + " AS earlier (READ_ONLY)"}
	for _, t := range tables {
		s.unwatched(t)
		s.unsure = true
		qs = append(qs, "INSERT INTO client.main."+ident(t)+" BY NAME SELECT * FROM earlier.main."+ident(t))
	}
	for _, q := range append(qs, "DETACH earlier") {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return wrap("carry over", from.info.ID, err)
		}
	}
	return nil
}

// DropRevived takes from the retired ids those that are clients again: a merge
// that was undone gives its id back.
func (s *Staging) DropRevived(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	for _, t := range []string{"clients", "retired_ids"} {
		if err := s.flush(ctx, t); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(ctx, "DELETE FROM client.main.retired_ids WHERE retired_id IN (SELECT client_id FROM client.main.clients)")
	return wrap("drop revived ids", "", err)
}
