package store

import (
	"context"
	"strings"
)

// A token stands for a value of one kind: a record, a phone, an account. Columns of
// facts hold tokens of one kind, so each is asked only for those of its own, and not
// at all where there are none.

// tokenKind is the kind of the tokens in a column of a fact.
func tokenKind(column string) string {
	if refTable(column) != "refs" {
		return column // account, card
	}
	return refKind(column)
}

// tokenSet is a table of tokens with the kinds that it holds.
type tokenSet struct {
	table string
	kinds map[string]bool
}

// tokensOf looks which kinds a table of tokens holds.
func (s *Staging) tokensOf(ctx context.Context, table string) (tokenSet, error) {
	set := tokenSet{table, map[string]bool{}}
	rows, err := s.conn.QueryContext(ctx, "SELECT DISTINCT kind FROM "+table)
	if err != nil {
		return set, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return set, err
		}
		set.kinds[kind] = true
	}
	return set, rows.Err()
}

// of selects the tokens of a kind.
func (t tokenSet) of(kind string) string {
	return "(SELECT token FROM " + t.table + " WHERE kind = " + quote(kind) + ")"
}

// in tells whether one of the columns is a token of the set; "" = none can be.
func (t tokenSet) in(columns []string) string {
	var parts []string
	for _, c := range columns {
		if kind := tokenKind(c); t.kinds[kind] {
			parts = append(parts, ident(c)+" IN "+t.of(kind))
		}
	}
	return strings.Join(parts, " OR ")
}

// tokensIn selects the tokens in some columns of rows, with their kinds.
func tokensIn(columns []string, from string) string {
	kinds := make([]string, len(columns))
	for i, c := range columns {
		kinds[i] = quote(tokenKind(c))
	}
	return "SELECT unnest([" + idents(columns) + "]) AS token, unnest([" + strings.Join(kinds, ", ") + "]) AS kind FROM " + from
}
