package pipeline

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"clientbase/internal/journal"
)

// ActLine is one act as it may be shown: no contact point in clear.
type ActLine struct {
	Seq         int64    `json:"seq"`
	At          string   `json:"at"` // UTC, seconds
	User        string   `json:"user"`
	Role        string   `json:"role"`
	For         string   `json:"for,omitempty"` // what the actor said it was done for
	Kind        string   `json:"kind"`
	Subject     string   `json:"subject,omitempty"` // as it was named when the act was done
	Clients     []string `json:"clients,omitempty"` // whom it concerns now
	Verb        string   `json:"verb,omitempty"`    // of acts on snapshots, deliveries and quarantine: release, discard, …; of decisions: same, different, unsure
	State       string   `json:"state,omitempty"`
	Purpose     string   `json:"purpose,omitempty"`
	Channel     string   `json:"channel,omitempty"`
	Since       string   `json:"since,omitempty"`
	Until       string   `json:"until,omitempty"`
	TextVersion string   `json:"text_version,omitempty"`
	Origin      string   `json:"origin,omitempty"`
	Attr        string   `json:"attr,omitempty"`
	Value       string   `json:"value,omitempty"`   // published form
	Status      string   `json:"status,omitempty"`  // verdict of the rules on it
	Segment     string   `json:"segment,omitempty"` // of a list that left, with its version
	Recipient   string   `json:"recipient,omitempty"`
	Rows        int64    `json:"rows,omitempty"`
	Records     int      `json:"records,omitempty"`
	Points      int      `json:"points,omitempty"`
	Reason      string   `json:"reason,omitempty"`
	UndoOf      int64    `json:"undo_of,omitempty"`
	UndoneBy    int64    `json:"undone_by,omitempty"`
	Awaits      bool     `json:"awaits_approval,omitempty"` // nobody else has said yes yet: it does not count
	ApprovedBy  string   `json:"approved_by,omitempty"`
	Folded      bool     `json:"folded"` // the current snapshot holds it
}

// ListActs gives the acts of the journal, newest first; kind "" is all kinds.
func ListActs(ctx context.Context, p *Project, kind journal.Kind) ([]ActLine, error) {
	j, key, err := openJournal(p)
	if err != nil {
		return nil, err
	}
	acts, err := j.Read(0)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	q, done, err := newPinner(ctx, p, "list acts", key, acts)
	if err != nil {
		return nil, err
	}
	defer done()
	l := &lister{q: q, pins: map[int64][]journal.Record{}}
	if q.t != nil {
		l.folded = q.t.s.Info().Manifest.Journal
		if l.hand, err = handOf(p, q.t.s); err != nil {
			return nil, err
		}
	}
	undone := journal.TakenBack(acts)
	approved, _, err := journal.Approved(acts)
	if err != nil {
		return nil, err
	}
	var out []ActLine
	for i := range acts {
		e := &acts[i]
		if kind != "" && e.Kind != kind {
			continue
		}
		line := ActLine{Seq: e.Seq, At: e.At.UTC().Format(time.RFC3339), User: e.Actor.User, Role: e.Actor.Role, For: e.Actor.Purpose, Kind: string(e.Kind),
			Subject: e.Subject, Reason: e.Reason, UndoOf: e.UndoOf, Folded: folds(e.Kind) && e.Seq <= l.folded}
		if by := undone[e.Seq]; by != nil {
			line.UndoneBy = by.Seq
		}
		if e.UndoOf == 0 {
			if err := l.payload(e, &line); err != nil {
				return nil, err
			}
			if yes := approved[e.Seq]; yes != nil {
				line.Awaits, line.ApprovedBy = false, yes.Actor.User
			}
		}
		out = append(out, line)
	}
	if err := l.clients(out); err != nil {
		return nil, err
	}
	slices.Reverse(out)
	return out, nil
}

type lister struct {
	q      *pinner
	hand   *byHand
	folded int64
	pins   map[int64][]journal.Record // act → records it is pinned to
}

