package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// traceSample draws golden values, checks each against its source row, and
// files the working paper. Values that do not come out again end with exit 3.
func (a *app) traceSample(ctx context.Context, p *pipeline.Project, s *store.Snapshot, w traceWish) error {
	paper, err := pipeline.Sample(ctx, p, s, w.sample, w.seed)
	if err != nil {
		return err
	}
	if w.out != "" {
		to, done, err := a.target(w.out)
		if err != nil {
			return err
		}
		if err := pipeline.WritePaper(to, w.out, paper); err != nil {
			return err
		}
		if err := done(); err != nil {
			return err
		}
		a.say("working paper: %s\n", w.out)
	}
	a.shown(int64(len(paper.Lines)))
	if a.json {
		if err := a.printJSON(paper); err != nil {
			return err
		}
	} else if err := a.printPaper(paper); err != nil {
		return err
	}
	if paper.Agree < paper.Drawn {
		return errs.New(errs.Integrity, "trace", s.Info().ID, fmt.Sprintf("%d of %d drawn values do not come out again from their source rows", paper.Drawn-paper.Agree, paper.Drawn),
			"if rules or lists changed since the snapshot was made, that is why: `clientbase rules`; else `clientbase run --from-landing` and compare")
	}
	return nil
}

func (a *app) printPaper(p *pipeline.Paper) error {
	a.printf("snapshot %s: %s of %s golden values drawn, seed %s\n", p.Snapshot, number(int64(p.Drawn)), number(p.Values), p.Seed)
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "no\tclient\tattribute\tvalue\tsource\tfield\trules\tchosen by\tresult")
	for _, l := range p.Lines {
		result := "agrees"
		if !l.Agrees {
			result = l.Finding
		}
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s %s\t%s\t%s\t%s\t%s\n", l.No, l.ClientID[:12], l.Attr, dash(l.Shown), l.Stream, l.Place, l.Field, l.Rules, l.Decision, result)
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	a.printf("%s of %s come out again from their source rows\n", number(int64(p.Agree)), number(int64(p.Drawn)))
	return nil
}
