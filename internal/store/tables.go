package store

import (
	"context"
	"database/sql"
	_ "embed" // SQL files
	"fmt"
	"sort"
	"strings"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

//go:embed sql/tables.sql
var tablesSQL string

//go:embed sql/views.sql
var viewsSQL string

//go:embed sql/words.sql
var wordsSQL string

// Spec says what a snapshot holds: the dictionary decides the columns of
// clients, the fact kinds decide fact tables and views.
type Spec struct {
	Dict    *schemas.Dictionary
	Facts   []schemas.FactKind
	Streams []string // ids of the project's streams, for the manifest
}

// clientsBase are the columns of clients around those of the dictionary.
var clientsBase = []column{{"client_no", "INTEGER"}, {"client_id", "VARCHAR"}, {"party", "VARCHAR"}, {"display_name", "VARCHAR"}}
var clientsTail = []column{{"n_records", "INTEGER"}, {"n_sources", "INTEGER"}, {"since", "DATE"}, {"as_of", "DATE"}}

// factBase are the columns that every fact table has besides its own.
var factBase = []column{{"fact_id", "UUID"}, {"stream", "VARCHAR"}, {"batch_no", "INTEGER"}, {"row_no", "BIGINT"}}

type column struct{ name, typ string }

// clientColumns gives the columns of the table clients under a dictionary:
// one per attribute that is not multi-valued.
func (s Spec) clientColumns() []column {
	out := append([]column{}, clientsBase...)
	for _, a := range s.Dict.Attrs {
		if a.Multi {
			continue
		}
		typ := "VARCHAR"
		if a.Kind == schemas.KindDate {
			typ = "DATE"
		}
		out = append(out, column{a.ID, typ})
	}
	return append(out, clientsTail...)
}

var factTypes = map[schemas.FieldType]string{
	schemas.FText: "VARCHAR", schemas.FCode: "VARCHAR", schemas.FMasked: "VARCHAR", schemas.FDay: "DATE",
	schemas.FTime: "TIMESTAMP", schemas.FAmount: "DECIMAL(18,2)", schemas.FInt: "BIGINT", schemas.FRef: "UUID",
}

func factColumns(k schemas.FactKind) []column {
	out := append([]column{}, factBase...)
	for _, f := range k.Fields {
		out = append(out, column{f.Name, factTypes[f.Type]})
	}
	return out
}

func (s Spec) kind(name string) (schemas.FactKind, bool) {
	for _, k := range s.Facts {
		if k.Name == name {
			return k, true
		}
	}
	return schemas.FactKind{}, false
}

// check finds column names that collide and kinds the views need.
func (s Spec) check() error {
	if s.Dict == nil {
		return errs.New(errs.Bug, "begin", "spec", "no dictionary", "pass schemas.Builtin() or the project's")
	}
	seen := map[string]bool{}
	for _, c := range s.clientColumns() {
		if n := strings.ToLower(c.name); seen[n] {
			return errs.New(errs.Config, "begin", "dictionary attribute "+c.name, "the name is taken by a column of the table clients", "rename the attribute")
		} else {
			seen[n] = true
		}
	}
	for _, need := range []string{"account", "card"} {
		if k, ok := s.kind(need); !ok || k.Monthly {
			return errs.New(errs.Bug, "begin", "spec", "the fact kind "+need+" is missing or monthly", "pass schemas.FactKinds()")
		}
	}
	return nil
}

// define makes or adapts all tables and views of client.duckdb, which must be
// the connection's current database.
func define(ctx context.Context, c *sql.Conn, s Spec) error {
	if err := script(ctx, c, tablesSQL); err != nil {
		return err
	}
	if err := adapt(ctx, c, "clients", s.clientColumns(), true); err != nil {
		return err
	}
	for _, k := range s.Facts {
		if k.Monthly {
			continue
		}
		if err := adapt(ctx, c, k.Name, factColumns(k), false); err != nil {
			return err
		}
	}
	if err := script(ctx, c, viewsSQL); err != nil {
		return err
	}
	for _, k := range s.Facts {
		if k.Monthly {
			continue
		}
		q := fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", ident(ViewName(k)), factView(k, ident(k.Name), ""))
		if _, err := c.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return describe(ctx, c, s)
}

// adapt creates a table or adds the columns it lacks; with drop it also takes
// away those no longer declared. A changed type is refused by DuckDB on insert.
func adapt(ctx context.Context, c *sql.Conn, table string, cols []column, drop bool) error {
	have, err := columnsOf(ctx, c, table)
	if err != nil {
		return err
	}
	if len(have) == 0 {
		defs := make([]string, len(cols))
		for i, col := range cols {
			defs[i] = ident(col.name) + " " + col.typ
		}
		_, err := c.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", ident(table), strings.Join(defs, ", ")))
		return err
	}
	want := map[string]bool{}
	for _, col := range cols {
		want[col.name] = true
		if _, ok := have[col.name]; ok {
			continue
		}
		if _, err := c.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", ident(table), ident(col.name), col.typ)); err != nil {
			return err
		}
	}
	if !drop {
		return nil
	}
	names := make([]string, 0, len(have))
	for n := range have {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if want[n] {
			continue
		}
		if _, err := c.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", ident(table), ident(n))); err != nil {
			return err
		}
	}
	return nil
}

// columnsOf gives the columns of a table of the current database with their types.
func columnsOf(ctx context.Context, c *sql.Conn, table string) (map[string]string, error) {
	rows, err := c.QueryContext(ctx, `SELECT column_name, data_type FROM duckdb_columns()
		WHERE database_name = current_database() AND table_name = ?`, table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var n, t string
		if err := rows.Scan(&n, &t); err != nil {
			return nil, err
		}
		out[n] = t
	}
	return out, rows.Err()
}
