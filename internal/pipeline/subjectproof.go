package pipeline

import (
	"context"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
)

// SubjectProof is the act of an erasure with the export of the journal about
// it, as it may be shown to the person and to an authority. It holds no value.
type SubjectProof struct {
	Request   int64            `json:"request"`
	Subject   string           `json:"subject"` // client id then
	Ref       string           `json:"ref,omitempty"`
	Ground    string           `json:"ground"`
	Reason    string           `json:"reason"`
	Asked     string           `json:"asked"` // RFC 3339, UTC
	AskedBy   string           `json:"asked_by"`
	Ended     string           `json:"ended"`
	EndedBy   string           `json:"ended_by"`
	System    string           `json:"system"`
	Records   []journal.Record `json:"records"`
	Did       *journal.Erasure `json:"did"`
	Recalls   []journal.Recall `json:"recalls"`
	Log       []SubjectEvent   `json:"log"`
	Inclusion []Inclusion      `json:"inclusion,omitempty"` // in the ledger, of the entries in Log
}

// SubjectEvent is one line of the event log about a person.
type SubjectEvent struct {
	Entry  int64  `json:"entry"`
	At     string `json:"at"`
	By     string `json:"by"`
	Role   string `json:"role"`
	Verb   string `json:"verb"`
	Ground string `json:"ground,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Reason string `json:"reason,omitempty"`
	Until  string `json:"until,omitempty"`
	UndoOf int64  `json:"undo_of,omitempty"`
}

// Inclusion proves that an entry of the journal stands in the ledger.
type Inclusion struct {
	Entry int64  `json:"entry"`
	Leaf  int64  `json:"leaf"`
	Proof string `json:"proof"` // C2SP tlog-proof
}

// ActOf gives the act of an erasure that is ended.
func ActOf(p *Project, request int64) (*SubjectProof, error) {
	list, acts, err := requests(p)
	if err != nil {
		return nil, err
	}
	for i := range acts {
		a := &acts[i]
		if a.entry.Seq != request {
			continue
		}
		if a.done == nil {
			return nil, errs.New(errs.Input, "prove", requestName(request), "it is not ended", "`clientbase subject forget "+a.Client[:12]+"` goes on with it")
		}
		out := &SubjectProof{Request: request, Subject: a.Client, Ref: a.Ref, Ground: a.Ground, Reason: a.entry.Reason, Asked: stamp(a.entry.At), AskedBy: person(a.entry.Actor),
			Ended: stamp(a.ended.At), EndedBy: person(a.ended.Actor), System: "clientbase " + p.Version, Records: a.Records, Did: a.done.Did, Recalls: a.Recalls}
		if out.Log, err = subjectLog(list, a.Client, a.Records); err != nil {
			return nil, err
		}
		out.Inclusion, err = inclusions(p, out.Log)
		return out, err
	}
	return nil, errs.New(errs.Input, "prove", requestName(request), "no such request to erase", "`clientbase subject list` shows all")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func person(a journal.Actor) string { return a.User + " (" + a.Role + ")" }

// subjectLog lists what the journal says of a person's rights.
func subjectLog(list []journal.Entry, client string, records []journal.Record) ([]SubjectEvent, error) {
	var out []SubjectEvent
	mine := map[int64]bool{}
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindSubject {
			continue
		}
		line := SubjectEvent{Entry: e.Seq, At: stamp(e.At), By: e.Actor.User, Role: e.Actor.Role, Reason: e.Reason, UndoOf: e.UndoOf}
		if e.UndoOf != 0 {
			if mine[e.UndoOf] {
				line.Verb = "taken back"
				out = append(out, line)
			}
			continue
		}
		a, err := subjectAct(e)
		if err != nil {
			return nil, err
		}
		about := a.Client == client || mine[a.Request] || slices.ContainsFunc(a.Records, func(r journal.Record) bool { return slices.Contains(records, r) })
		if !about {
			continue
		}
		mine[e.Seq] = true
		line.Verb, line.Ground, line.Ref, line.Until = a.Verb, a.Ground, a.Ref, a.Until
		out = append(out, line)
	}
	return out, nil
}

// ClientIDOf gives the id of a client that is named by an id, the beginning of
// one, a retired id or a record.
func ClientIDOf(ctx context.Context, p *Project, subject Subject) (string, error) {
	s, err := Published(p)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return "", err
	}
	t.op = "look for"
	q := &pinner{p: p, t: t, op: t.op}
	no, _, err := q.client(subject)
	if err != nil {
		return "", err
	}
	var id string
	return id, t.one("SELECT client_id FROM client.main.clients WHERE client_no = ?", []any{no}, &id)
}

// SubjectLine is one act on the rights of a person, for the list of all.
type SubjectLine struct {
	SubjectEvent
	Client string `json:"client,omitempty"`
	State  string `json:"state"` // open, ended, in force, over, taken back, done
}

// SubjectActs lists all acts on the rights of persons, newest first.
func SubjectActs(p *Project, now time.Time) ([]SubjectLine, error) {
	list, forgets, err := requests(p)
	if err != nil {
		return nil, err
	}
	ended := map[int64]bool{}
	for _, a := range forgets {
		ended[a.entry.Seq] = a.done != nil
	}
	undone, today := journal.TakenBack(list), now.UTC().Format(time.DateOnly)
	var out []SubjectLine
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindSubject || e.UndoOf != 0 {
			continue
		}
		a, err := subjectAct(e)
		if err != nil {
			return nil, err
		}
		l := SubjectLine{SubjectEvent: SubjectEvent{Entry: e.Seq, At: stamp(e.At), By: e.Actor.User, Role: e.Actor.Role, Verb: a.Verb, Ground: a.Ground, Ref: a.Ref, Reason: e.Reason, Until: a.Until},
			Client: strings.TrimSpace(a.Client), State: "done"}
		switch {
		case undone[e.Seq] != nil:
			l.State = "taken back"
		case a.Verb == journal.SubjectForget && ended[e.Seq]:
			l.State = "ended"
		case a.Verb == journal.SubjectForget:
			l.State = "open"
		case a.Verb == journal.SubjectErased, a.Verb == journal.SubjectRetain, a.Verb == journal.SubjectDossier:
		case a.Until != "" && a.Until <= today:
			l.State = "over"
		default:
			l.State = "in force"
		}
		out = append(out, l)
	}
	slices.Reverse(out)
	return out, nil
}
