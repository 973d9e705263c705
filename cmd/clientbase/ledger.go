package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
)

func (a *app) ledgerCmd() *cobra.Command {
	c := &cobra.Command{Use: "ledger", Short: "The tamper-evident log: its leaves, proofs, and checkpoints to keep elsewhere", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.ledgerListCmd(), a.ledgerShowCmd(), a.ledgerProveCmd(), a.ledgerCheckpointCmd(), a.ledgerAnchorCmd())
	return c
}

// leafLine is a leaf with its place.
type leafLine struct {
	Index int64 `json:"index"`
	ledger.Leaf
}

func (a *app) ledgerListCmd() *cobra.Command {
	limit, kind := 50, ""
	c := &cobra.Command{
		Use: "list", Short: "Leaves, newest first", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
			if !a.json {
				_, _ = fmt.Fprintln(w, "leaf\twhen (UTC)\twhat\tby\tabout\trun\t")
			}
			n, more := 0, false
			err = pipeline.Ledger(p).Back(func(i int64, l ledger.Leaf) error {
				if kind != "" && string(l.Kind) != kind {
					return nil
				}
				if n++; limit > 0 && n > limit {
					more = true
					return fs.SkipAll
				}
				if a.json {
					return a.printJSON(leafLine{i, l})
				}
				_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t\n", i, stamp(l.At), strings.ReplaceAll(string(l.Kind), "_", " "), by(l), dash(l.Subject), dash(l.Run))
				return err
			})
			if err != nil {
				return err
			}
			if n == 0 && !a.json {
				a.printf("no leaf yet; `clientbase run` writes the first\n")
				return nil
			}
			if err := w.Flush(); err != nil {
				return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
			}
			if more {
				a.say("more; --limit 0 shows all\n")
			}
			return nil
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "how many; 0 = all")
	c.Flags().StringVar(&kind, "kind", "", "leaves of one kind, for example published")
	return c
}

func by(l ledger.Leaf) string {
	if l.Actor == "" {
		return "–"
	}
	return l.Actor + " (" + l.Role + ")"
}

// leafAt reads the number of a leaf.
func leafAt(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, errs.New(errs.Config, "ledger", "LEAF", "not the number of a leaf", "`clientbase ledger list` shows them")
	}
	return n, nil
}

func (a *app) ledgerShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show LEAF", Short: "One leaf: what it says and which hashes it holds", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			proof, err := a.prove(args[0])
			if err != nil {
				return err
			}
			l, err := proof.Decode()
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(leafLine{proof.Index, l})
			}
			a.printf("leaf %d, %s, %s by %s\n", proof.Index, stamp(l.At), strings.ReplaceAll(string(l.Kind), "_", " "), by(l))
			w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
			for _, f := range [][2]string{{"about", l.Subject}, {"run", l.Run}} {
				if f[1] != "" {
					_, _ = fmt.Fprintf(w, "  %s\t%s\n", f[0], f[1])
				}
			}
			for _, s := range l.Sums {
				_, _ = fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.Hash)
			}
			_ = w.Flush()
			a.printf("it is part of the ledger of %d leaves: %s to the signed root\n", proof.Checkpoint.Size, plural(len(proof.Hashes), "hash leads", "hashes lead"))
			return nil
		},
	}
}

func (a *app) prove(arg string) (ledger.Proof, error) {
	p, _, err := a.open()
	if err != nil {
		return ledger.Proof{}, err
	}
	n, err := leafAt(arg)
	if err != nil {
		return ledger.Proof{}, err
	}
	return pipeline.Ledger(p).Prove(n)
}

