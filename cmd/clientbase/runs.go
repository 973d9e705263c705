package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) runCmd() *cobra.Command {
	var o pipeline.Options
	period := ""
	c := &cobra.Command{
		Use:   "run",
		Short: "Read the sources, resolve who is who, publish a snapshot",
		Long: `run pulls what is new from every source, loads, cleanses and deduplicates it and
publishes one new snapshot. Nothing is published unless the balance of every
stream closes. What has landed is kept, so a run that was cut goes on where it was.

A run that would close, merge, split or change more than ` + "`brake:`" + ` in
clientbase.yaml allows, or that lacks a stream declared ` + "`late: hold`" + `, builds and
verifies its snapshot and holds it: exit 3, and readers stay on the old one until
` + "`clientbase snapshot release`" + ` or ` + "`clientbase snapshot discard`" + `. While one is held, a run
without anything new ends with exit 3; one with a new delivery takes its place.

A source that cannot be reached is late: the others go out without it, or are held
where it is declared ` + "`late: hold`" + `, and the run ends with exit 2, so that it is tried
again. A source that sent what cannot be taken stops the run, unless it is declared
` + "`late: publish`" + `. The first load needs all of its sources.

--from-landing --period A..B computes the deliveries that speak of this time once
more and compares; when a record version or fact differs, everything is computed
anew. So it always ends where --from-landing ends, and is quick when all is well.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if err := checkSelect(p, o.Select); err != nil {
				return err
			}
			if period != "" {
				if !o.NoSources {
					return errs.New(errs.Config, "run", "--period", "a period needs --from-landing", "clientbase run --from-landing --period "+period)
				}
				if o.Period, err = pipeline.ParsePeriod(period); err != nil {
					return err
				}
			}
			o.Anew = o.NoSources && period == ""
			o.Now = a.now()
			if o.Actor, err = a.who(cfg); err != nil {
				return err
			}
			boundMemory(p.Memory)
			bar := a.progress()
			o.Progress = bar
			rep, err := pipeline.Run(c.Context(), p, o)
			bar.finish()
			return a.ended(rep, err)
		},
	}
	c.Flags().StringSliceVar(&o.Select, "select", nil, "read only these sources or streams (core, core/clients)")
	c.Flags().BoolVar(&o.FullRefresh, "full-refresh", false, "read everything again and train the models anew")
	c.Flags().BoolVar(&o.Retrain, "retrain", false, "learn anew what cleansing and matching know of the whole base, compare all records again and say what moved")
	c.Flags().BoolVar(&o.NoSources, "from-landing", false, "touch no source: compute everything anew from what has landed")
	c.Flags().StringVar(&period, "period", "", "with --from-landing: days or months A..B, for example 2026-03-01..2026-03-31 or 2026-03")
	return c
}

// ended shows a run that came to its end: published, nothing new, or held. One
// that was held, or lacks a source, is shown like a published one and then says why.
func (a *app) ended(rep *pipeline.Report, err error) error {
	if err != nil && (rep == nil || rep.Status != "held" && rep.Status != "published") {
		return err
	}
	if a.json {
		if perr := a.printJSON(rep); perr != nil {
			return perr
		}
		return err
	}
	a.printReport(rep)
	return err
}

func checkSelect(p *pipeline.Project, list []string) error {
	for _, want := range list {
		ok := false
		var names []string
		for i := range p.Streams {
			ok = ok || p.Streams[i].ID() == want || p.Streams[i].Source == want
			names = append(names, p.Streams[i].ID())
		}
		if !ok {
			return errs.New(errs.Config, "select", want, "no such source or stream", "one of "+strings.Join(names, ", "))
		}
	}
	return nil
}

// printReport shows a run to a person: what came in, the closing balance, what
// became of clients, the largest merges, and what should be looked at.
func (a *app) printReport(r *pipeline.Report) {
	if r.Recomputed != nil {
		a.printf("%s\n", r.Recomputed)
	}
	switch r.Status {
	case "published":
		a.printf("published %s in %s\n", r.Snapshot, seconds(r.Seconds))
	case "held", "released", "discarded":
		a.printf("built %s in %s, and held it: what was current stays current\n", r.Snapshot, seconds(r.Seconds))
		for _, h := range r.Held {
			a.printf("  %s\n", h)
		}
		if r.Settled != "" {
			a.printf("%s\n", r.Settled)
		}
	case "rolled back":
		a.printf("rolled back: %s is current in place of %s\n", r.Snapshot, r.Previous)
	case "running":
		a.printf("at work since %s\n", stamp(r.Started))
		return
	case "interrupted":
		a.printf("interrupted: %s\ntry: %s\n", r.Error, r.Hint)
		return
	case "failed", "waits":
		a.printf("%s after %s: %s\n", r.Status, seconds(r.Seconds), r.Error)
		if r.Hint != "" {
			a.printf("try: %s\n", r.Hint)
		}
	default:
		a.printf("nothing new; %s stays current\n", r.Snapshot)
		return
	}
	for _, x := range r.Absent {
		stands := "it has brought nothing yet"
		if x.AsOf != "" {
			stands = "it stands at " + x.AsOf
		}
		a.printf("without %s, which could not be read; %s\n", x.Stream, stands)
	}
	if len(r.Balances) > 0 {
		a.printf("\n")
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
		_, _ = fmt.Fprintln(w, "read =\tloaded +\tmerged +\tquarantined +\tfiltered\t as of \t stream")
		for _, b := range r.Balances {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t %s \t %s\n", number(b.Read), number(b.Loaded), number(b.Merged), number(b.Quarantined), number(b.Filtered), b.AsOf, b.Stream)
		}
		_ = w.Flush()
	}
	if len(r.Facts) > 0 {
		a.printf("\n")
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
		_, _ = fmt.Fprintln(w, "facts new\talready known\t kind \t stream")
		for _, f := range r.Facts {
			_, _ = fmt.Fprintf(w, "%s\t%s\t %s \t %s\n", number(f.Inserted), number(f.Merged), f.Kind, f.Stream)
		}
		_ = w.Flush()
	}
	a.printRestated(r.Restated)
	for _, m := range r.Match {
		a.printf("\nmatched %s: %s records, %s pairs compared, %s edges, %s (%s model)\n", m.Party, number(int64(m.Records)), number(m.Pairs), number(int64(m.Edges)), seconds(m.Seconds), m.Model)
		for _, n := range m.Notes {
			a.printf("  %s\n", n)
		}
		a.printList("what the new model weighs otherwise than the one before", m.Moved)
		a.printList("the base has moved away from the model (`clientbase run --retrain` trains anew)", m.Drift)
	}
	if r.Acts > 0 {
		a.printf("\n%s of people taken up: the journal is held up to entry %s\n", plural(int64(r.Acts), "act", "acts"), number(r.Journal))
	}
	c := r.Clients
	if c.Records > 0 {
		a.printf("\n%s records are %s clients: %s people, %s organisations (%s created, %s merges, %s splits in this run)\n", number(c.Records), number(c.Persons+c.Organisations),
			number(c.Persons), number(c.Organisations), number(c.Created), number(c.Merged), number(c.Split))
	}
	a.printHouseholds(r.Households)
	a.printConflictCounts(r.Conflicts)
	a.printMerges(r.Merges)
	if len(r.Notes) > 0 {
		a.printf("\nto look at:\n")
		for _, n := range r.Notes {
			a.printf("  %s\n", n)
		}
	}
}

// printHouseholds says how many clients belong together without being one.
func (a *app) printHouseholds(list []pipeline.HouseholdLine) {
	words := map[string]string{"person": "relatives or people of one home", "organization": "firms of one holding"}
	for _, h := range list {
		if h.Links > 0 {
			a.printf("%s between %s make %s (tables household_links, households)\n", plural(int64(h.Links), "link", "links"), words[h.Party],
				plural(int64(h.Households), "group", "groups"))
		}
	}
}

// printList prints the lines of a list under a heading, or nothing.
func (a *app) printList(head string, lines []string) {
	if len(lines) > 0 {
		a.printf("  %s:\n    %s\n", head, strings.Join(lines, "\n    "))
	}
}

// printRestated says what of an earlier run no longer counts.
func (a *app) printRestated(list []*pipeline.Restated) {
	if len(list) == 0 {
		return
	}
	a.printf("\nrestated:\n")
	for _, x := range list {
		what := x.Name + " is " + x.Aside
		if x.By != "" {
			what = x.Name + " is replaced by " + x.By
			if x.By == x.Name {
				what = x.Name + " was delivered again, the later one counts"
			}
		}
		a.printf("  %s %s: %s; %s rows before, %s now; %s facts withdrawn, %s added\n", x.Stream, x.Period, what, number(x.Before), number(x.After), number(x.Withdrawn), number(x.Added))
	}
}

func (a *app) printMerges(list []pipeline.Merge) {
	if len(list) == 0 {
		return
	}
	a.printf("\nlargest merges:\n")
	for _, m := range list {
		a.printf("  %s  %s\n", m.Client, plural(len(m.Records), "record", "records"))
		for _, why := range m.Why {
			a.printEvidence("      ", why)
		}
	}
}

func (a *app) runsCmd() *cobra.Command {
	c := &cobra.Command{Use: "runs", Short: "List runs, or show one", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	limit := 20
	list := &cobra.Command{
		Use: "list", Short: "The latest runs, newest first", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			reports, err := a.reports()
			if err != nil {
				return err
			}
			return listing[*pipeline.Report]{
				none: "no run yet; `clientbase run` is the first", limit: limit,
				head: "run\tstatus\ttook\tread\tsnapshot",
				row: func(r *pipeline.Report) string {
					read := int64(0)
					for _, b := range r.Balances {
						read += b.Read
					}
					return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", r.Run, r.Outcome(), seconds(r.Seconds), number(read), r.Snapshot)
				},
			}.show(a, reports)
		},
	}
	list.Flags().IntVar(&limit, "limit", limit, "how many; 0 = all")
	show := &cobra.Command{
		Use: "show [RUN]", Short: "One run in full (the latest when none is named)", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			reports, err := a.reports()
			if err != nil {
				return err
			}
			for _, r := range reports {
				if len(args) > 0 && !strings.HasPrefix(r.Run, args[0]) {
					continue
				}
				if a.json {
					return a.printJSON(r)
				}
				a.printf("run %s by %s, started %s\n", r.Run, r.By(), stamp(r.Started))
				for _, s := range r.Scheduled {
					a.printf("scheduled: %s, %s\n", s.Source, s.At.Format(localStamp))
				}
				a.printReport(r)
				a.printUsed(r.Rules)
				a.printf("\nsteps:")
				for _, s := range r.Steps {
					a.printf(" %s %s ·", s.Name, seconds(s.Seconds))
				}
				a.printf("\n")
				return nil
			}
			return errs.New(errs.Input, "show run", strings.Join(args, " "), "no such run", "`clientbase runs list`")
		},
	}
	c.AddCommand(list, show)
	return c
}

func (a *app) reports() ([]*pipeline.Report, error) {
	p, _, err := a.open()
	if err != nil {
		return nil, err
	}
	list, err := pipeline.Reports(p.Data)
	if err != nil {
		return nil, err
	}
	return list, pipeline.Settle(p, list)
}
