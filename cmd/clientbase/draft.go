package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"clientbase/connectors/formats"
	"clientbase/internal/config"
	"clientbase/internal/config/draft"
	"clientbase/internal/errs"
)

// isDSN reports an address of a PostgreSQL server, as a URL or as words
// (host=core dbname=abs).
func isDSN(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://") || dsnWord.MatchString(s)
}

var dsnWord = regexp.MustCompile(`(^|\s)(host|hostaddr|dbname|service|user|password|port)\s*=`)

// fromNode writes the from: node of a file with what was found about it, so that
// the next file is read the same way and one that is written otherwise is noticed.
func fromNode(file, path, format string) (string, error) {
	node := fmt.Sprintf("{path: %q, format: %s", path, format)
	if format != "delimited" {
		return node + "}", nil
	}
	f, err := os.Open(file)
	if err != nil {
		return "", errs.Wrap(errs.Input, "draft from", file, err, "check that the file can be read")
	}
	defer func() { _ = f.Close() }()
	head, err := io.ReadAll(io.LimitReader(f, formats.GuessBytes))
	if err != nil {
		return "", errs.Wrap(errs.Input, "draft from", file, err, "check that the file can be read")
	}
	d := formats.Sniff(head)
	if d.Charset != "" {
		node += fmt.Sprintf(", charset: %s", d.Charset)
	}
	delimiter := string(d.Delimiter)
	if d.Delimiter == '\t' {
		delimiter = "tab"
	}
	node += fmt.Sprintf(", delimiter: %q", delimiter)
	if d.Quote == 0 {
		node += `, quote: ""`
	}
	if d.Skip > 0 {
		node += fmt.Sprintf(", skip: %d", d.Skip)
	}
	if !d.Header {
		rd, err := formats.NewDelimited(formats.Input{Name: file, R: strings.NewReader(string(head)), Size: -1}, d)
		if err == nil {
			_, err = rd.Next()
		}
		if err != nil {
			return "", err
		}
		node += ", header: false, columns: [" + strings.Join(rd.Columns(), ", ") + "]"
	}
	return node + "}", nil
}

// columnsQuery asks for the columns of a table, their types and whether they
// belong to its primary key.
func columnsQuery(table string) string {
	return `select a.attname as name, t.typname as type, case when i.indisprimary then 'yes' end as key from pg_catalog.pg_attribute a
 join pg_catalog.pg_type t on t.oid = a.atttypid left join pg_catalog.pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey)
 where a.attrelid = to_regclass('` + strings.ReplaceAll(table, "'", "''") + `') and a.attnum > 0 and not a.attisdropped order by a.attnum`
}

// declare gives the sampled columns the types that the database declares, and
// the columns of the primary key.
func declare(cols, about []draft.Column) (key []string) {
	cell := func(c draft.Column, row int) string {
		if row < len(c.Values) {
			return c.Values[row].Reveal()
		}
		return ""
	}
	if len(about) < 3 {
		return nil
	}
	types := map[string]string{"int2": "int", "int4": "int", "int8": "int", "numeric": "decimal", "date": "date", "timestamp": "timestamp", "timestamptz": "timestamp"}
	for row := range about[0].Values {
		name := cell(about[0], row)
		for i := range cols {
			if cols[i].Name == name {
				cols[i].Type = types[cell(about[1], row)]
			}
		}
		if cell(about[2], row) == "yes" {
			key = append(key, name)
		}
	}
	return key
}

// clientStreams lists the streams of the project in dir whose rows are clients
// with a key of one column: what a new table of facts may refer to.
func clientStreams(dir string) []draft.Clients {
	p, _, err := config.Load(dir)
	if err != nil {
		return nil // a new project
	}
	var out []draft.Clients
	for _, s := range p.Streams() {
		if len(s.Parties) > 0 && len(s.Key) == 1 && s.Mode != "events" {
			out = append(out, draft.Clients{Stream: s.ID(), Key: s.Key[0]})
		}
	}
	return out
}

// draftError speaks of the table that the user named, not of the source that
// looks at it for the draft.
func draftError(err error, table string) error {
	e, ok := errs.Of(err)
	if !ok {
		return err
	}
	c := *e
	if c.Op, c.Thing = "draft from", "table "+table; table == "" {
		c.Thing = "database"
	}
	c.Hint = strings.ReplaceAll(c.Hint, " in the secret CORE_DSN", " in the address")
	return &c
}
