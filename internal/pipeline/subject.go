package pipeline

import (
	"context"
	"errors"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Subject names whom an act is about: exactly one field is set.
type Subject struct {
	Client string // id, its beginning, or a retired id
	Record string // SOURCE/STREAM:KEY
	Phone  opaque.Value
	Email  opaque.Value
}

// check fails unless exactly one field is set.
func (s Subject) check(op string) error {
	n := 0
	for _, set := range []bool{s.Client != "", s.Record != "", !s.Phone.IsEmpty(), !s.Email.IsEmpty()} {
		if set {
			n++
		}
	}
	if n == 1 {
		return nil
	}
	return errs.New(errs.Config, op, "", "name exactly one subject", "a client id, --record SOURCE/STREAM:KEY, --phone NUMBER or --email ADDRESS")
}

// pinned is what a subject is made of at this moment.
type pinned struct {
	name    string // client id, record, or masked point: never a contact point
	client  string // client id; "" = nobody, or several
	records []journal.Record
	points  []journal.Point // with the record each stands on
}

// pinner resolves subjects against a snapshot with its tail; s is nil before
// the first load.
type pinner struct {
	t    *tracer // nil before the first load
	p    *Project
	tok  *tokenizer
	acts []journal.Entry
	op   string
}

func newPinner(ctx context.Context, p *Project, op string, key opaque.Key, acts []journal.Entry) (*pinner, func(), error) {
	tok := newTokenizer(key)
	q := &pinner{p: p, tok: &tok, acts: acts, op: op}
	dirs, err := DirsOf(p.Data)
	if err != nil || !store.Published(dirs) {
		return q, func() {}, nil // nothing was ever published: numbers can still be named
	}
	s, err := Current(p)
	if err != nil {
		return nil, nil, err
	}
	if q.t, err = newTracer(ctx, p, s); err != nil {
		_ = s.Close()
		return nil, nil, err
	}
	q.t.op = op
	return q, func() { _ = s.Close() }, nil
}

// pin resolves a subject.
func (q *pinner) pin(s Subject) (pinned, error) {
	switch {
	case !s.Phone.IsEmpty():
		number := phoneOf(s.Phone.Reveal(), q.p.Region)
		if number == "" {
			return pinned{}, errs.New(errs.Input, q.op, "--phone", unusable("one phone number", transforms.Phone(s.Phone.Reveal(), q.p.Region)), "write it with its country code, or as it is dialled at home")
		}
		return q.point(schemas.RefPhone, "phone "+masked(schemas.KindPhone, number), q.tok.token(schemas.RefPhone, number))
	case !s.Email.IsEmpty():
		address := emailOf(s.Email.Reveal())
		if address == "" {
			return pinned{}, errs.New(errs.Input, q.op, "--email", unusable("one e-mail address", transforms.Email(s.Email.Reveal())), "check it; only one address can be named")
		}
		return q.point(schemas.RefEmail, "email "+masked(schemas.KindEmail, address), q.tok.token(schemas.RefEmail, address))
	}
	if q.t == nil {
		return pinned{}, errs.New(errs.Input, q.op, "client", "no snapshot yet", "run `clientbase run`; a phone or e-mail can be named before")
	}
	no, only, err := q.client(s)
	if err != nil {
		return pinned{}, err
	}
	out, err := q.holder(no)
	if err != nil {
		return out, goneOr(q.t.p, s, err)
	}
	if only != nil {
		out.name = only.Stream + ":" + only.Key
	}
	return out, nil
}

// unusable says why a typed contact point names nothing, without repeating it.
func unusable(what string, res []transforms.Result) string {
	if len(res) == 1 && !res[0].Status.Usable() {
		return "not " + what + ": " + res[0].Status.String() + " (" + res[0].Reason.String() + ")"
	}
	return "not exactly " + what
}

// client finds the client of a subject; only is the record when one was named.
func (q *pinner) client(s Subject) (no int32, only *journal.Record, err error) {
	if s.Client != "" {
		no, _, err = q.t.clientNo(s.Client)
		return no, nil, goneOr(q.t.p, s, err)
	}
	stream, key, ok := strings.Cut(s.Record, ":")
	if !ok {
		return 0, nil, errs.New(errs.Config, q.op, "--record", "a record is named SOURCE/STREAM:KEY", "--record core/clients:100234")
	}
	err = q.t.one("SELECT client_no FROM identities WHERE stream = ? AND key = ?", []any{stream, key}, &no)
	if e, is := errs.Of(err); is && e.Kind == errs.Input {
		err = errs.New(errs.Input, q.op, stream, "no record with this key in the snapshot", "`clientbase query \"SELECT stream, key FROM identities\"` lists records")
	}
	return no, &journal.Record{Stream: stream, Key: key}, goneOr(q.t.p, s, err)
}

// holder gives a client's records and every contact point on each of them.
func (q *pinner) holder(no int32) (pinned, error) {
	var out pinned
	if err := q.t.one("SELECT client_id FROM clients WHERE client_no = ?", []any{no}, &out.client); err != nil {
		return out, err
	}
	out.name = out.client
	rows, err := q.t.r.Query(q.t.ctx, "SELECT stream, key FROM identities WHERE client_no = ? ORDER BY stream, key", no)
	if err != nil {
		return out, err
	}
	for rows.Next() {
		var r journal.Record
		if err := rows.Scan(&r.Stream, &r.Key); err != nil {
			return out, errors.Join(err, rows.Close())
		}
		out.records = append(out.records, r)
	}
	if err := rows.Close(); err != nil {
		return out, err
	}
	out.points, err = q.points(no, out.records)
	return out, err
}

// point gives a contact point that need not be known, with its holder when
// exactly one client has it.
func (q *pinner) point(kind, name string, t opaque.Token) (pinned, error) {
	out := pinned{name: name, points: []journal.Point{{Kind: kind, Token: t}}}
	if q.t == nil {
		return out, nil
	}
	var n int64
	var no int32
	if err := q.t.one("SELECT count(DISTINCT client_no), coalesce(min(client_no), -1)::INTEGER FROM contact_points WHERE token = ?", []any{t.String()}, &n, &no); err != nil {
		return out, err
	}
	if n != 1 {
		return out, nil
	}
	who, err := q.holder(no)
	if err != nil {
		return out, err
	}
	out.client, out.records = who.client, who.records
	for _, p := range who.points {
		if p.Kind == kind && p.Token == t && p.Of != nil {
			out.points = append(out.points, p)
		}
	}
	return out, nil
}

// points lists the published phones and e-mails of a client, and for each the
// records on which it stands: what a record says as a second witness is not
// published, so its cell is looked up in landing.
func (q *pinner) points(no int32, records []journal.Record) ([]journal.Point, error) {
	published := map[journal.Point]bool{}
	var out []journal.Point
	rows, err := q.t.r.Query(q.t.ctx, "SELECT attr, token::VARCHAR FROM contact_points WHERE client_no = ? AND token IS NOT NULL ORDER BY attr, rank", no)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var attr, token string
		if err := rows.Scan(&attr, &token); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		p := journal.Point{Kind: q.pointKind(attr), Token: parseToken(token)}
		if p.Kind != "" && !published[p] {
			published[p] = true
			out = append(out, p)
		}
	}
	if err := rows.Close(); err != nil || len(out) == 0 {
		return nil, err
	}
	stood, err := q.standing(no, records)
	if err != nil {
		return nil, err
	}
	for i := range stood {
		if published[journal.Point{Kind: stood[i].Kind, Token: stood[i].Token}] {
			out = append(out, stood[i])
		}
	}
	return out, nil
}

