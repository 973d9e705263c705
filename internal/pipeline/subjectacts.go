package pipeline

import (
	"clientbase/internal/journal"
)

// forgetAct is a request to erase a person, as the journal has it.
type forgetAct struct {
	journal.SubjectAct
	entry *journal.Entry
	done  *journal.SubjectAct // what was done; nil while it is open
	ended *journal.Entry
}

// subjectAct decodes an act on the rights of a person.
func subjectAct(e *journal.Entry) (a journal.SubjectAct, err error) { return a, e.Decode(&a) }

// requests reads the journal of a project and the requests to erase in it.
func requests(p *Project) ([]journal.Entry, []forgetAct, error) {
	list, err := entries(p)
	if err != nil {
		return nil, nil, err
	}
	acts, err := forgetActs(list)
	return list, acts, err
}

// forgetActs gives all requests to erase, in order. They cannot be undone:
// what is destroyed stays destroyed.
func forgetActs(list []journal.Entry) ([]forgetAct, error) {
	var out []forgetAct
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindSubject || e.UndoOf != 0 {
			continue
		}
		a, err := subjectAct(e)
		if err != nil {
			return nil, err
		}
		switch a.Verb {
		case journal.SubjectForget:
			out = append(out, forgetAct{SubjectAct: a, entry: e})
		case journal.SubjectErased:
			for k := range out {
				if out[k].entry.Seq == a.Request && out[k].done == nil {
					out[k].done, out[k].ended = &a, e
				}
			}
		}
	}
	return out, nil
}

// openForgets are the requests that are not ended, or were ended from an entry
// on, which is 0 for none.
func openForgets(list []forgetAct, since int64) []forgetAct {
	var out []forgetAct
	for _, a := range list {
		if a.done == nil || since > 0 && a.ended.Seq >= since {
			out = append(out, a)
		}
	}
	return out
}

// admitted gives the records of which a person said that they are nobody who
// was erased.
func admitted(list []journal.Entry) (map[journal.Record]bool, error) {
	out := map[journal.Record]bool{}
	for _, e := range journal.Effective(list) {
		if e.Kind != journal.KindSubject {
			continue
		}
		a, err := subjectAct(&e)
		if err != nil {
			return nil, err
		}
		if a.Verb == journal.SubjectAdmit {
			for _, r := range a.Records {
				out[r] = true
			}
		}
	}
	return out, nil
}

// How the objections that acts on the rights of a person are were given.
const (
	originRestriction = "restriction"
	originErasure     = "erasure"
)

// restriction gives the objection that an act on the rights of a person is:
// whoever is restricted, or to be erased, is used for nothing.
func restriction(e *journal.Entry) (journal.Consent, bool, error) {
	a, err := subjectAct(e)
	if err != nil || a.Verb != journal.SubjectRestrict && a.Verb != journal.SubjectForget {
		return journal.Consent{}, false, err
	}
	origin := originRestriction
	if a.Verb == journal.SubjectForget {
		origin = originErasure
	}
	return journal.Consent{State: "objection", Since: a.Since, Until: a.Until, Origin: origin, Records: a.Records, Points: a.Points}, true, nil
}
