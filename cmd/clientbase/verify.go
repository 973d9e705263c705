package main

import (
	"os"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/ledger"
	"clientbase/internal/proof"
)

func (a *app) verifyCmd() *cobra.Command {
	var from, key string
	var noKeys bool
	var sample int
	c := &cobra.Command{
		Use: "verify", Short: "Whether anybody edited the history: ledger, snapshots, files, journal, pointer",
		Long: `verify reads everything that the ledger covers and names what is not as it was
recorded. It needs no secret key: whoever may read the data folder can run it.

--from FILE   a checkpoint that was kept elsewhere (clientbase ledger checkpoint):
              the ledger of today must contain that of then
--key FILE    the public key that was kept elsewhere (data/ledger/verifier.txt)

Without the two, whoever holds the secret keys could have written all of it anew;
what could not have been found is said at the end. Where the secret keys can be
read, signatures of pointers and the chain of the journal are checked, too;
--sample 100 counts the published rows again, makes 100 drawn values again from
their source rows, and holds those rows against the commitments made when they
were loaded.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			o := proof.Options{Now: a.now(), NoKeys: noKeys, Sample: sample}
			if o.From, err = given(from); err != nil {
				return err
			}
			if o.Key, err = given(key); err != nil {
				return err
			}
			v, err := proof.Verify(c.Context(), p, o)
			if err != nil {
				return err
			}
			if a.json {
				if err := a.printJSON(v); err != nil {
					return err
				}
			} else {
				a.printVerified(v)
			}
			return a.judged("verify", p.Data, v.Findings)
		},
	}
	c.Flags().StringVar(&from, "from", "", "file with a checkpoint that was kept elsewhere")
	c.Flags().StringVar(&key, "key", "", "file with the public key that was kept elsewhere")
	c.Flags().BoolVar(&noKeys, "no-keys", false, "use no secret key, even where one can be read")
	c.Flags().IntVar(&sample, "sample", 0, "also count the published rows, and make so many drawn values again")
	return c
}

// given reads a file that somebody named; "" is none.
func given(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read", path, err, "check the path")
	}
	return b, nil
}

// judged is the error of a check that found something.
func (a *app) judged(op, thing string, found []ledger.Finding) error {
	if len(found) == 0 {
		return nil
	}
	return errs.New(errs.Integrity, op, thing, plural(len(found), "finding", "findings"), "compare with a backup, and with a checkpoint that was kept elsewhere; the names are explained in internal/decisions/0019")
}

func (a *app) printFindings(found []ledger.Finding, notes []string) {
	for _, f := range found {
		a.printf("✗ %s: %s: %s\n", f.Name, f.Thing, f.What)
	}
	for _, n := range notes {
		a.printf("  %s\n", n)
	}
}

func (a *app) printVerified(v *proof.Result) {
	a.printf("ledger %s: %s, compared with %s\n", dash(v.Origin), plural(int(v.Leaves), "leaf", "leaves"), plural(v.Checkpoints, "earlier checkpoint", "earlier checkpoints"))
	a.printf("read: %s, %s, %s, %s of the journal\n", plural(v.Snapshots, "snapshot", "snapshots"), plural(v.Files, "file", "files"), size(v.Bytes), plural(v.Entries, "entry", "entries"))
	a.printFindings(v.Findings, v.Notes)
	if len(v.Findings) == 0 {
		a.printf("✓ all of it is as it was recorded\n")
	}
	for _, u := range v.Unseen {
		a.printf("not provable %s\n", u)
	}
}
