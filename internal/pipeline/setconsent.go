package pipeline

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/schemas"
)

// ConsentAct is a grant or an objection as a person enters it.
type ConsentAct struct {
	Subject     Subject
	State       string // grant | objection
	Purpose     string // dotted; needed for a grant
	Channel     string // "" = all
	Since       string // ISO day; "" = the day of Now, UTC
	Until       string // ISO day, not included; "" = open
	TextVersion string
	Origin      string // call, letter, branch, …
	Reason      string
	Actor       journal.Actor
	Now         time.Time
}

// Acted is what an act did, as it may be shown.
type Acted struct {
	Seq     int64  `json:"seq"`
	Subject string `json:"subject"`                   // client id, record or masked contact point
	Client  string `json:"client,omitempty"`          // whom it is about; "" = nobody known, or several
	Records int    `json:"records"`                   // source records it is pinned to
	Points  int    `json:"points"`                    // contact points it is pinned to
	Attr    string `json:"attr,omitempty"`            // overrides: what was set
	Value   string `json:"value,omitempty"`           // overrides: the cleansed value in its published form
	Status  string `json:"status,omitempty"`          // overrides: the verdict of the rules
	Why     string `json:"reason,omitempty"`          // overrides: reason of the verdict
	Waits   bool   `json:"facts_wait,omitempty"`      // overrides: facts that refer to the value find the client with the next run
	Awaits  bool   `json:"awaits_approval,omitempty"` // overrides: it counts once a second person has approved it
}

// SetConsent enters a grant or an objection. It is pinned to what the subject
// is made of now, so that it outlives every merge and split: an objection
// binds all records of the client and their contact points, a grant covers the
// contact points on those records only. It holds from the next read on.
func SetConsent(ctx context.Context, p *Project, a ConsentAct) (Acted, error) {
	const op = "set consent"
	c, err := a.consent(op)
	if err != nil {
		return Acted{}, err
	}
	if err := a.Subject.check(op); err != nil {
		return Acted{}, err
	}
	j, key, err := openJournal(p)
	if err != nil {
		return Acted{}, err
	}
	acts, err := j.Read(0)
	if err != nil {
		return Acted{}, err
	}
	q, done, err := newPinner(ctx, p, op, key, acts)
	if err != nil {
		return Acted{}, err
	}
	defer done()
	who, err := q.pin(a.Subject)
	if err != nil {
		return Acted{}, err
	}
	if c.State == "grant" {
		if c.Points, err = q.granted(a, who); err != nil {
			return Acted{}, err
		}
	} else {
		c.Records = who.records
		for _, pt := range who.points {
			if pt.Of == nil {
				c.Points = append(c.Points, pt)
			}
		}
	}
	e := journal.Entry{At: a.Now, Actor: a.Actor, Kind: journal.KindConsent, Subject: who.name, Reason: a.Reason}
	if e, err = e.WithPayload(c); err != nil {
		return Acted{}, err
	}
	if e, err = j.Append(ctx, e); err != nil {
		return Acted{}, err
	}
	return Acted{Seq: e.Seq, Subject: who.name, Client: who.client, Records: len(c.Records), Points: len(distinctPoints(c.Points))}, nil
}

// purposeForm is how a segment's purpose is written, too.
var purposeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

