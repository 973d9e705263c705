package main

import (
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) retentionCmd() *cobra.Command {
	var act pipeline.Act
	var dry, apply bool
	c := &cobra.Command{
		Use:   "retention",
		Short: "Erase the rows that are past their time",
		Long: `retention looks at the streams that have a time under retention: in
clientbase.yaml. A row's time is that of its dated fact, else of the stream's
order column, else of its delivery; the time of a row that could not be read is
that of its delivery. --dry-run counts the rows past their time;
--apply erases them as subject forget does: rows become tombstones, the files get
new keys, everything is computed anew, older snapshots are removed, and rows as
old that are delivered later are left out. When it is interrupted, the same command
goes on; so does the next run.`,
		Example: `  clientbase subject retention --dry-run
  clientbase subject retention --apply --reason "yearly clean-up"`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if dry == apply {
				return errs.New(errs.Config, "apply retention", "", "say --dry-run or --apply", "--dry-run counts and changes nothing")
			}
			act.Now = a.now()
			if act.Actor, err = a.who(cfg); err != nil {
				return err
			}
			if apply {
				begun, err := pipeline.OpenRetention(p)
				if err != nil {
					return err
				}
				if begun > 0 {
					a.say("going on with entry %d\n", begun)
					rep, err := a.endRetention(c.Context(), p, act)
					if err != nil {
						return err
					}
					if a.json {
						return a.printJSON(map[string]any{"entry": begun, "snapshot": rep.Snapshot})
					}
					a.printf("entry %d is ended: snapshot %s\n", begun, rep.Snapshot)
					return nil
				}
			}
			var list []pipeline.Retained
			if apply {
				list, err = pipeline.RequestRetention(c.Context(), p, act)
			} else {
				list, err = pipeline.PlanRetention(c.Context(), p, act.Now)
			}
			if err != nil {
				return err
			}
			rows := int64(0)
			for _, l := range list {
				rows += l.Rows + l.Aside
				if a.json {
					if err := a.printJSON(l); err != nil {
						return err
					}
				}
			}
			if !a.json {
				w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
				_, _ = fmt.Fprintln(w, "stream\tkept\tbefore\trows past their time\tof\tunread rows past their time")
				for _, l := range list {
					_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Stream, l.Keep, l.Before, number(l.Rows), number(l.Of), number(l.Aside))
				}
				if err := w.Flush(); err != nil {
					return err
				}
			}
			if dry || rows == 0 {
				return nil
			}
			rep, err := a.endRetention(c.Context(), p, act)
			if err == nil && !a.json {
				a.printf("%s erased; snapshot %s\n", plural(rows, "row", "rows"), rep.Snapshot)
			}
			return err
		},
	}
	f := c.Flags()
	f.BoolVar(&dry, "dry-run", false, "count and change nothing")
	f.BoolVar(&apply, "apply", false, "erase")
	f.StringVar(&act.Reason, "reason", "", "why, for the auditor")
	return c
}

// endRetention runs what is left of an act.
func (a *app) endRetention(ctx context.Context, p *pipeline.Project, act pipeline.Act) (*pipeline.Report, error) {
	bar := a.progress()
	rep, err := pipeline.Run(ctx, p, pipeline.Options{NoSources: true, Now: act.Now, Actor: act.Actor, Progress: bar})
	bar.finish()
	if err != nil {
		return nil, err
	}
	left, err := pipeline.OpenRetention(p)
	if err == nil && left > 0 {
		err = errs.New(errs.Retry, "apply retention", "entry "+strconv.FormatInt(left, 10), "the base is without the rows, and an older snapshot is still in use", "end the programs that read it, then run the same command again")
	}
	return rep, err
}
