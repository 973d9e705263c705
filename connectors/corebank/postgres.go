package corebank

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// database is a connectors.Source over one table or query. It holds no
// connection between calls: Plan and every slice open one.
type database struct {
	env connectors.Env
	c   DatabaseConfig
	s   *schemas.Stream
	cfg *pgx.ConnConfig
}

// watermark is the cursor: the column it speaks of and its greatest safe value
// as PostgreSQL's text, "" = nothing read yet.
type watermark struct {
	Column string `json:"column,omitempty"`
	Since  string `json:"since,omitempty"`
}

func openPostgres(env connectors.Env, c DatabaseConfig, s *schemas.Stream) (connectors.Source, error) {
	dsn, err := env.Secret(c.DSNSecret)
	if err != nil {
		return nil, err
	}
	cfg, err := pgx.ParseConfig(dsn.Reveal())
	if err != nil {
		return nil, errs.Hidden(errs.Config, "open", s.ID(), "the DSN in the secret "+c.DSNSecret+" cannot be read", err,
			"write it as postgres://user:password@host:5432/database")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 15 * time.Second
	}
	for k, v := range map[string]string{"client_encoding": "UTF8", "DateStyle": "ISO, YMD", "TimeZone": "UTC", "IntervalStyle": "iso_8601",
		"extra_float_digits": "1", "bytea_output": "hex", "standard_conforming_strings": "on", "application_name": "clientbase"} {
		cfg.RuntimeParams[k] = v
	}
	return &database{env: env, c: c, s: s, cfg: cfg}, nil
}

// Close has nothing to release.
func (d *database) Close() error { return nil }

// Plan checks that the database answers and knows the table and the cursor
// column, and gives one slice.
func (d *database) Plan(ctx context.Context, from connectors.Cursor) ([]connectors.Slice, error) {
	var w watermark
	if len(from) > 0 {
		if err := json.Unmarshal(from, &w); err != nil {
			return nil, errs.New(errs.Integrity, "plan", d.s.ID(), "the committed cursor cannot be read", "run with --full-refresh to read everything again")
		}
	}
	if !strings.EqualFold(w.Column, d.c.Cursor) {
		w = watermark{} // another cursor column: from the beginning
	}
	conn, err := d.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	what, rows, err := d.resolve(ctx, conn)
	if err != nil {
		return nil, err
	}
	info := connectors.SliceInfo{Name: d.name(), Size: rows, Unit: "rows", Detail: "everything"}
	q := selection{what: what, since: w.Since}
	if d.c.Cursor != "" {
		if q.column, q.typ, err = d.cursorColumn(ctx, conn, what); err != nil {
			return nil, err
		}
		if w.Since != "" {
			info.Size, info.Detail = -1, q.column+" from "+w.Since
		}
	}
	return []connectors.Slice{&query{d: d, info: info, q: q}}, nil
}

func (d *database) name() string {
	if d.c.Table != "" {
		return d.c.Table
	}
	return "query"
}

func (d *database) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, d.cfg.Copy())
	if err != nil {
		return nil, d.fault("connect", err)
	}
	return conn, nil
}

// closeConn ends a connection even when the caller's context is done.
func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the server drops it anyway
}

// resolve gives the FROM item and the estimated number of rows (-1 unknown).
func (d *database) resolve(ctx context.Context, conn *pgx.Conn) (string, int64, error) {
	if d.c.Query != "" {
		return "(" + strings.TrimRight(strings.TrimSpace(d.c.Query), ";") + "\n) AS q", -1, nil
	}
	quoted := pgx.Identifier(strings.Split(d.c.Table, ".")).Sanitize()
	var name *string
	var rows int64
	err := conn.QueryRow(ctx, `SELECT t.oid::regclass::text, greatest(c.reltuples, -1)::bigint
		FROM (SELECT coalesce(to_regclass($1), to_regclass($2)) AS oid) t LEFT JOIN pg_class c ON c.oid = t.oid`, quoted, d.c.Table).Scan(&name, &rows)
	if name == nil && (err == nil || strings.Contains(err.Error(), "NULL")) {
		return "", 0, errs.New(errs.Config, "plan", d.s.ID(), "there is no table "+d.c.Table+", or no right to see it", "write it as schema.table, and check the rights of the database user")
	}
	if err != nil {
		return "", 0, d.fault("plan", err)
	}
	return *name + " AS q", rows, nil
}

// cursorColumn finds the cursor column whatever its letter case, and its type.
func (d *database) cursorColumn(ctx context.Context, conn *pgx.Conn, what string) (column, typ string, err error) {
	st, err := conn.Prepare(ctx, "", "SELECT * FROM "+what)
	if err != nil {
		return "", "", d.fault("plan", err)
	}
	var names []string
	for _, f := range st.Fields {
		names = append(names, f.Name)
		if f.Name == d.c.Cursor || column == "" && strings.EqualFold(f.Name, d.c.Cursor) {
			column = f.Name
			if err := conn.QueryRow(ctx, "SELECT format_type($1, NULL)", f.DataTypeOID).Scan(&typ); err != nil {
				return "", "", d.fault("plan", err)
			}
		}
	}
	if column == "" {
		return "", "", errs.New(errs.Config, "plan", d.s.ID(), "there is no cursor column "+d.c.Cursor, connectors.Suggest(d.c.Cursor, names))
	}
	return column, typ, nil
}

// selection is what a slice reads.
type selection struct {
	what        string // FROM item
	column, typ string // cursor column, "" = none
	since       string // watermark, "" = everything
}

// sql is the SELECT of the rows. Rows without a cursor value are read every
// time: they would never be seen otherwise.
func (q selection) sql() string {
	if q.since == "" {
		return "SELECT * FROM " + q.what
	}
	col := pgx.Identifier{q.column}.Sanitize()
	return fmt.Sprintf("SELECT * FROM %s WHERE %s >= %s::%s OR %s IS NULL", q.what, col, literal(q.since), q.typ, col)
}

// next is the SELECT of the watermark after this slice, in the same snapshot.
func (q selection) next(now time.Time, lag time.Duration, zone string) string {
	col := pgx.Identifier{q.column}.Sanitize()
	limit := ""
	instant := literal(now.UTC().Add(-lag).Format("2006-01-02 15:04:05.999999-07")) + "::timestamptz"
	switch {
	case q.typ == "timestamp with time zone":
		limit = instant
	case strings.HasPrefix(q.typ, "timestamp"):
		limit = "(" + instant + " AT TIME ZONE " + literal(zone) + ")"
	case q.typ == "date":
		limit = "(" + instant + " AT TIME ZONE " + literal(zone) + ")::date"
	}
	if limit == "" {
		return fmt.Sprintf("SELECT max(%s)::text FROM %s", col, q.what)
	}
	return fmt.Sprintf("SELECT least(max(%s), %s)::text FROM %s HAVING max(%s) IS NOT NULL", col, limit, q.what, col)
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func milliseconds(d time.Duration) string { return strconv.FormatInt(max(d.Milliseconds(), 1), 10) }
