package store

import (
	"context"
	"slices"

	"clientbase/schemas"
)

// A run that begins from an earlier snapshot notes where it changes what the
// derived tables stand on: the tokens of references that it writes or removes,
// and all tokens of facts that it writes, as they were and as they are. From
// them writeDerived finds the clients whose derived rows may be others.

// watch makes the tables for the notes.
func (s *Staging) watch(ctx context.Context) error {
	for _, q := range []string{"CREATE SCHEMA memory.hot", "CREATE TABLE memory.hot.moved_refs (token UUID)", "CREATE TABLE memory.hot.moved_facts (token UUID)"} {
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

// notes gives the statements that note the tokens in rows of a table.
func (s *Staging) notes(table string, rows ...string) []string {
	var out []string
	to := "moved_facts"
	if table == "refs" {
		to = "moved_refs"
	}
	for _, c := range s.watched(table) {
		for _, r := range rows {
			out = append(out, "INSERT INTO memory.hot."+to+" SELECT DISTINCT "+ident(c)+" FROM "+r)
		}
	}
	return out
}

// unwatched says that a table changes in a way that is not noted.
func (s *Staging) unwatched(table string) {
	s.blind = s.blind || len(s.watched(table)) > 0
}
