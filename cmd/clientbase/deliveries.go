package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"clientbase/internal/pipeline"
)

func (a *app) deliveriesCmd() *cobra.Command {
	c := &cobra.Command{Use: "deliveries", Short: "What has landed, and whether it counts", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	var sel []string
	list := &cobra.Command{
		Use: "list", Short: "Every landed delivery: loaded, pending, held, superseded or set aside", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if err := checkSelect(p, sel); err != nil {
				return err
			}
			all, err := pipeline.Deliveries(p)
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(d pipeline.Delivered) bool { return !pipeline.Selected(sel, d.Stream) })
			return listing[pipeline.Delivered]{
				none: "nothing has landed yet",
				head: "id\tstate\tas of\trows\tstream\tname\t",
				row: func(d pipeline.Delivered) string {
					return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s", d.ID[:12], d.State, d.AsOf, number(d.Rows), d.Stream, d.Name, d.By)
				},
			}.show(a, all)
		},
	}
	list.Flags().StringSliceVar(&sel, "select", nil, "only these sources or streams")
	act := func(use, short, long, done string, do func(context.Context, *pipeline.Project, pipeline.Act, string) (*pipeline.Delivered, error)) *cobra.Command {
		reason := ""
		c := &cobra.Command{Use: use + " ID", Short: short, Long: long, Args: cobra.ExactArgs(1),
			RunE: func(c *cobra.Command, args []string) error {
				p, by, err := a.acting(reason)
				if err != nil {
					return err
				}
				d, err := do(c.Context(), p, by, args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(d)
				}
				a.printf("%s %s of %s, as of %s, %s: %s\n", d.Stream, d.Name, plural(int(d.Rows), "row", "rows"), d.AsOf, done, d.State)
				a.printf("next: clientbase run\n")
				return nil
			}}
		c.Flags().StringVar(&reason, "reason", "", "why; recorded with the act")
		return c
	}
	c.AddCommand(list,
		act("discard", "Set a delivery aside: no run loads it", `discard sets a delivery aside for good reason: a wrong or broken file. No run loads
it; what it had brought is left out of what the next run builds, and the delivery
that it had replaced counts again. It stays in landing; restore takes it back.`, "is set aside", pipeline.DiscardDelivery),
		act("restore", "Take back that a delivery was set aside", `restore lets a delivery count again that was set aside by discard, or with a held
snapshot; the next run loads it.`, "counts again", pipeline.RestoreDelivery))
	return c
}

// acting opens the project for an act of a person that goes to the journal.
func (a *app) acting(reason string) (*pipeline.Project, pipeline.Act, error) {
	p, cfg, err := a.open()
	if err != nil {
		return nil, pipeline.Act{}, err
	}
	actor, err := a.who(cfg)
	return p, pipeline.Act{Now: a.now(), Actor: actor, Reason: reason}, err
}
