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

// Shared is how many clients hold a contact point now.
type Shared struct {
	Token   opaque.Token
	Holders int32
}

// SetHolders brings contact_points.holders of rows that are in the engine up to
// date: of clients that are not written anew but share a contact point with one
// that is.
func (s *Staging) SetHolders(ctx context.Context, list []Shared) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil || len(list) == 0 {
		return err
	}
	path := s.spoolPath()
	defer func() { _ = disk.Remove(path) }()
	if err := writeShared(path, list); err != nil {
		return wrap("count holders", "", err)
	}
	_, err := s.conn.ExecContext(ctx, `UPDATE client.main.contact_points cp SET holders = u.holders FROM read_parquet(`+quote(path)+`) u
		WHERE u.token = cp.token AND u.holders IS DISTINCT FROM cp.holders`)
	return wrap("count holders", "", err)
}

// writeShared makes a file of the list, for a statement to read.
func writeShared(path string, list []Shared) error {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "token", Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}},
		{Name: "holders", Type: arrow.PrimitiveTypes.Int32}}, nil))
	defer b.Release()
	for i := range list {
		b.Field(0).(*array.FixedSizeBinaryBuilder).Append(list[i].Token[:])
		b.Field(1).(*array.Int32Builder).Append(list[i].Holders)
	}
	return writeBatch(path, b)
}

// writeTokens makes a file of one column of tokens, for a statement to read.
func writeTokens(path, column string, tokens []opaque.Token) error {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: column, Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}}}, nil))
	defer b.Release()
	for i := range tokens {
		b.Field(0).(*array.FixedSizeBinaryBuilder).Append(tokens[i][:])
	}
	return writeBatch(path, b)
}

// writeBatch makes a file of the rows that were built.
func writeBatch(path string, b *array.RecordBuilder) error {
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
