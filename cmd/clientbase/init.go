package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/corebank"
	"clientbase/internal/cleanse"
	"clientbase/internal/config"
	"clientbase/internal/config/draft"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

func (a *app) initCmd() *cobra.Command {
	var from, table, name string
	c := &cobra.Command{
		Use:   "init DIR",
		Short: "Write a commented project folder, or draft one from a file or database",
		Long: `init DIR writes a small commented project that runs at once.
init DIR --from FILE looks at a file, recognises its columns by heading and by the
shape of their cells, and drafts sources/<name>.yaml with a comment on every guess;
--from postgres://… --table schema.table does the same for a table. Read the draft
before the first run. Into an existing project the draft is added.`,
		Example: `  clientbase init bank
  clientbase init bank --from exports/clients.csv
  clientbase init bank --from postgres://reader@core/abs --table public.clients`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var files []string
			var err error
			switch {
			case from == "":
				files, err = config.Init(args[0])
			case isDSN(from):
				files, err = a.initFromTable(c.Context(), args[0], from, table, name)
			default:
				files, err = a.initFromFile(c.Context(), args[0], from, name)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"dir": args[0], "files": files})
			}
			for _, f := range files {
				a.printf("%s\n", filepath.Join(args[0], f))
			}
			a.printf("\nnext: clientbase -C %[1]s validate, then clientbase -C %[1]s plan, then clientbase -C %[1]s run\n", args[0])
			return nil
		},
	}
	c.Flags().StringVar(&from, "from", "", "a file, or a postgres:// address, to draft the mapping from")
	c.Flags().StringVar(&table, "table", "", "with a database: the table, as schema.table")
	c.Flags().StringVar(&name, "name", "", "name of the drafted source; default from the file or table")
	return c
}

const sampleRows = 500

