package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/access"
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) accessCmd() *cobra.Command {
	c := &cobra.Command{Use: "access", Short: "Who read what, whether a query returned a client, which results left as files", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.accessListCmd(), a.accessWhetherCmd(), a.accessFilesCmd())
	return c
}

// accessLog opens the log; a project where nothing was loaded has none.
func (a *app) accessLog() (*pipeline.Project, *config.Project, *access.Log, error) {
	p, c, err := a.open()
	if err != nil {
		return nil, nil, nil, err
	}
	log, err := pipeline.AccessLog(p.Data)
	if err == nil && log == nil {
		err = errs.New(errs.Input, "read access log", p.Data, "nothing was loaded yet, and nothing read", "run `clientbase run`")
	}
	return p, c, log, err
}

func (a *app) accessListCmd() *cobra.Command {
	var who, verb, since string
	limit := 50
	c := &cobra.Command{
		Use: "list", Short: "Reads of clients' data, newest first: who, as what, for what, how many rows",
		Long: `list tells who read data of clients: when, in which role, for which purpose
(--purpose of the verb), what was asked, how many rows came, of which snapshot.
--json adds tables, columns, the sum of the result and the clients where they
are few. Questions may hold names and numbers: the log is sealed on disk, and an
auditor sees their shapes.`,
		Example: `  clientbase access list
  clientbase access list --who ivanova --since 2026-03-01`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, _, log, err := a.accessLog()
			if err != nil {
				return err
			}
			var from time.Time
			if since != "" {
				if from, err = time.Parse(time.DateOnly, since); err != nil {
					return errs.New(errs.Config, "access list", "--since", "not a day", "write it like 2026-01-31")
				}
			}
			list, err := log.Reads()
			if err != nil {
				return err
			}
			list = slices.DeleteFunc(list, func(r access.Read) bool {
				return who != "" && r.User != who || verb != "" && r.Verb != verb || r.At.Before(from)
			})
			slices.Reverse(list)
			if !config.SightOf(a.role).Names {
				for i := range list {
					list[i] = shapedRead(list[i])
				}
			}
			return a.printReads(list, limit)
		},
	}
	c.Flags().StringVar(&who, "who", "", "only this user of the operating system")
	c.Flags().StringVar(&verb, "verb", "", "only this verb, such as query or \"segment export\"")
	c.Flags().StringVar(&since, "since", "", "only from this day on, like 2026-01-31 (UTC)")
	c.Flags().IntVar(&limit, "limit", limit, "how many; 0 = all")
	return c
}

func (a *app) printReads(list []access.Read, limit int) error {
	return listing[access.Read]{
		none: "nobody read anything", limit: limit,
		head: "read\twhen (UTC)\tby\tfor\tverb\trows\tsnapshot\tasked",
		row: func(r access.Read) string {
			rows := "-"
			if r.Rows >= 0 {
				rows = number(r.Rows)
			}
			switch {
			case !r.Ended:
				rows = "cut"
			case r.Outcome != access.Done:
				rows = r.Outcome
			}
			snapshot, _, _ := strings.Cut(r.Snapshot, "-")
			return fmt.Sprintf("%d\t%s\t%s (%s)\t%s\t%s\t%s\t%s\t%s", r.Seq, r.At.Format("2006-01-02 15:04"), r.User, r.Role, dash(r.Purpose), r.Verb, rows, dash(snapshot),
				shortened(strings.TrimSpace(r.Asked+" "+strings.Join(r.Flags, " "))))
		},
	}.show(a, list)
}

// shortened gives a question on one line.
func shortened(s string) string {
	const longest = 80
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}

func (a *app) accessWhetherCmd() *cobra.Command {
	var client string
	c := &cobra.Command{
		Use: "whether READ", Short: "Whether a read returned a client: a query is asked again over its snapshot",
		Long: `whether answers "did this query return this person?". READ is a number of access
list. The query is asked again, over the same snapshot and the acts of people up
to the same one, and its rows are searched for the client, under every id that
was merged into it since. While the snapshot is kept the answer is yes or no, or
maybe, where rows bear the person's name and none has an id of a client;
afterwards it is "expired". find, segment why and others have recorded whom they
showed. A result that names no client (a count) returned nobody by name, even if
the person was counted.`,
		Example: `  clientbase access whether 17 --client 3f2a90…
  clientbase access whether 17 --client core/clients:100234`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			no, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || client == "" {
				return errs.New(errs.Config, "access whether", "", "a number and a client are needed", "clientbase access whether 17 --client ID; `clientbase access list` shows the numbers")
			}
			p, cfg, log, err := a.accessLog()
			if err != nil {
				return err
			}
			w, err := pipeline.DidReturn(c.Context(), p, log, no, client, func(ctx context.Context, s *store.Snapshot, r access.Read) (*store.Rows, error) {
				return a.ask(ctx, cfg, p, s, r.Role, r.Asked, store.QueryOptions{MaxRows: r.Max})
			})
			if err != nil {
				return err
			}
			a.shown(w.Rows, w.Client)
			if a.json {
				return a.printJSON(w)
			}
			a.printf("%s: %s\n", w.Answer, w.How)
			if w.Rows > 0 && w.Of > 0 {
				a.printf("  %s of %s\n", number(w.Rows), plural(w.Of, "row", "rows"))
			}
			return nil
		},
	}
	c.Flags().StringVar(&client, "client", "", "a client id, or a record as SOURCE/STREAM:KEY")
	return c
}
