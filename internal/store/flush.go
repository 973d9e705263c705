package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"clientbase/internal/disk"
)

// lies says by which column the rows of a run lie in a table, so that a look at
// one client skips most of them. In other tables they lie as they were written.
var lies = map[string]string{"identity_events": "client_id"}

// flush moves a table's buffered rows into DuckDB.
func (s *Staging) flush(ctx context.Context, table string) error {
	sp := s.spools[table]
	if sp == nil {
		return nil
	}
	return s.take(sp).into(ctx, s.conn)
}

// poured is a spool that is on its way into DuckDB.
type poured struct {
	*spool
	op string // what is done, for errors
	qs []string
}

// take takes a table's buffered rows from the staging, with the statements that
// move them.
func (s *Staging) take(sp *spool) poured {
	table := sp.table
	delete(s.spools, table)
	to := "client.main." + ident(table)
	from := "read_parquet(" + quote(sp.path) + ")"
	if len(sp.keys) == 0 {
		s.unwatched(table)
		notes := s.freshNotes(table, from, sp.in.HasField)
		if order := lies[table]; order != "" {
			from += " ORDER BY " + ident(order)
		}
		return poured{sp, "insert", append(notes, "INSERT INTO "+to+" BY NAME SELECT * FROM "+from)}
	}
	same := make([]string, len(sp.keys))
	for i, k := range sp.keys {
		same[i] = fmt.Sprintf("t.%s IS NOT DISTINCT FROM u.%s", ident(k), ident(k))
	}
	qs := []string{
		"CREATE OR REPLACE TEMP TABLE up AS SELECT *, 0::BIGINT AS \"#\" FROM " + to + " LIMIT 0",
		"INSERT INTO up BY NAME SELECT * EXCLUDE (file_row_number), file_row_number AS \"#\" FROM read_parquet(" + quote(sp.path) + ", file_row_number = true)"}
	gone := "DELETE FROM " + to + " t USING (SELECT DISTINCT " + idents(sp.keys) + " FROM up) u WHERE " + strings.Join(same, " AND ")
	if noted := s.noted(table); len(noted) > 0 { // the rows are looked for once
		qs = append(qs, "CREATE OR REPLACE TEMP TABLE hit AS SELECT t.rowid AS \"#row\", "+idents(noted)+" FROM "+to+" t SEMI JOIN up u ON "+strings.Join(same, " AND "))
		qs = append(qs, s.notes(table, "hit", false, "0")...)
		qs = append(qs, s.notes(table, "up", true, "\"#\"")...)
		gone = "DELETE FROM " + to + " WHERE rowid IN (SELECT \"#row\" FROM hit)"
	}
	qs = append(qs, s.freshNotes(table, "up", func(string) bool { return true })...)
	return poured{sp, "upsert", append(qs, gone,
		"INSERT INTO "+to+" BY NAME SELECT * EXCLUDE (\"#\") FROM up QUALIFY row_number() OVER (PARTITION BY "+idents(sp.keys)+" ORDER BY \"#\" DESC) = 1 ORDER BY \"#\"",
		"DROP TABLE up")}
}

// into runs the statements.
func (p poured) into(ctx context.Context, conn *sql.Conn) error {
	if err := p.Close(); err != nil {
		return wrap("insert", p.table, err)
	}
	defer func() { _ = disk.Remove(p.path) }()
	for _, q := range p.qs {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return wrap(p.op, p.table, err)
		}
	}
	return nil
}

// Flush moves all buffered rows but monthly facts into DuckDB. Checks and Publish
// do it in any case.
func (s *Staging) Flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	return s.flushTables(ctx)
}

// flushTables moves the rows of all tables, where they are many on two connections:
// the largest tables first, each by whoever is free.
func (s *Staging) flushTables(ctx context.Context) (err error) {
	names := sortedKeys(s.spools)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(s.spools[b].cells(), s.spools[a].cells()) })
	if len(names) < 2 || s.spools[names[0]].rows < besideRows {
		for _, t := range names {
			if err := s.flush(ctx, t); err != nil {
				return err
			}
		}
		return nil
	}
	list := make([]poured, len(names))
	for i, t := range names {
		list[i] = s.take(s.spools[t])
	}
	return onTwo(ctx, s.db, s.conn, list, func(c *sql.Conn, rows poured) error { return rows.into(ctx, c) })
}

// cells counts the values of a spool.
func (sp *spool) cells() int64 { return sp.rows * int64(sp.in.NumFields()) }

// besideRows is how many rows make a connection of their own worth it.
const besideRows = 10_000

func (s *Staging) flushAll(ctx context.Context) error {
	if err := s.flushTables(ctx); err != nil {
		return err
	}
	return s.foldFacts(ctx)
}
