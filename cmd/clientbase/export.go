package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/outbound"
	"clientbase/internal/segment"
)

func (a *app) exportCmd() *cobra.Command {
	var o exportFlags
	c := &cobra.Command{
		Use:   "export SEGMENT",
		Short: "Take away a list of those who may be contacted",
		Long: `export is the only way by which a phone or e-mail leaves. It takes the clients
that SEGMENT matches, keeps those who agreed to the segment's purpose by this
channel and against whom no objection speaks, and writes one row each: an opaque
contact_id, the contact point, and the columns that the recipient's profile
(recipients/PROFILE.yaml) names. What people entered since the last run counts.

An objection on any record blocks the client, every client that may be the same
person, and their numbers wherever else these stand. A grant opens the contact
point on the record that gave it, while it lasts. No word means no.

The list is recorded in the journal before the file gets its name. --dry-run
prints who would fall out where, and makes nothing.`,
		Example: `  clientbase segment export deposit_offer --channel phone --profile dialler --out october.csv
  clientbase segment export deposit_offer --channel email --profile maillist --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.export(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.channel, "channel", "", "phone, sms or email")
	f.StringVar(&o.profile, "profile", "", "recipients/NAME.yaml: who receives the list, in which form")
	f.StringVar(&o.out, "out", "", "file to write; must not exist")
	f.StringVar(&o.asOf, "as-of", "", "the day from which the segment is seen (default: the snapshot's own)")
	f.StringVar(&o.reason, "reason", "", "what the list is for, for the auditor")
	f.BoolVar(&o.dry, "dry-run", false, "print the waterfall only")
	return c
}

// exportFlags are the flags of export.
type exportFlags struct {
	channel, profile, out, asOf, reason string
	dry                                 bool
}

func (a *app) export(ctx context.Context, id string, o exportFlags) error {
	if o.channel == "" || o.profile == "" || o.out == "" && !o.dry {
		return errs.New(errs.Config, "export", id, "a list needs a channel, a recipient and a file", "add --channel phone --profile NAME --out FILE; --dry-run needs no file")
	}
	s, err := a.openSegments(ctx, o.asOf)
	if err != nil {
		return err
	}
	defer func() { _ = s.snap.Close() }()
	who, err := a.who(s.c)
	if err != nil {
		return err
	}
	seg, err := s.get(a, id)
	if err != nil {
		return err
	}
	if o.dry {
		w, err := a.dryRun(ctx, s, seg, o)
		if err != nil {
			return err
		}
		a.shown(1)
		if a.json {
			return a.printJSON(w)
		}
		a.printPreview(w)
		a.segmentsAsOf(s)
		return nil
	}
	d, order, err := a.order(ctx, s, seg, o)
	if err != nil {
		return err
	}
	order.Actor = who
	done, err := d.Export(ctx, order)
	if err != nil {
		return err
	}
	a.shown(done.Rows)
	if a.json {
		return a.printJSON(done)
	}
	a.printDelivery(done)
	a.segmentsAsOf(s)
	return nil
}

// order makes an order of a segment and the door it goes to; who orders is the
// caller's to say.
func (a *app) order(ctx context.Context, s *segments, seg *segment.Segment, o exportFlags) (*outbound.Door, outbound.Order, error) {
	profile, err := a.profileOf(s.c, o.profile)
	if err != nil {
		return nil, outbound.Order{}, err
	}
	d, _, err := a.door(ctx, s.p, s.snap)
	if err != nil {
		return nil, outbound.Order{}, err
	}
	order := outbound.Order{Segment: seg, Channel: o.channel, Profile: profile, Out: o.out, AsOf: segment.DayOf(s.asOf).String(), Today: a.today(), Now: a.now(), Reason: o.reason}
	order.Matched, err = s.matched(ctx, seg)
	return d, order, err
}

// preview is what --dry-run says: for whom, and who falls out at which gate.
type preview struct {
	Segment   string `json:"segment"`
	Version   int    `json:"version"`
	Purpose   string `json:"purpose"`
	Channel   string `json:"channel"`
	Recipient string `json:"recipient"`
	AsOf      string `json:"as_of"`
	Snapshot  string `json:"snapshot"`
	outbound.Waterfall
}

// dryRun judges a segment at the gates; nothing leaves and nothing is recorded.
func (a *app) dryRun(ctx context.Context, s *segments, seg *segment.Segment, o exportFlags) (*preview, error) {
	d, order, err := a.order(ctx, s, seg, o)
	if err != nil {
		return nil, err
	}
	w, err := d.Waterfall(ctx, order)
	if err != nil {
		return nil, err
	}
	return &preview{seg.ID, seg.Version, seg.Purpose, o.channel, o.profile, order.AsOf, s.snap.Info().ID, w}, nil
}

func (a *app) printPreview(p *preview) {
	a.printf("%s version %d, for %s by %s\n", p.Segment, p.Version, p.Purpose, p.Channel)
	a.printWaterfall(p.Waterfall)
}

// profileOf finds a recipient's profile. Faults of the others do not matter.
func (a *app) profileOf(c *config.Project, id string) (outbound.Profile, error) {
	list, faults, err := a.profiles(c)
	if err != nil {
		return outbound.Profile{}, err
	}
	var mine []config.Fault
	for _, f := range faults {
		if f.File == "recipients/"+id+".yaml" {
			mine = append(mine, f)
		}
	}
	if len(mine) > 0 {
		_ = config.WriteFaults(a.errOut, mine, a.json)
		return outbound.Profile{}, errs.New(errs.Config, "read recipient", id, plural(len(mine), "fault", "faults")+" in the profile", "correct them; `clientbase validate` lists them again")
	}
	return outbound.FindProfile(list, id)
}

// matched evaluates a segment.
func (s *segments) matched(ctx context.Context, x *segment.Segment) ([]int32, error) {
	q, err := segment.Compile(x, s.read.Dict, s.asOf)
	if err != nil {
		return nil, err
	}
	if _, err := q.Count(ctx, x, s.read); err != nil { // a leaf may refuse to decide
		return nil, err
	}
	var out []int32
	err = q.Members(ctx, s.read, func(no int32, _ string) error {
		out = append(out, no)
		return nil
	})
	return out, err
}

// gateLines say what each gate removed, as the waterfall prints it.
var gateLines = map[outbound.Gate]string{
	outbound.Objection:      "objected, or may be the same person as one who did",
	outbound.NoConsent:      "no consent in force for the purpose and channel",
	outbound.NoPoint:        "no contact point that the consent covers",
	outbound.PointObjection: "contact point of a person who objected",
	outbound.BadPoint:       "contact point uncertain or of another kind",
	outbound.SharedPoint:    "contact point held by several clients",
	outbound.SamePoint:      "contact point already on the list",
}

func (a *app) printWaterfall(w outbound.Waterfall) {
	t := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(t, "%s\t  matched\n", number(w.Matched))
	for _, s := range w.Steps {
		if s.Gate == outbound.SamePoint {
			_, _ = fmt.Fprintf(t, "%s\t  contactable\n", number(w.Contactable))
		}
		if s.Removed > 0 {
			_, _ = fmt.Fprintf(t, "− %s\t  %s\n", number(s.Removed), gateLines[s.Gate])
		}
	}
	_, _ = fmt.Fprintf(t, "%s\t  sendable\n", number(w.Sendable))
	_ = t.Flush()
}

func (a *app) printDelivery(d *outbound.Delivery) {
	a.printf("%s version %d, for %s by %s\n", d.Segment, d.Version, d.Purpose, d.Channel)
	a.printWaterfall(d.Waterfall)
	if d.List == "" {
		a.printf("nobody may be contacted: no list was made\n")
		return
	}
	a.printf("%s: %s for %s in %s, to be dropped on %s\n", d.List, plural(d.Rows, "row", "rows"), d.Recipient, d.File, d.Expires)
	if d.Sidecar != "" {
		a.printf("how cells are escaped stands in %s\n", d.Sidecar)
	}
	if d.Replaced > 0 {
		a.say("%s with letters that the encoding does not have: they stand as ?\n", plural(d.Replaced, "cell", "cells"))
	}
}
