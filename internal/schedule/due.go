package schedule

import (
	"slices"
	"time"

	"clientbase/internal/cron"
)

// CatchUp says what becomes of the times that came while no scheduler was there.
type CatchUp string

// As written in sources/*.yaml.
const (
	Last CatchUp = "last" // one run for all of them
	All  CatchUp = "all"  // one run for each
	None CatchUp = "none" // none
)

const (
	// onTime is how late a time may be noticed without having been missed: a
	// scheduler was restarted, or cron calls `--once` every few minutes.
	onTime = 10 * time.Minute
	// maxMissed bounds the runs that catch_up: all makes up for.
	maxMissed = 1000
	// maxTries is how many runs are begun for one time.
	maxTries = 6
)

// Source is one source with its times.
type Source struct {
	ID      string
	Spec    cron.Spec
	CatchUp CatchUp
}

// Due is a source and the time it is loaded for.
type Due struct {
	Source string    `json:"source"`
	At     time.Time `json:"at"`
}

// Job is one run to start: the sources and for which times.
type Job struct {
	Due    []Due // by source
	Try    int   // 1, 2, …; the highest of its sources
	Missed bool  // at least one time came while no scheduler was there
	Cut    bool  // the run before for these times was cut
}

// meet makes the memory fit the plan: new sources and changed times count from
// the present minute on, sources that are gone are forgotten.
func (m *memory) meet(plan []Source, now time.Time) {
	keep := map[string]bool{}
	for _, s := range plan {
		keep[s.ID] = true
		e, zone := m.Sources[s.ID], s.Spec.Zone().String()
		if e == nil {
			e = &entry{}
			m.Sources[s.ID] = e
		}
		ahead := e.Since.After(now.Add(24 * time.Hour)) // written while the machine's clock was wrong
		if e.Schedule != s.Spec.String() || e.Zone != zone || e.Since.IsZero() || ahead {
			e.Schedule, e.Zone = s.Spec.String(), zone
			e.Since = Instant{now.Truncate(time.Minute).Add(-time.Nanosecond)}
		}
	}
	for id := range m.Sources {
		if !keep[id] {
			delete(m.Sources, id)
		}
	}
}

// skipped are times that nothing is done for.
type skipped struct {
	Source string
	From   time.Time
	To     time.Time
	N      int
	Why    string
}

// pending gives the times of one source for which a run is to start now, oldest
// first. There are several only under catch_up: all. watched is since when a
// scheduler has been there without a gap: times after it cannot be missed.
func (e *entry) pending(s Source, now, watched time.Time) (times []time.Time, missed bool, left []skipped) {
	fresh, older := s.Spec.Between(e.Since.Time, now, maxMissed)
	if older > 0 && s.CatchUp == All && e.Open == nil {
		left = append(left, skipped{s.ID, e.Since.Time, fresh[0], older, "too many to make up for"})
	}
	if s.CatchUp == None && len(fresh) > 0 {
		if newest := fresh[len(fresh)-1]; newest.Before(watched) && now.Sub(newest) > onTime {
			left = append(left, skipped{s.ID, fresh[0], newest, len(fresh) + older, "catch_up: none"})
			e.Since = Instant{newest}
			fresh = nil
		}
	}
	if len(fresh) > 0 {
		missed = fresh[0].Before(watched) && now.Sub(fresh[0]) > onTime
	}
	// Times that came while this process was there came during a run: they are one.
	i := 0
	for s.CatchUp == All && i < len(fresh) && fresh[i].Before(watched) {
		i++
	}
	times = slices.Clone(fresh[:i])
	if i < len(fresh) {
		times = append(times, fresh[len(fresh)-1])
	}
	if e.Open == nil {
		return times, missed, left
	}
	if s.CatchUp != All && len(times) > 0 { // the next time ends the tries of this one
		e.settleOpen(now)
		return times, missed, left
	}
	if e.Open.Running && e.Open.Tries >= maxTries {
		left = append(left, skipped{s.ID, e.Open.At.Time, e.Open.At.Time, 1, "cut too often"})
		e.settleOpen(now)
		return times, missed, left
	}
	if e.Open.NotTill.After(now) {
		return nil, false, left
	}
	return append([]time.Time{e.Open.At.In(s.Spec.Zone())}, times...), missed, left
}

// settleOpen gives up the open time; a result that it had stays.
func (e *entry) settleOpen(now time.Time) {
	if e.Open.Waiting && !e.Open.Running { // no run was begun for it
		e.Open = nil
		return
	}
	if e.Open.Running || e.Last == nil || !e.Last.At.Equal(e.Open.At.Time) {
		status := "failed"
		if e.Open.Running {
			status = "cut"
		}
		e.Last = &Result{At: e.Open.At.Time, Ended: now, Status: status, Exit: 2}
	}
	e.Open = nil
}

// choose gives the next run to start at now, if any: the sources with the
// earliest time while some have more than one, else all whose time has come.
func (m *memory) choose(plan []Source, now, watched time.Time) (job Job, any bool, left []skipped) {
	type waiting struct {
		source string
		times  []time.Time
		missed bool
	}
	var list []waiting
	several := false
	for _, s := range plan {
		times, missed, skip := m.Sources[s.ID].pending(s, now, watched)
		left = append(left, skip...)
		if len(times) > 0 {
			list = append(list, waiting{s.ID, times, missed})
			several = several || len(times) > 1
		}
	}
	if len(list) == 0 {
		return Job{}, false, left
	}
	first := slices.MinFunc(list, func(a, b waiting) int { return a.times[0].Compare(b.times[0]) }).times[0]
	for _, w := range list {
		if several && !w.times[0].Equal(first) {
			continue
		}
		job.Due = append(job.Due, Due{w.source, w.times[0]})
		job.Missed = job.Missed || w.missed
		try := 1
		if o := m.Sources[w.source].Open; o != nil {
			try = o.Tries + 1
			job.Cut = job.Cut || o.Running
		}
		job.Try = max(job.Try, try)
	}
	slices.SortFunc(job.Due, func(a, b Due) int {
		if a.Source < b.Source {
			return -1
		}
		return 1
	})
	return job, true, left
}

// wake gives the instant of the next thing to do, and what it is for.
func (m *memory) wake(plan []Source, now time.Time) (at time.Time, sources []string) {
	take := func(t time.Time, id string) {
		switch {
		case t.IsZero():
		case at.IsZero() || t.Before(at):
			at, sources = t, []string{id}
		case t.Equal(at):
			sources = append(sources, id)
		}
	}
	for _, s := range plan {
		e := m.Sources[s.ID]
		if e.Open != nil && e.Open.NotTill.After(now) {
			take(e.Open.NotTill.Time, s.ID)
			if s.CatchUp == All {
				continue // later times wait behind it
			}
		}
		take(s.Spec.Next(now), s.ID)
	}
	return at, sources
}

// begin writes down that a run is at work for the job's times.
func (m *memory) begin(job Job) {
	for _, d := range job.Due {
		e := m.Sources[d.Source]
		if e.Open == nil || !e.Open.At.Equal(d.At) {
			e.Open = &open{At: Instant{d.At}}
		}
		e.Open.Tries++
		e.Open.Running, e.Open.NotTill = true, Instant{}
		if d.At.After(e.Since.Time) {
			e.Since = Instant{d.At}
		}
	}
}