func (a *app) ledgerProveCmd() *cobra.Command {
	return &cobra.Command{
		Use: "prove LEAF", Short: "A proof that a leaf is part of the ledger, to be checked without it",
		Long: `prove prints a C2SP tlog-proof: the leaf, the hashes that lead from it to the root,
and the signed checkpoint. Any tool that knows the format can check it with the
public key data/ledger/verifier.txt and nothing else.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			proof, err := a.prove(args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"index": proof.Index, "proof": string(proof.Text())})
			}
			_, err = a.out.Write(proof.Text())
			return err
		},
	}
}

// head gives the checkpoint in force.
func (a *app) head() (*pipeline.Project, ledger.Checkpoint, error) {
	p, _, err := a.open()
	if err != nil {
		return nil, ledger.Checkpoint{}, err
	}
	c, err := pipeline.Ledger(p).Head()
	if err == nil && c.Size == 0 {
		err = errs.New(errs.Input, "read checkpoint", p.Data, "there is no ledger yet", "run `clientbase run`")
	}
	return p, c, err
}

func (a *app) ledgerCheckpointCmd() *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint", Short: "The signed tree head in force, to be kept elsewhere", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, c, err := a.head()
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"origin": c.Origin, "size": c.Size, "root": c.Root.String(), "checkpoint": string(c.Text)})
			}
			_, err = a.out.Write(c.Text)
			return err
		},
	}
}

func (a *app) ledgerAnchorCmd() *cobra.Command {
	var file, url string
	var mail bool
	c := &cobra.Command{
		Use: "anchor", Short: "Put the checkpoint where the operator of this machine cannot rewrite it",
		Long: `anchor gives the checkpoint in force to somebody who keeps it. Who holds the keys can
write a whole ledger anew; only a checkpoint kept elsewhere shows it.

--file FILE   writes it, for example onto a share that only the auditor may change
--mail-text   prints a letter with checkpoint and public key, to be sent or printed
--url URL     sends it there by POST; nothing else ever opens a connection for it

Verify against it later: clientbase verify --from FILE --key FILE`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, head, err := a.head()
			if err != nil {
				return err
			}
			if n := len(file) + len(url); n == 0 && !mail {
				return errs.New(errs.Config, "ledger anchor", "", "where to is not said", "one of --file FILE, --mail-text, --url URL")
			}
			if mail {
				key, err := given(filepath.Join(p.Data, "ledger", "verifier.txt"))
				if err != nil {
					return err
				}
				a.printf("%s", anchorLetter(head, key))
			}
			if file != "" {
				if _, err := os.Stat(file); err == nil {
					return errs.New(errs.Input, "ledger anchor", file, "a file of this name is there", "name a new one: an old anchor is worth keeping")
				}
				if _, err := os.Stat(filepath.Dir(file)); err != nil { // a share that is not mounted is no place to keep it
					return errs.New(errs.Input, "ledger anchor", filepath.Dir(file), "the folder is not there", "mount the share, or make the folder, where the operator cannot change what is kept")
				}
				if err := disk.WriteBytes(file, head.Text); err != nil {
					return err
				}
				a.say("%s leaves anchored in %s\n", number(head.Size), file)
			}
			if url != "" {
				if err := post(c, url, head.Text); err != nil {
					return err
				}
				a.say("%s leaves anchored at the address given\n", number(head.Size))
			}
			return nil
		},
	}
	c.Flags().StringVar(&file, "file", "", "file to write the checkpoint to")
	c.Flags().BoolVar(&mail, "mail-text", false, "print a letter to the auditor")
	c.Flags().StringVar(&url, "url", "", "address to POST the checkpoint to")
	return c
}

// anchorLetter is what an auditor files.
func anchorLetter(c ledger.Checkpoint, key []byte) string {
	return fmt.Sprintf(`Subject: checkpoint of the client base ledger, %d leaves

Keep this letter where the operator of the client base cannot change it. The
checkpoint signs the first %d entries of its ledger; with it and the public key
anybody who may read the data folder can show that none of them was changed since:

  clientbase verify --from checkpoint.txt --key verifier.txt

--- checkpoint.txt
%s--- verifier.txt
%s---
`, c.Size, c.Size, c.Text, key)
}

// post sends a checkpoint.
func post(c *cobra.Command, url string, text []byte) error {
	const hint = "check the address and try again; --file and --mail-text need no connection"
	req, err := http.NewRequestWithContext(c.Context(), http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return errs.New(errs.Config, "ledger anchor", "--url", "not an address", hint)
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errs.Hidden(errs.Retry, "ledger anchor", "--url", "the address cannot be reached", err, hint)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		return errs.New(errs.Retry, "ledger anchor", "--url", "the answer was "+resp.Status, hint)
	}
	return nil
}
