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
	"clientbase/internal/filematch"
)

// dedupeFiles are what dedupe writes beside its answer.
type dedupeFiles struct {
	out, edges, ask string
	reports         []string
}

func (a *app) dedupeCmd() *cobra.Command {
	var o filematch.Options
	var f dedupeFiles
	var link, mapping, memory string
	c := &cobra.Command{
		Use:   "dedupe FILE",
		Short: "Find which rows of a file are one person or firm, without configuration",
		Long: `dedupe recognises the columns of a file (CSV, TSV, XLSX, Parquet, JSON; any charset;
headings in English, Russian, Ukrainian, German and some more), cleanses them,
learns weights without labels, and writes record_id,client_id on standard output.
What it recognised and learnt goes to standard error, with the share of pairs that
blocking is estimated to have found and the false merges to expect.

The clients are the most probable ones; --confident merges only what needs no
second look, and --ask writes the pairs between, for a person to decide.
--explain shows one pair instead of the clients: the evidence in bits, what
brought the pair together, what holds or parts the clusters, what would change it.

A file that is large for the memory is worked on with the help of the disk: in
the folder that TMPDIR names, else in /var/tmp. A killed run leaves nothing there.`,
		Example: `  clientbase dedupe people.csv > clients.csv
  clientbase dedupe people.csv --confident --ask ask.csv --out clients.csv
  clientbase dedupe people.csv --id unique_id --truth cluster --report eval.html --report eval.json
  clientbase dedupe people.csv --explain 17,42
  clientbase dedupe crm.csv --link cards.csv --edges pairs.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			paths := args
			if link != "" {
				paths, o.Link = append(paths, link), true
			}
			var err error
			if o.Map, err = mappingOf(mapping); err != nil {
				return err
			}
			if o.Memory, err = holdMemory(memory); err != nil {
				return err
			}
			if err := f.check(o.Truth); err != nil { // before the work, not after it
				return err
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
			res, err := filematch.Resolve(c.Context(), slices, o, func(name string, total int64, unit string) func() {
				return bar.Start(name, total, unit).Done
			})
			bar.finish()
			if err != nil {
				return err
			}
			if err := a.writeDedupe(res, f); err != nil {
				return err
			}
			a.sayDedupe(res)
			return nil
		},
	}
	c.Flags().StringVar(&o.ID, "id", "", "column that names the records; default the number of the data row")
	c.Flags().StringVar(&mapping, "map", "", "columns told by hand: tel=phone,fio=full_name,x=ignore")
	c.Flags().StringVar(&o.Truth, "truth", "", "column with the true party: judge the result (never used as a feature)")
	c.Flags().StringArrayVar(&f.reports, "report", nil, "write the judgement to this file, .html or .json; may be given twice")
	c.Flags().StringVar(&link, "link", "", "a second file: link its records to those of the first, one to one")
	c.Flags().StringVar(&f.out, "out", "", "write record_id,client_id to this file")
	c.Flags().StringVar(&f.edges, "edges", "", "write the scored pairs to this file: id_l,id_r,bits,p,rule")
	c.Flags().StringVar(&f.ask, "ask", "", "write what a person should decide to this file: id_l,id_r,bits,p,why")
	c.Flags().StringVar(&o.Explain, "explain", "", "show why two records are one client or two: ID1,ID2")
	c.Flags().StringVar(&o.Region, "region", "RU", "country of national phone numbers and documents")
	c.Flags().BoolVar(&o.Confident, "confident", false, "only the merges that need no second look")
	c.Flags().StringVar(&memory, "memory", "", "stay near this size, for example 4GB; default half of the machine's; the rest goes to disk; never changes the result")
	c.Flags().IntVar(&o.Threads, "threads", 0, "workers; never changes the result")
	return c
}

// mappingOf reads --map.
func mappingOf(text string) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range strings.Split(text, ",") {
		if pair == "" {
			continue
		}
		col, attr, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, errs.New(errs.Config, "dedupe", "--map", "a mapping is column=attribute", "--map tel=phone,fio=full_name")
		}
		if _, twice := out[col]; twice {
			return nil, errs.New(errs.Config, "dedupe", "--map", "the column "+strconv.Quote(col)+" stands there twice", "--map tel=phone,fio=full_name")
		}
		out[col] = attr
	}
	return out, nil
}

// check refuses files that cannot be written.
func (f dedupeFiles) check(truth string) error {
	for _, r := range f.reports {
		if e := strings.ToLower(filepath.Ext(r)); e != ".html" && e != ".json" {
			return errs.New(errs.Config, "dedupe", "--report", "the name tells the form: .html or .json", "--report eval.html --report eval.json")
		}
		if truth == "" {
			return errs.New(errs.Config, "dedupe", "--report", "there is no truth to judge by", "name its column: --truth COLUMN")
		}
	}
	for _, path := range append([]string{f.out, f.edges, f.ask}, f.reports...) {
		if err := canWrite(path); err != nil {
			return err
		}
	}
	return nil
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

// writeDedupe writes the clients, or the explanation in their place, and the
// files that were asked for.
func (a *app) writeDedupe(res *filematch.Result, f dedupeFiles) error {
	pair := res.Pair()
	if pair == nil || f.out != "" {
		if err := a.writeTo(f.out, res.WriteClients); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		path  string
		write func(io.Writer) error
	}{{f.edges, res.WriteEdges}, {f.ask, res.WriteAsk}} {
		if x.path == "" {
			continue
		}
		if err := a.writeTo(x.path, x.write); err != nil {
			return err
		}
	}
	for _, r := range f.reports {
		write := res.WriteReportHTML
		if strings.EqualFold(filepath.Ext(r), ".json") {
			write = res.WriteReportJSON
		}
		if err := a.writeTo(r, write); err != nil {
			return err
		}
	}
	switch {
	case pair == nil:
		return nil
	case a.json:
		return a.printJSON(pair)
	}
	a.printStanding(pair)
	return nil
}

// sayDedupe reports on standard error: the result itself is on standard output.
func (a *app) sayDedupe(r *filematch.Result) {
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
	switch j := r.Judged; {
	case r.Recall == nil && j == nil:
		a.say("blocking recall: too few likely pairs for an estimate\n")
	case r.Recall == nil:
		a.say("blocking recall: too few likely pairs for an estimate, true %.3f\n", j.Blocking.Share)
	case j == nil:
		a.say("blocking recall estimate %.3f (range %.3f-%.3f)\n", r.Recall.Estimate, r.Recall.Low, r.Recall.High)
	default:
		a.say("blocking recall estimate %.3f (range %.3f-%.3f), true %.3f\n", r.Recall.Estimate, r.Recall.Low, r.Recall.High, j.Blocking.Share)
	}
	a.say("merged from %.4g bits: %.1f false merges expected per 100 000 clients; %s for a person to decide\n", r.Merge, r.False, plural(r.Asks, "question", "questions"))
	if r.Truth != nil {
		a.sayQuality("most probable partition", r.Truth)
		a.sayQuality("confident merges only  ", r.Sure)
		a.sayJudgement(r.Judged)
	}
}

// sayJudgement says in short what --report tells at length.
func (a *app) sayJudgement(j *filematch.Judgement) {
	a.say("calibration error %.4f over %s\n", j.Calibration.Error, plural(j.Calibration.Edges, "edge", "edges"))
	for _, r := range j.Risk {
		a.say("false merges per 100 000 clients, %s: expected %.1f, true %.1f\n", r.Partition, r.Expected, r.True)
	}
	var best, own float64
	for _, t := range j.Thresholds {
		if t.Bits == j.Best {
			best = t.F1
		}
		if t.Bits == j.Default {
			own = t.F1
		}
	}
	a.say("default threshold %.4g bits: pair F1 %.4f; best of those tried %.4g bits: %.4f\n", j.Default, own, j.Best, best)
}

func (a *app) sayQuality(what string, q *filematch.Quality) {
	a.say("%s: pairs precision %.4f recall %.4f F1 %.4f; B-cubed precision %.4f recall %.4f F1 %.4f; %d clusters (true %d), largest %d (true %d)\n",
		what, q.Precision, q.Recall, q.F1, q.B3Precision, q.B3Recall, q.B3F1, q.Clusters, q.TrueClusters, q.Largest, q.TrueLargest)
}
