package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// reviewing is one call of review.
type reviewing struct {
	*app
	v      *pipeline.Review
	who    journal.Actor
	known  error // why the user has no role, nil when it has one
	clear  bool  // the role may see what records say
	which  string
	limit  int
	reason string
}

func (a *app) reviewCmd() *cobra.Command {
	var pair, say, sample, format string
	var list, summary, unsure bool
	r := &reviewing{app: a, limit: 20}
	c := &cobra.Command{
		Use:   "review [--list | --summary | --pair RECORD RECORD [--say same|different|unsure]]",
		Short: "Decide who is who where the evidence alone does not",
		Long: `review shows, side by side, two records that may be one client, with the evidence
in bits, and asks: same, different or unsure? The answer goes to the journal with
person, reason and the version of the matching model. Every later run obeys it:
the same are one client whatever the evidence, different ones are not, and what is
the same as one record is the same as all of them. A decision that contradicts
another is refused; review undo takes one back.

Pairs come by value at risk: what the lesser of the two clients consists of and
holds (records, accounts, cards, products), times the chance that they are wrongly
apart; where the clients do not agree as a whole, one record. Clients said to be different are not asked about again, unsure pairs only
when the model has changed or with --unsure. Contact points, documents and
addresses stand there masked: = marks what both records say, ~ one of several
things in common, and in brackets stands what the rest of a client says. Only an
engineer or a steward decides, everybody else sees shapes.

Without a flag the answers are read from standard input, one line per pair: s, d or
u and the reason; an empty line skips the pair, q ends. --sample takes the pairs in
a random order, from those asked about or from those merged. --summary estimates
from answers given in that order how many pairs are right, per band of evidence.
The order of value is no fair sample: such answers count when it reaches them.`,
		Example: `  clientbase review
  clientbase review --list --limit 10 --format json
  clientbase review --pair core/clients:100234 cards/holders:C77
  clientbase review --pair core/clients:100234 cards/holders:C77 --say same --reason "same passport, seen in the branch"
  clientbase review --sample merge --reason "monthly check"
  clientbase review --summary
  clientbase review undo 12 --reason "the passport was her sister's"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if pair == "" && len(args) > 0 || pair != "" && len(args) != 1 {
				return errs.New(errs.Config, "review", "", "a pair is two records", "clientbase review --pair core/clients:100234 cards/holders:C77")
			}
			if say != "" && pair == "" || pair != "" && (list || summary) || list && summary {
				return errs.New(errs.Config, "review", "", "these flags do not go together", "--say goes with --pair; --list, --summary and --pair are three ways to ask")
			}
			switch format {
			case "table":
			case "json":
				a.json = true
			default:
				return errs.New(errs.Config, "review", "--format", "no such format", "one of table, json")
			}
			if a.json && pair == "" && !list && !summary {
				return errs.New(errs.Config, "review", "", "questions are for people, not for programs", "--list gives the pairs as JSON, --pair A B --say decides one")
			}
			r.which = pipeline.ByValue
			switch {
			case sample != "":
				r.which = sample
			case unsure:
				r.which = pipeline.OnUnsure
			}
			done, err := r.open(c.Context())
			if err != nil {
				return err
			}
			defer done()
			switch {
			case summary:
				return r.summary()
			case pair != "":
				return r.pair(c.Context(), pair, args[0], say)
			case list:
				return r.list()
			}
			return r.ask(c.Context())
		},
	}
	f := c.Flags()
	f.BoolVar(&list, "list", false, "list the pairs that wait, and ask nothing")
	f.BoolVar(&summary, "summary", false, "what was decided, and how right merges and questions are by that")
	f.StringVar(&pair, "pair", "", "two records, as SOURCE/STREAM:KEY SOURCE/STREAM:KEY; alone: show them")
	f.StringVar(&say, "say", "", "decide the pair: same, different or unsure")
	f.StringVar(&r.reason, "reason", "", "why, for the auditor; for answers that give none")
	f.StringVar(&sample, "sample", "", "take pairs in random order: ask (between clients) or merge (within one)")
	f.BoolVar(&unsure, "unsure", false, "pairs of which somebody was unsure")
	f.IntVar(&r.limit, "limit", r.limit, "pairs listed; 0 = all")
	f.StringVar(&format, "format", "table", "table or json")
	c.AddCommand(a.undoCmd(journal.KindDecision, "review log"), a.actsCmd(journal.KindDecision, "log", "Decisions of people, newest first"))
	return c
}

func (r *reviewing) open(ctx context.Context) (func(), error) {
	p, cfg, err := r.app.open()
	if err != nil {
		return nil, err
	}
	r.who, r.known = r.app.who(cfg)
	r.clear = r.known == nil && pipeline.MayJudge(r.who.Role)
	s, err := pipeline.Current(p)
	if err != nil {
		return nil, err
	}
	if r.v, err = pipeline.OpenReview(ctx, p, s); err != nil {
		_ = s.Close()
		return nil, err
	}
	return func() { _ = s.Close() }, nil
}

// judged is a pair as JSON.
type judged struct {
	*pipeline.ReviewPair
	Evidence any                   `json:"evidence"` // pipeline.Evidence; of one pair pipeline.Standing
	Lines    []pipeline.ReviewLine `json:"lines"`
}

// list shows the pairs that wait, the first of them.
func (r *reviewing) list() error {
	all, err := r.v.Queue(r.which)
	if err != nil {
		return err
	}
	shown := all
	if r.limit > 0 && len(all) > r.limit {
		shown = all[:r.limit]
	}
	why, err := r.v.Explain(shown...)
	if err != nil {
		return err
	}
	for _, q := range shown {
		r.shown(1, q.A.Client, q.B.Client)
	}
	if r.json {
		for i, q := range shown {
			if err := r.printJSON(judged{q, why[i], r.v.Lines(q, r.clear)}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		r.printf("no pair waits for a decision\n")
		return nil
	}
	w := tabwriter.NewWriter(trimmed(r.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "at risk\tp\tbits\tone record\tthe other\tmost of the evidence\t")
	for i, q := range shown {
		_, _ = fmt.Fprintf(w, "%.1f\t%.3f\t%.1f\t%s\t%s\t%s\t\n", q.Risk, q.P, q.Bits, q.A, q.B, most(why[i], 3))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	if more := len(all) - len(shown); more > 0 {
		r.say("%s more; --limit 0 shows all\n", number(int64(more)))
	}
	return nil
}

// pair shows two records, or decides on them.
func (r *reviewing) pair(ctx context.Context, a, b, say string) error {
	q, err := r.v.Pair(a, b)
	if err != nil {
		return err
	}
	if say == "" {
		return r.showOne(ctx, q)
	}
	if r.known != nil {
		return r.known
	}
	done, err := r.v.Decide(ctx, q, say, r.reason, r.who, r.now())
	if err != nil {
		return err
	}
	if r.json {
		return r.printJSON(done)
	}
	r.printf("entry %d: %s and %s are %s\n", done.Seq, done.A, done.B, sure(say))
	if say != journal.Unsure {
		r.printf("next: clientbase run\n")
	}
	return nil
}

// sure says a verdict in a sentence.
func sure(verdict string) string {
	switch verdict {
	case journal.Same:
		return "the same"
	case journal.Unsure:
		return "left open: unsure"
	}
	return verdict
}
