package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"clientbase/internal/pipeline"
)

// printStanding explains a pair in the terminal: the evidence as a waterfall,
// what brought the pair together, what holds or parts the clusters, and what
// would change that.
func (a *app) printStanding(st *pipeline.Standing) {
	fate := "two clients"
	if st.Together {
		fate = "one client"
	}
	a.printf("%s and %s: %s (merged from %.4g bits)\n\n", st.A, st.B, fate, st.Threshold)
	a.waterfall(&st.Explanation)
	a.printReasons(st)
}

// printReasons tells what brought a pair together, what holds or parts its
// clusters, and what would change that.
func (a *app) printReasons(st *pipeline.Standing) {
	switch {
	case len(st.Rules) == 0:
		a.printf("\nno blocking rule brings the two together\n")
	case len(st.Rules) == 1:
		a.printf("\nbrought together by %s\n", st.Rules[0])
	default:
		a.printf("\nbrought together by %s, and by %s\n", st.Rules[0], plural(len(st.Rules)-1, "other rule", "other rules"))
	}
	if st.Together {
		a.printTogether(st)
	} else {
		a.printApart(st)
	}
	a.printLevers(st)
}

// barWidth is how many letters the longest sum of bits takes.
const barWidth = 36

// waterfall shows the parts of the weight, strongest first, each as a bar from
// the sum before to the sum after it.
func (a *app) waterfall(st *pipeline.Evidence) {
	type step struct {
		field, level, held string
		bits               float64
	}
	steps := []step{{field: "before comparing", bits: st.Prior}}
	parts := slices.Clone(st.Parts)
	slices.SortStableFunc(parts, func(p, q pipeline.Part) int {
		switch {
		case math.Abs(p.Bits) > math.Abs(q.Bits):
			return -1
		case math.Abs(p.Bits) < math.Abs(q.Bits):
			return 1
		}
		return 0
	})
	for _, p := range parts {
		s := step{field: p.Field, level: p.Level, bits: p.Bits, held: p.Note}
		if p.Share > 0 {
			if s.held != "" {
				s.held += ", "
			}
			s.held += fmt.Sprintf("value of %.2g %% of records", 100*p.Share)
		}
		steps = append(steps, s)
	}
	if st.Household < -0.05 {
		steps = append(steps, step{field: "relatives share as much", bits: st.Household})
	}
	low, high, sum := 0.0, 0.0, 0.0
	for _, s := range steps {
		sum += s.bits
		low, high = min(low, sum), max(high, sum)
	}
	at := func(v float64) int { return int(math.Round((v - low) / max(high-low, 1) * barWidth)) }
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	sum = 0
	for _, s := range steps {
		from, to, mark := at(sum), at(sum+s.bits), "█"
		if s.bits < 0 {
			from, to, mark = to, from, "░"
		}
		sum += s.bits
		bar := strings.Repeat(" ", from) + strings.Repeat(mark, max(to-from, 1))
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%+6.1f\t%6.1f\t%-*s\t%s\n", s.field, s.level, s.bits, sum, barWidth+1, bar, s.held)
	}
	_, _ = fmt.Fprintf(w, "  weight\t\t\t%6.1f\tprobability %.6f, zone %s (ask ≥ %.4g, merge ≥ %.4g)\t\n", st.Bits, st.Probability, st.Zone, st.Ask, st.Merge)
	_ = w.Flush()
}

func (a *app) printTogether(st *pipeline.Standing) {
	a.printf("one cluster of %s; the path that holds the two:\n", plural(st.Records[0], "record", "records"))
	for _, t := range st.Path {
		bridge := ""
		if t.Bridge {
			bridge = ", a bridge: nothing else holds its two sides"
		}
		a.printf("  %s = %s: %.1f bits by %s%s\n", t.A, t.B, t.Bits, t.Rule, bridge)
	}
	if len(st.Path) == 0 {
		a.printf("  none of pairs: the cluster is held by what its records hold together\n")
	}
	if st.Records[0] > 2 {
		for _, h := range st.Holds {
			a.printf("  %s to the other %d: %.1f bits; below %.4g it would leave\n", h.Record, h.Others, h.Bits, st.Threshold)
		}
	}
}

func (a *app) printApart(st *pipeline.Standing) {
	sizes := fmt.Sprintf("clusters of %d and %s", st.Records[0], plural(st.Records[1], "record", "records"))
	switch {
	case st.Forbidden != "":
		a.printf("%s; never joined by weight: %s\n", sizes, st.Forbidden)
	case st.Between < st.Threshold:
		a.printf("%s; between them %.1f bits, %.1f short\n", sizes, st.Between, st.Threshold-st.Between)
	default:
		a.printf("%s; between them %.1f bits, but each holds records that may not be joined, or joined others first\n", sizes, st.Between)
	}
}

// printLevers says what would split the pair or join it.
func (a *app) printLevers(st *pipeline.Standing) {
	reaches := st.Bits >= st.Threshold
	verb := "would split"
	if !reaches {
		verb = "would join"
	}
	say := func(c pipeline.Change) string { return fmt.Sprintf("%s %s: %.1f bits", c.Field, c.To, c.Bits) }
	switch {
	case len(st.Changes) > 0:
		a.printf("what %s the pair, each alone:\n", verb)
		for _, c := range st.Changes {
			a.printf("  %s\n", say(c))
		}
	case len(st.All) > 0:
		last := st.All[len(st.All)-1].Bits
		if last >= st.Threshold != reaches {
			a.printf("no attribute alone %s the pair; one after the other:\n", verb)
		} else {
			a.printf("not even all attributes together %s the pair:\n", verb)
		}
		for _, c := range st.All {
			a.printf("  %s\n", say(c))
		}
	}
	switch {
	case st.Together:
		a.printf("a person's word that they are different splits them\n")
	default:
		a.printf("a person's word that they are the same joins them\n")
	}
}
