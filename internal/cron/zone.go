package cron

import "time"

// nextReal follows real time: within one offset of the zone local time runs
// evenly, and at the end of it the search goes on under the next offset.
func (s Spec) nextReal(after time.Time) time.Time {
	t := after.In(s.zone)
	_, end := t.ZoneBounds()
	for range 64 { // offsets that an expression may have to be looked for under
		n := s.local.Next(asUTC(t))
		if n.IsZero() {
			return time.Time{}
		}
		_, offset := t.Zone()
		at := n.Add(-time.Duration(offset) * time.Second)
		if end.IsZero() || at.Before(end) {
			return at.In(s.zone)
		}
		// One second before the change, told in the offset after it: the change itself is found.
		_, offset = end.Zone()
		t = end.Add(-time.Second).In(time.FixedZone("", offset))
		_, end = end.ZoneBounds()
	}
	return time.Time{}
}

// day is longer than any change of a zone's offset.
const day = 25 * time.Hour

// nextNamed gives the first instant after the given one that a local time of
// the expression is mapped to.
func (s Spec) nextNamed(after time.Time) time.Time {
	after = after.In(s.zone)
	from := asUTC(after)
	if start, _ := after.ZoneBounds(); !start.IsZero() && after.Sub(start) < day {
		from = from.Add(-day) // local times before a change may be mapped to instants after it
	}
	for n := s.local.Next(from); !n.IsZero(); n = s.local.Next(n) {
		if at := instant(n, s.zone); at.After(after) {
			return at
		}
	}
	return time.Time{}
}

// asUTC gives the local time of t as if it were UTC.
func asUTC(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant is when the local time n (written as UTC) comes in a zone: the first
// time when it comes twice, the moment of the change when it does not come.
func instant(n time.Time, zone *time.Location) time.Time {
	near := time.Date(n.Year(), n.Month(), n.Day(), n.Hour(), n.Minute(), n.Second(), 0, zone)
	start, end := near.ZoneBounds()
	var first time.Time
	try := func(t time.Time) {
		_, offset := t.Zone()
		at := n.Add(-time.Duration(offset) * time.Second).In(zone)
		if asUTC(at).Equal(n) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if !start.IsZero() {
		try(start.Add(-time.Second))
	}
	try(near)
	if !end.IsZero() {
		try(end)
	}
	if !first.IsZero() {
		return first
	}
	for _, change := range []time.Time{start, end} {
		if change.IsZero() {
			continue
		}
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		sinceChange := func(offset int) time.Duration {
			return n.Add(-time.Duration(offset) * time.Second).Sub(change)
		}
		if sinceChange(before) >= 0 && sinceChange(after) < 0 {
			return change.In(zone)
		}
	}
	return near
}
