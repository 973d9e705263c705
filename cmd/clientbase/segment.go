package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/segment"
	"clientbase/internal/store"
	"clientbase/internal/suggest"
	"clientbase/schemas"
)

func (a *app) segmentCmd() *cobra.Command {
	c := &cobra.Command{Use: "segment", Short: "Groups of clients by rule: how many, who, and why somebody is in or out", Args: cobra.NoArgs,
		Long: `segment works with the rules in segments/*.yaml: who is meant, for which purpose,
and as of which day. A rule says yes, no or unknown of a client; only those for
whom it says yes match, and how many stay unknown is always shown.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.segmentListCmd(), a.segmentCountCmd(), a.segmentWhyCmd(), a.exportCmd(), a.listsCmd(), a.recallCmd())
	return c
}

// loadSegments reads and checks segments/*.yaml. A segment with faults, or
// that uses one with faults, is among the list and must not be evaluated.
func (a *app) loadSegments(c *config.Project) ([]*segment.Segment, []config.Fault, error) {
	files, faults, err := c.Segments()
	if err != nil {
		return nil, nil, err
	}
	var streams []*schemas.Stream
	for _, s := range c.Streams() {
		streams = append(streams, &s.Stream)
	}
	voc := segment.VocabularyOf(c.Dict, streams)
	var list []*segment.Segment
	var found []segment.Fault
	for _, f := range files {
		s, bad := segment.Parse(f.File, f.Root, voc)
		list, found = append(list, s), append(found, bad...)
	}
	for _, f := range append(found, segment.Link(list)...) {
		faults = append(faults, config.Fault(f))
	}
	return list, config.MergeFaults(faults), nil
}

// segments are the project's segments beside the snapshot they are asked of.
type segments struct {
	list   []*segment.Segment
	faults map[string][]config.Fault // by file
	snap   *store.Snapshot
	read   *pipeline.Reading
	asOf   time.Time
	zone   string
	p      *pipeline.Project
	c      *config.Project
}

// openSegments opens the snapshot and the segments; asOf is an ISO day, ""
// for the snapshot's own. The caller closes the snapshot.
func (a *app) openSegments(ctx context.Context, asOf string) (*segments, error) {
	p, c, err := a.open()
	if err != nil {
		return nil, err
	}
	out := &segments{p: p, c: c, faults: map[string][]config.Fault{}, zone: c.Zone}
	list, faults, err := a.loadSegments(c)
	if err != nil {
		return nil, err
	}
	out.list = list
	for _, f := range faults {
		out.faults[f.File] = append(out.faults[f.File], f)
	}
	if out.zone == "" {
		out.zone = "UTC"
	}
	zone, err := time.LoadLocation(out.zone)
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read project", "zone", err, "write an IANA name such as Europe/Kyiv")
	}
	if out.snap, err = pipeline.Current(p); err != nil {
		return nil, err
	}
	if out.read, err = pipeline.Read(ctx, out.snap); err != nil {
		_ = out.snap.Close()
		return nil, err
	}
	a.reads(out.snap)
	day := out.read.Day
	if asOf != "" {
		d, ok := segment.ParseDay(asOf)
		if !ok {
			_ = out.snap.Close()
			return nil, errs.New(errs.Config, "segment", "--as-of", "not a day", "write it like 2026-01-31")
		}
		if day = d; d > out.read.Day {
			a.say("the snapshot speaks of days up to %s: what happened later is not in it\n", out.read.Day)
		}
	}
	out.asOf = segment.AsOf(day, zone)
	return out, nil
}

// get finds a segment that may be evaluated.
func (s *segments) get(a *app, id string) (*segment.Segment, error) {
	var ids []string
	for _, x := range s.list {
		if x.ID != id {
			ids = append(ids, x.ID)
			continue
		}
		if bad := s.faultsOf(x); len(bad) > 0 {
			_ = config.WriteFaults(a.errOut, bad, a.json)
			return nil, errs.New(errs.Config, "segment", id, plural(len(bad), "fault", "faults")+" in its rule", "correct them; `clientbase validate` lists them again")
		}
		return x, nil
	}
	if len(ids) == 0 {
		return nil, errs.New(errs.Config, "segment", id, "the project has no segments", "write segments/"+id+".yaml; `clientbase init DIR` shows commented examples")
	}
	return nil, errs.New(errs.Config, "segment", id, "no such segment", suggest.Hint(id, ids))
}

// faultsOf gives the faults of a segment and of all that it uses.
func (s *segments) faultsOf(x *segment.Segment) []config.Fault {
	out := slices.Clone(s.faults[x.File])
	for _, o := range x.Uses() {
		out = append(out, s.faultsOf(o)...)
	}
	return config.MergeFaults(out)
}

// counted is one line of segment list and the object of segment count.
type counted struct {
	*segment.Segment
	Counts   *segment.Counts `json:"counts,omitempty"`
	AsOf     string          `json:"as_of"`
	Zone     string          `json:"zone"`
	Snapshot string          `json:"snapshot"`
	Journal  int64           `json:"journal,omitempty"` // position up to which acts of people are seen
	Faults   int             `json:"faults,omitempty"`
	Error    string          `json:"error,omitempty"`
}

func (s *segments) counted(x *segment.Segment) *counted {
	return &counted{Segment: x, AsOf: segment.DayOf(s.asOf).String(), Zone: s.zone, Snapshot: s.snap.Info().ID, Journal: s.read.Journal}
}

// countAll evaluates every segment that can be, in one pass.
func (s *segments) countAll(ctx context.Context) ([]*counted, error) {
	var out []*counted
	var can []*segment.Segment
	at := map[*segment.Segment]*counted{}
	for _, x := range s.list {
		c := s.counted(x)
		out, at[x] = append(out, c), c
		if c.Faults = len(s.faultsOf(x)); c.Faults > 0 {
			continue
		}
		if _, err := segment.Compile(x, s.read.Dict, s.asOf); err != nil {
			c.Error = message(err)
			continue
		}
		can = append(can, x)
	}
	results, err := segment.CountAll(ctx, can, s.read.Dict, s.asOf, s.read)
	for _, r := range results {
		at[r.Segment].Counts = &r.Counts
		if r.Err != nil {
			at[r.Segment].Error = message(r.Err)
		}
	}
	return out, err
}

// message is an error without its advice.
func message(err error) string {
	if e, ok := errs.Of(err); ok {
		c := *e
		c.Hint = ""
		return c.Error()
	}
	return err.Error()
}

func (a *app) segmentListCmd() *cobra.Command {
	asOf := ""
	c := &cobra.Command{
		Use: "list", Short: "All segments with how many match and how many stay unknown", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.openSegments(c.Context(), asOf)
			if err != nil {
				return err
			}
			defer func() { _ = s.snap.Close() }()
			list, err := s.countAll(c.Context())
			if err != nil {
				return err
			}
			a.shown(int64(len(list)))
			if a.json {
				for _, x := range list {
					if err := a.printJSON(x); err != nil {
						return err
					}
				}
				return nil
			}
			if len(list) == 0 {
				a.printf("no segments: the project has no segments/*.yaml\n")
				return nil
			}
			w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
			_, _ = fmt.Fprintln(w, "segment\tmatched\tunknown\tof\tpurpose\ttitle")
			for _, x := range list {
				switch {
				case x.Faults > 0:
					_, _ = fmt.Fprintf(w, "%s\t-\t-\t%s\t%s\t%s in the rule: `clientbase validate`\n", x.ID, x.Base, dash(x.Purpose), plural(x.Faults, "fault", "faults"))
				case x.Counts == nil || x.Error != "":
					_, _ = fmt.Fprintf(w, "%s\t-\t-\t%s\t%s\t%s\n", x.ID, x.Base, x.Purpose, x.Error)
				default:
					_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s %s\t%s\t%s\n", x.ID, number(x.Counts.Matched), number(x.Counts.Unknown), number(x.Counts.Base), x.Base, x.Purpose, x.Title.En)
				}
			}
			if err := w.Flush(); err != nil {
				return errs.Wrap(errs.Retry, "write", "standard output", err, "")
			}
			a.segmentsAsOf(s)
			return nil
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "the day from which ages, windows, products and lifecycle are seen (default: the snapshot's own)")
	return c
}

// segmentsAsOf says which day the answer speaks of, and where the streams stand.
func (a *app) segmentsAsOf(s *segments) {
	if a.quiet || a.json {
		return
	}
	a.say("evaluated as of %s, days of %s\n", segment.DayOf(s.asOf), s.zone)
	a.asOf(s.snap)
}

func (a *app) segmentCountCmd() *cobra.Command {
	asOf := ""
	c := &cobra.Command{
		Use: "count SEGMENT", Short: "How many match, how many stay unknown, out of how many", Args: cobra.ExactArgs(1),
		Long: `count evaluates one segment. Matched are those for whom the rule says yes. Unknown
are those for whom a value that would decide is missing: they do not match, also
not by "not". Attributes are the snapshot's golden values; ages, windows,
products and lifecycle are seen from the as-of day.`,
		Example: `  clientbase segment count dormant_savers
  clientbase segment count dormant_savers --as-of 2026-01-31 --json`,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := a.openSegments(c.Context(), asOf)
			if err != nil {
				return err
			}
			defer func() { _ = s.snap.Close() }()
			x, err := s.get(a, args[0])
			if err != nil {
				return err
			}
			out, err := s.count(c.Context(), x)
			if err != nil {
				return err
			}
			a.shown(1)
			if a.json {
				return a.printJSON(out)
			}
			a.printf("%s version %d: %s\n", x.ID, x.Version, x.Title.En)
			a.printCounts(out)
			a.segmentsAsOf(s)
			return nil
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "the day from which ages, windows, products and lifecycle are seen (default: the snapshot's own)")
	return c
}
