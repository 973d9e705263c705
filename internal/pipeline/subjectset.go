package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/suggest"
)

// SubjectRequest is a restriction, a duty to keep, or the admission of a record.
type SubjectRequest struct {
	Verb    string // journal.SubjectRestrict, SubjectHold, SubjectAdmit
	Subject Subject
	Ground  string
	Ref     string
	Until   string // ISO day, not included; "" = open
	Reason  string
	Actor   journal.Actor
	Now     time.Time
}

// SetSubject enters an act on the rights of a person. A restriction counts like
// an objection to everything, from the next read on: no list, by whatever
// purpose and channel, holds the person. A duty to keep stands against an
// erasure. An admission lets a record load that was taken for somebody erased.
func SetSubject(ctx context.Context, p *Project, q SubjectRequest) (SubjectLine, error) {
	op := q.Verb
	if err := checkReason(op, q.Reason); err != nil {
		return SubjectLine{}, err
	}
	if err := checkRef(op, q.Ref); err != nil {
		return SubjectLine{}, err
	}
	a := journal.SubjectAct{Verb: q.Verb, Ground: q.Ground, Ref: q.Ref, Since: q.Now.UTC().Format(time.DateOnly), Until: q.Until}
	if to, ok := isoDay(q.Until); q.Until != "" && (!ok || q.Until <= a.Since || to == 0) {
		return SubjectLine{}, errs.New(errs.Config, op, "--until", "not a day after today", "--until 2027-10-01; the day itself is not included")
	}
	name, err := q.pin(ctx, p, &a)
	if err != nil {
		return SubjectLine{}, err
	}
	e, err := journal.Entry{At: q.Now, Actor: q.Actor, Kind: journal.KindSubject, Subject: name, Reason: q.Reason}.WithPayload(a)
	if err != nil {
		return SubjectLine{}, err
	}
	j, err := Journal(p)
	if err != nil {
		return SubjectLine{}, err
	}
	if e, err = j.Append(ctx, e); err != nil {
		return SubjectLine{}, err
	}
	return SubjectLine{SubjectEvent: SubjectEvent{Entry: e.Seq, At: stamp(e.At), By: q.Actor.User, Role: q.Actor.Role, Verb: q.Verb, Ground: q.Ground, Ref: q.Ref, Reason: q.Reason, Until: q.Until},
		Client: a.Client, State: "in force"}, nil
}

// pin fills in whom the act is about, and gives the name to show.
func (q *SubjectRequest) pin(ctx context.Context, p *Project, a *journal.SubjectAct) (string, error) {
	if q.Verb == journal.SubjectAdmit {
		stream, key, ok := strings.Cut(q.Subject.Record, ":")
		if !ok || key == "" {
			return "", errs.New(errs.Config, q.Verb, "RECORD", "a record is named SOURCE/STREAM:KEY", "`clientbase quarantine show ID` gives the place of the row in its file")
		}
		a.Records = []journal.Record{{Stream: stream, Key: key}}
		return q.Subject.Record, q.mayAdmit(p, stream)
	}
	if err := q.Subject.check(q.Verb); err != nil {
		return "", err
	}
	s, err := Published(p)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	who, _, err := pinSubject(ctx, p, s, q.Verb, q.Subject)
	if err != nil {
		return "", err
	}
	a.Client, a.Records = who.client, who.records
	for _, pt := range who.points {
		if pt.Of == nil && q.Verb == journal.SubjectRestrict {
			a.Points = append(a.Points, pt)
		}
	}
	return who.client, nil
}

// mayAdmit refuses an admission that would do nothing: of a stream that there is
// not, or of a record that was an erased person's own.
func (q *SubjectRequest) mayAdmit(p *Project, stream string) error {
	ids := make([]string, len(p.Streams))
	for i := range p.Streams {
		ids[i] = p.Streams[i].ID()
	}
	if !slices.Contains(ids, stream) {
		return errs.New(errs.Input, q.Verb, stream, "no such stream", suggest.Hint(stream, ids))
	}
	_, acts, err := requests(p)
	if err != nil {
		return err
	}
	no, err := requestOf(acts, q.Subject)
	if err == nil && no != 0 {
		err = errs.New(errs.Input, q.Verb, stream, fmt.Sprintf("the record was the person's whom request %d erases: it stays out", no), "a person who comes back does so under a new record of the source; doubts alone are lifted")
	}
	return err
}

// UndoSubject takes back a restriction, a duty to keep or an admission. What
// was destroyed is not brought back.
func UndoSubject(ctx context.Context, p *Project, seq int64, reason string, who journal.Actor, now time.Time) (journal.Entry, error) {
	j, err := Journal(p)
	if err != nil {
		return journal.Entry{}, err
	}
	acts, err := j.Read(0)
	if err != nil {
		return journal.Entry{}, err
	}
	if seq >= 1 && seq <= int64(len(acts)) && acts[seq-1].Kind == journal.KindSubject && acts[seq-1].UndoOf == 0 {
		a, err := subjectAct(&acts[seq-1])
		if err != nil {
			return journal.Entry{}, err
		}
		switch a.Verb {
		case journal.SubjectForget, journal.SubjectErased, journal.SubjectRetain, journal.SubjectDossier:
			return journal.Entry{}, errs.New(errs.Input, "undo "+a.Verb, "", "what was erased or told cannot be taken back", "a restriction, a duty to keep and an admission can")
		}
	}
	return UndoAct(ctx, p, journal.KindSubject, seq, reason, who, now, "subject list")
}
