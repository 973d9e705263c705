package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) freshnessCmd() *cobra.Command {
	var list []string
	c := &cobra.Command{
		Use:   "freshness",
		Short: "How old what is published is, per stream; exit 6 when something is stale",
		Long: `freshness tells for each stream the latest time that its published deliveries
speak of (as of), when the last delivery arrived, and how old the as-of is. Streams
with freshness: in sources/*.yaml get a verdict; one that is older than allowed,
or never came, is stale and ends the command with exit 6. A day begins at 00:00 UTC.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if err := checkSelect(p, list); err != nil {
				return err
			}
			lines, err := pipeline.FreshnessOf(p, list, a.now())
			if err != nil {
				return err
			}
			if err := a.printFreshness(lines); err != nil {
				return err
			}
			var stale []string
			for _, l := range lines {
				if l.Verdict == pipeline.VerdictStale {
					stale = append(stale, l.Stream)
				}
			}
			if len(stale) > 0 {
				return errs.New(errs.Stale, "freshness", strings.Join(stale, ", "), "older than allowed", "`clientbase plan` shows what could be read now, `clientbase runs list` what failed")
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&list, "select", nil, "only these sources or streams (core, core/clients)")
	return c
}

func (a *app) printFreshness(lines []pipeline.Freshness) error {
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	if !a.json {
		_, _ = fmt.Fprintln(w, "stream\tas of\tlast arrival\tage\tallowed\tverdict")
	}
	judged := false
	for _, l := range lines {
		judged = judged || l.Verdict != ""
		if a.json {
			if err := a.printJSON(l); err != nil {
				return err
			}
			continue
		}
		old, allowed, verdict := "-", "-", "-"
		if !l.AsOf.IsZero() {
			old = age(time.Duration(l.Age) * time.Second)
		}
		if l.Verdict != "" {
			allowed, verdict = age(time.Duration(l.Limit)*time.Second), l.Verdict
		}
		if l.Waits > 0 {
			verdict += fmt.Sprintf(" (%s landed, not loaded)", plural(l.Waits, "delivery", "deliveries"))
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Stream, stamp(l.AsOf), stamp(l.Arrived), old, allowed, verdict)
	}
	if err := w.Flush(); err != nil {
		return outputError("standard output", err)
	}
	if !a.json && !a.quiet && !judged {
		a.say("nothing is judged: write `freshness: 26h` into a stream or source to say how old it may be\n")
	}
	return nil
}

// age gives a duration in the two largest units: 3 d 4 h, 26 h would be 1 d 2 h.
func age(d time.Duration) string {
	if d < 0 {
		return "in the future"
	}
	m := int64(d / time.Minute)
	switch {
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m < 24*60:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", m/60, m%60), " 0 min")
	}
	return strings.TrimSuffix(fmt.Sprintf("%s d %d h", number(m/1440), m%1440/60), " 0 h")
}