// initFromFile drafts a source from a file.
func (a *app) initFromFile(ctx context.Context, dir, path, name string) ([]string, error) {
	if scheme, _, ok := strings.Cut(path, "://"); ok { // never repeat it: it may hold a password
		return nil, errs.New(errs.Config, "draft from", scheme+"://…", "no such kind of database", "postgres://… is known; of others export a file, or write a source of kind command")
	}
	if path == "-" {
		return nil, errs.New(errs.Config, "draft from", "standard input", "a source needs a place", "save it to a file")
	}
	slice, format, err := a.openAny(path, "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = slice.Close() }()
	base := filepath.Base(path)
	body, known := draft.Known(format)
	seen := base
	var cols []draft.Column
	if !known {
		var n int
		if cols, n, err = sample(ctx, slice); err != nil {
			return nil, err
		}
		seen = fmt.Sprintf("%s, %s", base, plural(n, "row", "rows"))
	}
	if name == "" {
		name = strings.TrimSuffix(base, filepath.Ext(base))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, errs.Wrap(errs.Input, "draft from", path, err, "")
	}
	kind := map[string]string{"ipm": "cards", "asterisk_cdr": "callcentre", "warc": "web"}[format]
	if kind == "" {
		kind = "corebank"
	}
	pattern, dated := draft.Pattern(base)
	from, err := fromNode(abs, filepath.Join(filepath.Dir(abs), pattern), format)
	if err != nil {
		return nil, err
	}
	return writeDraft(dir, cols, draft.Settings{Source: draft.Identifier(name), Title: strings.TrimSuffix(base, filepath.Ext(base)), Kind: kind,
		Seen: seen, From: from, Dated: dated, Known: body})
}

// initFromTable drafts a source from a PostgreSQL table. The address is used
// now and written nowhere: the project asks for it by name.
func (a *app) initFromTable(ctx context.Context, dir, dsn, table, name string) ([]string, error) {
	const secret = "CORE_DSN"
	env := connectors.Env{Dir: ".", Now: a.now(), Secret: func(string) (opaque.Value, error) { return opaque.Of(dsn), nil }}
	open := func(node string) (connectors.Slice, connectors.Source, error) {
		var y yaml.Node
		if err := yaml.Unmarshal([]byte(node), &y); err != nil {
			return nil, nil, errs.Wrap(errs.Config, "draft from", table, err, "name the table as schema.table")
		}
		src, err := corebank.Family().Open(env, y.Content[0], &schemas.Stream{Source: "draft", Name: "draft", Mode: schemas.Full})
		if err != nil {
			return nil, nil, err
		}
		slices, err := src.Plan(ctx, nil)
		if err != nil || len(slices) == 0 {
			_ = src.Close()
			return nil, nil, draftError(err, table)
		}
		return slices[0], src, nil
	}
	pull := func(node string) ([]draft.Column, int, error) {
		slice, src, err := open(node)
		if err != nil {
			return nil, 0, err
		}
		defer func() { _ = src.Close() }()
		defer func() { _ = slice.Close() }()
		cols, n, err := sample(ctx, slice)
		return cols, n, draftError(err, table)
	}
	node := fmt.Sprintf("{driver: postgres, dsn_secret: %s, table: %q}", secret, table)
	if table == "" {
		node = fmt.Sprintf("{driver: postgres, dsn_secret: %s, query: %q}", secret,
			"select table_schema || '.' || table_name as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1")
	}
	cols, n, err := pull(node)
	if err != nil {
		return nil, err
	}
	if table == "" {
		var names []string
		for _, c := range cols {
			for _, v := range c.Values {
				names = append(names, v.Reveal())
			}
		}
		return nil, errs.New(errs.Config, "draft from", "database", "which table?", "--table "+strings.Join(names, " | "))
	}
	if name == "" {
		name = table[strings.LastIndex(table, ".")+1:]
	}
	about, _, err := pull(fmt.Sprintf("{driver: postgres, dsn_secret: %s, query: %q}", secret, columnsQuery(table)))
	if err != nil {
		return nil, err
	}
	key := declare(cols, about)
	files, err := writeDraft(dir, cols, draft.Settings{Source: draft.Identifier(name), Kind: "corebank", From: node, Key: key, Database: true,
		Seen: fmt.Sprintf("table %s, %s", table, plural(n, "row", "rows"))})
	if err == nil {
		a.say("the draft asks for the database address by the name %s: export it before the run\n", secret)
	}
	return files, err
}

// sample takes the first rows of a slice, by column.
func sample(ctx context.Context, slice connectors.Slice) ([]draft.Column, int, error) {
	b, err := slice.Next(ctx)
	if errors.Is(err, io.EOF) || (err == nil && b.Rows == nil) {
		return nil, 0, errs.New(errs.Input, "draft from", slice.Info().Name, "there are no rows to look at", "give a file or table with some rows")
	}
	if err != nil {
		return nil, 0, err
	}
	defer b.Rows.Release()
	n := min(int(b.Rows.NumRows()), sampleRows)
	var out []draft.Column
	for i, f := range b.Rows.Schema().Fields() {
		col, ok := b.Rows.Column(i).(*array.String)
		if !ok || strings.HasSuffix(f.Name, "#token") {
			continue
		}
		c := draft.Column{Name: f.Name}
		for r := 0; r < n; r++ {
			c.Values = append(c.Values, opaque.Of(strings.Clone(col.Value(r))))
		}
		out = append(out, c)
	}
	return out, n, nil
}

// writeDraft adds the drafted source to the project in dir, made when absent.
func writeDraft(dir string, cols []draft.Column, s draft.Settings) ([]string, error) {
	checks := draft.Checks{INN: cleanse.Passes("inn"), SNILS: cleanse.Passes("snils"), OGRN: cleanse.Passes("ogrn"), EDRPOU: cleanse.Passes("edrpou"),
		RNOKPP: cleanse.Passes("rnokpp"), IBAN: cleanse.Passes("iban"), PAN: cleanse.Passes("pan")}
	s.Clients = clientStreams(dir)
	text := draft.Source(draft.Recognise(cols, checks), s)
	var files []string
	main := filepath.Join(dir, "clientbase.yaml")
	if _, err := os.Stat(main); errors.Is(err, os.ErrNotExist) {
		content := fmt.Sprintf("# A clientbase project. `clientbase init DIR` writes one with every setting explained.\nversion: 1\nproject: {ru: %[1]q, en: %[1]q}\ndata: data\n", filepath.Base(dir))
		if err := disk.WriteBytes(main, []byte(content)); err != nil {
			return nil, err
		}
		files = append(files, "clientbase.yaml")
	}
	rel := filepath.Join("sources", s.Source+".yaml")
	if _, err := os.Stat(filepath.Join(dir, rel)); err == nil {
		return nil, errs.New(errs.Config, "draft", rel, "the project has this source already", "choose another with --name")
	}
	if err := disk.WriteBytes(filepath.Join(dir, rel), []byte(text)); err != nil {
		return nil, err
	}
	return append(files, rel), nil
}
