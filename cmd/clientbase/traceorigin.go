package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"clientbase/internal/audit"
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/outbound"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// traceRule shows which values a rule made, by version; with a version of the
// project's own also what that version changed against the one before.
func (a *app) traceRule(ctx context.Context, p *pipeline.Project, s *store.Snapshot, name string) error {
	rule, version, versioned := strings.Cut(name, "@")
	h, ok := audit.RuleHistory(p, rule)
	if !ok {
		return errs.New(errs.Input, "trace", "rule "+rule, "no such rule or code list", "`clientbase rules` lists them")
	}
	uses, err := s.RuleUses(ctx, rule)
	if err != nil {
		return err
	}
	var lines []pipeline.PreviewLine
	var what *audit.HistoryVersion
	if versioned {
		n, err := strconv.Atoi(version)
		if err != nil {
			return errs.New(errs.Config, "trace", "--rule "+name, "a version is a number", "clientbase trace --rule "+rule+"@1")
		}
		i := slices.IndexFunc(h.Versions, func(v audit.HistoryVersion) bool { return v.No == n })
		if i < 0 {
			return noVersion(rule, len(h.Versions))
		}
		what = &h.Versions[i]
		after, err := atVersion(p, rule, version)
		if err != nil {
			return err
		}
		before, err := atVersion(p, rule, strconv.Itoa(n-1))
		if e, ok := errs.Of(err); ok && n == 1 && e.Kind == errs.Config {
			before = pipeline.WithoutList(p, rule) // a code list has no version 0: there was none
		} else if err != nil {
			return err
		}
		bar := a.progress()
		lines, err = pipeline.Preview(ctx, before, after, bar)
		bar.finish()
		if err != nil {
			return err
		}
	}
	a.shown(int64(len(uses) + len(lines)))
	if a.json {
		return a.printJSON(map[string]any{"rule": h.Name, "says": h.Doc, "file": h.File, "uses": uses, "version": what, "changed": lines})
	}
	a.printf("%s  %s\n", h.Name, h.Doc)
	if len(uses) == 0 {
		a.printf("no published value and no loser bears it\n")
	} else {
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
		_, _ = fmt.Fprintln(w, "golden\tlost\t version \t attribute \t source")
		for _, u := range uses {
			_, _ = fmt.Fprintf(w, "%s\t%s\t %s \t %s \t %s\n", number(u.Golden), number(u.Lost), u.Version, u.Attr, u.Stream)
		}
		if err := w.Flush(); err != nil {
			return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
		}
	}
	if !versioned {
		return nil
	}
	a.printf("\n")
	a.printf("version %d, %s: %s (%s added, %s removed)\n", what.No, dash(what.Date), what.Reason, number(int64(what.Added)), number(int64(what.Removed)))
	return a.printChanges(lines)
}

// noVersion says that a project has no such version of a rule or code list. The
// numbers in chains (phone@4) are the program's own; what can be compared are the
// versions of the project's file.
func noVersion(rule string, n int) error {
	msg := "the project has no file of its own for this rule: its versions are the program's"
	if n > 0 {
		msg = fmt.Sprintf("no such version: the project's file has %s", versions(n))
	}
	return errs.New(errs.Input, "trace", "rule "+rule, msg, "`clientbase trace --rule "+rule+"` shows which versions made published values")
}

func versions(n int) string {
	if n == 1 {
		return "version 1 only"
	}
	return fmt.Sprintf("versions 1 to %d", n)
}

// traceBatch shows what became of batches.
func (a *app) traceBatch(ctx context.Context, p *pipeline.Project, s *store.Snapshot, what string) error {
	list, err := pipeline.TraceBatches(ctx, p, s, what)
	if err != nil {
		return err
	}
	a.shown(int64(len(list)))
	for i := range list {
		b := &list[i]
		if a.json {
			if err := a.printJSON(b); err != nil {
				return err
			}
			continue
		}
		a.printf("batch %s of %s\n", b.Batch, b.Stream)
		a.printf("  from %s, as of %s, arrived %s UTC, delivery %s\n", b.File, b.AsOf, b.Arrived, b.Delivery)
		a.printf("  %s\n", plural(b.Rows, "row", "rows"))
		a.printf("  records: %s new or changed, %s repeated; %s of them in force\n", number(b.Versions), number(b.Repeated), number(b.Current))
		a.printf("  values: %s golden of %s, %s lost\n", number(b.Golden), plural(b.Clients, "client", "clients"), number(b.Lost))
		for _, k := range slices.Sorted(maps.Keys(b.Facts)) {
			a.printf("  facts: %s of kind %s\n", number(b.Facts[k]), k)
		}
		for _, k := range slices.Sorted(maps.Keys(b.Quarantined)) {
			a.printf("  quarantined from its delivery at %s: %s\n", k, plural(b.Quarantined[k], "row", "rows"))
		}
	}
	return nil
}

