package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/pipeline"
)

func (a *app) approveCmd() *cobra.Command {
	c := &cobra.Command{Use: "approve", Short: "Agree, as a second person, with what another one changed", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.approveConfigCmd(), a.approveListCmd())
	return c
}

func (a *app) approveConfigCmd() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "config", Short: "Agree with the configuration as it stands",
		Long: `config records that you have looked at what changed in the configuration since the
last run, and agree. It holds for exactly what the files say now: a further change
needs agreement again. Your own agreement does not count for a run that you start
yourself. Whether runs wait for it stands under approvals: in clientbase.yaml.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			list, err := pipeline.ApproveConfig(c.Context(), p, by)
			if err != nil {
				return err
			}
			return a.printChanged(list)
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "what you looked at, for the auditor")
	return c
}

func (a *app) approveListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "What changed in the configuration since the last run, and who agreed", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			list, err := pipeline.OpenChanges(p)
			if err != nil {
				return err
			}
			return a.printChanged(list)
		},
	}
}

func (a *app) printChanged(list []pipeline.ChangedPart) error {
	return listing[pipeline.ChangedPart]{
		none: "nothing differs from what the last run went by",
		head: "part\tsays now\tsaid before\tapproved by\t",
		row: func(c pipeline.ChangedPart) string {
			needs := ""
			if c.Needs > 0 {
				needs = "needs " + plural(c.Needs, "person", "people") + " more"
			}
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", c.Name, clip(c.Hash, 12), clip(dash(c.Was), 12), dash(strings.Join(c.By, ", ")), needs)
		},
	}.show(a, list)
}
