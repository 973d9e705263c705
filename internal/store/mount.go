package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/schemas"
)

// mounts are the files of one snapshot folder attached read-only to a
// connection, with documented tables and views under their plain names: a view
// for each is most of what opening costs, so they come when they are asked for.
type mounts struct {
	conn    *sql.Conn
	dir     string
	spec    Spec
	files   []FactFile
	dbs     []string
	plain   []string // tables and views of client.duckdb
	asked   bool     // the engine says so, not the manifest
	views   []string
	facts   map[string]string // month file → name it is attached as
	over    map[string]bool   // tables that an overlay stands over
	have    map[string]bool   // views that are there
	derived bool              // there is a derived.duckdb
	beside  bool              // and it is attached
}

// mount attaches client.duckdb and the month files of the fact views that
// want names (nil = all), and creates the wanted views in memory.main. plain are
// the tables and views of client.duckdb; nil = the engine is asked.
func mount(ctx context.Context, c *sql.Conn, dir string, spec Spec, files []FactFile, want map[string]bool, plain []string) (*mounts, error) {
	m := &mounts{conn: c, dir: dir, spec: spec, files: files, facts: map[string]string{}, have: map[string]bool{}, over: map[string]bool{}}
	if err := m.attach(ctx, filepath.Join(dir, clientName), "client"); err != nil {
		return m, err
	}
	m.seeDerived()
	if m.plain = plain; plain == nil {
		if err := m.ask(ctx); err != nil {
			return m, err
		}
	}
	return m, m.need(ctx, func(view string) bool { return want == nil || want[view] })
}

// need mounts the views that want says and that are not there yet.
func (m *mounts) need(ctx context.Context, want func(view string) bool) error {
	want = m.withFoundations(want)
	if err := m.needPlain(ctx, want); err != nil {
		return err
	}
	for _, k := range m.spec.Facts {
		v := ViewName(k)
		if !k.Monthly || m.have[v] || !want(v) && !want(lean(v)) {
			continue
		}
		for _, f := range m.files {
			if f.Kind != k.Name {
				continue
			}
			a := fmt.Sprintf("f%04d", len(m.dbs))
			if err := m.attach(ctx, filepath.Join(m.dir, f.File), a); err != nil {
				return err
			}
			m.facts[f.File] = a
		}
		months := m.months(k)
		if err := m.view(ctx, v, factView(k, months, "client.main.")); err != nil {
			return err
		}
		if err := m.lean(ctx, v, attachedView(k, months)); err != nil {
			return err
		}
	}
	return m.derive(ctx, want)
}

// needPlain mounts the wanted tables and views of client.duckdb, in one go.
func (m *mounts) needPlain(ctx context.Context, want func(view string) bool) error {
	all := ""
	var made []string
	for _, n := range m.plain {
		if !m.have[n] && want(n) {
			all += "; CREATE OR REPLACE VIEW memory.main." + ident(n) + " AS SELECT * FROM client.main." + ident(n)
			made = append(made, n)
		}
	}
	if len(made) == 0 {
		return nil
	}
	if err := m.exec(ctx, "BEGIN"+all+"; COMMIT"); err != nil {
		if m.asked {
			return err
		}
		if berr := m.exec(ctx, "ROLLBACK"); berr != nil {
			return errors.Join(err, berr)
		}
		if err := m.ask(ctx); err != nil { // the file is not what the manifest says
			return err
		}
		return m.needPlain(ctx, want)
	}
	for _, n := range made {
		m.made(n)
	}
	return nil
}

// months is the union of the attached month files of a kind.
func (m *mounts) months(k schemas.FactKind) string {
	var mine []FactFile
	for _, f := range m.files {
		if f.Kind == k.Name {
			mine = append(mine, f)
		}
	}
	return monthsView(k, mine, m.facts)
}

func (m *mounts) attach(ctx context.Context, path, as string) error {
	if _, err := m.conn.ExecContext(ctx, "ATTACH "+quote(path)+" AS "+ident(as)+" (READ_ONLY)"); err != nil {
		return err
	}
	m.dbs = append(m.dbs, as)
	return nil
}

func (m *mounts) view(ctx context.Context, name, q string) error {
	if _, err := m.conn.ExecContext(ctx, "CREATE OR REPLACE VIEW memory.main."+ident(name)+" AS "+q); err != nil {
		return err
	}
	m.made(name)
	return nil
}

// made notes a view that is there.
func (m *mounts) made(name string) {
	m.have[name] = true
	if !slices.Contains(m.views, name) {
		m.views = append(m.views, name)
	}
}

// ask takes the names of tables and views from the file itself.
func (m *mounts) ask(ctx context.Context) (err error) {
	m.plain, err = m.names(ctx)
	m.asked = true
	return err
}

// names lists the tables and views of client.duckdb.
func (m *mounts) names(ctx context.Context) ([]string, error) {
	rows, err := m.conn.QueryContext(ctx, `SELECT table_name FROM duckdb_tables() WHERE database_name = 'client'
		UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = 'client' AND NOT internal ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// counts gives the rows of each table of client.duckdb, asked for on a connection.
func (m *mounts) counts(ctx context.Context, c *sql.Conn) (map[string]int64, error) {
	var tables []string
	rows, err := c.QueryContext(ctx, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'client' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		tables = append(tables, n)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	parts := make([]string, len(tables))
	for i, t := range tables {
		parts[i] = "(SELECT count(*) FROM client.main." + ident(t) + ")"
	}
	n := make([]int64, len(tables))
	to := make([]any, len(tables))
	for i := range n {
		to[i] = &n[i]
	}
	out := map[string]int64{}
	if len(tables) > 0 {
		if err := one(ctx, c, "SELECT "+strings.Join(parts, ", "), to...); err != nil {
			return nil, err
		}
	}
	for i, t := range tables {
		out[t] = n[i]
	}
	return out, nil
}

// close drops the views and detaches the files.
func (m *mounts) close(ctx context.Context) error {
	if _, err := m.conn.ExecContext(ctx, "DROP SCHEMA IF EXISTS memory.attached CASCADE"); err != nil {
		return err
	}
	for _, v := range m.views {
		if _, err := m.conn.ExecContext(ctx, "DROP VIEW IF EXISTS memory.main."+ident(v)); err != nil {
			return err
		}
	}
	for _, d := range m.dbs {
		if _, err := m.conn.ExecContext(ctx, "DETACH "+ident(d)); err != nil {
			return err
		}
	}
	return nil
}
