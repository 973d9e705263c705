package main

import (
	"fmt"
	"text/tabwriter"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

// summary says what was decided, and what that tells of the rest.
func (r *reviewing) summary() error {
	s, err := r.v.Summary()
	if err != nil {
		return err
	}
	if r.json {
		return r.printJSON(s)
	}
	r.printf("%s in force: %d same, %d different, %d unsure; %d taken back; %s\n\n", plural(s.Same+s.Different+s.Unsure, "decision", "decisions"),
		s.Same, s.Different, s.Unsure, s.Undone, plural(s.Waiting, "pair waits", "pairs wait"))
	w := tabwriter.NewWriter(trimmed(r.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "zone\tbits\tpairs\tdecided\tsample\tsame\tdifferent\tunsure\tare the same, 95 % interval\t")
	for _, p := range s.Lines {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t\n", p.Zone, band(p), number(int64(p.Pairs)), number(int64(p.Decided)), number(int64(p.Sample)), p.Same, p.Different, p.Unsure, share(p))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	if s.Earlier > 0 {
		r.printf("\n%s under an earlier model: obeyed, but not in the estimates\n", plural(s.Earlier, "decision", "decisions"))
	}
	for _, c := range s.Clashes {
		r.printf("\ncontradiction: journal entries %s; nothing is joined because of them until one is taken back\n", andList(c))
	}
	return nil
}

func band(p pipeline.Precision) string {
	switch {
	case p.From == nil && p.To == nil:
		return "all"
	case p.From == nil:
		return fmt.Sprintf("below %g", *p.To)
	case p.To == nil:
		return fmt.Sprintf("%g and more", *p.From)
	}
	return fmt.Sprintf("%g–%g", *p.From, *p.To)
}

func share(p pipeline.Precision) string {
	if !p.Enough {
		return "not enough decisions"
	}
	if p.Same+p.Different == 0 {
		return fmt.Sprintf("not known (%.3f–%.3f)", p.Low, p.High)
	}
	return fmt.Sprintf("%.3f (%.3f–%.3f)", p.Share, p.Low, p.High)
}
