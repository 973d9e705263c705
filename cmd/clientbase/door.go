package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/outbound"
	"clientbase/internal/pipeline"
	"clientbase/internal/segment"
	"clientbase/internal/store"
)

// reached is a snapshot's reach as the gates see it.
type reached struct{ *pipeline.Reach }

// Points converts: the two types say the same on both sides of a wall.
func (r reached) Points(client int32) []outbound.Point {
	list := r.Reach.Points(client)
	out := make([]outbound.Point, len(list))
	for i, p := range list {
		out[i] = outbound.Point(p)
	}
	return out
}

// Parts converts.
func (r reached) Parts() []outbound.Part {
	var out []outbound.Part
	for _, p := range r.Reach.Parts() {
		out = append(out, outbound.Part(p))
	}
	return out
}

// door opens the way out for one snapshot. The reach is read whole: it takes
// about as long as a run takes to open its state.
func (a *app) door(ctx context.Context, p *pipeline.Project, s *store.Snapshot) (*outbound.Door, *pipeline.Reach, error) {
	reach, err := pipeline.OpenReach(ctx, p, s)
	if err != nil {
		return nil, nil, err
	}
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return nil, nil, err
	}
	read, err := pipeline.Read(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	j, err := pipeline.Journal(p)
	if err != nil {
		return nil, nil, err
	}
	d := &outbound.Door{Data: p.Data, Key: keys.Project(), Snapshot: s.Info().ID, Base: reached{reach}, ClientID: reach.ClientID, ClientNo: reach.ClientNo,
		Query: read, Journal: j, Vault: keys, National: pipeline.NationalPhone,
		Consents: func(ctx context.Context) ([]outbound.Row, int64, error) {
			list, position, err := pipeline.ConsentsUpTo(ctx, p, s)
			if err != nil {
				return nil, 0, err
			}
			facts := make([]outbound.Fact, len(list))
			for i := range list {
				facts[i] = outbound.Fact(list[i])
			}
			return outbound.Gather(facts, p.Purposes), position, nil
		}}
	return d, reach, nil
}

// profiles reads recipients/*.yaml. Their faults keep lists from leaving and
// nothing else from running.
func (a *app) profiles(c *config.Project) ([]outbound.Profile, []config.Fault, error) {
	list, faults, err := outbound.LoadProfiles(c.Dir, c.Dict)
	if err != nil {
		return nil, nil, err
	}
	var out []config.Fault
	for _, f := range faults {
		out = append(out, config.Fault(f))
	}
	return list, out, nil
}

// today is the day on which a verb runs, in UTC as all days of consents: what
// is taken back today then ends today in every zone.
func (a *app) today() string { return a.now().UTC().Format(time.DateOnly) }

// whyGates are the gates for segment why.
func (a *app) whyGates(ctx context.Context, s *segments, channel string) (segment.Gates, error) {
	if channel != "" && !slices.Contains(outbound.Channels(), channel) {
		return nil, errs.New(errs.Config, "segment", "--channel", "no such channel", "one of "+strings.Join(outbound.Channels(), ", "))
	}
	d, _, err := a.door(ctx, s.p, s.snap)
	if err != nil {
		return nil, err
	}
	return outbound.NewWhyGates(ctx, d, channel, a.today())
}
