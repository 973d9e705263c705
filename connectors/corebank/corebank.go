// Package corebank reads core-banking systems: extracts as delimited files or
// JSON lines, and PostgreSQL tables and queries.
//
// A database is read in one read-only repeatable-read transaction, page by page
// through a server-side cursor, with a statement timeout per page. Values arrive as
// PostgreSQL's own exact text with dates in ISO 8601 and instants in UTC, so no
// number passes through a float. With a cursor column only rows at or after the
// watermark are read; the watermark is min(greatest seen, now − lag), so that rows
// committed late are read again rather than lost: duplicates are merged downstream
// by key. What a driver says may quote data or the DSN and is never printed.
package corebank

import (
	"time"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// DatabaseConfig is a `from:` node with driver: postgres.
type DatabaseConfig struct {
	Driver    string        `yaml:"driver"`     // postgres
	DSNSecret string        `yaml:"dsn_secret"` // name of the secret that holds the DSN
	Table     string        `yaml:"table"`      // schema.table; or
	Query     string        `yaml:"query"`      // a SELECT without a final semicolon
	Cursor    string        `yaml:"cursor"`     // column that grows with every change; "" = the whole table each time
	Lag       time.Duration `yaml:"lag"`        // safety lag of the watermark, default 5m
	Page      int           `yaml:"page"`       // rows per fetch, default 10000
	Timeout   time.Duration `yaml:"timeout"`    // of one page, default 10m
	Decimal   string        `yaml:"decimal"`    // sign of decimals in text columns, default "."
}

// Family makes core-banking sources.
func Family() connectors.Family {
	return connectors.Family{
		Kind: "corebank",
		Doc:  "core banking: delimited files, JSON lines, workbooks, Parquet, PostgreSQL tables and queries",
		Check: func(node *yaml.Node, s *schemas.Stream) []connectors.Fault {
			_, _, faults := decode(node)
			return faults
		},
		Open: func(env connectors.Env, node *yaml.Node, s *schemas.Stream) (connectors.Source, error) {
			file, db, faults := decode(node)
			if len(faults) > 0 {
				return nil, errs.New(errs.Config, "open", s.ID(), faults[0].Path+": "+faults[0].Msg, "run validate to see every fault")
			}
			if db != nil {
				return openPostgres(env, *db, s)
			}
			return openFiles(env, *file, s), nil
		},
	}
}

// decode gives either a file or a database configuration.
func decode(node *yaml.Node) (*formats.FileConfig, *DatabaseConfig, []connectors.Fault) {
	if !has(node, "driver") && !has(node, "dsn_secret") && !has(node, "table") && !has(node, "query") {
		var c formats.FileConfig
		faults := connectors.Decode(node, &c)
		return &c, nil, append(faults, c.Check(node, "delimited", "ndjson", "xlsx", "parquet")...)
	}
	c := DatabaseConfig{Lag: 5 * time.Minute, Page: 10000, Timeout: 10 * time.Minute}
	faults := connectors.Decode(node, &c)
	bad := func(key, msg, hint string) { faults = append(faults, connectors.FaultAt(node, key, msg, hint)) }
	switch c.Driver {
	case "postgres":
	case "":
		bad("driver", "driver is missing", "driver: postgres")
	default:
		bad("driver", "unknown driver", connectors.Suggest(c.Driver, []string{"postgres"}))
	}
	if c.DSNSecret == "" {
		bad("dsn_secret", "dsn_secret is missing", "name the secret that holds the DSN, for example CORE_DSN; the DSN itself never stands here")
	}
	if (c.Table == "") == (c.Query == "") {
		bad("table", "exactly one of table and query is needed", "table: schema.name")
	}
	if c.Decimal != "" && c.Decimal != "," && c.Decimal != "." {
		bad("decimal", `the decimal sign is "," or "."`, "")
	}
	if c.Page < 1 || c.Page > 1_000_000 {
		bad("page", "page is a number of rows from 1 to 1000000", "page: 10000")
	}
	return nil, &c, faults
}

func has(node *yaml.Node, key string) bool {
	if node == nil {
		return false
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Kind == yaml.MappingNode && node.Content[i].Value == key {
			return true
		}
	}
	return false
}