// standing reads from landing which phone or e-mail stands on which record.
func (q *pinner) standing(no int32, records []journal.Record) ([]journal.Point, error) {
	values, err := q.t.s.Lineage(q.t.ctx, no)
	if err != nil {
		return nil, err
	}
	open := map[journal.Record]bool{}
	for _, r := range records {
		open[r] = true
	}
	var out []journal.Point
	seen := map[string]bool{}
	add := func(kind string, rec journal.Record, cell, region string) {
		for _, t := range q.tokensIn(kind, cell, region) {
			name := kind + t.String() + rec.Stream + ":" + rec.Key
			if !seen[name] {
				seen[name] = true
				out = append(out, journal.Point{Kind: kind, Token: t, Of: &rec})
			}
		}
	}
	for _, v := range values {
		kind := q.pointKind(v.Attr)
		if kind == "" {
			continue
		}
		lines, err := q.t.versions(v.RecordNo)
		if err != nil || len(lines) == 0 {
			return nil, err
		}
		l := lines[len(lines)-1]
		rec := journal.Record{Stream: l.Stream, Key: l.Key}
		if !open[rec] {
			continue // set by hand: see below
		}
		b, _, err := q.t.batch(l.FirstBatch, new(string))
		if err != nil {
			return nil, err
		}
		add(kind, rec, sourceCell(b, v.Field, int(l.FirstRow)), q.regionOf(l.Stream))
	}
	list, err := overrides(q.acts)
	if err != nil {
		return nil, err
	}
	for i := range list {
		o := &list[i]
		if kind := q.pointKind(o.Attr); kind != "" && o.undone == nil && open[o.Anchor] {
			add(kind, o.Anchor, o.Value.Reveal(), q.p.Region)
		}
	}
	return out, nil
}

// tokensIn gives the tokens of all usable contact points of a kind in a cell.
func (q *pinner) tokensIn(kind, cell, region string) []opaque.Token {
	var out []opaque.Token
	if kind == schemas.RefEmail {
		for _, res := range transforms.Email(cell) {
			if res.Status.Usable() && res.Out != "" {
				out = append(out, q.tok.value(schemas.KindEmail, res.Out))
			}
		}
		return out
	}
	for _, res := range transforms.Phone(cell, region) {
		if res.Status.Usable() && res.Out != "" {
			out = append(out, q.tok.value(schemas.KindPhone, res.Out))
		}
	}
	return out
}

func (q *pinner) regionOf(stream string) string {
	for i := range q.p.Streams {
		if q.p.Streams[i].ID() == stream {
			return q.p.Streams[i].Region
		}
	}
	return q.p.Region
}

// pointKind is the kind of contact point that an attribute holds, "" for none
// that a consent can name.
func (q *pinner) pointKind(attr string) string {
	a, _ := q.p.Dict.Attr(attr)
	switch a.Kind {
	case schemas.KindPhone:
		return schemas.RefPhone
	case schemas.KindEmail:
		return schemas.RefEmail
	}
	return ""
}
