package store

import (
	"context"
	"fmt"

	"clientbase/internal/disk"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// closing names the column that ends a keyed fact; a kind without one cannot
// be closed by absence.
func closing(kind string) string {
	switch kind {
	case "account":
		return "closed"
	case "product", "link", "consent":
		return "until"
	}
	return ""
}

// CloseFacts sets the end day of keyed facts that a full extract no longer
// holds, where the source itself gave none. Kinds without an end column are
// left as they are. day counts from 1970.
func (s *Staging) CloseFacts(ctx context.Context, kind schemas.FactKind, ids []opaque.Token, day int32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	col := closing(kind.Name)
	if col == "" || len(ids) == 0 {
		return nil
	}
	if err := s.writable(ctx); err != nil {
		return err
	}
	if err := s.flush(ctx, kind.Name); err != nil {
		return err
	}
	path := s.spoolPath()
	defer func() { _ = disk.Remove(path) }()
	if err := writeTokens(path, "fact_id", ids); err != nil {
		return wrap("close facts", kind.Name, err)
	}
	table := "client.main." + ident(kind.Name)
	still := fmt.Sprintf(" WHERE %s IS NULL AND fact_id IN (SELECT fact_id FROM read_parquet(%s))", ident(col), quote(path))
	for _, q := range append(s.notes(kind.Name, table+still, false, "0"), fmt.Sprintf("UPDATE %s SET %s = DATE '1970-01-01' + %d", table, ident(col), day)+still) {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return wrap("close facts", kind.Name, err)
		}
	}
	return nil
}