// payload fills in what an act says.
func (l *lister) payload(e *journal.Entry, line *ActLine) error {
	switch e.Kind {
	case journal.KindConsent:
		var c journal.Consent
		if err := e.Decode(&c); err != nil {
			return err
		}
		line.State, line.Purpose, line.Channel, line.Since, line.Until = c.State, c.Purpose, c.Channel, c.Since, c.Until
		line.TextVersion, line.Origin, line.Records, line.Points = c.TextVersion, c.Origin, len(c.Records), len(distinctPoints(c.Points))
		l.pins[e.Seq] = c.Records
		for _, p := range c.Points {
			if p.Of != nil && !slices.Contains(l.pins[e.Seq], *p.Of) {
				l.pins[e.Seq] = append(l.pins[e.Seq], *p.Of)
			}
		}
	case journal.KindSnapshot:
		var v journal.Publication
		if err := e.Decode(&v); err != nil {
			return err
		}
		line.Verb = v.Verb
	case journal.KindDelivery, journal.KindQuarantine:
		var v journal.Resolution
		if err := e.Decode(&v); err != nil {
			return err
		}
		line.Verb = v.Verb
	case journal.KindDecision:
		var d journal.Decision
		if err := e.Decode(&d); err != nil {
			return err
		}
		line.Verb, line.Records = d.Verdict, 2
		l.pins[e.Seq] = []journal.Record{d.A, d.B}
	case journal.KindSubject:
		a, err := subjectAct(e)
		if err != nil {
			return err
		}
		line.Verb, line.Until, line.Records = a.Verb, a.Until, len(a.Records)
		l.pins[e.Seq] = a.Records
	case journal.KindExport:
		var x journal.Export
		if err := e.Decode(&x); err != nil {
			return err
		}
		line.Segment, line.Purpose, line.Channel = fmt.Sprintf("%s v%d", x.Segment, x.Version), x.Purpose, x.Channel
		line.Recipient, line.Rows = x.Recipient, x.Rows
	case journal.KindOverride:
		var o journal.Override
		if err := e.Decode(&o); err != nil {
			return err
		}
		line.Attr, line.Awaits = o.Attr, o.Awaits
		l.pins[e.Seq] = []journal.Record{o.Anchor}
		attr, ok := l.q.p.Dict.Attr(o.Attr)
		if !ok || l.hand == nil {
			return nil
		}
		cells, err := l.hand.cells(o, attr.Party, int32(e.At.Unix()/86400))
		if err != nil {
			return err
		}
		usable, status, _ := verdict(cells, o.Attr)
		line.Status = status.String()
		if len(usable) > 0 {
			line.Value, _ = shownForm(attr, usable[0].Value, l.q.tok)
		}
	}
	return nil
}

// clients finds out whom each act concerns now, after merges and splits.
func (l *lister) clients(lines []ActLine) error {
	if l.q.t == nil {
		return nil
	}
	owner := map[string]string{}
	var names []any
	for _, list := range l.pins {
		for _, r := range list {
			if name := r.Stream + ":" + r.Key; owner[name] == "" {
				owner[name] = "?"
				names = append(names, name)
			}
		}
	}
	sort.Slice(names, func(i, j int) bool { return names[i].(string) < names[j].(string) })
	for len(names) > 0 {
		n := min(len(names), 500)
		rows, err := l.q.t.r.Query(l.q.t.ctx, "SELECT stream || ':' || key, client_id FROM identities WHERE stream || ':' || key IN ("+
			strings.TrimSuffix(strings.Repeat("?, ", n), ", ")+")", names[:n]...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var name, id string
			if err := rows.Scan(&name, &id); err != nil {
				_ = rows.Close()
				return err
			}
			owner[name] = id
		}
		if err := rows.Close(); err != nil {
			return err
		}
		names = names[n:]
	}
	for i := range lines {
		of := lines[i].Seq
		if lines[i].UndoOf != 0 {
			of = lines[i].UndoOf
		}
		for _, r := range l.pins[of] {
			if id := owner[r.Stream+":"+r.Key]; id != "?" && !slices.Contains(lines[i].Clients, id) {
				lines[i].Clients = append(lines[i].Clients, id)
			}
		}
		slices.Sort(lines[i].Clients)
	}
	return nil
}
