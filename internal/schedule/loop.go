package schedule

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Clock is the time that a scheduler lives in; tests bring their own.
type Clock interface {
	Now() time.Time
	// Wait sleeps until an instant, or less: the scheduler looks again. It
	// gives the context's error when that ends first.
	Wait(ctx context.Context, until time.Time) error
}

// Settings are what a scheduler needs from outside.
type Settings struct {
	Data  string                             // data folder
	Plan  func() ([]Source, error)           // sources with times as configured now
	Run   func(context.Context, Job) Outcome // one run, from sources to publication
	Clock Clock                              //
	Tell  func(Event)                        // called from one goroutine
	Once  bool                               // do what is due now, then return
}

// look is the longest sleep: clocks are set, machines sleep, files change.
const look = time.Minute

// Lock takes the scheduler's lock of a data folder; the operating system drops
// it when the process dies.
func Lock(data string) (unlock func(), err error) {
	if err := disk.MkdirAll(data); err != nil {
		return nil, errs.Wrap(errs.Input, "open data folder", data, err, "check the path and its rights")
	}
	l := flock.New(filepath.Join(data, "schedule.lock"), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, errs.Wrap(errs.Retry, "lock", data, err, "check the rights of the data folder")
	}
	if !ok {
		return nil, errs.New(errs.Locked, "schedule", data, "another scheduler is at work on this data folder", "one is enough: it starts whatever is due; `clientbase schedule list` shows what comes next")
	}
	return func() { _ = l.Unlock() }, nil
}

// scheduler is one call of Start.
type scheduler struct {
	Settings
	mem     *memory
	plan    []Source
	watched time.Time // since when somebody has been watching without a gap
	fault   string    // of the configuration, told once
}

// Start schedules until the context ends (nil, or an interrupted run as an
// errs.Interrupted) or, with Once, until nothing is due. With Once the error is
// the first one of its runs.
func Start(ctx context.Context, o Settings) error {
	unlock, err := Lock(o.Data)
	if err != nil {
		return err
	}
	defer unlock()
	s := &scheduler{Settings: o}
	if s.plan, err = o.Plan(); err != nil {
		return err
	}
	if len(s.plan) == 0 {
		return errs.New(errs.Config, "schedule", "", "no source has a schedule", `add schedule: "0 3 * * *" to a file in sources/`)
	}
	if s.mem, err = recall(o.Data); err != nil {
		return err
	}
	s.watched = o.Clock.Now()
	s.mem.meet(s.plan, s.watched)
	if err := s.mem.save(o.Data); err != nil {
		return err
	}
	if o.Once {
		return s.once(ctx)
	}
	at, sources := s.mem.wake(s.plan, s.watched)
	s.tell(Event{Kind: Started, Note: fmt.Sprintf("sources with a schedule: %s", ids(s.plan)), Next: at, Sources: sources})
	return s.loop(ctx)
}

// once does what was due when it began. What comes meanwhile is the next call's.
func (s *scheduler) once(ctx context.Context) error {
	var first error
	for {
		job, any := s.due(s.watched)
		if !any || ctx.Err() != nil {
			return first
		}
		err := s.run(ctx, job)
		if first == nil {
			first = err
		}
		if e, ok := errs.Of(err); ok && (e.Kind == errs.Locked || e.Kind == errs.Interrupted) {
			return err
		}
	}
}

func (s *scheduler) loop(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			s.tell(Event{Kind: Stopped})
			return nil
		}
		s.reload()
		now := s.Clock.Now()
		if job, any := s.due(now); any {
			err := s.run(ctx, job)
			if e, ok := errs.Of(err); ok && e.Kind == errs.Interrupted {
				return err
			}
			continue
		}
		until := now.Add(look)
		if at, _ := s.mem.wake(s.plan, now); !at.IsZero() && at.Before(until) {
			until = at
		}
		if err := s.Clock.Wait(ctx, until); err == nil && s.Clock.Now().Sub(until) > onTime {
			s.watched = s.Clock.Now() // the machine slept: what came meanwhile was missed
		}
	}
}

