package pipeline

import (
	"context"
	"path/filepath"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
)

// Act is who does something between runs, when and why.
type Act struct {
	Now    time.Time
	Actor  journal.Actor
	Reason string
}

// settled is what people settled in the journal and a run must respect. A
// rollback never takes it back.
type settled struct {
	aside     map[string]journal.Entry   // delivery → act that set it aside
	discarded map[string]discarded       // quarantine id → act that discarded its rows
	snapshots map[string][]journal.Entry // snapshot → acts on it
	admitted  map[journal.Record]bool    // records that are no erased person's
}

type discarded struct {
	journal.Entry
	rows int
}

func nothingSettled() *settled {
	return &settled{map[string]journal.Entry{}, map[string]discarded{}, map[string][]journal.Entry{}, nil}
}

func readSettled(data string, key opaque.Key) (*settled, error) {
	list, err := journal.Open(data, key).Read(0)
	if err != nil {
		return nil, err
	}
	a := nothingSettled()
	for _, e := range journal.Effective(list) {
		switch e.Kind {
		case journal.KindDelivery:
			a.aside[e.Subject] = e
		case journal.KindQuarantine:
			var v journal.Resolution
			if err := e.Decode(&v); err != nil {
				return nil, err
			}
			if v.Verb == "discard" {
				a.discarded[e.Subject] = discarded{e, v.Rows}
			}
		case journal.KindSnapshot:
			a.snapshots[e.Subject] = append(a.snapshots[e.Subject], e)
		}
	}
	a.admitted, err = admitted(list)
	return a, err
}

// settledOf is readSettled that makes no key: without one nobody ever acted.
func settledOf(data string) (*settled, error) {
	if !HasKey(data) {
		return nothingSettled(), nil
	}
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return nil, err
	}
	return readSettled(data, keys.Project())
}

// record appends an act of a person to the journal before it is done: what is
// recorded and was cut is done again by the same command, and nothing is ever
// done that is not recorded.
func record(ctx context.Context, data string, key opaque.Key, a Act, kind journal.Kind, subject string, payload any) error {
	e, err := journal.Entry{At: a.Now, Actor: a.Actor, Kind: kind, Subject: subject, Reason: a.Reason}.WithPayload(payload)
	if err != nil {
		return err
	}
	_, err = witnessed(data, key).Append(ctx, e)
	return err
}

// on records an act on a snapshot, once: a command repeated after a cut finds it.
func (a *settled) on(ctx context.Context, data string, key opaque.Key, act Act, verb, snapshot string) error {
	list := a.snapshots[snapshot]
	if n := len(list); n > 0 {
		var last journal.Publication
		if err := list[n-1].Decode(&last); err != nil {
			return err
		}
		if last.Verb == verb && verb != "rollback" {
			return nil
		}
	}
	return record(ctx, data, key, act, journal.KindSnapshot, snapshot, journal.Publication{Verb: verb, Snapshot: snapshot})
}

func by(e journal.Entry) string {
	text := e.Actor.User
	if e.Actor.Role != "" {
		text += " (" + e.Actor.Role + ")"
	}
	text += ", " + e.At.UTC().Format("2006-01-02 15:04")
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// underLock runs an act that moves a pointer: not while a run is building.
func underLock(data string, do func() error) error {
	if !HasKey(data) {
		return errs.New(errs.Input, "open snapshot", data, "no snapshot yet", "run `clientbase run`")
	}
	unlock, err := lockRun(data)
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}
