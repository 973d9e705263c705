package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/proof"
)

func (a *app) fsckCmd() *cobra.Command {
	return &cobra.Command{
		Use: "fsck [SNAPSHOT]", Short: "Count everything again from the bytes: files, tables, keys, references, lineage, balances",
		Long: `fsck is verify and more: it opens the files of a snapshot (the one in force when
none is named) and counts rows, keys and references again, asks of every published
value whether exactly one winner explains it, computes the row root anew, and holds
deliveries against their batches and quarantine, and runs against their balance.
It changes nothing.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			v, done, err := proof.Fsck(c.Context(), p, proof.Options{Now: a.now()}, idOf(args))
			if err != nil {
				return err
			}
			if a.json {
				if err := a.printJSON(v); err != nil {
					return err
				}
				return a.judged("fsck", p.Data, v.Findings)
			}
			a.printf("read: %s, %s, %s, %s of the journal, %s of the ledger\n", plural(v.Snapshots, "snapshot", "snapshots"), plural(v.Files, "file", "files"), size(v.Bytes), plural(v.Entries, "entry", "entries"), plural(int(v.Leaves), "leaf", "leaves"))
			a.printf("counted again: %s\n", plural(done, "thing", "things"))
			a.printFindings(v.Findings, v.Notes)
			if len(v.Findings) == 0 {
				a.printf("✓ nothing is wrong\n")
			}
			return a.judged("fsck", p.Data, v.Findings)
		},
	}
}