// reload reads the times anew. A configuration with faults leaves them as they
// were: a slip of an editor must not stop tonight's load of another source.
func (s *scheduler) reload() {
	plan, err := s.Plan()
	if err != nil {
		if text, hint := words(err); text != s.fault {
			s.fault = text
			s.tell(Event{Kind: Faulty, Error: text, Hint: hint, Exit: errs.Exit(err), Note: "the times stay as they were"})
		}
		return
	}
	s.fault = ""
	if described(plan) == described(s.plan) {
		return
	}
	s.plan = plan
	now := s.Clock.Now()
	s.mem.meet(s.plan, now)
	s.save()
	at, sources := s.mem.wake(s.plan, now)
	s.tell(Event{Kind: Changed, Note: fmt.Sprintf("sources with a schedule: %s", ids(s.plan)), Next: at, Sources: sources})
}

// due gives the next job, and tells what is left out.
func (s *scheduler) due(now time.Time) (Job, bool) {
	job, any, left := s.mem.choose(s.plan, now, s.watched)
	for _, l := range left {
		note := fmt.Sprintf("%d from %s to %s: %s", l.N, l.From.In(l.To.Location()).Format(stampLayout), l.To.Format(stampLayout), l.Why)
		if l.N == 1 {
			note = l.To.Format(stampLayout) + ": " + l.Why
		}
		s.tell(Event{Kind: Skipped, Sources: []string{l.Source}, Note: l.Source + " " + note})
	}
	if len(left) > 0 {
		s.save()
	}
	return job, any
}

// run starts one run and writes down what came of it.
func (s *scheduler) run(ctx context.Context, job Job) error {
	waiting := true
	for _, d := range job.Due {
		o := s.mem.Sources[d.Source].Open
		waiting = waiting && o != nil && o.Waiting
	}
	s.mem.begin(job)
	s.save()
	if !waiting {
		s.tell(Event{Kind: Begun, Due: job.Due, Try: job.Try, Note: why(job)})
	}
	o := s.Run(ctx, job)
	ev := s.mem.finish(job, o, s.Clock.Now(), s.plan)
	if ev.Kind == Done || ev.Kind == Failed && ev.Retry.IsZero() {
		ev.Next, ev.Sources = s.mem.wake(s.plan, s.Clock.Now())
	}
	if ev.Kind == Stopped {
		ev.Error, ev.Hint, ev.Note = "", "", "the run was interrupted; the next scheduler, or a run by hand, goes on with what has landed"
	}
	if s.Once {
		ev.Next = time.Time{}
	}
	s.save()
	if !ev.Quiet {
		s.tell(ev)
	}
	return o.Err
}

func why(job Job) string {
	switch {
	case job.Cut:
		return "the run before was cut"
	case job.Missed:
		return "missed while no scheduler was at work"
	}
	return ""
}

// save keeps the memory. When it cannot (a full disk), the scheduler goes on
// with what it knows: after a crash a time would be run twice, never left out.
func (s *scheduler) save() {
	if err := s.mem.save(s.Data); err != nil {
		text, hint := words(err)
		s.tell(Event{Kind: Warned, Error: text, Hint: hint, Exit: errs.Exit(err)})
	}
}

func (s *scheduler) tell(e Event) {
	e.At = s.Clock.Now().UTC()
	s.Tell(e)
}

func ids(plan []Source) string {
	var out []string
	for _, s := range plan {
		out = append(out, s.ID)
	}
	return strings.Join(out, ", ")
}

func described(plan []Source) string {
	var out []string
	for _, s := range plan {
		out = append(out, s.ID+"\x00"+s.Spec.String()+"\x00"+s.Spec.Zone().String()+"\x00"+string(s.CatchUp))
	}
	slices.Sort(out)
	return strings.Join(out, "\x01")
}
