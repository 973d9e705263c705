package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) snapshotDiffCmd() *cobra.Command {
	return &cobra.Command{
		Use: "diff [BEFORE [AFTER]]", Short: "What is different between two snapshots, in counts",
		Long: `diff says how the current snapshot differs from the one before it, or from BEFORE,
or AFTER from BEFORE: clients new, merged and split off, records per stream,
attributes of the clients that are in both. Snapshots are named by the beginning
of their ids, as snapshot list shows them; the held one may be named, too. Acts of
people that neither snapshot holds are not counted: journal list tells them.`,
		Example: `  clientbase snapshot diff
  clientbase snapshot diff 000012 000015`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			before, after := idOf(args), ""
			if len(args) > 1 {
				after = args[1]
			}
			d, err := pipeline.Diff(c.Context(), p, before, after)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(d)
			}
			a.printDiff(d)
			return nil
		},
	}
}

func (a *app) printDiff(d *store.Difference) {
	a.printf("%s → %s\n", d.Before, d.After)
	n := d.Clients
	a.printf("clients: %s → %s; %s new, %s merged into others, %s split off, %s gone\n", number(n.Before), number(n.After), number(n.New), number(n.Merged), number(n.Split), number(n.Gone))
	if d.Consent != (store.ConsentDiff{}) {
		a.printf("consents and objections: %s new, %s gone\n", number(d.Consent.New), number(d.Consent.Gone))
	}
	if len(d.Streams) == 0 && len(d.Attrs) == 0 {
		a.printf("no record and no value is different\n")
		return
	}
	if len(d.Streams) > 0 {
		a.printf("\n")
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "stream\tas of\tdeliveries\trecords\tfacts")
		for _, s := range d.Streams {
			asOf := s.AsOf
			if s.AsOf != s.AsOfBefore {
				asOf = dash(s.AsOfBefore) + " → " + dash(s.AsOf)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Stream, asOf, signed(s.Deliveries), recordsDiffer(s), signed(s.Facts))
		}
		_ = w.Flush()
	}
	if len(d.Attrs) > 0 {
		a.printf("\nof the clients that are in both:\n")
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "attribute\tset\tchanged\tgone")
		for _, x := range d.Attrs {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", x.Attr, number(x.Set), number(x.Changed), number(x.Gone))
		}
		_ = w.Flush()
	}
}

// recordsDiffer says what became of a stream's records, leaving out what is zero.
func recordsDiffer(s store.StreamDiff) string {
	var out []string
	for _, x := range []struct {
		n    int64
		word string
	}{{s.New, "new"}, {s.Gone, "gone"}, {s.Closed, "closed"}, {s.Reopened, "reopened"}, {s.Moved, "of another client"}} {
		if x.n > 0 {
			out = append(out, number(x.n)+" "+x.word)
		}
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, ", ")
}

// signed shows a difference of counts.
func signed(n int64) string {
	switch {
	case n > 0:
		return "+" + number(n)
	case n < 0:
		return "−" + number(-n)
	}
	return "-"
}
