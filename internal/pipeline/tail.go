package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// tailValues are the values by which a snapshot with its journal tail differs
// from the snapshot alone: for each client and attribute that an act of the
// tail touches, what is in force now, best first.
type tailValues struct {
	t     *tracer
	hand  *byHand
	acts  []overrideAct // of the tail, or of the whole journal when one was taken back
	pairs []tailPair
}

// tailPair is one attribute of one client.
type tailPair struct {
	no      int32
	client  string
	attr    schemas.Attr
	values  []tailValue // set by hand since the snapshot; with anew: all values in force
	follows bool        // it follows the record of its group's first attribute, which was set
	anew    bool        // a folded act was taken back: what the sources say was looked up again
}

// tailValue is one value in force.
type tailValue struct {
	text     string
	status   schemas.Status
	reason   schemas.Reason
	chain    string
	act      *overrideAct // nil: a source says it
	stream   string
	recordNo int64 // of a source's record
	day      int32
	known    time.Time
	decision string
}

// readTail works out the tail of a snapshot. list is what tailOf gave.
func readTail(ctx context.Context, p *Project, s *store.Snapshot, list []journal.Entry, folded int64) (*tailValues, error) {
	now, err := overrides(list)
	if err != nil {
		return nil, err
	}
	upTo := 0
	for upTo < len(list) && list[upTo].Seq <= folded {
		upTo++
	}
	was, err := overrides(list[:upTo])
	if err != nil {
		return nil, err
	}
	counted := map[int64]bool{} // folded acts that count in the snapshot
	for i := range was {
		counted[was[i].entry.Seq] = was[i].undone == nil
	}
	v := &tailValues{acts: now}
	var changed []*overrideAct
	for i := range now {
		o := &now[i]
		if counts := o.undone == nil; counts != counted[o.entry.Seq] {
			changed = append(changed, o)
		}
	}
	if len(changed) == 0 {
		return v, nil
	}
	if v.t, err = newTracer(ctx, p, s); err != nil {
		return nil, err
	}
	if v.hand, err = handOf(p, s); err != nil {
		return nil, err
	}
	for _, o := range changed {
		if err := v.add(o, o.entry.Seq <= folded); err != nil {
			return nil, err
		}
	}
	for i := range v.pairs {
		if err := v.settle(&v.pairs[i], folded); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// add notes every attribute that an act touches.
func (v *tailValues) add(o *overrideAct, anew bool) error {
	no, client, _, err := v.whose(o.Anchor)
	if err != nil || client == "" {
		return err
	}
	attrs, main := v.touches(o)
	for _, a := range attrs {
		i := slices.IndexFunc(v.pairs, func(q tailPair) bool { return q.no == no && q.attr.ID == a.ID })
		if i < 0 {
			i = len(v.pairs)
			v.pairs = append(v.pairs, tailPair{no: no, client: client, attr: a})
		}
		q := &v.pairs[i]
		q.anew = q.anew || anew
		q.follows = q.follows || (a.ID != main.ID && a.Group != "" && a.Group == main.Group && !a.Multi && !main.Multi)
	}
	return nil
}

// touches lists the attributes whose values depend on an act, in the order of
// the dictionary: what its cells say, and the group that follows it.
func (v *tailValues) touches(o *overrideAct) (out []schemas.Attr, main schemas.Attr) {
	dict := v.t.p.Dict
	main, ok := dict.Attr(o.Attr)
	if !ok {
		return nil, main
	}
	lead, leads := groupLead(dict, main.Group)
	for _, a := range dict.Attrs {
		follows := leads && lead.ID == main.ID && a.Group == main.Group && !a.Multi
		if a.ID == o.Attr || partOf(a.ID, o.Attr) || follows {
			out = append(out, a)
		}
	}
	return out, main
}

// groupLead gives the attribute whose record the others of a group follow.
func groupLead(d *schemas.Dictionary, group string) (schemas.Attr, bool) {
	for _, a := range d.Attrs {
		if group != "" && a.Group == group && !a.Multi {
			return a, true
		}
	}
	return schemas.Attr{}, false
}

// whose gives the client of a record; "" when no record of this name is there.
func (v *tailValues) whose(r journal.Record) (no int32, client string, party schemas.Party, err error) {
	rows, err := v.t.r.Query(v.t.ctx, "SELECT client_no, client_id, party FROM identities WHERE stream = ? AND key = ?", r.Stream, r.Key)
	if err != nil {
		return 0, "", 0, err
	}
	word := ""
	if rows.Next() {
		err = rows.Scan(&no, &client, &word)
	}
	party = schemas.Person
	if word == schemas.Org.String() {
		party = schemas.Org
	}
	return no, client, party, errors.Join(err, rows.Err(), rows.Close())
}

// settle finds the values of a pair.
func (v *tailValues) settle(q *tailPair, folded int64) error {
	mine, err := v.byHand(q, folded)
	if err != nil {
		return err
	}
	if !q.anew {
		q.values = mine
		return nil
	}
	q.values, err = v.choose(q, mine)
	return err
}

// byHand gives what people set for a pair, the latest first: all of it when
// the pair is worked out anew, else what the snapshot does not hold.
func (v *tailValues) byHand(q *tailPair, folded int64) ([]tailValue, error) {
	var out []tailValue
	for i := len(v.acts) - 1; i >= 0; i-- {
		o := &v.acts[i]
		if o.undone != nil || (!q.anew && o.entry.Seq <= folded) || (o.Attr != q.attr.ID && !partOf(q.attr.ID, o.Attr)) {
			continue
		}
		no, client, party, err := v.whose(o.Anchor)
		if err != nil {
			return nil, err
		}
		if client == "" || no != q.no {
			continue
		}
		b, err := v.hand.cells(o.Override, party, o.day())
		if err != nil {
			return nil, err
		}
		usable, _, _ := verdict(b, q.attr.ID)
		for _, c := range usable {
			out = append(out, tailValue{text: c.Value, status: c.Status, reason: c.Reason, chain: b.Chains[c.Chain], act: o, stream: ActOverrides, recordNo: -1, day: o.day(), known: o.entry.At, decision: "set by hand"})
		}
	}
	return out, nil
}
