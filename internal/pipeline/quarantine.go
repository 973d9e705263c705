package pipeline

import (
	"context"
	"fmt"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
)

// reasonDiscarded is the filter under which rows are counted that a person
// discarded from the quarantine.
const reasonDiscarded = "quarantine_discarded"

// covers tells whether a person discarded these rows. More rows than were
// discarded are another matter: nobody has looked at those.
func (a *settled) covers(id string, rows int64) bool {
	d, ok := a.discarded[id]
	return ok && rows > 0 && rows <= int64(d.rows)
}

// setAside counts rows as quarantined, or as filtered when a person has
// discarded them. Their reasons have been counted already.
func (b *Balance) setAside(discarded bool, rows int64, why map[string]int64) {
	if !discarded {
		b.Quarantined += rows
		return
	}
	b.Filtered += rows
	b.Filters[reasonDiscarded] += rows
	for reason, n := range why {
		if b.Reasons[reason] -= n; b.Reasons[reason] == 0 {
			delete(b.Reasons, reason)
		}
	}
}

// SetAside is the quarantine of one delivery and stage with what became of it.
type SetAside struct {
	landing.QuarantineFile
	State string `json:"state"`        // open | discarded | superseded (its delivery no longer counts)
	By    string `json:"by,omitempty"` // who discarded it, when, why
}

// Quarantines lists all quarantines with their states, ordered by stream and id.
func Quarantines(p *Project) ([]SetAside, error) {
	land := landing.At(p.Data)
	files, err := land.Quarantines()
	if err != nil || len(files) == 0 {
		return nil, err
	}
	a, err := settledOf(p.Data)
	if err != nil {
		return nil, err
	}
	void := map[string]string{}
	for i := range p.Streams {
		all, err := land.Deliveries(p.Streams[i].ID())
		if err != nil {
			return nil, err
		}
		for old, by := range superseded(&p.Streams[i].Stream, all, a.aside) {
			void[old] = by
		}
	}
	out := make([]SetAside, len(files))
	for i, f := range files {
		out[i] = SetAside{QuarantineFile: f, State: "open"}
		if _, ok := void[f.Delivery]; ok {
			out[i].State = "superseded"
		} else if a.covers(f.ID, int64(f.Rows)) {
			out[i].State, out[i].By = "discarded", by(a.discarded[f.ID].Entry)
		}
	}
	return out, nil
}

// ShortID is the first part of the delivery id with the stage: enough to type.
func (f *SetAside) ShortID() string { return f.Delivery[:min(10, len(f.Delivery))] + "-" + f.Stage }

// OneQuarantine finds a quarantine by its id or the beginning of it.
func OneQuarantine(p *Project, id string) (*SetAside, error) {
	list, err := Quarantines(p)
	if err != nil {
		return nil, err
	}
	var found *SetAside
	for i := range list {
		if list[i].ShortID() == id || strings.HasPrefix(list[i].ID, id) {
			if found != nil && list[i].ShortID() != id {
				return nil, errs.New(errs.Input, "open quarantine", id, "several begin with this", "`clientbase quarantine list`")
			}
			found = &list[i]
		}
	}
	if found == nil {
		return nil, errs.New(errs.Input, "open quarantine", id, "no such id", "`clientbase quarantine list`")
	}
	return found, nil
}

// DiscardRows settles the rows of a quarantine: nobody will mend them. They
// leave the open list and are counted as filtered from the next time their
// delivery is loaded. Should a later fix make some of them usable, they load.
func DiscardRows(ctx context.Context, p *Project, act Act, id string) (*SetAside, error) {
	q, err := OneQuarantine(p, id)
	if err != nil {
		return nil, err
	}
	if q.State != "open" {
		return q, nil
	}
	keys, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	err = record(ctx, p.Data, keys.Key, act, journal.KindQuarantine, q.ID, journal.Resolution{Verb: "discard", Rows: q.Rows})
	q.State, q.By = "discarded", by(journal.Entry{At: act.Now, Actor: act.Actor, Reason: act.Reason})
	return q, err
}

// Replay computes everything anew from landing after a fix of the mapping or of
// a rule, when some of the rows of a quarantine are usable now. The result is
// that of a project that had the fix from the start, under the model in force.
// It gives how many rows the delivery would have in quarantine now.
func Replay(ctx context.Context, p *Project, o Options, act Act, id string) (*Report, int64, error) {
	q, err := OneQuarantine(p, id)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case q.State == "superseded":
		return nil, 0, errs.New(errs.Input, "replay quarantine", id, "its delivery no longer counts: another one took its place or it was set aside", "nothing is to be done; `clientbase quarantine list` shows what is open")
	case q.Stage == "read":
		return nil, 0, errs.New(errs.Input, "replay quarantine", id, "these rows were never split into columns, so no mapping reaches them",
			"have the file delivered again once it or `from:` is mended; rows that nobody will mend: `clientbase quarantine discard "+q.ShortID()+"`")
	}
	left, err := stillUnusable(p, q)
	if err != nil {
		return nil, 0, err
	}
	if left >= int64(q.Rows) {
		return nil, left, errs.New(errs.Input, "replay quarantine", id, fmt.Sprintf("all %d rows would be set aside again: nothing that concerns them was changed since", q.Rows),
			"`clientbase quarantine show "+q.ShortID()+"` says which column is at fault; correct sources/*.yaml, then replay; or `clientbase quarantine discard "+q.ShortID()+"`")
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, left, err
	}
	if err := record(ctx, p.Data, dirs.Key, act, journal.KindQuarantine, q.ID, journal.Resolution{Verb: "replay", Rows: q.Rows}); err != nil {
		return nil, left, err
	}
	o.NoSources, o.Anew = true, true
	rep, err := Run(ctx, p, o)
	return rep, left, err
}

// stillUnusable counts the rows of a delivery that its stream's mapping, as it
// stands, would set aside.
func stillUnusable(p *Project, q *SetAside) (int64, error) {
	land, err := landing.Open(p.Data)
	if err != nil {
		return 0, err
	}
	for i := range p.Streams {
		s := &p.Streams[i].Stream
		if s.ID() != q.Stream {
			continue
		}
		in, err := newInterpreter(s, p.Dict, p.own())
		if err != nil {
			return 0, err
		}
		all, err := land.Deliveries(s.ID())
		if err != nil {
			return 0, err
		}
		n := int64(0)
		for k := range all {
			if all[k].ID != q.Delivery {
				continue
			}
			var before []string
			if k > 0 {
				before = all[k-1].Columns
			}
			tokens := newTokenizer(land.Keys.Project())
			for _, ref := range all[k].Batches {
				b, err := land.ReadBatch(s.ID(), ref.ID)
				if err != nil {
					return 0, err
				}
				out, err := in.interpret(b, &all[k], before, int32(all[k].AsOf.Unix()/86400), &tokens)
				b.Release()
				if err != nil {
					return 0, err
				}
				n += int64(len(out.bad))
				for _, f := range out.facts {
					f.rec.Release()
				}
			}
		}
		return n, nil
	}
	return 0, errs.New(errs.Input, "replay quarantine", q.Stream, "the project has no such stream any more", "`clientbase quarantine discard "+q.ShortID()+"`")
}
