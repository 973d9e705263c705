package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"clientbase/internal/pipeline"
)

func (a *app) accessFilesCmd() *cobra.Command {
	return &cobra.Command{
		Use: "files", Short: "Results of queries that were taken away as files: by whom, for whom, how many rows",
		Long: `files is the register of what query --out wrote: who took it, for which purpose
(--purpose), to whom (--recipient), how many rows of which snapshot, in which
form. --json adds columns, the SHA-256 of the file and the number under which
access list shows the question. Lists of contact points stand in segment lists.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			list, err := pipeline.Files(p)
			if err != nil {
				return err
			}
			return listing[pipeline.FileLine]{
				none: "no result was taken away",
				head: "file\twhen (UTC)\tby\tfor\tto\tform\trows\tsnapshot",
				row: func(l pipeline.FileLine) string {
					form := l.Format
					if l.Encrypted {
						form += ", encrypted"
					}
					return fmt.Sprintf("%s\t%s\t%s (%s)\t%s\t%s\t%s\t%s\t%s", l.Name, l.At.Format("2006-01-02 15:04"), l.User, l.Role, dash(l.Purpose), l.Recipient, form, number(l.Rows), l.Snapshot)
				},
			}.show(a, list)
		},
	}
}
