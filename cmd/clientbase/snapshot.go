package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) snapshotCmd() *cobra.Command {
	c := &cobra.Command{Use: "snapshot", Short: "What is published or held: list, show, compare, release, discard, roll back, remove", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.snapshotListCmd(), a.snapshotShowCmd(), a.snapshotDiffCmd(), a.snapshotReleaseCmd(), a.snapshotDiscardCmd(), a.snapshotRollbackCmd(), a.snapshotGCCmd())
	return c
}

func (a *app) snapshots() ([]pipeline.Kept, error) {
	p, _, err := a.open()
	if err != nil {
		return nil, err
	}
	return pipeline.Snapshots(p)
}

func (a *app) snapshotListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Snapshots that are kept, newest first; which one is current, which one is held", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := a.snapshots()
			if err != nil {
				return err
			}
			slices.Reverse(all)
			return listing[pipeline.Kept]{
				none: "no snapshot yet; `clientbase run` makes the first",
				head: "snapshot\tmark\tmade\tclients\tas of\trun",
				row: func(s pipeline.Kept) string {
					mark := s.Mark
					if s.Rollback != "" {
						mark = strings.TrimSpace(mark + " (content of " + s.Rollback[:6] + ")")
					}
					return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", s.ID, mark, stamp(s.Created), number(s.Tables["clients"]), asOfRange(s.Streams), s.Run)
				},
			}.show(a, all)
		},
	}
}

// asOfRange is the earliest and the latest day that streams speak of.
func asOfRange(list []store.StreamState) string {
	lo, hi := "", ""
	for _, s := range list {
		if lo == "" || s.AsOf < lo {
			lo = s.AsOf
		}
		hi = max(hi, s.AsOf)
	}
	if lo == hi {
		return hi
	}
	return lo + " … " + hi
}

func (a *app) snapshotShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show [ID]", Short: "One snapshot in words (the held one, else the current one, when none is named)",
		Long: `show says what a snapshot was made of and what it holds. Of a held one it says what
the brake stopped, which deliveries it brings, and what can be done.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := a.snapshots()
			if err != nil {
				return err
			}
			var found *pipeline.Kept
			for i := range all {
				switch s := &all[i]; {
				case len(args) > 0 && strings.HasPrefix(s.ID, args[0]):
					found = s
				case len(args) == 0 && (s.Mark == "current" && found == nil || s.Mark == "held"):
					found = s
				}
			}
			if found == nil {
				return errs.New(errs.Input, "show snapshot", strings.Join(args, " "), "no such snapshot", "`clientbase snapshot list`, or `clientbase run` to make the first")
			}
			if a.json {
				return a.printJSON(found)
			}
			a.printKept(found)
			return nil
		},
	}
}

func (a *app) printKept(s *pipeline.Kept) {
	a.printf("snapshot %s", s.ID)
	if s.Mark != "" {
		a.printf(", %s", s.Mark)
	}
	a.printf("\nmade %s by run %s under program %s\n", stamp(s.Created), s.Run, s.Program)
	if s.Previous != "" {
		a.printf("follows %s\n", s.Previous)
	}
	if s.Rollback != "" {
		a.printf("its content is that of %s again\n", s.Rollback)
	}
	for _, act := range s.Acts {
		a.printf("%s\n", act)
	}
	for _, h := range s.Held {
		a.printf("%s: %s\n", map[bool]string{true: "held", false: "was held"}[s.Mark == "held"], h)
	}
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\nstream\tas of\tdeliveries\trecords\tfacts")
	for _, st := range s.Streams {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", st.Stream, st.AsOf, number(st.Deliveries), number(st.Records), number(st.Facts))
	}
	_ = w.Flush()
	names := make([]string, 0, len(s.Tables))
	for t, n := range s.Tables {
		if n > 0 {
			names = append(names, t)
		}
	}
	sort.Strings(names)
	for i, t := range names {
		names[i] = t + " " + number(s.Tables[t])
	}
	a.printf("\nrows: %s\n", strings.Join(names, ", "))
	a.printf("%s, %s in all; unchanged files are shared with other snapshots\n", plural(s.Files, "file", "files"), size(s.Bytes))
	acts := "no entry of the journal"
	if s.Journal > 0 {
		acts = "the journal up to entry " + number(s.Journal)
	}
	a.printf("configuration %s, model %s, with %s\n", clip(s.Config, 12), s.Model, acts)
	if s.RowRoot != "" {
		a.printf("row root %s\n", s.RowRoot)
	}
	if s.Mark != "held" {
		return
	}
	a.printf("\nit brings:\n")
	a.printWaiting(s.New)
	a.printf("\nright as it is:  clientbase snapshot release\nwrong:           clientbase snapshot discard   (or deliver again under the same name, and run)\n")
}

func (a *app) printWaiting(list []pipeline.Arrival) {
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	for _, d := range list {
		_, _ = fmt.Fprintf(w, "  %s\t%s\tas of %s\t%s\n", d.Stream, d.Name, d.AsOf, plural(int(d.Rows), "row", "rows"))
	}
	_ = w.Flush()
}

func idOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) snapshotReleaseCmd() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "release [ID]", Short: "Publish the held snapshot",
		Long: `release publishes the snapshot that a run built and the brake held: its files are
