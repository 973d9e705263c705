package schedule

import (
	"context"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientbase/internal/errs"
)

// began is one run of one source in a random life.
type began struct {
	at, from time.Time
	err      error
	cut      bool
}

// life is a scheduler that is started, stopped, killed and started again, with
// runs that go well, fail and are cut, as a test draws them.
type life struct {
	t      *rapid.T
	now    time.Time
	end    time.Time
	cancel context.CancelFunc
	runs   map[string][]began
	calm   bool
}

func (l *life) Now() time.Time { return l.now }

func (l *life) Wait(_ context.Context, until time.Time) error {
	l.now = until
	l.stop()
	return nil
}

func (l *life) stop() {
	if !l.now.Before(l.end) {
		l.cancel()
	}
}

func (l *life) run(_ context.Context, j Job) Outcome {
	b := began{from: l.now}
	if !l.calm {
		l.now = l.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 4, 40, 200}).Draw(l.t, "minutes")) * time.Minute)
		switch k := rapid.SampledFrom([]string{"", "", "", "retry", "drift", "locked", "cut"}).Draw(l.t, "outcome"); k {
		case "cut":
			b.cut = true
		case "retry":
			b.err = errs.New(errs.Retry, "", "", "", "")
		case "drift":
			b.err = errs.New(errs.Drift, "", "", "", "")
		case "locked":
			b.err = errs.New(errs.Locked, "", "", "", "")
		}
	}
	for _, d := range j.Due {
		x := b
		x.at = d.At
		l.runs[d.Source] = append(l.runs[d.Source], x)
	}
	l.stop()
	if b.cut {
		panic("killed")
	}
	return Outcome{Err: b.err}
}

// In any life: a time is loaded for at most once with success, times never go
// back, only times of the schedule are used, no run begins before its time;
// catch_up: all leaves out no time that was missed, none makes up for none; and
// when it is calm again, the newest time of every source is settled.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data, err := os.MkdirTemp(folder(t), "life-*")
		if err != nil {
			rt.Fatal(err)
		}
		var plan []Source
		for _, id := range []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(rt, "sources")] {
			expr := rapid.SampledFrom([]string{"0 3 * * *", "*/20 * * * *", "0 3,4 * * *", "30 */6 * * *", "7 * * * *"}).Draw(rt, "expr")
			catchUp := rapid.SampledFrom([]CatchUp{Last, All, None}).Draw(rt, "catch_up")
			plan = append(plan, sourceIn(t, id, expr, catchUp, rapid.SampledFrom([]string{"UTC", "Europe/Kyiv"}).Draw(rt, "zone")))
		}
		l := &life{t: rt, now: time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC), runs: map[string][]began{}}
		start := l.now
		type span struct{ from, to time.Time }
		var down []span // nobody was there
		session := func(length time.Duration) {
			l.end = l.now.Add(length)
			ctx, cancel := context.WithCancel(context.Background())
			l.cancel = cancel
			defer cancel()
			defer func() {
				if v := recover(); v != nil && v != "killed" {
					panic(v)
				}
			}()
			if err := Start(ctx, Settings{Data: data, Plan: func() ([]Source, error) { return plan, nil }, Run: l.run, Clock: l, Tell: func(Event) {}}); err != nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 4).Draw(rt, "sessions") {
			session(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			gap := span{from: l.now}
			l.now = l.now.Add(time.Duration(rapid.SampledFrom([]int{0, 5, 90, 700, 3000}).Draw(rt, "down")) * time.Minute)
			gap.to = l.now
			down = append(down, gap)
		}
		l.calm = true
		session(30*time.Hour + 30*time.Second)

		mem, err := recall(data)
		if err != nil {
			rt.Fatal(err)
		}
		for _, s := range plan {
			times, _ := s.Spec.Between(start.Add(-time.Minute), l.end.Add(-time.Second), 1<<20) // a time at the very end may be left to the next life
			valid := map[int64]bool{}
			for _, x := range times {
				valid[x.Unix()] = true
			}
			done, ran := map[int64]bool{}, map[int64]bool{}
			var before time.Time
			for _, r := range l.runs[s.ID] {
				switch {
				case !valid[r.at.Unix()]:
					rt.Fatalf("%s: %s is no time of it", s.ID, r.at)
				case r.at.After(r.from):
					rt.Fatalf("%s: run at %s for %s", s.ID, r.from, r.at)
				case r.at.Before(before):
					rt.Fatalf("%s: back from %s to %s", s.ID, before, r.at)
				case done[r.at.Unix()]:
					rt.Fatalf("%s: %s is loaded for twice", s.ID, r.at)
				}
				before, ran[r.at.Unix()] = r.at, true
				done[r.at.Unix()] = r.err == nil && !r.cut
			}
			for _, gap := range down {
				for _, x := range times {
					in := x.After(gap.from) && x.Before(gap.to)
					if s.CatchUp == All && in && !ran[x.Unix()] {
						rt.Fatalf("%s: %s was missed and not made up for", s.ID, x)
					}
					if s.CatchUp == None && in && gap.to.Sub(x) > onTime && ran[x.Unix()] {
						rt.Fatalf("%s: %s was missed and made up for", s.ID, x)
					}
				}
			}
			newest, e := times[len(times)-1], mem.Sources[s.ID]
			if e.Open != nil || e.Last == nil || !e.Last.At.Equal(newest) || e.Last.Exit != 0 {
				rt.Fatalf("%s: the newest time %s is not settled: %+v %+v", s.ID, newest, e.Open, e.Last)
			}
		}
	})
}