// traceFact shows where one fact came from.
func (a *app) traceFact(ctx context.Context, p *pipeline.Project, s *store.Snapshot, id string) error {
	f, err := pipeline.TraceFactOf(ctx, p, s, id)
	if err != nil {
		return err
	}
	a.shown(1, f.ClientID)
	if a.json {
		return a.printJSON(f)
	}
	a.printf("%s %s\n", f.Table, f.FactID)
	a.printf("  from %s, %s", f.Stream, f.Place)
	if f.Batch != "" {
		a.printf(", batch %s", f.Batch[:min(8, len(f.Batch))])
	}
	a.printf("\n  columns with a value: %s\n", strings.Join(f.Fields, ", "))
	switch f.Resolution {
	case "attached":
		a.printf("  belongs to client %s by the first of %s that leads to one client\n", f.ClientID, strings.Join(f.By, ", "))
	default:
		a.printf("  belongs to nobody: %s (references tried: %s)\n", f.Resolution, strings.Join(f.By, ", "))
	}
	return nil
}

// traceColumn says how the values of a column, or of all columns of a table, come about.
func (a *app) traceColumn(ctx context.Context, s *store.Snapshot, name string) error {
	table, column, one := strings.Cut(name, ".")
	docs, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(docs, func(t store.TableDoc) bool { return t.Name == table })
	if i < 0 || one && !slices.ContainsFunc(docs[i].Columns, func(c store.ColumnDoc) bool { return c.Name == column }) {
		return errs.New(errs.Input, "trace", "--column "+name, "no such column", "`clientbase query --tables` lists tables and columns")
	}
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	if !one && !a.json {
		_, _ = fmt.Fprintln(w, "column\tcomes from\tformula\tcomputed from")
	}
	for _, c := range docs[i].Columns {
		if one && c.Name != column {
			continue
		}
		o, ok := s.Origin(table, c.Name)
		if !ok {
			return errs.New(errs.Bug, "trace", "--column "+table+"."+c.Name, "its origin is not declared", "report it")
		}
		if a.json {
			if err := a.printJSON(struct {
				Column string `json:"column"`
				store.ColumnOrigin
			}{table + "." + c.Name, o}); err != nil {
				return err
			}
			continue
		}
		if one {
			a.printf("%s.%s — %s\n  %s\n", table, c.Name, c.En, wayWords[o.Way])
			if o.Formula != "" {
				a.printf("  formula %s: %s\n  from %s\n", o.Formula, o.Says, strings.Join(o.From, ", "))
			}
			continue
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Name, o.Way, dash(o.Formula), strings.Join(o.From, ", "))
	}
	if err := w.Flush(); err != nil {
		return errs.Wrap(errs.Retry, "write", "standard output", err, "check the free space")
	}
	return nil
}

var wayWords = map[store.Way]string{
	store.WayAttribute: "golden values and their losers: `clientbase trace CLIENT` shows each back to its cell",
	store.WayRecord:    "said of a source record: `clientbase trace --record` shows it",
	store.WayFact:      "delivered with the fact: `clientbase trace --fact` shows its batch and row",
	store.WayFormula:   "computed: `clientbase trace CLIENT --derived` shows the inputs",
	store.WayRun:       "made by a run: `clientbase runs show`",
	store.WayProject:   "taken over from the project folder: `clientbase rules` shows versions and reasons",
}

// traceDerived shows computed values with their formula and inputs.
func (a *app) traceDerived(ctx context.Context, p *pipeline.Project, s *store.Snapshot, client string) error {
	list, err := pipeline.TraceDerivedOf(ctx, p, s, client)
	if err != nil {
		return err
	}
	a.shown(int64(len(list)))
	for _, d := range list {
		if !config.SightOf(a.role).Names {
			d.Shaped()
		}
		if a.json {
			if err := a.printJSON(d); err != nil {
				return err
			}
			continue
		}
		a.printf("%s.%s = %s\n  %s: %s\n", d.Table, d.Column, d.Value, d.Formula, d.Says)
		for _, x := range d.Inputs {
			a.printf("    %s %s %s · %s", dash(x.Date), x.What, x.ID, x.Stream)
			if x.Place != "" {
				a.printf(" · %s", x.Place)
			}
			if x.Batch != "" {
				a.printf(" · batch %s", x.Batch[:min(8, len(x.Batch))])
			}
			a.printf("\n")
		}
		if d.More > 0 {
			a.printf("    and %s more\n", number(int64(d.More)))
		}
	}
	return nil
}

