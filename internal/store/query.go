package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"clientbase/internal/errs"
)

// QueryOptions bound an analyst's query. Zero values mean the defaults.
type QueryOptions struct {
	MaxRows int64         // rows after which the result is cut; 0 = all
	MaxRow  int64         // bytes of one row over which the query fails; default 16 MB
	Timeout time.Duration // default one minute
	Memory  string        // DuckDB memory_limit; default 1GB. There is no spilling to disk
	Threads int
}

// Query runs one SELECT of an analyst over the documented tables, in a fresh
// engine of its own that holds nothing but this snapshot, attached read-only.
// Order of the defence, each step checked: the statement is parsed and judged
// by allow-list; the files are attached and the views made; external access
// is turned off, then the local file system, then the configuration is
// locked; the settings are read back and a look outside must fail. Nothing is carried over to the next
// query. The caller closes Rows.
func (sn *Snapshot) Query(ctx context.Context, q string, opt QueryOptions) (*Rows, error) {
	if opt.Timeout == 0 {
		opt.Timeout = time.Minute
	}
	if opt.MaxRow == 0 {
		opt.MaxRow = 16 << 20
	}
	if opt.Memory == "" {
		opt.Memory = "1GB"
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, opt.Timeout)
	db, err := openEngine(ctx, Settings{Memory: opt.Memory, Threads: opt.Threads}, "")
	if err != nil {
		cancel()
		return nil, wrap("query", sn.info.ID, err)
	}
	c, err := db.Conn(ctx)
	if err != nil {
		cancel()
		return nil, wrap("query", sn.info.ID, errors.Join(err, db.Close()))
	}
	end := func() error {
		cancel()
		return errors.Join(c.Close(), db.Close())
	}
	rows, err := sn.query(ctx, c, q)
	if err != nil {
		_ = end()
		return nil, interrupted(caller, err)
	}
	r, err := newRows(rows, opt.MaxRows, end)
	if err != nil {
		_ = end()
		return nil, err
	}
	r.maxRow = opt.MaxRow
	r.wrap = func(err error) error { return interrupted(caller, wrapQuery(err)) }
	return r, nil
}

// interrupted tells a caller who gave up from a query that took too long.
func interrupted(caller context.Context, err error) error {
	if err != nil && errors.Is(caller.Err(), context.Canceled) {
		return errs.Hidden(errs.Interrupted, "query", "", "interrupted", err, "run the same query again")
	}
	return err
}

func (sn *Snapshot) query(ctx context.Context, c *sql.Conn, q string) (*sql.Rows, error) {
	st, err := parse(ctx, c, q)
	if err != nil {
		return nil, err
	}
	m, err := mount(ctx, c, sn.dir, sn.info.Manifest.spec(), sn.info.Manifest.Facts, st.tables)
	if err != nil {
		return nil, wrap("query", sn.info.ID, err)
	}
	if err := m.overlay(ctx, sn.Overlay()); err != nil {
		return nil, wrap("query", sn.info.ID, err)
	}
	if err := m.public(ctx, sn.info.Manifest.spec(), st.tables); err != nil {
		return nil, err
	}
	if err := lock(ctx, c); err != nil {
		return nil, err
	}
	rows, err := c.QueryContext(ctx, q)
	if err != nil {
		return nil, wrapQuery(err)
	}
	return rows, nil
}

// public takes away the views that are not for analysts and refuses tables
// that are not documented.
func (m *mounts) public(ctx context.Context, s Spec, tables map[string]bool) error {
	hidden := hiddenTables(s)
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
			return refused("there is no table " + printable(t))
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
			return errs.Hidden(errs.Config, "query", "", plain(de.Msg), err, "`clientbase query --tables` lists tables and columns")
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
