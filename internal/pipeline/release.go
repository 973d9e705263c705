package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// heldNow gives the held snapshot; it must be id where one is named.
func heldNow(dirs store.Dirs, id string) (store.Info, error) {
	info, ok, err := store.Held(dirs)
	if err != nil {
		return info, err
	}
	if !ok {
		return info, errs.New(errs.Input, "open held snapshot", id, "nothing is held", "`clientbase snapshot list` shows what is there")
	}
	if id != "" && !strings.HasPrefix(info.ID, id) {
		return info, errs.New(errs.Input, "open held snapshot", id, "it is not held; "+info.ID+" is", "`clientbase snapshot list` marks what is held")
	}
	return info, nil
}

// Release publishes the held snapshot (id "" = whichever is held).
func Release(ctx context.Context, p *Project, act Act, id string) (store.Info, error) {
	var info store.Info
	err := underLock(p.Data, func() error {
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return err
		}
		dirs = notarized(p.Data, dirs.Key, "", act.Actor)
		if err := store.Recover(dirs); err != nil {
			return err
		}
		if info, err = heldNow(dirs, id); err != nil {
			return err
		}
		a, err := readSettled(p.Data, dirs.Key)
		if err != nil {
			return err
		}
		if err := a.on(ctx, p.Data, dirs.Key, act, "release", info.ID); err != nil {
			return err
		}
		info, err = store.Release(dirs, info.ID, nil)
		return err
	})
	return info, err
}

// Dropped is what became of a discarded snapshot and of what it brought.
type Dropped struct {
	Snapshot string    `json:"snapshot"`
	Aside    []Arrival `json:"set_aside,omitempty"` // no run loads these
	Again    []Arrival `json:"pending,omitempty"`   // the next run loads these
}

// Discard removes the held snapshot. The deliveries that it brought and that
// made the brake hold are set aside, so that the next run does not build the
// same again: those of the streams in aside, or, where aside is empty, of the
// streams that the brake named. aside "none" keeps all, "all" sets all aside.
func Discard(ctx context.Context, p *Project, act Act, id string, aside []string) (*Dropped, error) {
	out := &Dropped{}
	err := underLock(p.Data, func() error {
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return err
		}
		dirs = notarized(p.Data, dirs.Key, "", act.Actor)
		if err := store.Recover(dirs); err != nil {
			return err
		}
		info, err := heldNow(dirs, id)
		if err != nil {
			return err
		}
		a, err := readSettled(p.Data, dirs.Key)
		if err != nil {
			return err
		}
		out.Snapshot = info.ID
		head, err := headOf(dirs, info.ID)
		if err != nil {
			return err
		}
		brought, err := missing(p, head.deliveries(), loadedDeliveries(p))
		if err != nil {
			return err
		}
		if len(aside) == 0 {
			for _, h := range info.Manifest.Held {
				if h.Share == "close" {
					aside = append(aside, h.Stream)
				}
			}
		}
		for _, d := range brought {
			if !slices.Contains(aside, "all") && !slices.Contains(aside, d.Stream) {
				out.Again = append(out.Again, d)
				continue
			}
			if err := a.setAside(ctx, p.Data, dirs.Key, act, d); err != nil {
				return err
			}
			out.Aside = append(out.Aside, d)
		}
		if err := a.on(ctx, p.Data, dirs.Key, act, "discard", info.ID); err != nil {
			return err
		}
		return store.Discard(dirs, info.ID, nil)
	})
	return out, err
}

// setAside records, once, that a delivery is not to be loaded.
func (a *settled) setAside(ctx context.Context, data string, key opaque.Key, act Act, d Arrival) error {
	if _, done := a.aside[d.ID]; done {
		return nil
	}
	return record(ctx, data, key, act, journal.KindDelivery, d.ID, journal.Resolution{Verb: "discard", Rows: int(d.Rows)})
}

// RolledBack says what a rollback published and what is to be loaded again.
type RolledBack struct {
	Snapshot string    `json:"snapshot"`
	Content  string    `json:"rollback_to"`
	Previous string    `json:"previous"`
	Pending  []Arrival `json:"pending,omitempty"` // loaded since, to be loaded again by the next run
}

// Rollback publishes the content of an older snapshot again; id may be the
// beginning of an id, "" = the one before the current. Journal, landing and
// cursors stay: what was loaded since is pending again.
func Rollback(ctx context.Context, p *Project, act Act, id string) (*RolledBack, error) {
	out := &RolledBack{}
	err := underLock(p.Data, func() error {
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return err
		}
		run := runID(act.Now)
		dirs = notarized(p.Data, dirs.Key, run, act.Actor)
		if err := store.Recover(dirs); err != nil {
			return err
		}
		list, err := store.List(dirs)
		if err != nil {
			return err
		}
		if out.Content, out.Previous, err = rollbackTarget(list, id); err != nil {
			return err
		}
		a, err := readSettled(p.Data, dirs.Key)
		if err != nil {
			return err
		}
		now := loadedDeliveries(p)
		if err := a.on(ctx, p.Data, dirs.Key, act, "rollback", out.Content); err != nil {
			return err
		}
		info, err := store.Rollback(dirs, run, out.Content, act.Now, nil)
		if err != nil {
			return err
		}
		out.Snapshot = info.ID
		for d := range a.aside {
			delete(now, d)
		}
		if out.Pending, err = missing(p, now, loadedDeliveries(p)); err != nil {
			return err
		}
		rep := newReport(Options{Now: act.Now, Actor: act.Actor})
		rep.Run, rep.Status, rep.Snapshot, rep.Previous = run, "rolled back", info.ID, out.Previous
		rep.note("", "the content is that of %s again; acts in the journal stand; what was loaded since is loaded by the next run", out.Content)
		return saveReport(p.Data, rep)
	})
	return out, err
}

func rollbackTarget(list []store.Info, id string) (to, current string, err error) {
	for _, s := range list {
		if s.Current {
			current, to = s.ID, s.Manifest.Previous
		}
	}
	if current == "" {
		return "", "", errs.New(errs.Input, "roll back to", id, "nothing is published", "run `clientbase run`")
	}
	if id == "" && to == "" {
		return "", "", errs.New(errs.Input, "roll back to", id, "there is no snapshot before "+current, "`clientbase snapshot list` shows what is kept")
	}
	if id == "" {
		if !slices.ContainsFunc(list, func(s store.Info) bool { return s.ID == to }) {
			return "", "", errs.New(errs.Input, "roll back to", to, "it was before "+current+" and is not kept any more", "`clientbase snapshot list` shows what is kept; an erasure removes what is older")
		}
		return to, current, nil
	}
	var fits []string
	for _, s := range list {
		if strings.HasPrefix(s.ID, id) {
			fits = append(fits, s.ID)
		}
	}
	if len(fits) == 0 {
		return "", "", errs.New(errs.Input, "roll back to", id, "no such snapshot is kept", "`clientbase snapshot list` shows what is kept; an erasure removes what is older")
	}
	if len(fits) > 1 {
		return "", "", errs.New(errs.Input, "roll back to", id, fmt.Sprintf("%d snapshots begin with this", len(fits)), "`clientbase snapshot list` shows what is kept")
	}
	return fits[0], current, nil
}
