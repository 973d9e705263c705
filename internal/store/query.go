package store

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientbase/internal/errs"
	"clientbase/internal/suggest"
)

// runQuery judges a statement and runs it in a fresh engine that holds nothing
// but one snapshot, attached read-only. Order of the defence, each step checked:
// the statement is parsed and judged by allow-list; the files are attached and
// the views made; external access is turned off, then the local file system,
// then the configuration is locked; the settings are read back and a look
// outside must fail. Nothing is carried over to the next query.
func runQuery(ctx context.Context, c *sql.Conn, r *sandboxRequest, m Manifest) (*sql.Rows, *statement, error) {
	st, err := parse(ctx, c, r.Query)
	if err != nil {
		return nil, nil, err
	}
	q := r.Query
	if r.MinCell > 0 {
		narrowed, err := st.atLeast(ctx, c, r.MinCell)
		if err != nil {
			return nil, nil, err
		}
		if narrowed != "" {
			q = narrowed
		}
	}
	on, err := mount(ctx, c, r.Dir, m.spec(), m.Facts, st.tables, m.names())
	if err != nil {
		return nil, nil, wrap("query", r.ID, err)
	}
	if err := on.overlay(ctx, r.Overlay); err != nil {
		return nil, nil, wrap("query", r.ID, err)
	}
	if err := on.public(ctx, m, st.tables); err != nil {
		return nil, nil, err
	}
	if err := lock(ctx, c); err != nil {
		return nil, nil, err
	}
	rows, err := c.QueryContext(ctx, q)
	if err != nil {
		err = ofTables(ctx, c, st, wrapQuery(err))
		if e, ok := errs.Of(err); ok && q != r.Query && strings.Contains(e.Msg, "must appear in the GROUP BY clause") {
			return nil, nil, tooFine("a column is neither counted nor grouped by")
		}
		return nil, nil, err
	}
	return rows, st, nil
}

// public takes away the views that are not for analysts and refuses tables
// that are not documented.
func (m *mounts) public(ctx context.Context, of Manifest, tables map[string]bool) error {
	hidden := hiddenTables(of.spec())
	have := map[string]bool{}
	for _, v := range m.views {
		if !hidden[v] {
			have[v] = true
			continue
		}
		if _, err := m.conn.ExecContext(ctx, "DROP VIEW memory.main."+ident(v)); err != nil {
			return wrap("query", "", err)
		}
	}
	for _, t := range sortedKeys(tables) {
		if !have[t] {
			known := slices.DeleteFunc(of.names(), func(name string) bool { return hidden[name] })
			return meant(t, known, errs.New(errs.Config, "query", "", "there is no table "+printable(t), listed))
		}
	}
	return nil
}

// lock closes the engine for what comes after, in the only order that works,
// and reads the settings back: with the file system disabled first, turning
// external access off fails and locking would then hide that.
func lock(ctx context.Context, c *sql.Conn) error {
	for _, q := range []string{
		"SET enable_external_access = false",
		"SET disabled_filesystems = 'LocalFileSystem'",
		"SET lock_configuration = true",
	} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return wrap("query", "sandbox", err)
		}
	}
	var closed bool
	err := one(ctx, c, `SELECT current_setting('enable_external_access') = false AND current_setting('lock_configuration') = true
		AND current_setting('temp_directory') = ''`, &closed)
	if err != nil {
		return wrap("query", "sandbox", err)
	}
	// disabled_filesystems cannot be read back: try to look outside instead
	var n int
	var de *duckdb.Error
	if err := one(ctx, c, "SELECT count(*) FROM glob('*')", &n); !errors.As(err, &de) || de.Type != duckdb.ErrorTypePermission {
		closed = false
	}
	if !closed {
		return errs.New(errs.Bug, "query", "sandbox", "the engine's settings are not as set", "report it")
	}
	return nil
}

// wrapQuery explains an analyst's failing statement without quoting data.
func wrapQuery(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errs.Of(err); ok {
		return e
	}
	var de *duckdb.Error
	if errors.As(err, &de) {
		switch de.Type {
		case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax:
			return nearColumn(de.Msg, errs.Hidden(errs.Config, "query", "", plain(kindOfError.ReplaceAllString(de.Msg, "")), err, listed))
		case duckdb.ErrorTypeConversion, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeInvalid, duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeDecimal:
			return errs.Hidden(errs.Config, "query", "", "a value does not fit the type or function it is used with", err, "try_cast(x AS type) gives NULL instead")
		case duckdb.ErrorTypePermission:
			return errs.Hidden(errs.Config, "query", "", "the statement reaches outside the snapshot", err, "`clientbase query --tables` lists what can be read")
		case duckdb.ErrorTypeInterrupt:
			if strings.Contains(de.Msg, "Interrupted") {
				return errs.Hidden(errs.Retry, "query", "", "stopped: it took longer than allowed or was interrupted", err, "narrow the question or raise the time limit")
			}
		}
	}
	return wrap("query", "", err)
}

// listed is where a name that does not exist can be looked up.
const listed = "`clientbase query --tables` lists tables and columns"

// kindOfError is how the engine begins a message: whose error it is tells an analyst nothing.
var kindOfError = regexp.MustCompile(`^[A-Z][a-z]+ Error: `)

// noColumn is how the engine words a column that does not exist, and those it takes
// for near. They are names of columns, never values.
var noColumn = regexp.MustCompile(`(?s)Referenced column "(\w+)" not found.*?Candidate bindings: ([^\n]*)`)

// nearColumn adds to an error which column may have been meant.
func nearColumn(msg string, e *errs.Error) error {
	m := noColumn.FindStringSubmatch(msg)
	if m == nil {
		return e
	}
	var near []string
	for _, c := range inDouble.FindAllString(m[2], -1) {
		if c = strings.Trim(c, `"`); word.MatchString(`"` + c + `"`) {
			near = append(near, c[strings.LastIndexByte(c, '.')+1:])
		}
	}
	return meant(m[1], near, e)
}

// noColumnOf is how the engine words a column that a named table does not have; it
// names none that is near.
var noColumnOf = regexp.MustCompile(`^(?:Values list|Table) "(\w+)" does not have a column named "(\w+)"`)

// ofTables says of such a column in plain words, and which column of the tables in
// the statement may have been meant.
func ofTables(ctx context.Context, c *sql.Conn, st *statement, err error) error {
	e, ok := errs.Of(err)
	if !ok {
		return err
	}
	m := noColumnOf.FindStringSubmatch(e.Msg)
	if m == nil {
		return err
	}
	e.Msg = m[1] + " has no column " + m[2]
	rows, qerr := c.QueryContext(ctx, "SELECT DISTINCT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' ORDER BY 1, 2")
	if qerr != nil {
		return e // the suggestion is an extra
	}
	defer func() { _ = rows.Close() }()
	var near []string
	for rows.Next() {
		var table, column string
		if rows.Scan(&table, &column) == nil && st.tables[strings.ToLower(table)] {
			near = append(near, column)
		}
	}
	if rows.Err() != nil {
		return e
	}
	return meant(m[2], near, e)
}

// meant adds to an error which of the names may have been meant.
func meant(name string, names []string, e *errs.Error) error {
	if near, ok := suggest.Nearest(name, names); ok {
		e.Hint = "did you mean " + near + "? " + e.Hint
	}
	return e
}
