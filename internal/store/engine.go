package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Settings bound what the engine may use. Zero values mean the defaults.
type Settings struct {
	Memory  string // DuckDB memory_limit, for example "2GB"; default 2GB
	Threads int    // default: all cores
	// RowRoot computes the row root into the manifest (about 1 s of processor time
	// for 500 k rows). Without it the manifest has none and Snapshot.RowRoot
	// computes it when asked.
	RowRoot bool
	// OnStep is told the name of each step of a publication before it starts;
	// an error stops the publication there. For progress and for crash tests.
	OnStep func(step string) error
}

func (s Settings) step(name string) error {
	if s.OnStep == nil {
		return nil
	}
	return s.OnStep(name)
}

// openEngine gives a fresh in-memory DuckDB instance that installs and loads
// nothing, keeps no secrets, and spills only to tmp ("" = nowhere).
func openEngine(ctx context.Context, s Settings, tmp string) (*sql.DB, error) {
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	if s.Memory == "" {
		s.Memory = "2GB"
	}
	set := []string{
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET allow_community_extensions = false",
		"SET allow_persistent_secrets = false",
		"SET enable_progress_bar = false",
		"SET memory_limit = " + quote(s.Memory),
		"SET temp_directory = " + quote(tmp),
		"SET TimeZone = 'UTC'",
	}
	if s.Threads > 0 {
		set = append(set, fmt.Sprintf("SET threads = %d", s.Threads))
	}
	if uncompressed {
		set = append(set, "SET force_compression = 'uncompressed'")
	}
	if _, err := db.ExecContext(ctx, strings.Join(set, "; ")); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// byteText is a size as the engine reads it.
func byteText(n int64) string { return fmt.Sprintf("%dB", n) }

// quote makes a SQL string literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// ident makes a quoted SQL identifier.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// idents joins quoted identifiers.
func idents(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = ident(n)
	}
	return strings.Join(out, ", ")
}

// script runs the statements of an embedded SQL file, separated by ";" at the
// end of a line.
func script(ctx context.Context, c *sql.Conn, text string) error {
	for _, q := range strings.Split(text, ";\n") {
		if strings.TrimSpace(q) == "" {
			continue
		}
		if _, err := c.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// one scans a single-row query.
func one(ctx context.Context, c *sql.Conn, q string, dest ...any) error {
	return c.QueryRowContext(ctx, q).Scan(dest...)
}
