package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// undoCmd takes back an act of one kind; list is the verb that shows them.
func (a *app) undoCmd(kind journal.Kind, list string) *cobra.Command {
	c := a.takeBackCmd(kind, list, func(ctx context.Context, p *pipeline.Project, seq int64, reason string, who journal.Actor, now time.Time) (journal.Entry, error) {
		return pipeline.UndoAct(ctx, p, kind, seq, reason, who, now, list)
	})
	c.Short = "Take back an entry; undoing the undo makes it count again"
	c.Long = `undo takes back the entry with this number, as ` + list + ` shows it. Nothing is
deleted: the entry stays in the journal with who took it back, when and why.`
	return c
}

// takeBackCmd is undo by a function of the pipeline.
func (a *app) takeBackCmd(kind journal.Kind, list string, undo func(context.Context, *pipeline.Project, int64, string, journal.Actor, time.Time) (journal.Entry, error)) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "undo ENTRY", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			seq, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return errs.New(errs.Config, "undo "+string(kind), "entry", "not a number", "`clientbase "+list+"` shows the numbers")
			}
			who, err := a.who(cfg)
			if err != nil {
				return err
			}
			e, err := undo(c.Context(), p, seq, reason, who, a.now())
			if err != nil {
				return err
			}
			still, err := pipeline.StillInForce(p, seq, a.now())
			if err != nil {
				return err
			}
			if a.json {
				out := map[string]any{"seq": e.Seq, "undo_of": seq}
				if len(still) > 0 {
					out["still_in_force"] = still
				}
				return a.printJSON(out)
			}
			a.printf("entry %d takes back entry %d\n", e.Seq, seq)
			for _, other := range still {
				a.printf("  the person is still bound by entry %d; `clientbase %s` shows it\n", other, list)
			}
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why it is taken back, for the auditor")
	return c
}

// actsCmd lists acts of one kind, or of all.
func (a *app) actsCmd(kind journal.Kind, use, short string) *cobra.Command {
	limit := 50
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			list, err := pipeline.ListActs(c.Context(), p, kind)
			if err != nil {
				return err
			}
			if !config.SightOf(a.role).Names {
				for i := range list {
					list[i].Shaped(p.Dict)
				}
			}
			return listing[pipeline.ActLine]{
				none: "nothing entered yet", limit: limit,
				head: "entry\twhen (UTC)\tby\twhat\tabout\treason\t",
				row: func(l pipeline.ActLine) string {
					return fmt.Sprintf("%d\t%s\t%s (%s)\t%s\t%s\t%s\t%s", l.Seq, minute(l.At), l.User, l.Role, what(&l), about(&l), l.Reason, fate(&l))
				},
				of: func(l pipeline.ActLine) []string { return l.Clients },
			}.show(a, list)
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "how many; 0 = all")
	return c
}

// what says in a few words what an act did.
func what(l *pipeline.ActLine) string {
	switch {
	case l.UndoOf != 0:
		return fmt.Sprintf("takes back entry %d", l.UndoOf)
	case l.State != "":
		s := l.State + scope(l.Purpose, l.Channel) + ", from " + l.Since
		if l.Until != "" {
			s += " until " + l.Until
		}
		return s + ", by " + l.Origin
	case l.Segment != "":
		return fmt.Sprintf("list of %s for %s by %s to %s, %s", l.Segment, l.Purpose, l.Channel, l.Recipient, plural(l.Rows, "row", "rows"))
	case l.Attr != "":
		return l.Attr + " = " + dash(l.Value) + " (" + dash(l.Status) + ")"
	}
	if done := actVerbs[l.Kind+" "+l.Verb]; done != "" {
		return done
	}
	return strings.TrimSpace(l.Kind + " " + l.Verb)
}

// actVerbs say what was done to a thing of the river.
var actVerbs = map[string]string{
	"decision same": "said to be the same", "decision different": "said to be different", "decision unsure": "left open: unsure",
	"approval ": "approves", "file ": "result of a query taken away as a file", "subject hold": "duty to keep entered", "subject restrict": "restricted", "subject forget": "to be erased", "subject erased": "erased", "subject admit": "record admitted",
	"subject dossier": "dossier given", "subject retain": "rows past their time erased",
	"snapshot release": "held snapshot released", "snapshot discard": "held snapshot discarded", "snapshot rollback": "rolled back to the snapshot", "snapshot remove": "snapshot removed",
	"delivery discard": "delivery set aside", "quarantine discard": "quarantined rows discarded", "quarantine replay": "quarantined rows replayed",
}

// about says whom an act concerns now, else how it was named.
func about(l *pipeline.ActLine) string {
	var ids []string
	for _, id := range l.Clients {
		ids = append(ids, id[:12])
	}
	who := strings.Join(ids, ", ")
	name := l.Subject
	if len(name) == 32 && !strings.ContainsAny(name, ":/ ") {
		name = name[:12]
	}
	if who == "" || who == name {
		return dash(name)
	}
	return name + " → " + who
}

func fate(l *pipeline.ActLine) string {
	switch {
	case l.UndoneBy != 0:
		return fmt.Sprintf("taken back by entry %d", l.UndoneBy)
	case l.Awaits:
		return "waits for approval"
	case l.ApprovedBy != "" && !l.Folded:
		return "approved by " + l.ApprovedBy + ", since the last run"
	case l.ApprovedBy != "":
		return "approved by " + l.ApprovedBy
	case !l.Folded && (l.Kind == string(journal.KindConsent) || l.Kind == string(journal.KindOverride) || l.Kind == string(journal.KindDecision) && l.Verb != journal.Unsure):
		return "since the last run"
	}
	return ""
}

func (a *app) journalCmd() *cobra.Command {
	c := &cobra.Command{Use: "journal", Short: "What people did, in order", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.actsCmd("", "list", "Every act of the journal, newest first"))
	return c
}
