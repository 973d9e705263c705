package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
	"clientbase/schemas"
)

func (a *app) traceCmd() *cobra.Command {
	var record, attr string
	c := &cobra.Command{
		Use:   "trace CLIENT | --record SOURCE/STREAM:KEY | --attr ATTRIBUTE",
		Short: "Where every value of a client came from, and why the others lost",
		Long: `trace goes from a published value back to the bytes it was read from: source,
file, line, field, rules, and the criterion that chose it; then the values that
lost, each with the criterion by which it lost. Contact points and document
numbers show as masks and shapes. CLIENT is a client id, its first characters,
or a retired id. --attr alone sums an attribute up over all clients: which source
and rules its values come from, and why they won or lost.`,
		Example: `  clientbase trace 3f2a90
  clientbase trace 3f2a90 --attr surname
  clientbase trace --record core/clients:100234
  clientbase trace --attr surname`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if len(args) > 0 && record != "" || len(args) == 0 && record == "" && attr == "" {
				return errs.New(errs.Config, "trace", "", "name one client, one record, or an attribute", "clientbase trace CLIENT, clientbase trace --record core/clients:100234, clientbase trace --attr surname")
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			if len(args) == 0 && record == "" {
				return a.traceAttr(c.Context(), p, s, attr)
			}
			var t *pipeline.Trace
			if record != "" {
				stream, key, ok := strings.Cut(record, ":")
				if !ok {
					return errs.New(errs.Config, "trace", "record", "a record is named SOURCE/STREAM:KEY", "clientbase trace --record core/clients:100234")
				}
				t, err = pipeline.TraceRecordOf(c.Context(), p, s, stream, key, attr)
			} else {
				t, err = pipeline.TraceClient(c.Context(), p, s, args[0], attr)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(t)
			}
			a.printTrace(t, p.Dict)
			a.asOf(s)
			return nil
		},
	}
	c.Flags().StringVar(&record, "record", "", "one source record, as SOURCE/STREAM:KEY")
	c.Flags().StringVar(&attr, "attr", "", "only this attribute; alone: its origins over all clients")
	return c
}

// traceAttr shows where the values of an attribute come from, over all clients.
func (a *app) traceAttr(ctx context.Context, p *pipeline.Project, s *store.Snapshot, id string) error {
	attr, ok := p.Dict.Attr(id)
	if !ok {
		return errs.New(errs.Input, "trace", "attribute "+id, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
	}
	list, err := s.Origins(ctx, id)
	if err != nil {
		return err
	}
	if a.json {
		for _, o := range list {
			if err := a.printJSON(o); err != nil {
				return err
			}
		}
		return nil
	}
	a.printf("%s (%s): %s\n\n", id, attr.Ru, attr.En)
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "values\t \t decided by \t source \t rules")
	for _, o := range list {
		fate := "lost"
		if o.Winner {
			fate = "golden"
		}
		_, _ = fmt.Fprintf(w, "%s\t %s \t %s \t %s \t %s\n", number(o.Values), fate, o.Decision, o.Stream, dash(o.Rules))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	a.asOf(s)
	return nil
}

// printTrace shows a client card: values first, each with its origin, then the
// records and what joins them.
func (a *app) printTrace(t *pipeline.Trace, d *schemas.Dictionary) {
	a.printf("%s  %s (%s)\n", t.ClientID, t.Name, t.Party)
	if t.Retired != "" {
		a.printf("asked for as %s, which was merged into this client\n", t.Retired)
	}
	for _, group := range t.ByAttr(d) {
		attr, _ := d.Attr(group[0].Attr)
		a.printf("\n%s (%s)\n", group[0].Attr, attr.Ru)
		for _, v := range group {
			mark, value := "✗", "lost by "+v.Decision
			if v.Winner {
				mark, value = "✓", v.Value+"  chosen by "+v.Decision
			} else if v.Decision == "same value" {
				mark, value = "=", "says the same"
			} else if v.Decision == "taken back" {
				value = "taken back"
			}
			a.printf("  %s %s\n", mark, value)
			if v.Act != 0 {
				a.printf("      %s · by %s: %s · typed %q", v.Place, v.By, v.Reason, v.Source)
			} else {
				a.printf("      %s %s · %s · field %s = %q", v.Stream, v.Key, v.Place, dash(v.Field), v.Source)
			}
			if v.Rules != "" {
				a.printf(" · %s", v.Rules)
			}
			a.printf(" · since %s\n", v.Since)
		}
	}
	a.printConflicts(t.Conflicts)
	a.printf("\nrecords\n")
	for _, r := range t.Records {
		a.printf("  %s %s version %d · %s %s · batch %s", r.Stream, r.Key, r.Version, r.File, r.Place, r.Batch[:min(8, len(r.Batch))])
		if r.LastSeen != "" {
			a.printf(" · last repeated by %s", r.LastSeen)
		}
		if r.Closed != "" {
			a.printf(" · closed %s", r.Closed)
		}
		a.printf("\n")
	}
	if len(t.Joined) > 0 {
		a.printf("\none client because\n")
		for _, j := range t.Joined {
			a.printf("  %s\n", j)
		}
	}
	if len(t.Decisions) > 0 {
		a.printf("\nsaid by people\n")
		for _, d := range t.Decisions {
			a.printf("  entry %d: %s and %s are %s · by %s: %s%s\n", d.Entry, d.A, d.B, sure(d.Verdict), d.By, d.Reason, fateOf(d))
		}
	}
	if len(t.Events) > 0 {
		a.printf("\nhistory of the id\n")
		for _, e := range t.Events {
			a.printf("  %s\n", e)
		}
	}
}

// fateOf says what became of a decision.
func fateOf(d pipeline.TraceDecision) string {
	switch {
	case d.UndoneBy != 0:
		return fmt.Sprintf("; taken back by entry %d: %s", d.UndoneBy, d.Undone)
	case d.Contradicts:
		return "; contradicts another: it joins nobody"
	case !d.Folded && d.Verdict != journal.Unsure:
		return "; since the last run"
	}
	return ""
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
