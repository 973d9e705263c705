package main

import (
	"fmt"

	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

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
