package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) planCmd() *cobra.Command {
	var o pipeline.Options
	c := &cobra.Command{
		Use:   "plan",
		Short: "What a run would read: files, windows, drift; writes nothing",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if err := checkSelect(p, o.Select); err != nil {
				return err
			}
			o.Now = a.now()
			list, err := pipeline.Plan(c.Context(), p, o)
			if err != nil {
				return err
			}
			var first error
			for i := range list {
				if first == nil {
					first = list[i].Err
				}
				if a.json {
					if err := a.printJSON(list[i]); err != nil {
						return err
					}
					continue
				}
				a.printPlanned(&list[i])
			}
			if held, err := pipeline.Waits(p); err != nil {
				return err
			} else if held != "" && !a.json {
				a.printf("snapshot %s is held and waits for a person: clientbase snapshot show\n", held)
			}
			if first != nil {
				return &exitError{errs.Exit(first)}
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&o.Select, "select", nil, "only these sources or streams")
	c.Flags().BoolVar(&o.FullRefresh, "full-refresh", false, "as if everything were read again")
	return c
}

func (a *app) printPlanned(l *pipeline.Planned) {
	a.printf("%s (%s, %s)\n", l.Stream, l.Kind, l.Mode)
	if l.Error != "" {
		a.printf("  cannot be read: %s\n", l.Error)
		if l.Hint != "" {
			a.printf("  try: %s\n", l.Hint)
		}
		return
	}
	if len(l.Slices) == 0 {
		a.printf("  nothing new to read\n")
	}
	for _, s := range l.Slices {
		amount := number(s.Size) + " " + s.Unit
		if s.Unit == "bytes" {
			amount = size(s.Size)
		}
		a.printf("  %s", s.Name)
		if s.Size >= 0 {
			a.printf("  %s", amount)
		}
		if s.AsOf != "" {
			a.printf("  as of %s", s.AsOf)
		}
		if s.Detail != "" {
			a.printf("  %s", s.Detail)
		}
		a.printf("\n")
		for _, d := range s.Drift {
			a.printf("    drift: %s\n", d)
		}
		for _, n := range s.Notes {
			a.printf("    %s\n", n)
		}
	}
	if l.Waits > 0 {
		a.printf("  %s landed and not loaded yet\n", plural(l.Waits, "delivery", "deliveries"))
	}
}
