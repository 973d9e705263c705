package schedule

import (
	"time"

	"clientbase/internal/errs"
)

const (
	firstWait = time.Minute      // before the second run for a time; doubles with each further one
	lockWait  = 15 * time.Second // between looks at a run lock that somebody else holds
)

// Outcome is what a run gives back.
type Outcome struct {
	Run      string // as in `runs list`; "" = none was begun
	Status   string // published | nothing new | failed …
	Snapshot string
	Seconds  float64
	Read     int64 // rows
	Err      error // decides the exit code
}

// finish writes down what came of a job and tells it: settled, or open until
// another try. next gives the next time of a source.
func (m *memory) finish(job Job, o Outcome, now time.Time, plan []Source) Event {
	ev := Event{At: now, Due: job.Due, Run: o.Run, Status: o.Status, Snapshot: o.Snapshot, Seconds: o.Seconds, Read: o.Read, Exit: errs.Exit(o.Err), Try: job.Try}
	if o.Err != nil {
		ev.Error, ev.Hint = words(o.Err)
	}
	switch {
	case o.Err == nil:
		ev.Kind = Done
	case ev.Exit == exitLocked:
		ev.Kind = Waits
	case ev.Exit == exitInterrupted:
		ev.Kind = Stopped
	default:
		ev.Kind = Failed
	}
	said := true
	for _, d := range job.Due {
		e := m.Sources[d.Source]
		if e == nil || e.Open == nil {
			continue
		}
		switch ev.Kind {
		case Waits:
			said = said && e.Open.Waiting
			e.Open.Running, e.Open.Waiting, e.Open.NotTill = false, true, Instant{now.Add(lockWait)}
			e.Open.Tries--
			continue
		case Stopped: // open and running: the next scheduler goes on with it
			e.Open.Tries--
			continue
		}
		status := o.Status // a held snapshot is an error too, and keeps its word
		if status == "" {
			status = "failed"
		}
		e.Last = &Result{At: d.At, Ended: now, Run: o.Run, Status: status, Exit: ev.Exit}
		if ev.Exit == exitRetry && e.Open.Tries < maxTries {
			at := now.Add(firstWait << (e.Open.Tries - 1))
			if s, ok := find(plan, d.Source); ok && (s.CatchUp == All || at.Before(s.Spec.Next(now))) {
				e.Open.Running, e.Open.Waiting, e.Open.NotTill = false, false, Instant{at}
				if ev.Retry.IsZero() || at.Before(ev.Retry) {
					ev.Retry = at
				}
				continue
			}
		}
		e.Open = nil
	}
	ev.Quiet = ev.Kind == Waits && said
	return ev
}

// Exit codes that the scheduler treats in ways of their own.
const (
	exitRetry       = 2
	exitLocked      = 5
	exitInterrupted = 130
)

func find(plan []Source, id string) (Source, bool) {
	for _, s := range plan {
		if s.ID == id {
			return s, true
		}
	}
	return Source{}, false
}
