package pipeline

import (
	"sort"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/schemas"
)

// Restated is a loaded delivery that no longer counts: another one speaks for
// its period, or a person set it aside.
type Restated struct {
	Stream    string `json:"stream"`
	Period    string `json:"period"`
	Name      string `json:"name"`
	By        string `json:"by,omitempty"`    // the delivery that replaces it
	Aside     string `json:"aside,omitempty"` // or who set it aside, and why
	Before    int64  `json:"rows_before"`
	After     int64  `json:"rows_after"`
	Withdrawn int64  `json:"facts_withdrawn"`
	Added     int64  `json:"facts_added"`

	gone, come string // delivery ids
}

// findPending lists the landed deliveries that count and that the state does
// not hold, in loading order, and those that it holds and that no longer count.
// late names a stream for which one comes late and so asks for a rebuild.
func (r *river) findPending() (late string, err error) {
	m := &r.memory
	m.pending, m.columnsBefore, m.target, m.restated = nil, map[string][]string{}, map[string]bool{}, nil
	for i := range r.p.Streams {
		s := &r.p.Streams[i].Stream
		id := s.ID()
		all, err := r.land.Deliveries(id)
		if err != nil {
			return "", err
		}
		byID := make(map[string]*landing.Delivery, len(all))
		void := superseded(s, all, r.settled.aside)
		st := m.streams[id]
		done := map[string]bool{}
		if st != nil {
			for _, d := range st.Deliveries {
				done[d] = true
			}
		}
		for k := range all {
			d := &all[k]
			byID[d.ID] = d
			if k > 0 {
				m.columnsBefore[d.ID] = all[k-1].Columns
			}
		}
		for k := range all {
			d := &all[k]
			by, isVoid := void[d.ID]
			if isVoid {
				if done[d.ID] {
					m.restated = append(m.restated, restatement(s, d, byID[by], r.settled.aside))
					delete(done, d.ID)
				}
				continue
			}
			m.target[d.ID] = true
			if done[d.ID] {
				continue
			}
			done[d.ID] = true // the same bytes landed twice with one as_of are one delivery
			if st != nil && d.AsOf.Unix() < st.AsOf && !replaces(void, d.ID) {
				late = id
			}
			m.pending = append(m.pending, *d)
		}
	}
	pendingOrder(m.pending)
	return late, nil
}

func replaces(void map[string]string, id string) bool {
	for _, by := range void {
		if by == id {
			return true
		}
	}
	return false
}

func restatement(s *schemas.Stream, d, by *landing.Delivery, aside map[string]journal.Entry) *Restated {
	x := &Restated{Stream: d.Stream, Period: s.PeriodOf(d.AsOf), Name: d.Name, Before: d.Rows, gone: d.ID}
	if by != nil {
		x.By, x.After, x.come = by.Name, by.Rows, by.ID
	} else {
		e := aside[d.ID]
		x.Aside = "set aside by " + e.Actor.User
		if e.Reason != "" {
			x.Aside += ": " + e.Reason
		}
	}
	return x
}

// superseded gives the deliveries that do not count, each with the one that
// replaces it, or "" when a person set it aside. Of those that speak for one
// period the one that came last counts: where the stream declares a period,
// every delivery of that day or month; else full extracts of one name and day.
// Deltas and events without a period are never replaced: each may hold rows of
// its own. What is set aside replaces nothing. All stay in landing.
func superseded(s *schemas.Stream, all []landing.Delivery, aside map[string]journal.Entry) map[string]string {
	void := map[string]string{}
	type period struct {
		name string
		asOf int64
		of   string
	}
	last := map[period]string{}
	for i := range all {
		d := &all[i]
		if _, ok := aside[d.ID]; ok {
			void[d.ID] = ""
			continue
		}
		var k period
		switch {
		case s.Period != "":
			k.of = s.PeriodOf(d.AsOf)
		case s.Mode == schemas.Full:
			k.name, k.asOf = d.Name, d.AsOf.UnixNano()
		default:
			continue
		}
		if was, ok := last[k]; ok && was != d.ID {
			void[was] = d.ID
		}
		delete(void, d.ID)
		last[k] = d.ID
	}
	for old, by := range void { // to the one that counts in the end
		for next, ok := void[by]; ok && next != ""; next, ok = void[by] {
			by = next
		}
		void[old] = by
	}
	return void
}

// loaded marks a delivery as part of the state.
func (m *workspace) loaded(d *landing.Delivery) {
	st := m.streams[d.Stream]
	if st == nil {
		st = &streamState{}
		m.streams[d.Stream] = st
	}
	st.Deliveries = append(st.Deliveries, d.ID)
	st.AsOf = max(st.AsOf, d.AsOf.Unix())
}

func sortedStreams(m map[string]*streamState) []string {
	out := make([]string, 0, len(m))
	for id := range m {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}
