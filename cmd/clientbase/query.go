package main

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) queryCmd() *cobra.Command {
	var tables bool
	var format, out, lang, recipient, keyFile string
	var limit int64
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "query 'SELECT …'",
		Short: "Ask the current snapshot in SQL, read-only",
		Long: `query runs one SELECT over the documented tables of the current snapshot, in a
sandbox without files or network. Phones, e-mails, addresses and document
numbers stand there masked or as keyed tokens. query --tables lists the tables
with what every column means.

Formats for machines (csv, json, parquet) are exact. Those for people (sheet,
xlsx) hold no formula: xlsx is text only, sheet has an apostrophe where a cell
would begin one, and clientbase read takes it away again.`,
		Example: `  clientbase query --tables
  clientbase query "SELECT party, count(*) FROM clients GROUP BY party"
  clientbase query --format parquet --out big.parquet "SELECT * FROM clients"
  clientbase query --format parquet --encrypt-with key --recipient "Dialler Ltd" --out away.parquet "SELECT * FROM clients"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if !tables && len(args) == 0 {
				return errs.New(errs.Config, "query", "", "no SELECT given", "clientbase query --tables lists what can be asked")
			}
			if lang != "en" && lang != "ru" {
				return errs.New(errs.Config, "query", "", "no descriptions in "+strconv.Quote(lang), "--lang en or --lang ru")
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			if tables {
				docs, err := s.Tables(c.Context())
				if err != nil {
					return err
				}
				return a.printTables(docs, args, lang)
			}
			if a.json {
				format = "json"
			}
			a.reads(s)
			rows, err := a.ask(c.Context(), cfg, p, s, a.role, args[0], store.QueryOptions{MaxRows: limit, Timeout: timeout, Threads: p.Threads})
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			var n int64
			if out != "" && out != "-" {
				n, err = a.takeAway(c.Context(), cfg, p, s, rows, takeaway{format, out, recipient, keyFile})
			} else {
				n, err = a.writeRows(rows, format)
			}
			a.asked(rows, limit)
			if err != nil {
				return err
			}
			if rows.Cut() {
				a.say("cut after %s; --limit 0 gives all\n", plural(n, "row", "rows"))
			}
			a.asOf(s)
			return nil
		},
	}
	c.Flags().BoolVar(&tables, "tables", false, "list tables and columns with their meaning (optionally only the named table)")
	c.Flags().StringVar(&format, "format", "table", "table, csv, json, parquet; for people: sheet (csv for spreadsheets), xlsx")
	c.Flags().StringVar(&out, "out", "", "write to this file (needed for parquet and xlsx); each stands in the register, see access files")
	c.Flags().StringVar(&recipient, "recipient", "", "who gets the file of --out (default: you)")
	c.Flags().StringVar(&keyFile, "encrypt-with", "", "encrypt the Parquet file under the 16, 24 or 32 characters in this file")
	c.Flags().StringVar(&lang, "lang", "en", "language of the descriptions: en or ru")
	c.Flags().Int64Var(&limit, "limit", 1000, "rows shown at most; 0 = all")
	c.Flags().DurationVar(&timeout, "timeout", time.Minute, "how long the query may take")
	return c
}

// ask runs a person's statement as a role sees the snapshot: a role that may
// not see names asks the masked form, one that sees no rows gets groups.
func (a *app) ask(ctx context.Context, c *config.Project, p *pipeline.Project, s *store.Snapshot, role, q string, opt store.QueryOptions) (*store.Rows, error) {
	sight := config.SightOf(role)
	if !sight.Names {
		var err error
		if opt.View, err = pipeline.ViewOf(ctx, p, s, role, q); err != nil {
			return nil, err
		}
	}
	if !sight.Rows {
		opt.MinCell = c.MinCell
	}
	return s.Query(ctx, q, opt)
}

// asOf says what time the answer speaks of, per stream, on standard error.
func (a *app) asOf(s *store.Snapshot) {
	if a.quiet || a.json {
		return
	}
	defer func() {
		if n := s.Overlay().Acts; n > 0 {
			a.say("  with %s of people since\n", plural(int64(n), "act", "acts"))
		}
	}()
	byDay := map[string][]string{}
	var days []string
	for _, st := range s.Info().Manifest.Streams {
		if byDay[st.AsOf] == nil {
			days = append(days, st.AsOf)
		}
		byDay[st.AsOf] = append(byDay[st.AsOf], st.Stream)
	}
	name := s.Info().ID
	if to := s.Info().Manifest.Rollback; to != "" {
		name += " (rolled back to " + to + ")"
	}
	if len(days) == 1 {
		a.say("snapshot %s, all streams as of %s\n", name, days[0])
		return
	}
	sort.Strings(days)
	a.say("snapshot %s\n", name)
	for _, d := range days {
		a.say("  as of %s: %s\n", d, strings.Join(byDay[d], ", "))
	}
}

// writeRows prints a result.
func (a *app) writeRows(rows *store.Rows, format string) (n int64, err error) {
	w, done, err := a.target("")
	if err != nil {
		return 0, err
	}
	switch format {
	case "table":
		n, err = store.WriteTable(w, rows)
	case "csv":
		n, err = store.WriteCSV(w, rows)
	case "json":
		n, err = store.WriteJSON(w, rows)
	case "sheet":
		n, err = store.WriteSheetCSV(w, rows)
	case "parquet", "xlsx":
		err = errs.New(errs.Config, "write", format, "a "+format+" file needs a name", "add --out FILE."+format)
	default:
		err = noFormat(format)
	}
	if cerr := done(); err == nil {
		err = cerr
	}
	return n, err
}

func (a *app) printTables(docs []store.TableDoc, only []string, lang string) error {
	found := false
	for _, t := range docs {
		if len(only) > 0 && only[0] != t.Name {
			continue
		}
		found = true
		if a.json {
			if err := a.printJSON(t); err != nil {
				return err
			}
			continue
		}
		a.printf("%s — %s\n", t.Name, pickWords(lang, t.En, t.Ru))
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
		for _, c := range t.Columns {
			_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\n", c.Name, strings.ToLower(c.Type), pickWords(lang, c.En, c.Ru))
		}
		_ = w.Flush()
		a.printf("\n")
	}
	if !found {
		return errs.New(errs.Input, "describe", strings.Join(only, " "), "no such table", "`clientbase query --tables` lists all")
	}
	return nil
}

func pickWords(lang, en, ru string) string {
	if lang == "ru" && ru != "" {
		return ru
	}
	return en
}
