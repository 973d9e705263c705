package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/connectors"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
	"clientbase/internal/scan"
)

func (a *app) quarantineCmd() *cobra.Command {
	c := &cobra.Command{Use: "quarantine", Short: "Rows that could not be used, and why; replay or discard them", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.quarantineListCmd(), a.quarantineShowCmd(), a.quarantineReplayCmd(), a.quarantineDiscardCmd())
	return c
}

func (a *app) quarantineListCmd() *cobra.Command {
	all := false
	list := &cobra.Command{
		Use: "list", Short: "Quarantined rows by stream, delivery and reason", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			files, err := pipeline.Quarantines(p)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
			shown, settled := 0, 0
			for i := range files {
				f := &files[i]
				if f.State != "open" && !all {
					settled++
					continue
				}
				if a.json {
					if err := a.printJSON(f); err != nil {
						return err
					}
					continue
				}
				if shown == 0 {
					_, _ = fmt.Fprintln(w, "id\tstream\trows\treasons\tstate")
				}
				shown++
				state := f.State
				if f.By != "" {
					state += " by " + f.By
				}
				_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", f.ShortID(), f.Stream, f.Rows, reasons(f.Reasons), state)
			}
			if shown == 0 && !a.json {
				a.printf("no rows in quarantine\n")
			}
			if settled > 0 && !a.json {
				a.say("%s settled or of deliveries that no longer count; --all shows them\n", plural(settled, "other is", "others are"))
			}
			return w.Flush()
		},
	}
	list.Flags().BoolVar(&all, "all", false, "also those that were discarded, or whose delivery no longer counts")
	return list
}

func (a *app) quarantineShowCmd() *cobra.Command {
	limit := 20
	show := &cobra.Command{
		Use: "show ID", Short: "The rows of one quarantine: where each stands, why, and its shape",
		Long: `show gives, for every row, its place in the delivered file and the shape of its
text (Л = Cyrillic letter, L = Latin letter, 9 = digit, with counts), never the
text itself: the place is enough to look it up at the source.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			f, err := pipeline.OneQuarantine(p, args[0])
			if err != nil {
				return err
			}
			store, err := landing.Open(p.Data)
			if err != nil {
				return err
			}
			if f.By != "" && !a.json {
				a.printf("%s by %s\n", f.State, f.By)
			}
			return a.showQuarantine(store, f.QuarantineFile, limit)
		},
	}
	show.Flags().IntVar(&limit, "limit", limit, "rows shown at most; 0 = all")
	return show
}

func (a *app) quarantineReplayCmd() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "replay ID", Short: "After a fix of the mapping or of a rule: compute everything anew from landing",
		Long: `replay looks whether rows of a quarantine are usable under the mapping as it stands
now. If so, everything is computed anew from landing, without touching a source,
and published: the same as if the fix had been there from the start, under the
model in force (` + "`clientbase run --from-landing --full-refresh`" + ` also trains anew).
The brake holds here too.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			bar := a.progress()
			rep, left, err := pipeline.Replay(c.Context(), p, pipeline.Options{Now: by.Now, Actor: by.Actor, Progress: bar}, by, args[0])
			bar.finish()
			if err == nil && !a.json && left > 0 {
				a.printf("%s of this delivery cannot be used even now\n", plural(int(left), "row", "rows"))
			}
			return a.ended(rep, err)
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
	return c
}

func (a *app) quarantineDiscardCmd() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "discard ID", Short: "Settle rows that nobody will mend",
		Long: `discard takes the rows of a quarantine off the open list, with who did it and why.
They stay where they are, and from the next time that their delivery is loaded
they are counted as filtered (quarantine_discarded), no longer as quarantined. A
key that is missing from such a delivery still proves nothing: nothing is closed.
Should the delivery one day have more unusable rows than were discarded, all of
them are open again.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			q, err := pipeline.DiscardRows(c.Context(), p, by, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(q)
			}
			a.printf("%s: %s of %s %s", q.ShortID(), plural(q.Rows, "row", "rows"), q.Stream, q.State)
			if q.By != "" {
				a.printf(" by %s", q.By)
			}
			a.printf("\n")
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
	return c
}

func reasons(m map[string]int64) string {
	names := make([]string, 0, len(m))
	for r := range m {
		names = append(names, r)
	}
	sort.Slice(names, func(i, j int) bool {
		if m[names[i]] != m[names[j]] {
			return m[names[i]] > m[names[j]]
		}
		return names[i] < names[j]
	})
	for i, r := range names {
		names[i] = fmt.Sprintf("%s %d", r, m[r])
	}
	return strings.Join(names, ", ")
}

func (a *app) showQuarantine(store *landing.Store, f landing.QuarantineFile, limit int) error {
	if !a.json {
		a.printf("%s, delivery %s, set aside while it was %s\n", f.Stream, f.Delivery, map[string]string{"read": "read", "load": "loaded"}[f.Stage])
	}
	var failed error
	shown := 0
	err := store.EachQuarantined(f, func(r landing.QuarantineRow) bool {
		if limit > 0 && shown == limit {
			a.say("%s more; --limit 0 shows all\n", number(int64(f.Rows-limit)))
			return false
		}
		shown++
		if a.json {
			failed = a.printJSON(map[string]any{"pos": json.RawMessage(position(r.Pos)), "class": r.Class, "reason": r.Reason, "detail": r.Detail, "shape": shapeOf(r.Raw)})
			return failed == nil
		}
		a.printf("  %s: %s (%s)\n", cmp.Or(r.Pos.Words(), "unknown place"), r.Reason, r.Detail)
		if len(r.Raw) > 0 {
			a.printf("      %s\n", clip(strings.TrimSpace(shapeOf(r.Raw)), 160))
		}
		return true
	})
	a.shown(int64(shown))
	return cmp.Or(err, failed)
}

// shapeOf decodes the bytes of a row by what they look like and gives their
// shape.
func shapeOf(raw []byte) string {
	found := scan.Detect(raw)
	text, _ := scan.Decode(nil, raw[found.BOM:], found.Charset)
	return opaque.Shape(string(text))
}

// position is a position as JSON: {"kind":"line","line":3,"from":10,"to":90}.
func position(p connectors.Position) []byte {
	m := map[string]any{}
	switch p.Kind {
	case connectors.AtOffset:
		m["kind"], m["from"], m["to"] = "offset", p.A, p.B
		if p.Line > 0 {
			m["line"] = p.Line
		}
	case connectors.AtMessage:
		m["kind"], m["message"] = "message", p.A
	case connectors.AtKey:
		m["kind"] = "key"
	case connectors.AtSpan:
		m["kind"], m["record"], m["from"], m["to"] = "span", p.Line, p.A, p.B
	}
	text, err := json.Marshal(m)
	if err != nil {
		return []byte("{}")
	}
	return text
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
