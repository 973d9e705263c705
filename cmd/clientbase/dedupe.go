package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) dedupeCmd() *cobra.Command {
	var o pipeline.DedupeOptions
	var out, edges, link, mapping string
	c := &cobra.Command{
		Use:   "dedupe FILE",
		Short: "Find which rows of a file are one person or firm, without configuration",
		Long: `dedupe recognises the columns of a file (CSV, TSV, XLSX, Parquet; any charset;
English, Russian and Ukrainian headings), cleanses them, learns weights without
labels, and writes record_id,client_id on standard output. What it recognised and
learnt goes to standard error.`,
		Example: `  clientbase dedupe people.csv > clients.csv
  clientbase dedupe people.csv --id unique_id --truth cluster
  clientbase dedupe crm.csv --link cards.csv --edges pairs.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			paths := args
			if link != "" {
				paths, o.Link = append(paths, link), true
			}
			o.Map = map[string]string{}
			for _, pair := range strings.Split(mapping, ",") {
				if pair == "" {
					continue
				}
				col, attr, ok := strings.Cut(pair, "=")
				if !ok {
					return errs.New(errs.Config, "dedupe", "--map", "a mapping is column=attribute", "--map tel=phone,fio=full_name")
				}
				if _, twice := o.Map[col]; twice {
					return errs.New(errs.Config, "dedupe", "--map", "the column "+strconv.Quote(col)+" stands there twice", "--map tel=phone,fio=full_name")
				}
				o.Map[col] = attr
			}
			for _, path := range []string{out, edges} { // before the work, not after it
				if err := canWrite(path); err != nil {
					return err
				}
			}
			var slices []connectors.Slice
			for _, p := range paths {
				s, _, err := a.openAny(p, "")
				if err != nil {
					return err
				}
				defer func() { _ = s.Close() }()
				slices = append(slices, s)
			}
			bar := a.progress()
			res, err := pipeline.DedupeFile(c.Context(), slices, o, bar)
			bar.finish()
			if err != nil {
				return err
			}
			if err := a.writeTo(out, res.WriteClients); err != nil {
				return err
			}
			if edges != "" {
				if err := a.writeTo(edges, res.WriteEdges); err != nil {
					return err
				}
			}
			a.sayDedupe(res)
			return nil
		},
	}
	c.Flags().StringVar(&o.ID, "id", "", "column that names the records; default the number of the data row")
	c.Flags().StringVar(&mapping, "map", "", "columns told by hand: tel=phone,fio=full_name,x=ignore")
	c.Flags().StringVar(&o.Truth, "truth", "", "column with the true party: judge the result (never used as a feature)")
	c.Flags().StringVar(&link, "link", "", "a second file: link its records to those of the first, one to one")
	c.Flags().StringVar(&out, "out", "", "write record_id,client_id to this file")
	c.Flags().StringVar(&edges, "edges", "", "write the scored pairs to this file: id_l,id_r,bits,p,rule")
	c.Flags().StringVar(&o.Region, "region", "RU", "country of national phone numbers and documents")
	c.Flags().BoolVar(&o.Confident, "confident", false, "only the merges that need no second look")
	c.Flags().IntVar(&o.Threads, "threads", 0, "workers; never changes the result")
	return c
}

// canWrite refuses a file to write whose folder does not exist.
func canWrite(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return errs.New(errs.Input, "write", path, "there is no such folder", "make the folder, or name another file")
	}
	return nil
}

func (a *app) writeTo(path string, write func(io.Writer) error) error {
	w, done, err := a.target(path)
	if err != nil {
		return err
	}
	if err := write(w); err != nil {
		return outputError(path, err)
	}
	return done()
}

// sayDedupe reports on standard error: the result itself is on standard output.
func (a *app) sayDedupe(r *pipeline.DedupeResult) {
	if a.json {
		b := &app{out: a.errOut}
		_ = b.printJSON(r)
		return
	}
	a.say("columns:\n")
	for _, c := range r.Columns {
		a.say("  %s\n", c)
	}
	for _, n := range r.Notes {
		a.say("  note: %s\n", n)
	}
	a.say("%s, %s compared, %s: %s in %s\n", plural(r.Records, "record", "records"), plural(r.Pairs, "pair", "pairs"),
		plural(r.Edges, "edge", "edges"), plural(r.Clients, "client", "clients"), seconds(r.Seconds))
	if r.Truth != nil {
		a.sayQuality("most probable partition", r.Truth)
		a.sayQuality("confident merges only  ", r.Sure)
	}
}

func (a *app) sayQuality(what string, q *pipeline.Quality) {
	a.say("%s: pairs precision %.4f recall %.4f F1 %.4f; B-cubed precision %.4f recall %.4f F1 %.4f; %d clusters (true %d), largest %d (true %d)\n",
		what, q.Precision, q.Recall, q.F1, q.B3Precision, q.B3Recall, q.B3F1, q.Clusters, q.TrueClusters, q.Largest, q.TrueLargest)
}