// traceConfirm compares a typed value with an attribute of a client. The value
// comes on standard input, so that no list of processes shows it.
func (a *app) traceConfirm(ctx context.Context, p *pipeline.Project, s *store.Snapshot, client, attr string) error {
	text, err := io.ReadAll(io.LimitReader(a.in, 4096))
	typed := strings.TrimSpace(string(text))
	if err != nil || typed == "" {
		return errs.New(errs.Config, "confirm", "standard input", "no value typed", "echo VALUE | clientbase trace CLIENT --confirm "+attr)
	}
	c, err := pipeline.Confirm(ctx, p, s, client, attr, opaque.Of(typed))
	if err != nil {
		return err
	}
	a.shown(1, c.ClientID)
	if a.json {
		return a.printJSON(c)
	}
	switch {
	case c.Golden:
		a.printf("yes: it is the published %s of client %s\n", c.Attr, c.ClientID)
	case len(c.Records) > 0:
		a.printf("it is a %s of client %s that was not chosen\n", c.Attr, c.ClientID)
	default:
		a.printf("no: no record of client %s says this %s\n", c.ClientID, c.Attr)
	}
	a.printf("said by %s of %s that know one; %s to the commitment made when it was loaded\n", plural(int64(len(c.Records)), "record", "records"), number(int64(c.Of)),
		plural(int64(c.Proven), "is true", "are true"))
	for _, r := range c.Records {
		a.printf("  %s\n", r)
	}
	return nil
}

// traceExport shows who a row of a delivered list is and what allowed it.
func (a *app) traceExport(ctx context.Context, p *pipeline.Project, w traceWish) error {
	if w.row == "" {
		return errs.New(errs.Config, "trace", "--export "+w.list, "which row?", "--row 1, or --row with the contact_id that the recipient has")
	}
	j, vault, err := pipeline.Lists(p)
	if err != nil {
		return err
	}
	g, err := outbound.GivenRow(j, vault, w.list, w.row)
	if err != nil {
		return err
	}
	s, err := pipeline.ListSnapshot(p, g.Snapshot)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	t, err := pipeline.TraceGivenAway(ctx, p, s, g.Snapshot, g.Record, g.Point)
	if err != nil {
		return err
	}
	if t.Trace != nil {
		a.shown(1, t.Trace.ClientID)
		if !config.SightOf(a.role).Names {
			t.Trace.Shaped(p.Dict)
		}
	}
	if a.json {
		return a.printJSON(struct {
			outbound.Given
			*pipeline.TraceGiven
		}{g, t})
	}
	a.printf("row %d of %s, known to the recipient as %s\n", g.Row, g.List, g.Contact)
	a.printf("  segment %s version %d for %s by %s, to %s on %s\n", g.Segment, g.Version, g.Purpose, g.Channel, g.Recipient, g.At)
	a.printf("  made by %s (%s) from snapshot %s and the acts up to entry %d\n", g.Actor.User, g.Actor.Role, g.Export.Snapshot, g.Position)
	if !t.Then {
		a.printf("  that snapshot is not kept any more: what follows is of %s\n", t.Snapshot)
	}
	if t.Trace == nil {
		a.printf("  client %s then; nobody is this person any more\n", g.Then)
		return nil
	}
	a.printf("  client %s", t.Trace.ClientID)
	if g.Then != t.Trace.ClientID {
		a.printf(", then %s", g.Then)
	}
	a.printf("\n\nallowed by\n")
	for _, c := range t.Consents {
		a.printf("  %s%s, from %s", c.State, scope(c.Purpose, c.Channel), c.Since)
		if c.Until != "" {
			a.printf(" until %s", c.Until)
		}
		a.printf(" · %s · %s\n", c.Stream, c.Place)
	}
	if len(t.Consents) == 0 {
		a.printf("  nothing that this snapshot knows\n")
	}
	a.printf("\ngiven away: %s %s\n\n", dash(t.Attr), dash(t.Point))
	a.printTrace(t.Trace, p.Dict)
	return nil
}
