package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) traceCmd() *cobra.Command {
	var w traceWish
	c := &cobra.Command{
		Use:   "trace CLIENT | trace --record SOURCE/STREAM:KEY | trace --FLAG …",
		Short: "Where every value of a client came from, and why the others lost",
		Long: `trace goes from a published value back to the bytes it was read from: source,
file, line, field, rules, and the criterion that chose it; then the values that
lost, each with the criterion by which it lost. Contact points and document
numbers show as masks and shapes. CLIENT is a client id, its first characters,
or a retired id. --at asks a snapshot that is kept, as it stood then.

  CLIENT --derived     computed values: formula, inputs and their batches
  CLIENT --confirm A   reads a value from standard input and says whether it is
                       the client's A, in whatever spelling; it tells no value
  --record             where one source record went: its client, or the step in
                       which it was set aside, left out or erased
  --attr alone         origins of an attribute over all clients
  --rule               which values a rule or code list made, by version;
                       RULE@VERSION: what that version of the project changed
  --batch              what a batch, delivery or file brought, and what became of it
  --fact               where one transaction, call, account, … came from
  --export --row       who a row of a delivered list is, and what allowed it
  --column             how the values of a column come about
  --sample             draws golden values, makes each again from its source row,
                       and with --out files a working paper`,
		Example: `  clientbase trace 3f2a90
  clientbase trace 3f2a90 --attr phone --at 000012
  clientbase trace --record core/clients:100234
  clientbase trace --rule email@2
  clientbase trace --batch clients_2026-09-30.csv
  clientbase trace --export list-5f0e --row 1
  clientbase trace --column lifecycle.state
  clientbase trace --sample 20 --seed 7 --out paper.html`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client := ""
			if len(args) > 0 {
				client = args[0]
			}
			return a.trace(c.Context(), client, w)
		},
	}
	f := c.Flags()
	f.StringVar(&w.record, "record", "", "one source record, as SOURCE/STREAM:KEY")
	f.StringVar(&w.attr, "attr", "", "only this attribute; alone: its origins over all clients")
	f.StringVar(&w.at, "at", "", "the snapshot to ask, by the beginning of its id; default the one in force")
	f.BoolVar(&w.derived, "derived", false, "computed values of the client: formula and inputs")
	f.StringVar(&w.confirm, "confirm", "", "compare the value typed on standard input with this attribute of the client")
	f.StringVar(&w.rule, "rule", "", "a cleansing rule or code list, with @VERSION what that version changed")
	f.StringVar(&w.batch, "batch", "", "a batch, delivery or file name")
	f.StringVar(&w.fact, "fact", "", "a fact by its fact_id")
	f.StringVar(&w.list, "export", "", "a list that left, with --row")
	f.StringVar(&w.row, "row", "", "row of the list, or its contact_id")
	f.StringVar(&w.column, "column", "", "a column as TABLE.COLUMN, or a whole table")
	f.IntVar(&w.sample, "sample", 0, "draw this many golden values and check each")
	f.StringVar(&w.seed, "seed", "1", "what the draw hangs on: the same seed draws the same values")
	f.StringVar(&w.out, "out", "", "with --sample: write the working paper here (.html or .json)")
	return c
}

// trace answers one question about origins.
func (a *app) trace(ctx context.Context, client string, w traceWish) error {
	if err := w.check(client); err != nil {
		return err
	}
	p, _, err := a.open()
	if err != nil {
		return err
	}
	if w.list != "" {
		return a.traceExport(ctx, p, w)
	}
	s, err := a.snapshotAt(p, w.at)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	switch {
	case w.rule != "":
		err = a.traceRule(ctx, p, s, w.rule)
	case w.batch != "":
		err = a.traceBatch(ctx, p, s, w.batch)
	case w.fact != "":
		err = a.traceFact(ctx, p, s, w.fact)
	case w.column != "":
		err = a.traceColumn(ctx, s, w.column)
	case w.sample != 0:
		err = a.traceSample(ctx, p, s, w)
	case w.derived:
		err = a.traceDerived(ctx, p, s, client)
	case w.confirm != "":
		err = a.traceConfirm(ctx, p, s, client, w.confirm)
	case client == "" && w.record == "":
		return a.traceAttr(ctx, p, s, w.attr)
	default:
		err = a.traceValues(ctx, p, s, client, w)
	}
	if err == nil {
		a.asOf(s)
	}
	return err
}

// snapshotAt opens the snapshot in force, or a kept one as it stood.
func (a *app) snapshotAt(p *pipeline.Project, id string) (*store.Snapshot, error) {
	if id == "" {
		return pipeline.Current(p)
	}
	return pipeline.As(p, id)
}

// traceValues shows the card of a client or of one record.
func (a *app) traceValues(ctx context.Context, p *pipeline.Project, s *store.Snapshot, client string, w traceWish) error {
	var t *pipeline.Trace
	var err error
	if w.record != "" {
		stream, key, ok := strings.Cut(w.record, ":")
		if !ok {
			return errs.New(errs.Config, "trace", "record", "a record is named SOURCE/STREAM:KEY", "clientbase trace --record core/clients:100234")
		}
		var lost *pipeline.Whereabouts
		if t, lost, err = pipeline.TraceRecordOf(ctx, p, s, stream, strings.TrimSpace(key), w.attr); err == nil && lost != nil {
			return a.traceLost(stream, lost)
		}
	} else {
		t, err = pipeline.TraceClient(ctx, p, s, client, w.attr)
	}
	if err != nil {
		return err
	}
	return a.showCard(t, p)
}

// showCard prints a card as the role of who asks may see it.
func (a *app) showCard(t *pipeline.Trace, p *pipeline.Project) error {
	a.shown(1, t.ClientID)
	if !config.SightOf(a.role).Names {
		t.Shaped(p.Dict)
	}
	if a.json {
		return a.printJSON(t)
	}
	a.printTrace(t, p.Dict)
	return nil
}

// traceAttr shows where the values of an attribute come from, over all clients.
func (a *app) traceAttr(ctx context.Context, p *pipeline.Project, s *store.Snapshot, id string) error {
	attr, ok := p.Dict.Attr(id)
	if !ok {
		return errs.New(errs.Input, "trace", "attribute "+id, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
	}
	list, err := s.Origins(ctx, id)
	if err != nil {
		return err
	}
	a.shown(int64(len(list)))
	if a.json {
		for _, o := range list {
			if err := a.printJSON(o); err != nil {
				return err
			}
		}
		return nil
	}
	a.printf("%s (%s): %s\n\n", id, attr.Ru, attr.En)
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "values\t \t decided by \t source \t rules")
	for _, o := range list {
		fate := "lost"
		if o.Winner {
			fate = "golden"
		}
		_, _ = fmt.Fprintf(w, "%s\t %s \t %s \t %s \t %s\n", number(o.Values), fate, o.Decision, o.Stream, dash(o.Rules))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	a.asOf(s)
	return nil
}
