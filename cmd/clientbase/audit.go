package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/audit"
	"clientbase/internal/errs"
)

func (a *app) auditCmd() *cobra.Command {
	return &cobra.Command{
		Use: "audit {rule|value|export|access|run} [NAME]", Short: "Who did what, when, why, with whose consent, and what it changed",
		Long: `audit answers from journal, run reports and ledger; each line names the leaf that
proves it (clientbase ledger show LEAF).

  rule NAME      from which run on which version of a rule or code list was used
  value [NAME]   values set by hand: of a record (core/clients:17), of an attribute, or all
  export [NAME]  lists and results of queries that left: one (list-…, file-…), all of
                 a segment, all to a recipient, or all
  access         batches of reads on record
  run [ID]       a run (the newest when none is named), leaf by leaf`,
		Args: cobra.RangeArgs(1, 2), ValidArgs: audit.Kinds(),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			list, err := audit.Trail(c.Context(), p, args[0], idOf(args[1:]))
			if err != nil {
				return err
			}
			return a.printAudit(list)
		},
	}
}

func (a *app) printAudit(list []audit.Line) error {
	if len(list) == 0 && !a.json {
		a.printf("nothing on record\n")
		return nil
	}
	for i := range list {
		if a.json {
			if err := a.printJSON(list[i]); err != nil {
				return err
			}
			continue
		}
		a.printAuditLine(&list[i])
	}
	return nil
}

func (a *app) printAuditLine(l *audit.Line) {
	a.printf("%s  %s by %s\n", stamp(l.At), l.What, dash(l.By))
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(w, "    %s\t%s\n", name, text)
		}
	}
	row("about", l.About)
	row("reason", l.Reason)
	row("approved by", l.Approver)
	switch {
	case l.Was != "" && l.Now != "":
		row("change", l.Was+" → "+l.Now)
	case l.Was != "":
		row("in place of", l.Was)
	default:
		row("now", l.Now)
	}
	row("affected", l.Affected)
	row("run", l.Run)
	var proof []string
	if l.Entry > 0 {
		proof = append(proof, fmt.Sprintf("journal entry %d", l.Entry))
	}
	if l.Leaf != nil {
		proof = append(proof, fmt.Sprintf("leaf %d", *l.Leaf))
	} else {
		proof = append(proof, "no leaf yet: the next run writes it")
	}
	row("proof", strings.Join(proof, ", "))
	if err := w.Flush(); err != nil {
		a.printError(errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space"))
	}
}