read and compared with their sums once more, then it becomes current. The act is
recorded with actor, role and reason.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			info, err := pipeline.Release(c.Context(), p, by, idOf(args))
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]string{"released": info.ID, "previous": info.Manifest.Previous})
			}
			a.printf("published %s; it was held because it %s\n", info.ID, whyHeld(info.Manifest.Held))
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
	return c
}

func whyHeld(list []store.HeldBy) string {
	text := make([]string, len(list))
	for i, h := range list {
		text[i] = h.String()
	}
	return strings.Join(text, "; ")
}

func (a *app) snapshotDiscardCmd() *cobra.Command {
	reason := ""
	var aside []string
	c := &cobra.Command{
		Use: "discard [ID]", Short: "Remove the held snapshot and set aside the deliveries that made it wrong",
		Long: `discard removes the snapshot that the brake held; the current one stays. So that the
next run does not build the same again, the deliveries of the streams that the
brake named for closing too much are set aside; all other deliveries are loaded by
the next run. --set-aside says otherwise: streams by name, all, or none (after a
fix of the configuration). A corrected file under the same name replaces the
wrong one. ` + "`clientbase deliveries restore`" + ` takes back what was set aside.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			if !(len(aside) == 1 && (aside[0] == "all" || aside[0] == "none")) {
				if err := checkSelect(p, aside); err != nil {
					return err
				}
			}
			d, err := pipeline.Discard(c.Context(), p, by, idOf(args), aside)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(d)
			}
			a.printf("discarded %s; what was current stays current\n", d.Snapshot)
			if len(d.Aside) > 0 {
				a.printf("set aside, no run loads:\n")
				a.printWaiting(d.Aside)
			}
			if len(d.Again) > 0 {
				a.printf("loaded by the next run:\n")
				a.printWaiting(d.Again)
			}
			if len(d.Aside) == 0 {
				a.printf("nothing is set aside: the next run builds the same, unless the configuration is corrected first;\n`clientbase deliveries discard ID` sets a delivery aside\n")
			}
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
	c.Flags().StringSliceVar(&aside, "set-aside", nil, "streams whose deliveries are set aside, or all, or none (default: those that the brake named)")
	return c
}

func (a *app) snapshotRollbackCmd() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "rollback [ID]", Short: "Publish the content of an older snapshot again (the one before the current when none is named)",
		Long: `rollback publishes a new snapshot whose content is that of an older one. What people
did (consents, objections, decisions, discards) is never rolled back: every read
adds the acts that the content does not hold yet. Deliveries loaded since are
pending: the next run loads them again, unless a newer delivery replaces them or
they are set aside with ` + "`clientbase deliveries discard`" + `.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			r, err := pipeline.Rollback(c.Context(), p, by, idOf(args))
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(r)
			}
			a.printf("published %s with the content of %s, in place of %s\n", r.Snapshot, r.Content, r.Previous)
			if len(r.Pending) > 0 {
				a.printf("the next run loads again, unless it is delivered anew or set aside (clientbase deliveries discard ID):\n")
				w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
				for _, d := range r.Pending {
					_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\tas of %s\t%s\n", d.ID[:12], d.Stream, d.Name, d.AsOf, plural(int(d.Rows), "row", "rows"))
				}
				_ = w.Flush()
			}
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
	return c
}
