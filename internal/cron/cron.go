// Package cron reads the time expressions of `schedule:` and gives the instants
// they mean. It takes five fields (minute, hour, day of month, month, day of
// week) or a word such as @daily, and a zone; it gives the next instant after
// another one, or says what is wrong and what to write instead. It holds no
// clock: an instant comes in, an instant goes out.
//
// Where the clocks of a zone are put forward or back:
//
//   - An expression whose hour is not `*` names local times. Each comes once: one
//     that the clocks skip comes at the moment of the change, one that they show
//     twice comes the first time.
//   - An expression whose hour is `*` means "all the time": it follows real time,
//     through both of the doubled hours and past the skipped one.
package cron

import (
	"strings"
	"time"

	robfig "github.com/robfig/cron/v3"
)

// Spec is an expression in a zone. The zero value never comes.
type Spec struct {
	expr     string
	zone     *time.Location
	local    robfig.Schedule // over local times, written as if they were UTC
	realTime bool            // the hour is *
}

// Parse reads an expression; zone nil means UTC. The error is a *Fault.
func Parse(expr string, zone *time.Location) (Spec, error) {
	if zone == nil {
		zone = time.UTC
	}
	s := Spec{expr: strings.Join(strings.Fields(expr), " "), zone: zone}
	if f := check(s.expr); f != nil {
		return Spec{}, f
	}
	local, err := robfig.ParseStandard(s.expr)
	if err != nil { // check knows every rule of the parser: this is for a rule that it gets one day
		return Spec{}, &Fault{Msg: "this is not a schedule", Hint: example}
	}
	if of, ok := local.(*robfig.SpecSchedule); ok {
		of.Location = time.UTC
	}
	s.local = local
	if f := strings.Fields(s.expr); s.expr == "@hourly" || len(f) == 5 && (f[1] == "*" || f[1] == "?") {
		s.realTime = true
	}
	if s.local.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Spec{}, &Fault{Msg: "this day never comes: " + s.expr, Hint: "check day of month and month: 31 and 30 are not in every month"}
	}
	return s, nil
}

// String is the expression with single spaces.
func (s Spec) String() string { return s.expr }

// Zone is where its local times are.
func (s Spec) Zone() *time.Location { return s.zone }

// Next gives the first instant after the given one, in the zone of the
// expression, or the zero time when none comes within five years.
func (s Spec) Next(after time.Time) time.Time {
	switch {
	case s.local == nil:
		return time.Time{}
	case s.realTime:
		return s.nextReal(after)
	}
	return s.nextNamed(after)
}

// Between gives the instants in (after, until], the newest limit of them; left
// tells how many older ones were left out.
func (s Spec) Between(after, until time.Time, limit int) (times []time.Time, left int) {
	for t := s.Next(after); !t.IsZero() && !t.After(until); t = s.Next(t) {
		times = append(times, t)
		if len(times) > limit {
			times = times[1:]
			left++
		}
	}
	return times, left
}
