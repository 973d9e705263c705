package pipeline

import (
	"context"
	"io"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// OverrideAct is a value that a person sets by hand.
type OverrideAct struct {
	Subject Subject // a client or a record
	Attr    string
	Value   opaque.Value
	Reason  string
	Actor   journal.Actor
	Now     time.Time
}

// SetOverride enters a value by hand. The rules judge it like any other; one
// that they cannot use is refused, because it could never be published. It is
// anchored to the record that gives the value in force, else to the client's
// first record, and goes where that record goes.
func SetOverride(ctx context.Context, p *Project, a OverrideAct) (Acted, error) {
	const op = "set value"
	var out Acted
	attr, ok := p.Dict.Attr(a.Attr)
	if !ok {
		return out, errs.New(errs.Config, op, "attribute "+a.Attr, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
	}
	if err := checkReason(op, a.Reason); err != nil {
		return out, err
	}
	if err := a.Subject.check(op); err != nil {
		return out, err
	}
	j, key, err := openJournal(p)
	if err != nil {
		return out, err
	}
	acts, err := j.Read(0)
	if err != nil {
		return out, err
	}
	q, done, err := newPinner(ctx, p, op, key, acts)
	if err != nil {
		return out, err
	}
	defer done()
	if q.t == nil {
		return out, errs.New(errs.Input, op, "client", "no snapshot yet", "run `clientbase run`")
	}
	no, only, err := q.client(a.Subject)
	if err != nil {
		return out, err
	}
	anchor, party, err := q.anchor(no, only, a.Attr)
	if err != nil {
		return out, err
	}
	if attr.Party&party == 0 {
		return out, errs.New(errs.Config, op, "attribute "+a.Attr, "not an attribute of this kind of party", "`clientbase query --tables clients` lists the attributes")
	}
	hand, err := handOf(p, q.t.s)
	if err != nil {
		return out, err
	}
	o := journal.Override{Anchor: anchor, Attr: a.Attr, Value: a.Value, Awaits: p.SecondPerson}
	cells, err := hand.cells(o, party, int32(a.Now.Unix()/86400))
	if err != nil {
		return out, err
	}
	usable, status, reason := verdict(cells, a.Attr)
	if len(usable) == 0 {
		return out, errs.New(errs.Input, op, "attribute "+a.Attr, "the value is "+status.String()+" ("+reason.String()+")", "write it without doubt: dates as 1980-02-29, phones with +7, numbers in full")
	}
	if err := q.t.one("SELECT client_id FROM clients WHERE client_no = ?", []any{no}, &out.Client); err != nil {
		return out, err
	}
	e := journal.Entry{At: a.Now, Actor: a.Actor, Kind: journal.KindOverride, Subject: out.Client, Reason: a.Reason}
	if e, err = e.WithPayload(o); err != nil {
		return out, err
	}
	if e, err = j.Append(ctx, e); err != nil {
		return out, err
	}
	out.Waits = attr.Kind == schemas.KindPhone || attr.Kind == schemas.KindEmail || attr.Kind == schemas.KindVisitor
	out.Awaits = o.Awaits
	out.Seq, out.Subject, out.Records, out.Attr, out.Status = e.Seq, out.Client, 1, a.Attr, status.String()
	if reason != schemas.NoReason {
		out.Why = reason.String()
	}
	out.Value, _ = shownForm(attr, usable[0].Value, q.tok)
	return out, nil
}

// anchor chooses the record that an override is tied to.
func (q *pinner) anchor(no int32, only *journal.Record, attr string) (journal.Record, schemas.Party, error) {
	var r journal.Record
	var word string
	where, args := "", []any{attr, no}
	if only != nil {
		where, args = " AND i.stream = ? AND i.key = ?", append(args, only.Stream, only.Key)
	}
	err := q.t.one(`SELECT i.stream, i.key, i.party FROM identities i
		LEFT JOIN (SELECT record_no FROM attribute_history WHERE attr = ? AND winner) h ON h.record_no = i.record_no
		WHERE i.client_no = ?`+where+` ORDER BY h.record_no IS NULL, i.closed IS NOT NULL, i.stream, i.key LIMIT 1`, args, &r.Stream, &r.Key, &word)
	party := schemas.Person
	if word == schemas.Org.String() {
		party = schemas.Org
	}
	return r, party, err
}

// handOf gives the rules under the model of a snapshot.
func handOf(p *Project, s *store.Snapshot) (*byHand, error) {
	land, err := landing.Open(p.Data)
	if err != nil {
		return nil, err
	}
	path := s.StateFile("rules.age")
	if path == "" {
		return nil, errs.New(errs.Integrity, "read state", "rules.age", "the file is not in the snapshot", "rebuild: `clientbase run --from-landing`")
	}
	in, err := land.Keys.Unseal(path, stateKey)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	model, err := transforms.ReadModel(io.Reader(in))
	if err != nil {
		return nil, err
	}
	return &byHand{rules: transforms.NewSetWith(p.Dict, p.own()), model: model, region: p.Region}, nil
}
