package schedule

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Line is one source of `schedule list`. Times are in its zone.
type Line struct {
	Source   string    `json:"source"`
	Schedule string    `json:"schedule"`
	Zone     string    `json:"zone"`
	CatchUp  CatchUp   `json:"catch_up"`
	Last     *Result   `json:"last"`            // null = no time has been settled yet
	Due      time.Time `json:"due,omitzero"`    // a time that has come and is not settled
	Running  bool      `json:"running"`         // a run is at work for it
	Retry    time.Time `json:"retry,omitzero"`  // when it is tried again
	Tries    int       `json:"tries,omitempty"` // runs begun for it
	Next     time.Time `json:"next"`
}

// List shows what is remembered and what comes next. It writes nothing. alive
// tells whether a scheduler is at work on the data folder.
func List(data string, plan []Source, now time.Time) (lines []Line, alive bool, err error) {
	mem, err := recall(data)
	if err != nil {
		return nil, false, err
	}
	mem.meet(plan, now)
	alive = atWork(data)
	for _, s := range plan {
		e, z := mem.Sources[s.ID], s.Spec.Zone()
		l := Line{Source: s.ID, Schedule: s.Spec.String(), Zone: z.String(), CatchUp: s.CatchUp, Next: s.Spec.Next(now)}
		if e.Last != nil {
			last := *e.Last
			last.At = last.At.In(z)
			l.Last = &last
		}
		if o := e.Open; o != nil {
			l.Due, l.Running, l.Tries = o.At.In(z), o.Running && alive, o.Tries
			if o.NotTill.After(now) {
				l.Retry = o.NotTill.In(z)
			}
		} else if times, _, _ := e.pending(s, now, now); len(times) > 0 {
			l.Due = times[0]
		}
		lines = append(lines, l)
	}
	return lines, alive, nil
}

// atWork tries the scheduler's lock. One that may not be read is somebody else's
// affair: whoever may start a scheduler will see.
func atWork(data string) bool {
	path := filepath.Join(data, "schedule.lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false
	}
	l := flock.New(path)
	ok, err := l.TryRLock()
	if ok {
		_ = l.Unlock()
	}
	return err == nil && !ok
}
