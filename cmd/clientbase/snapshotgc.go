package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) snapshotGCCmd() *cobra.Command {
	keep, dry, reason := 0, false, ""
	c := &cobra.Command{
		Use: "gc", Short: "Remove the oldest snapshots until --keep are left",
		Long: `gc removes the oldest snapshots until --keep are left. The current one, a held one
and those that somebody is reading stay. Files that other snapshots share stay with
them. A run does the same by itself with keep_snapshots of clientbase.yaml; what is
removed by hand stands in the journal. What was known at a removed snapshot cannot
be asked for any more.`,
		Example: `  clientbase snapshot gc --keep 7 --dry-run
  clientbase snapshot gc --keep 7 --reason "disk is small"`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if keep < 1 {
				return errs.New(errs.Config, "snapshot gc", "--keep", "at least one snapshot is kept", "clientbase snapshot gc --keep 7")
			}
			var gone []string
			if dry {
				p, _, err := a.open()
				if err != nil {
					return err
				}
				list, err := pipeline.Surplus(p, keep)
				if err != nil {
					return err
				}
				for i := range list {
					gone = append(gone, list[i].ID)
				}
			} else {
				p, by, err := a.acting(reason)
				if err != nil {
					return err
				}
				if gone, err = pipeline.RemoveSnapshots(c.Context(), p, by, keep); err != nil {
					return err
				}
			}
			if a.json {
				return a.printJSON(map[string]any{"removed": append([]string{}, gone...), "dry_run": dry})
			}
			for _, id := range gone {
				a.printf("%s\n", id)
			}
			word := "removed"
			if dry {
				word = "would be removed"
			}
			a.printf("%s %s\n", plural(int64(len(gone)), "snapshot", "snapshots"), word)
			return nil
		},
	}
	c.Flags().IntVar(&keep, "keep", 0, "how many are kept")
	c.Flags().BoolVar(&dry, "dry-run", false, "only say which")
	c.Flags().StringVar(&reason, "reason", "", "why; recorded with each act")
	return c
}
