package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) profileCmd() *cobra.Command {
	var list []string
	attr := ""
	c := &cobra.Command{
		Use:   "profile",
		Short: "How good the published data is, per source and attribute",
		Long: `profile shows, for every stream and attribute of the published snapshot, how many
records in force have a value (fill), how many values can be used (valid), how many
are junk, invalid or for a person to decide, the most frequent reason among those
that are not used, and the most frequent junk. Junk stands as a word of the closed lists
or as a shape (9 digit, Л Cyrillic letter, L other letter, {n} how many): no value of
a client is shown. --attr shows every reason and shape of one attribute.

The same stands in the tables quality_profile, quality_reasons and quality_junk of
every snapshot, for BI and for clientbase query; it is counted anew with each
publication. An attribute that a stream maps and never fills is shown with fill 0 %.`,
		Example: `  clientbase profile
  clientbase profile --select core --attr phone
  clientbase query 'SELECT stream, attr, fill, valid FROM quality_profile WHERE valid < 0.9'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if err := checkSelect(p, list); err != nil {
				return err
			}
			if _, ok := p.Dict.Attr(attr); attr != "" && !ok {
				return errs.New(errs.Config, "profile", "--attr "+attr, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			a.reads(s)
			lines, err := pipeline.QualityOf(c.Context(), p, s, list, attr)
			if err != nil {
				return err
			}
			a.shown(int64(len(lines)))
			return a.printQuality(lines, attr != "")
		},
	}
	c.Flags().StringSliceVar(&list, "select", nil, "only these sources or streams (core, core/clients)")
	c.Flags().StringVar(&attr, "attr", "", "one attribute, with every reason and shape")
	return c
}

func (a *app) printQuality(lines []pipeline.AttrQuality, all bool) error {
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	last := ""
	for _, q := range lines {
		if a.json {
			if err := a.printJSON(q); err != nil {
				return err
			}
			continue
		}
		if q.Stream != last {
			last = q.Stream
			_, _ = fmt.Fprintf(w, "%s\tfill\tvalid\tassumed\tto ask\tinvalid\tjunk\tmost frequent\n", q.Stream)
		}
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", q.Attr, percent(q.Filled, q.Records), percent(q.Usable, q.Cells), number(q.Assumed),
			number(q.Ambiguous+q.Conflict), number(q.Invalid), number(q.Junk), mostFrequent(q))
		if !all {
			continue
		}
		for _, r := range q.Reasons {
			_, _ = fmt.Fprintf(w, "    %s\t%s\t%s\t\t\t\t\t\n", verdictWords(r), percent(r.Cells, q.Cells), number(r.Cells))
		}
		for _, s := range q.Shapes {
			_, _ = fmt.Fprintf(w, "    junk %q\t%s\t%s\t\t\t\t\t\n", s.Shape, percent(s.Cells, q.Cells), number(s.Cells))
		}
	}
	if err := w.Flush(); err != nil {
		return outputError("standard output", err)
	}
	if len(lines) == 0 && !a.json {
		a.say("nothing is published of these streams\n")
	}
	return nil
}

// percent is a share for people: 0 % and 100 % only where they are exact.
func percent(part, whole int64) string {
	switch {
	case whole == 0:
		return "-"
	case part == 0:
		return "0 %"
	case part == whole:
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", min(99.9, max(0.1, 100*float64(part)/float64(whole))))
}

// mostFrequent names the commonest reason among values that are not used, and
// the commonest junk.
func mostFrequent(q pipeline.AttrQuality) string {
	var out []string
	for _, r := range q.Reasons {
		if r.Status != "ok" && r.Status != "corrected" && r.Status != "assumed" {
			out = append(out, verdictWords(r)+" "+number(r.Cells))
			break
		}
	}
	if len(q.Shapes) > 0 {
		out = append(out, fmt.Sprintf("%q %s", q.Shapes[0].Shape, number(q.Shapes[0].Cells)))
	}
	return orDash(strings.Join(out, ", "))
}

func verdictWords(r pipeline.QualityReason) string {
	if r.Reason == "" {
		return r.Status
	}
	return r.Status + "/" + r.Reason
}
