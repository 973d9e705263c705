package main

import (
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/segment"
)

func (a *app) segmentWhyCmd() *cobra.Command {
	asOf, channel := "", ""
	c := &cobra.Command{
		Use: "why SEGMENT WHO", Short: "Why somebody is in a segment, out of it, or nowhere at all", Args: cobra.MinimumNArgs(2),
		Long: `why answers at the step that lost the person: never delivered, quarantined,
filtered, merged into another client, or a condition of the rule, with the value
that decided, its source and its date. WHO is a client id or its beginning, a
retired id, a source record as SOURCE/STREAM:KEY, a phone, or a name. Where
several clients fit, they are listed masked; then, and when nobody fits, the exit
code is 1.`,
		Example: `  clientbase segment why dormant_savers 3f2a90
  clientbase segment why dormant_savers core/clients:100234
  clientbase segment why dormant_savers "Ковальов Олексей"`,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := a.openSegments(c.Context(), asOf)
			if err != nil {
				return err
			}
			defer func() { _ = s.snap.Close() }()
			x, err := s.get(a, args[0])
			if err != nil {
				return err
			}
			out := answer{}
			if out.Who, err = pipeline.Locate(c.Context(), s.p, s.snap, strings.Join(args[1:], " ")); err != nil {
				return err
			}
			a.shown(0)
			for _, c := range out.Who.Candidates {
				a.shown(1, c.ClientID)
			}
			if out.Who.Step == pipeline.IsClient {
				a.shown(1, out.Who.ClientID)
				if out.Why, err = segment.Why(c.Context(), x, s.read.Dict, s.asOf, out.Who.ClientID, s.read); err != nil {
					return err
				}
			}
			if out.Why != nil && out.Why.Verdict == segment.Yes {
				gates, err := a.whyGates(c.Context(), s, channel)
				if err != nil {
					return err
				}
				if out.Gates, err = gates.Judge(c.Context(), x, out.Who.ClientID, segment.DayOf(s.asOf)); err != nil {
					return err
				}
			}
			if a.json {
				if err := a.printJSON(out); err != nil {
					return err
				}
			} else {
				a.printWhy(x, &out)
				a.segmentsAsOf(s)
			}
			if out.Who.Step == pipeline.Ambiguous || out.Who.Step == pipeline.NotDelivered {
				return &exitError{errs.Exit(errs.New(errs.Input, "", "", "", ""))}
			}
			return nil
		},
	}
	c.Flags().StringVar(&channel, "channel", "", "tell gate by gate for phone, sms or email; default: the verdict of each")
	c.Flags().StringVar(&asOf, "as-of", "", "the day from which ages, windows, products and lifecycle are seen (default: the snapshot's own)")
	return c
}

// answer is what segment why says: who, what the rule says of them, and what
// the gates say of those whom the rule takes.
type answer struct {
	Who   *pipeline.Whereabouts `json:"who"`
	Why   *segment.Explanation  `json:"why,omitempty"`
	Gates []segment.Gate        `json:"gates,omitempty"`
}

func (a *app) printWhy(x *segment.Segment, out *answer) {
	a.printWhere(out.Who)
	if out.Why == nil {
		return
	}
	a.printf("\n%s version %d, as of %s: %s\n", x.ID, x.Version, out.Why.AsOf, inOrOut(out.Why))
	a.printReason(out.Why.Rule, 1)
	if len(out.Gates) > 0 {
		a.printf("\nmay they be contacted?\n")
	}
	for _, g := range out.Gates {
		a.printf("  %s %s", map[bool]string{true: "✓", false: "✗"}[g.Passed], g.Name)
		a.tail(g.Detail, g.Source, g.Date)
	}
}

// printWhere says where a search for somebody ended.
func (a *app) printWhere(w *pipeline.Whereabouts) {
	switch w.Step {
	case pipeline.Ambiguous:
		a.printf("%s may be meant; name one by its id:\n", plural(len(w.Candidates), "client", "clients"))
		for _, c := range w.Candidates {
			a.printf("  %s  %s, %s", c.ClientID[:12], c.Name, c.Party)
			if c.Born != "" {
				a.printf(", born %s", c.Born)
			}
			if c.City != "" {
				a.printf(", %s", c.City)
			}
			a.printf(" (%s)\n", strings.Join(c.Why, ", "))
		}
		return
	case pipeline.IsClient:
		a.printFound(w)
	default:
		a.printf("no client: %s\n", missing[w.Step])
		if w.Step == pipeline.NotDelivered {
			a.say("try: `clientbase find` with another spelling or the end of a phone; `clientbase deliveries list` shows what has landed\n")
		}
	}
	for _, r := range w.Rows {
		a.printf("  %s: %s %s, as of %s", r.Step, r.Stream, r.File, r.AsOf)
		if r.Place != "" {
			a.printf(", %s", r.Place)
		}
		if r.Reason != "" {
			a.printf(": %s", r.Reason)
		}
		if r.Detail != "" {
			a.printf(" (%s)", r.Detail)
		}
		a.printf("\n")
	}
}

// missing says in words where somebody was lost.
var missing = map[pipeline.Fate]string{
	pipeline.NotDelivered: "nothing that was delivered, and nobody in the client base, fits",
	pipeline.Quarantined:  "the row was set aside because it could not be used",
	pipeline.Filtered:     "the source's contract leaves such rows out",
	pipeline.Waiting:      "the row has landed, and the next run loads it",
	pipeline.NoParty:      "the row was loaded and tells of no person or organisation",
	pipeline.Superseded:   "a later delivery of the same day replaced the one that held the row",
}

func (a *app) printFound(w *pipeline.Whereabouts) {
	a.printf("%s  %s (%s), found by %s\n", w.ClientID, dash(w.Name), w.Party, w.FoundBy)
	switch {
	case w.FoundBy == "retired id":
		a.printf("  the id %s was merged into this client\n", w.MergedFrom)
	case w.MergedFrom != "":
		a.printf("  the record was merged with %s into this client\n", plural(w.Records-1, "other", "others"))
	}
	if w.Closed != "" {
		a.printf("  its source no longer has the record since %s\n", w.Closed)
	}
	for _, c := range w.Causes {
		a.printf("    %s\n", c)
	}
}

func inOrOut(e *segment.Explanation) string {
	switch e.Verdict {
	case segment.Yes:
		return "IN"
	case segment.No:
		return "OUT, the rule says no"
	case segment.DontKnow:
		return "OUT, a value that would decide is unknown"
	}
	return "OUT, the segment chooses from " + string(e.Base)
}

// printReason shows the tree of a rule with a verdict at every node.
func (a *app) printReason(r *segment.Reason, depth int) {
	mark := map[segment.Verdict]string{segment.Yes: "✓", segment.No: "✗"}[r.Verdict]
	if mark == "" {
		mark = "?"
	}
	a.printf("%s%s %s", strings.Repeat("  ", depth), mark, r.Rule)
	a.tail(r.Value, r.Source, r.Date, r.Note)
	for _, k := range r.Kids {
		a.printReason(k, depth+1)
	}
}

// tail ends a line with what there is of value, source and date.
func (a *app) tail(parts ...string) {
	sep := ": "
	for _, p := range parts {
		if p != "" {
			a.printf("%s%s", sep, p)
			sep = " · "
		}
	}
	a.printf("\n")
}
