package store

import (
	"context"
	"fmt"
	"slices"

	"clientbase/schemas"
)

// A run that begins from an earlier snapshot notes where it changes what the
// derived tables stand on: each reference that it removes or writes, and all tokens
// of facts that it writes, as they were and as they are. From them writeDerived
// finds the clients whose derived rows may be others.

// watch makes the tables for the notes. The first note of a reference tells what it
// was before the run, the last what it is.
func (s *Staging) watch(ctx context.Context) error {
	for _, q := range []string{"CREATE SCHEMA memory.hot",
		"CREATE TABLE memory.hot.ref_events (token UUID, kind VARCHAR, client_no INTEGER, holders INTEGER, turn BIGINT, put BOOLEAN)",
		"CREATE TABLE memory.hot.moved_facts (token UUID, kind VARCHAR)"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// watched gives the columns of tokens of a table that derived tables stand on.
func (s *Staging) watched(table string) []string {
	if s.prev == nil {
		return nil
	}
	if table == "refs" {
		return []string{"token"}
	}
	k, ok := s.spec.kind(table)
	if !ok || k.Monthly && !slices.ContainsFunc(derivedViews, func(d derivedView) bool { return slices.Contains(d.on, ViewName(k)) }) {
		return nil
	}
	return tokenColumns(k)
}

// tokenColumns names all references of a kind of facts, those that lead to its
// client and others.
func tokenColumns(k schemas.FactKind) []string {
	var cols []string
	for _, f := range k.Fields {
		if f.Type == schemas.FRef {
			cols = append(cols, f.Name)
		}
	}
	return cols
}

// noted names the columns of a watched table that notes are made of; none = it is
// not watched.
func (s *Staging) noted(table string) []string {
	cols := s.watched(table)
	if table == "refs" && len(cols) > 0 {
		cols = []string{"token", "kind", "client_no", "holders"}
	}
	return cols
}

// notes gives the statements that note rows of a table which are put or removed by
// the statement that is to come next; order is an expression that tells which of
// rows that are put under one key comes last.
func (s *Staging) notes(table, rows string, put bool, order string) []string {
	if table == "refs" && s.prev != nil {
		s.turn++
		return []string{fmt.Sprintf("INSERT INTO memory.hot.ref_events SELECT %s, %d + %s, %t FROM %s", idents(s.noted(table)), s.turn<<32, order, put, rows)}
	}
	var out []string
	for _, c := range s.watched(table) {
		out = append(out, "INSERT INTO memory.hot.moved_facts SELECT DISTINCT "+ident(c)+", "+quote(tokenKind(c))+" FROM "+rows)
	}
	return out
}

// unwatched says that a table changes in a way that is not noted.
func (s *Staging) unwatched(table string) {
	s.blind = s.blind || len(s.watched(table)) > 0
}
