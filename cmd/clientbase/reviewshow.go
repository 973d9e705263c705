package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// show prints two records side by side with the evidence.
func (r *reviewing) show(ctx context.Context, q *pipeline.ReviewPair) error {
	why, err := r.v.Explain(q)
	if err != nil {
		return err
	}
	r.shown(1, q.A.Client, q.B.Client)
	w := tabwriter.NewWriter(trimmed(r.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "\t\t%s\t%s\t\n", q.A, q.B)
	_, _ = fmt.Fprintf(w, "client\t%s\t%s\t%s\t\n", equal(q.One, false), client(q.A), client(q.B))
	for _, l := range r.v.Lines(q, r.clear) {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", l.Attr, equal(l.Equal, l.Some), cell(l.A, l.RestA), cell(l.B, l.RestB))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	r.printf("\n")
	r.waterfall(&why[0])
	return r.stakes(ctx, q)
}

// showOne prints a pair with all that there is to say of it.
func (r *reviewing) showOne(ctx context.Context, q *pipeline.ReviewPair) error {
	st, err := r.v.Standing(ctx, q)
	if err != nil {
		return err
	}
	if r.json {
		r.shown(1, q.A.Client, q.B.Client)
		return r.printJSON(judged{q, st, r.v.Lines(q, r.clear)})
	}
	if err := r.show(ctx, q); err != nil {
		return err
	}
	r.printReasons(st)
	return nil
}

// cell shows what a record says or, in brackets, what the rest of its client does.
func cell(own, rest string) string {
	const wide = 40
	if own == "" && rest != "" {
		return "(" + clip(rest, wide) + ")"
	}
	return dash(clip(own, wide))
}

// equal marks a line: both sides say the same, or one of several things.
func equal(all, some bool) string {
	switch {
	case all:
		return "="
	case some:
		return "~"
	}
	return ""
}

func client(s pipeline.ReviewSide) string {
	text := s.Client[:12] + ", " + plural(s.Records, "record", "records")
	if s.Holds > 0 {
		text += fmt.Sprintf(", holds %d", s.Holds)
	}
	return text
}

// stakes tells what hangs on the answer.
func (r *reviewing) stakes(ctx context.Context, q *pipeline.ReviewPair) error {
	verdict := journal.Same
	if q.One {
		verdict = journal.Different
		r.printf("one client of %s now; if different, ", plural(q.A.Records, "record", "records"))
	} else {
		r.printf("clients of %d and %s now; if the same, ", q.A.Records, plural(q.B.Records, "record", "records"))
	}
	sizes, err := r.v.Outcome(ctx, q, verdict)
	if err != nil {
		return err
	}
	if len(sizes) == 1 {
		r.printf("one of %d", sizes[0])
	} else {
		r.printf("clients of %s", andList(sizes))
	}
	r.printf("; at stake %d, at risk %.1f", q.AtStake, q.Risk)
	if q.Said != "" {
		r.printf("; said to be %s in journal entry %s", q.Said, andList(q.Entries))
	}
	r.printf("\n")
	return nil
}

// andList writes numbers as people do: 4, 2 and 1.
func andList[T int | int64](list []T) string {
	text := ""
	for i, n := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			text += " and "
		default:
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return text
}

func byWeight(parts []pipeline.Part) []pipeline.Part {
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b pipeline.Part) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	return out
}

// most names the parts of the evidence that say most.
func most(x pipeline.Evidence, n int) string {
	var words []string
	for _, p := range byWeight(x.Parts) {
		if len(words) < n {
			words = append(words, fmt.Sprintf("%s %s %+.1f", p.Field, p.Level, p.Bits))
		}
	}
	return strings.Join(words, " · ")
}
