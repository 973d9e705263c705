package pipeline

import (
	"slices"
	"time"

	"clientbase/internal/journal"
)

// StillInForce gives the entries that bind the person of an act as the act did:
// who takes one restriction, duty to keep or objection back must hear that
// another one stays. It is asked after the undo; of an act that counts it gives
// nothing.
func StillInForce(p *Project, seq int64, now time.Time) ([]int64, error) {
	list, err := entries(p)
	if err != nil || seq < 1 || seq > int64(len(list)) || journal.TakenBack(list)[seq] == nil {
		return nil, err
	}
	was, err := bindingOf(&list[seq-1])
	if err != nil || was.how == "" {
		return nil, err
	}
	_, forgets, err := requests(p)
	if err != nil {
		return nil, err
	}
	ended := map[int64]bool{}
	for _, f := range forgets {
		ended[f.entry.Seq] = f.done != nil
	}
	today := now.UTC().Format(time.DateOnly)
	var out []int64
	for _, e := range journal.Effective(list) {
		is, err := bindingOf(&e)
		if err != nil {
			return nil, err
		}
		over := is.until != "" && is.until <= today || ended[e.Seq]
		if is.how == was.how && !over && was.meets(is) {
			out = append(out, e.Seq)
		}
	}
	return out, nil
}

// binding is an act that binds a person: how, and by what it knows the person.
type binding struct {
	how, until string
	records    []journal.Record
	points     []journal.Point
}

func bindingOf(e *journal.Entry) (b binding, err error) {
	switch {
	case e.UndoOf != 0:
	case e.Kind == journal.KindSubject:
		a, err := subjectAct(e)
		if err != nil {
			return b, err
		}
		b = binding{until: a.Until, records: a.Records}
		switch a.Verb {
		case journal.SubjectRestrict, journal.SubjectForget:
			b.how = journal.SubjectRestrict
		case journal.SubjectHold:
			b.how = journal.SubjectHold
		}
	case e.Kind == journal.KindConsent:
		var c journal.Consent
		if err := e.Decode(&c); err != nil {
			return b, err
		}
		if c.State == "objection" {
			b = binding{how: c.State, until: c.Until, records: c.Records, points: c.Points}
		}
	}
	return b, nil
}

// meets tells whether two acts bind the same person, or one point of contact.
func (b binding) meets(c binding) bool {
	return slices.ContainsFunc(b.records, func(r journal.Record) bool { return slices.Contains(c.records, r) }) ||
		slices.ContainsFunc(b.points, func(p journal.Point) bool {
			return slices.ContainsFunc(c.points, func(q journal.Point) bool { return p.Kind == q.Kind && p.Token == q.Token })
		})
}
