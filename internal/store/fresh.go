package store

import (
	"context"
	"slices"
	"strings"
)

// What a run that begins from an earlier snapshot takes over was checked when that
// was published. It notes the keys of the rows that it writes and the clients of
// whom it writes or removes rows; the checks of a publication then ask of these,
// in the closed files, what they would ask of all: a key can stand twice only if it
// was written, a row can lead nowhere only if it or its client was.

// key is a column whose values are unique in a table.
type key struct{ table, column string }

// keysOf lists the keys of the tables of client.duckdb.
func keysOf(spec Spec) []key {
	keys := []key{{"clients", "client_no"}, {"clients", "client_id"}, {"identities", "record_no"}, {"refs", "token"}}
	for _, k := range spec.Facts {
		if !k.Monthly {
			keys = append(keys, key{k.Name, "fact_id"})
		}
	}
	return keys
}

// check counts the values that stand more than once; only is what narrows the
// rows down, "" = all are counted.
func (k key) check(only string) Check {
	col := ident(k.column)
	return Check{Name: k.column + " is unique in " + k.table, SQL: "SELECT count(*) - count(DISTINCT " + col + ") FROM client.main." + ident(k.table) + only}
}

// noteFresh makes the tables for the notes.
func (s *Staging) noteFresh(ctx context.Context) error {
	qs := []string{"CREATE SCHEMA memory.fresh", "CREATE TABLE memory.fresh.led (client_no INTEGER)"}
	for _, k := range keysOf(s.spec) {
		qs = append(qs, "CREATE TABLE memory.fresh."+ident(k.table+" "+k.column)+" AS SELECT "+ident(k.column)+" FROM client.main."+ident(k.table)+" LIMIT 0")
	}
	for _, q := range qs {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// freshNotes gives the statements that note rows which go into a table; columns
// are those that they have.
func (s *Staging) freshNotes(table, from string, has func(column string) bool) []string {
	if s.prev == nil {
		return nil
	}
	var out []string
	for _, k := range keysOf(s.spec) {
		if k.table == table && has(k.column) {
			out = append(out, "INSERT INTO memory.fresh."+ident(k.table+" "+k.column)+" SELECT "+ident(k.column)+" FROM "+from)
		}
	}
	if slices.Contains(clientTables, table) && has("client_no") {
		out = append(out, "INSERT INTO memory.fresh.led SELECT DISTINCT client_no FROM "+from)
	}
	return out
}

// removed says that rows of a table were removed and not noted.
func (s *Staging) removed(table string) { s.unsure = s.unsure || table == "clients" }

// freshChecks are the store's own checks, of what the run wrote alone where that
// is enough.
func (s *Staging) freshChecks(ctx context.Context) ([]Check, error) {
	if s.prev == nil || s.unsure {
		return builtin(s.spec), nil
	}
	// clients that were written of or removed, and are not there
	if _, err := s.conn.ExecContext(ctx, `CREATE OR REPLACE TABLE memory.fresh.lost AS SELECT client_no FROM memory.fresh.led WHERE client_no IS NOT NULL
		EXCEPT SELECT client_no FROM client.main.clients SEMI JOIN memory.fresh.led USING (client_no)`); err != nil {
		return nil, wrap("check", "clients", err)
	}
	var cs []Check
	for _, k := range keysOf(s.spec) {
		notes := "memory.fresh." + ident(k.table+" "+k.column)
		c := k.check(" SEMI JOIN " + notes + " USING (" + ident(k.column) + ")")
		c.SQL = "SELECT (" + c.SQL + ") + (SELECT count(*) FROM " + notes + " WHERE " + ident(k.column) + " IS NULL)"
		cs = append(cs, c)
	}
	for _, c := range rowChecks() {
		c.SQL = strings.Replace(c.SQL, leadsNowhere, " SEMI JOIN memory.fresh.lost USING (client_no)", 1)
		cs = append(cs, c)
	}
	return hinted(cs), nil
}
