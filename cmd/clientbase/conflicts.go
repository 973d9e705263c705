package main

import (
	"fmt"
	"text/tabwriter"

	"clientbase/internal/pipeline"
)

// printConflicts shows what contradicts what inside the records of a client.
func (a *app) printConflicts(list []pipeline.TraceConflict) {
	if len(list) == 0 {
		return
	}
	a.printf("\ncontradictions inside a record (nothing is decided by them)\n")
	for _, c := range list {
		a.printf("  %s %s ↔ %s: %s\n", conflictMark(c.Weak), c.Attr, c.Other, c.Says)
		a.printf("      %s %s · field %s ↔ %s · %s · %s ↔ %s · since %s\n", c.Stream, c.Key, dash(c.Field), dash(c.With), c.Reason, c.Rules, c.Rules2, c.Since)
	}
}

// conflictMark tells a contradiction from what is only worth a look.
func conflictMark(weak bool) string {
	if weak {
		return "?"
	}
	return "!"
}

// printConflictCounts shows how often the records in force contradict themselves.
func (a *app) printConflictCounts(list []pipeline.ConflictLine) {
	if len(list) == 0 {
		return
	}
	a.printf("\nrecords that contradict themselves (query the table conflicts):\n")
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	for _, c := range list {
		_, _ = fmt.Fprintf(w, "  %s %s\t%s ↔ %s\t%s\n", conflictMark(c.Weak), number(c.Records), c.Attr, c.Other, c.Says)
	}
	_ = w.Flush()
}
