package store

import (
	"context"
	"database/sql"
)

// Tables describes what an analyst can query: every documented table and view
// with types and words, in the order of the documentation.
func (sn *Snapshot) Tables(ctx context.Context) ([]TableDoc, error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.need(ctx, func(string) bool { return true }); err != nil {
		return nil, err
	}
	out, err := r.tables(ctx, hiddenTables(sn.info.Manifest.spec()))
	return out, wrap("describe tables", sn.info.ID, err)
}

// hiddenTables are the tables that the sandbox does not show.
func hiddenTables(s Spec) map[string]bool {
	hidden := map[string]bool{}
	for t := range internalTables {
		hidden[t] = true
	}
	for _, k := range s.Facts {
		if !k.Monthly {
			hidden[k.Name] = true
		}
	}
	return hidden
}

func (r *Reader) tables(ctx context.Context, hidden map[string]bool) ([]TableDoc, error) {
	rows, err := r.conn.QueryContext(ctx, `
		SELECT v.view_name, coalesce(d.en, ''), coalesce(d.ru, ''), c.column_name, c.data_type,
		       coalesce(dc.en, g.en, ''), coalesce(dc.ru, g.ru, '')
		FROM duckdb_views() v
		JOIN duckdb_columns() c ON c.database_name = v.database_name AND c.schema_name = v.schema_name AND c.table_name = v.view_name
		LEFT JOIN client.main.docs d ON d.table_name = v.view_name AND d.column_name IS NULL
		LEFT JOIN client.main.docs dc ON dc.table_name = v.view_name AND dc.column_name = c.column_name
		LEFT JOIN client.main.docs g ON g.table_name = '*' AND g.column_name = c.column_name
		WHERE v.database_name = 'memory' AND v.schema_name = 'main' AND NOT v.internal
		ORDER BY d.position, v.view_name, c.column_index`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []TableDoc
	for rows.Next() {
		var t TableDoc
		var c ColumnDoc
		var typ sql.NullString
		if err := rows.Scan(&t.Name, &t.En, &t.Ru, &c.Name, &typ, &c.En, &c.Ru); err != nil {
			return nil, err
		}
		c.Type = typ.String
		if hidden[t.Name] {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Name != t.Name {
			out = append(out, t)
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, c)
	}
	return out, rows.Err()
}
