package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/demobank"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) demoCmd() *cobra.Command {
	var dir string
	var o demobank.Options
	var only bool
	c := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Make a small synthetic bank and run the whole river on it",
		Long: `demo writes a bank of synthetic people (Russian, Ukrainian and Latin spellings,
families, the usual dirt) in real formats, with the truth beside it, runs the
river from files to clients, and shows what came out. No network, no root.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				dir = args[0]
			}
			if _, err := os.Stat(filepath.Join(dir, "clientbase.yaml")); err == nil {
				return errs.New(errs.Config, "demo", dir, "the folder holds a project already", "remove it, or name another folder")
			}
			start := time.Now()
			bar := a.progress()
			meters := map[string]pipeline.Meter{}
			done := map[string]int{}
			o.Progress = func(stream string, at, total int) {
				if meters[stream] == nil {
					meters[stream] = bar.Start("write "+stream, int64(total), "rows")
				}
				meters[stream].Add(int64(at - done[stream]))
				done[stream] = at
			}
			sum, err := demobank.Generate(c.Context(), dir, o)
			for _, m := range meters {
				m.Done()
			}
			bar.finish()
			if err != nil {
				return err
			}
			if !a.json {
				a.printf("%s written: %s about %s and %s, %s of files, in %s\n", dir, plural(sum.Records, "record", "records"), plural(sum.People, "person", "people"),
					plural(sum.Orgs, "organisation", "organisations"), size(sum.Bytes), seconds(time.Since(start).Seconds()))
			}
			if only {
				return nil
			}
			a.project = dir
			return a.demoRun(c.Context(), dir)
		},
	}
	c.Flags().StringVar(&dir, "dir", "demo", "folder to make, when DIR is not given")
	c.Flags().IntVar(&o.Records, "records", 20_000, "source records, up to 20 million")
	c.Flags().IntVar(&o.FactsPerClient, "facts", 8, "transactions, calls and visits per client")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "another seed makes another bank")
	c.Flags().BoolVar(&only, "generate-only", false, "write the files and stop")
	return c
}

// demoRun runs the river on the generated bank and shows the result: what came
// in, how right it is, one client, and one segment with who of it may be called.
func (a *app) demoRun(ctx context.Context, dir string) error {
	p, cfg, err := a.open()
	if err != nil {
		return err
	}
	by, err := a.who(cfg)
	if err != nil {
		return err
	}
	bar := a.progress()
	rep, err := pipeline.Run(ctx, p, pipeline.Options{Now: a.now(), Actor: by, Progress: bar})
	bar.finish()
	if err != nil {
		return err
	}
	judged, card, err := demoAsked(ctx, p, dir)
	if err != nil {
		return err
	}
	seg, err := a.demoSegment(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"run": rep, "truth": judged, "client": card, "segment": seg.counted, "export": seg.preview})
	}
	a.printReport(rep)
	a.printJudged(judged)
	if card != nil {
		a.printf("\none client, and where each value came from:\n\n")
		a.printCard(card, p.Dict)
	}
	a.printDemoSegment(seg)
	a.printNext(dir, card)
	return nil
}

// demoAsked compares the snapshot with the truth and traces the client that
// most sources know, because it shows most; nil when there is no client.
func demoAsked(ctx context.Context, p *pipeline.Project, dir string) (*pipeline.Judged, *pipeline.Trace, error) {
	s, err := pipeline.Current(p)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = s.Close() }()
	judged, err := pipeline.Judge(ctx, p, s, filepath.Join(dir, "truth", "records.csv"), filepath.Join(dir, "truth", "facts.csv"))
	if err != nil {
		return nil, nil, err
	}
	id, err := pipeline.Showcase(ctx, s)
	if err != nil || id == "" {
		return judged, nil, err
	}
	card, err := pipeline.TraceClient(ctx, p, s, id, "")
	return judged, card, err
}

func (a *app) printJudged(j *pipeline.Judged) {
	q := j.Clients
	a.printf("\nagainst the truth of the generator (%s records): pairs precision %.4f, recall %.4f, F1 %.4f; B-cubed F1 %.4f\n", number(int64(j.Records)), q.Precision, q.Recall, q.F1, q.B3F1)
	a.printf("  the largest client has %s, the largest true person %d\n\n", plural(int64(q.Largest), "record", "records"), q.TrueLargest)
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "facts\tattached right\twrong\tambiguous\tunresolved\tof nobody known\t stream")
	for _, f := range j.Facts {
		pc := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(f.Facts, 1))) }
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t %s\n", number(int64(f.Facts)), pc(f.Right), pc(f.Wrong), pc(f.Ambiguous), pc(f.Unresolved), pc(f.Nobody), f.Stream)
	}
	_ = w.Flush()
}
