package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"clientbase/schemas"
)

// TableDoc describes one documented table or view.
type TableDoc struct {
	Name    string      `json:"name"`
	En      string      `json:"en"`
	Ru      string      `json:"ru,omitempty"`
	Columns []ColumnDoc `json:"columns"`
}

// ColumnDoc describes one column.
type ColumnDoc struct {
	Name string `json:"name"`
	Type string `json:"type"` // DuckDB type
	En   string `json:"en"`
	Ru   string `json:"ru,omitempty"`
}

// internalTables are not for analysts: lookups that the program itself reads.
var internalTables = map[string]bool{"refs": true, "lineage_generations": true, "docs": true,
	"account_clients": true, "card_clients": true}

// describe rewrites the table docs and the comments of all tables and columns.
func describe(ctx context.Context, c *sql.Conn, s Spec) error {
	if _, err := c.ExecContext(ctx, "DELETE FROM docs"); err != nil {
		return err
	}
	if err := script(ctx, c, wordsSQL); err != nil {
		return err
	}
	var rows []string
	add := func(pos int, table, col, en, ru string) {
		rows = append(rows, fmt.Sprintf("(%d, %s, nullif(%s, ''), %s, nullif(%s, ''))", pos, quote(table), quote(col), quote(en), quote(ru)))
	}
	for _, a := range s.Dict.Attrs {
		if a.Multi {
			continue
		}
		en, ru := a.En, a.Ru
		if a.PII.Protected() {
			en, ru = en+" (masked)", ru+" (маска)"
		}
		add(1, "clients", a.ID, en, ru)
	}
	for i, k := range s.Facts {
		describeFact(20+i, k, add)
	}
	if _, err := c.ExecContext(ctx, "INSERT INTO docs VALUES "+strings.Join(rows, ", ")); err != nil {
		return err
	}
	return comment(ctx, c)
}

// comment sets the comments that differ from the words in docs.
func comment(ctx context.Context, c *sql.Conn) error {
	rows, err := c.QueryContext(ctx, `SELECT t.name, t.is_view, col.column_name, coalesce(d.en, g.en)
		FROM (SELECT table_name AS name, false AS is_view, comment FROM duckdb_tables() WHERE database_name = current_database()
		      UNION ALL SELECT view_name, true, comment FROM duckdb_views() WHERE database_name = current_database() AND NOT internal) t
		JOIN (SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = current_database()
		      UNION ALL SELECT DISTINCT table_name, NULL, NULL FROM duckdb_columns() WHERE database_name = current_database()) col ON col.table_name = t.name
		LEFT JOIN docs d ON d.table_name = t.name AND d.column_name IS NOT DISTINCT FROM col.column_name
		LEFT JOIN docs g ON g.table_name = '*' AND g.column_name = col.column_name
		WHERE CASE WHEN col.column_name IS NULL THEN t.comment ELSE col.comment END IS DISTINCT FROM coalesce(d.en, g.en)
		ORDER BY ALL`)
	if err != nil {
		return err
	}
	var stmts []string
	for rows.Next() {
		var name string
		var isView bool
		var col, en sql.NullString
		if err := rows.Scan(&name, &isView, &col, &en); err != nil {
			_ = rows.Close()
			return err
		}
		what := "TABLE " + ident(name)
		if isView {
			what = "VIEW " + ident(name)
		}
		if col.Valid {
			what = "COLUMN " + ident(name) + "." + ident(col.String)
		}
		stmts = append(stmts, fmt.Sprintf("COMMENT ON %s IS %s", what, quote(en.String)))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, q := range stmts {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// kindWords are the words of the fact views.
var kindWords = map[string][2]string{
	"account":     {"accounts of clients", "счета клиентов"},
	"card":        {"cards of clients", "карты клиентов"},
	"balance":     {"balances of accounts by day", "остатки по дням"},
	"product":     {"products that clients hold or held", "продукты клиентов"},
	"transaction": {"payments and card operations, with the client they belong to", "операции с клиентом, которому принадлежат"},
	"interaction": {"calls, notes, visits, offers and answers", "звонки, заметки, визиты, предложения и ответы"},
	"link":        {"links between clients", "связи клиентов"},
	"consent":     {"consents and objections as sources gave them", "согласия и возражения из источников"},
}

func describeFact(pos int, k schemas.FactKind, add func(int, string, string, string, string)) {
	w, ok := kindWords[k.Name]
	if !ok {
		w = [2]string{k.Name, k.Name}
	}
	tables := []string{ViewName(k)}
	if !k.Monthly {
		tables = append(tables, k.Name)
	}
	for i, t := range tables {
		note := w
		if i == 1 {
			note = [2]string{w[0] + ", as delivered: references only", w[1] + ", как доставлено: только ссылки"}
		}
		add(pos, t, "", note[0], note[1])
		for _, f := range k.Fields {
			col := f.Name
			if i == 0 {
				col = viewColumn(f.Name)
			}
			add(pos, t, col, f.En, f.Ru)
		}
	}
	if k.Name == "link" {
		add(pos, ViewName(k), "other_client_id", "client at the other end of the link", "клиент на другом конце связи")
	}
}