// consent checks the words of an act and gives its payload without pins.
func (a *ConsentAct) consent(op string) (journal.Consent, error) {
	c := journal.Consent{State: a.State, Purpose: a.Purpose, Channel: a.Channel, Since: a.Since, Until: a.Until, TextVersion: a.TextVersion, Origin: a.Origin}
	bad := func(thing, msg, hint string) (journal.Consent, error) {
		return c, errs.New(errs.Config, op, thing, msg, hint)
	}
	switch {
	case a.State != "grant" && a.State != "objection":
		return bad("--state", "neither grant nor objection", "--state objection when somebody does not want to be contacted")
	case a.State == "grant" && a.Purpose == "":
		return bad("--for", "a grant without a purpose permits nothing", "name what was agreed to: --for marketing.deposits")
	case a.Purpose != "" && !purposeForm.MatchString(a.Purpose): // else an objection would bind to a word that no list ever has
		return bad("--for", "a purpose is small Latin words joined by points", "write it like marketing or marketing.deposits; without it an objection covers everything; why it is entered belongs into --reason")
	case a.Origin == "":
		return bad("--origin", "missing", "say how it was given: call, letter, branch, form")
	case strings.TrimSpace(a.Reason) == "":
		return bad("--reason", "missing", "say in a few words why; an auditor will read it")
	}
	for _, w := range []struct{ flag, text string }{{"--for", a.Purpose}, {"--channel", a.Channel}, {"--origin", a.Origin}, {"--text-version", a.TextVersion}, {"--reason", a.Reason}} {
		if guarded(w.text) != w.text {
			return bad(w.flag, "it seems to hold a phone number, an e-mail or a document number", "leave it out: acts name people by id, --record, --phone or --email")
		}
	}
	if c.Since == "" {
		c.Since = a.Now.UTC().Format(time.DateOnly)
	}
	from, ok := isoDay(c.Since)
	if !ok {
		return bad("--since", "not a date", "--since 2026-10-01")
	}
	if to, ok := isoDay(c.Until); c.Until != "" && (!ok || to <= from) {
		return bad("--until", "not a date after --since", "--until 2027-10-01; the day itself is not included")
	}
	return c, nil
}

// granted gives the contact points that a grant covers: those that stand on
// the subject's own records, of the kind that its channel uses. A number that
// nobody has yet is covered by itself.
func (q *pinner) granted(a ConsentAct, who pinned) ([]journal.Point, error) {
	byPoint := !a.Subject.Phone.IsEmpty() || !a.Subject.Email.IsEmpty()
	kinds, known := channelKinds[a.Channel]
	if !known {
		return nil, errs.New(errs.Config, q.op, "--channel", "a grant by this channel has no contact point that could be kept here", "one of "+strings.Join(sortedChannels(), ", "))
	}
	var out []journal.Point
	for _, p := range who.points {
		mine := p.Of != nil && (a.Subject.Record == "" || p.Of.Stream+":"+p.Of.Key == a.Subject.Record)
		if slices.Contains(kinds, p.Kind) && mine {
			out = append(out, p)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if !byPoint {
		return nil, errs.New(errs.Input, q.op, who.name, "no contact point stands there that the grant could cover", "a grant covers a record's own phones and e-mails: name --phone or --email, or another channel")
	}
	if !slices.Contains(kinds, who.points[0].Kind) {
		return nil, errs.New(errs.Config, q.op, "--channel", "this contact point is not used by that channel", "leave --channel out, or name the other contact point")
	}
	if n, err := q.holders(who.points[0]); err != nil || n > 1 {
		if err == nil {
			err = errs.New(errs.Input, q.op, who.name, fmt.Sprintf("%d clients have it, so it does not say who agreed", n), "name the client or the record; an objection may name a shared number")
		}
		return nil, err
	}
	return who.points[:1], nil
}

func (q *pinner) holders(p journal.Point) (n int64, err error) {
	if q.t == nil {
		return 0, nil
	}
	err = q.t.one("SELECT count(DISTINCT client_no) FROM contact_points WHERE token = ?", []any{p.Token.String()}, &n)
	return n, err
}

// channelKinds says which contact points a channel uses; "" is every channel.
var channelKinds = map[string][]string{"": {schemas.RefPhone, schemas.RefEmail}, "phone": {schemas.RefPhone}, "sms": {schemas.RefPhone}, "messenger": {schemas.RefPhone}, "email": {schemas.RefEmail}}

func sortedChannels() []string {
	var out []string
	for c := range channelKinds {
		if c != "" {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

func distinctPoints(list []journal.Point) map[journal.Point]bool {
	out := map[journal.Point]bool{}
	for _, p := range list {
		p.Of = nil
		out[p] = true
	}
	return out
}
