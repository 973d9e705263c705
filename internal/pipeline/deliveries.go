package pipeline

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
)

// Delivered is a landed delivery and what counts of it.
type Delivered struct {
	ID      string    `json:"id"`
	Stream  string    `json:"stream"`
	Name    string    `json:"name"`
	AsOf    string    `json:"as_of"`
	Arrived time.Time `json:"arrived"`
	Rows    int64     `json:"rows"`
	Bad     int64     `json:"bad,omitempty"`
	State   string    `json:"state"`        // loaded | pending | held | superseded | set aside
	By      string    `json:"by,omitempty"` // the delivery in its place, or who set it aside, when and why
}

// Deliveries lists what has landed, by stream and time it speaks of. A
// delivery is pending when the next run would load it, and held when the
// snapshot that waits for a person has it.
func Deliveries(p *Project) ([]Delivered, error) {
	land := landing.At(p.Data)
	a, err := settledOf(p.Data)
	if err != nil {
		return nil, err
	}
	loaded, held := loadedDeliveries(p), map[string]bool{}
	if id, err := Waits(p); err != nil {
		return nil, err
	} else if id != "" {
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return nil, err
		}
		head, err := headOf(dirs, id)
		if err != nil {
			return nil, err
		}
		held = head.deliveries()
	}
	var out []Delivered
	for i := range p.Streams {
		s := &p.Streams[i].Stream
		all, err := land.Deliveries(s.ID())
		if err != nil {
			return nil, err
		}
		void := superseded(s, all, a.aside)
		names := map[string]string{}
		for _, d := range all {
			names[d.ID] = d.Name
		}
		pendingOrder(all)
		for _, d := range all {
			x := Delivered{ID: d.ID, Stream: d.Stream, Name: d.Name, AsOf: d.AsOf.UTC().Format(time.DateOnly), Arrived: d.Arrived, Rows: d.Rows, Bad: d.Bad, State: "pending"}
			instead, gone := void[d.ID]
			switch {
			case gone && instead != "":
				x.State, x.By = "superseded", names[instead]
			case gone:
				x.State, x.By = "set aside", by(a.aside[d.ID])
			case loaded[d.ID]:
				x.State = "loaded"
			case held[d.ID]:
				x.State = "held"
			}
			out = append(out, x)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Stream < out[j].Stream })
	return out, nil
}

// DiscardDelivery sets a delivery aside: no run loads it, and one that was
// loaded is left out of what the next run builds. Restore takes that back.
func DiscardDelivery(ctx context.Context, p *Project, act Act, id string) (*Delivered, error) {
	d, err := oneDelivery(p, id)
	if err != nil {
		return nil, err
	}
	if d.State == "set aside" {
		return d, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	err = record(ctx, p.Data, dirs.Key, act, journal.KindDelivery, d.ID, journal.Resolution{Verb: "discard", Rows: int(d.Rows)})
	d.State, d.By = "set aside", by(journal.Entry{At: act.Now, Actor: act.Actor, Reason: act.Reason})
	return d, err
}

// RestoreDelivery takes back that a delivery was set aside.
func RestoreDelivery(ctx context.Context, p *Project, act Act, id string) (*Delivered, error) {
	d, err := oneDelivery(p, id)
	if err != nil {
		return nil, err
	}
	if d.State != "set aside" {
		return nil, errs.New(errs.Input, "restore delivery", id, "it is not set aside", "`clientbase deliveries list` says what counts")
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	a, err := readSettled(p.Data, dirs.Key)
	if err != nil {
		return nil, err
	}
	undo := journal.Entry{At: act.Now, Actor: act.Actor, Kind: journal.KindDelivery, Subject: d.ID, Reason: act.Reason, UndoOf: a.aside[d.ID].Seq}
	if _, err := witnessed(p.Data, dirs.Key).Append(ctx, undo); err != nil {
		return nil, err
	}
	return oneDelivery(p, d.ID)
}

func oneDelivery(p *Project, id string) (*Delivered, error) {
	list, err := Deliveries(p)
	if err != nil {
		return nil, err
	}
	var fits []Delivered
	for _, d := range list {
		if strings.HasPrefix(d.ID, id) {
			fits = append(fits, d)
		}
	}
	if len(fits) != 1 {
		return nil, errs.New(errs.Input, "open delivery", id, fmt.Sprintf("%d deliveries begin with this", len(fits)), "`clientbase deliveries list` gives the ids")
	}
	return &fits[0], nil
}
