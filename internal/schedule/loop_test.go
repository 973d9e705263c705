package schedule

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"clientbase/internal/cron"
	"clientbase/internal/errs"
)

// world is a fake clock, a fake program and what was seen of them.
type world struct {
	t     *testing.T
	data  string
	now   time.Time
	end   time.Time // the scheduler is stopped here
	plan  []Source
	takes time.Duration
	runs  []string // "03:00 core@03:00 web@03:00 try 1"
	said  []string
	// result decides about a run; nil = all go well.
	result func(n int, j Job) error
	// failsAs is the status of a run that result fails.
	failsAs string
	wakes   int
	cancel  context.CancelFunc
	busy    bool
	onWait  func()
}

func newWorld(t *testing.T, start string, plan ...Source) *world {
	return &world{t: t, data: folder(t), now: instant(t, start), plan: plan, takes: 90 * time.Second}
}

// folder is a data folder where syncing a file is cheap, if there is such a place.
func folder(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "schedule-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func source(t *testing.T, id, expr string, c CatchUp) Source { return sourceIn(t, id, expr, c, "UTC") }

func sourceIn(t *testing.T, id, expr string, c CatchUp, zone string) Source {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := cron.Parse(expr, z)
	if err != nil {
		t.Fatal(err)
	}
	return Source{id, spec, c}
}

func (w *world) Now() time.Time { return w.now }

func (w *world) Wait(_ context.Context, until time.Time) error {
	w.wakes++
	if until.Sub(w.now) > look || !until.After(w.now) {
		w.t.Fatalf("sleeps from %s to %s", w.now, until)
	}
	w.now = until.Add(30 * time.Millisecond) // clocks are a little late
	if w.onWait != nil {
		w.onWait()
	}
	if w.now.After(w.end) {
		w.cancel()
	}
	return nil
}

func (w *world) run(ctx context.Context, j Job) Outcome {
	if w.busy {
		w.t.Fatal("two runs at once")
	}
	w.busy = true
	defer func() { w.busy = false }()
	var s strings.Builder
	s.WriteString(w.now.UTC().Format("15:04"))
	for _, d := range j.Due {
		fmt.Fprintf(&s, " %s@%s", d.Source, d.At.UTC().Format("15:04"))
	}
	if j.Try > 1 {
		fmt.Fprintf(&s, " try %d", j.Try)
	}
	w.runs = append(w.runs, s.String())
	n := len(w.runs)
	w.now = w.now.Add(w.takes)
	if w.now.After(w.end) && w.cancel != nil {
		w.cancel()
	}
	o := Outcome{Run: fmt.Sprintf("run%d", n), Status: "published"}
	if w.result != nil {
		if o.Err = w.result(n, j); o.Err != nil {
			o.Status = w.failsAs
		}
	}
	return o
}

// until starts a scheduler and stops it at an instant; it gives the runs.
func (w *world) until(end string) []string { return w.start(end, false) }

func (w *world) once() []string { return w.start("2100-01-01 00:00", true) }

func (w *world) start(end string, once bool) []string {
	w.t.Helper()
	w.end, w.runs, w.busy = instant(w.t, end), nil, false
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	defer cancel()
	err := Start(ctx, Settings{Data: w.data, Plan: func() ([]Source, error) { return w.plan, nil }, Run: w.run, Clock: w,
		Tell: func(e Event) { w.said = append(w.said, e.String()) }, Once: once})
	if err != nil && !once {
		w.t.Fatal(err)
	}
	return w.runs
}

func (w *world) want(got []string, want ...string) {
	w.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("runs\n  %s\nwant\n  %s\nsaid\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), strings.Join(w.said, "\n  "))
	}
}

func (w *world) saidAll(words ...string) {
	w.t.Helper()
	all := strings.Join(w.said, "\n")
	for _, x := range words {
		if !strings.Contains(all, x) {
			w.t.Errorf("it does not say %q:\n%s", x, all)
		}
	}
}

func failure(k errs.Kind) error {
	return errs.New(k, "receive", "core/clients", "did not go well", "wait")
}

// Sources due at one minute are one run; others have their own.
func TestDueTogetherIsOneRun(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", Last), source(t, "web", "0 3,4 * * *", Last), source(t, "cards", "30 3 * * *", Last))
	w.want(w.until("2026-03-01 05:00"), "03:00 core@03:00 web@03:00", "03:30 cards@03:30", "04:00 web@04:00")
	w.saidAll("started: sources with a schedule: core, web, cards; next core, web at 2026-03-01 03:00 +00:00", "begun core, web (2026-03-01 03:00 +00:00)",
		"done cards (2026-03-01 03:30 +00:00): published, 0 rows read, 0.0 s, run run2; next web at 2026-03-01 04:00", "stopped")
	if w.wakes > 310 {
		t.Errorf("%d wake-ups in five hours", w.wakes)
	}
}

// A time that comes while a run is at work waits, and waits once.
func TestTimesDuringARunAreOne(t *testing.T) {
	for _, c := range []CatchUp{Last, All, None} {
		w := newWorld(t, "2026-03-01 02:59", source(t, "slow", "0 3 * * *", c), source(t, "often", "*/10 * * * *", c))
		w.takes = 45 * time.Minute
		w.want(w.until("2026-03-01 04:20"), "03:00 often@03:00 slow@03:00", "03:45 often@03:40")
	}
}

func TestCatchUp(t *testing.T) {
	for _, c := range []struct {
		catchUp CatchUp
		want    []string
		says    string
	}{
		{Last, []string{"12:00 core@03:00", "03:00 core@03:00"}, "begun core (2026-03-05 03:00 +00:00): missed while no scheduler was at work"},
		{All, []string{"12:00 core@03:00", "12:01 core@03:00", "12:03 core@03:00", "12:04 core@03:00", "03:00 core@03:00"}, "begun core (2026-03-02 03:00 +00:00): missed"},
		{None, []string{"03:00 core@03:00"}, "skipped: core 4 from 2026-03-02 03:00 +00:00 to 2026-03-05 03:00 +00:00: catch_up: none"},
	} {
		w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", c.catchUp))
		w.want(w.until("2026-03-01 10:00"), "03:00 core@03:00")
		w.now = instant(t, "2026-03-05 12:00")
		w.want(w.until("2026-03-06 10:00"), c.want...)
		w.saidAll(c.says)
	}
}

// Two sources that catch up in their own ways after the same night.
func TestCatchUpTogether(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "a", "0 3 * * *", All), source(t, "b", "0 3 * * *", Last), source(t, "c", "0 4 * * *", All))
	w.until("2026-03-01 10:00")
	w.now, w.takes = instant(t, "2026-03-03 12:00"), 0
	w.want(w.until("2026-03-03 12:30"), "12:00 a@03:00", "12:00 c@04:00", "12:00 a@03:00 b@03:00 c@04:00")
}

// A restart within some minutes misses nothing, whatever catch_up says.
func TestALateSchedulerIsOnTime(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", None))
	w.until("2026-03-01 02:58")
	w.now = instant(t, "2026-03-01 03:07")
	w.want(w.until("2026-03-01 04:00"), "03:07 core@03:00")
}

// A machine that slept missed what came meanwhile.
func TestSleptThrough(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", None), source(t, "web", "0 3 * * *", Last))
	w.onWait = func() {
		if w.now.Hour() == 1 {
			w.now = instant(t, "2026-03-01 09:00")
		}
	}
	w.want(w.until("2026-03-01 10:00"), "09:00 web@03:00")
	w.saidAll("skipped: core 2026-03-01 03:00 +00:00: catch_up: none")
}

// The clocks of Kyiv skip 03:00–04:00 on 29 March and show it twice on 25 October:
// one run each. In UTC: 01:00 is the change.
func TestClocksChange(t *testing.T) {
	w := newWorld(t, "2026-03-28 12:00", sourceIn(t, "core", "30 3 * * *", Last, "Europe/Kyiv"), sourceIn(t, "web", "15 3 * * *", All, "Europe/Kyiv"))
	w.want(w.until("2026-03-29 12:00"), "01:00 core@01:00 web@01:00")
	w.now = instant(t, "2026-10-24 12:00")
	w.plan = w.plan[:1]
	w.until("2026-10-24 13:00")
	w.want(w.until("2026-10-26 00:00"), "00:30 core@00:30")
	w.want(w.until("2026-10-26 12:00"), "01:30 core@01:30") // winter time
}

// A retryable failure is tried again, further and further apart, and not for ever.
func TestRetries(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:59", source(t, "core", "0 3 * * *", Last))
	w.takes = 0
	w.result = func(int, Job) error { return failure(errs.Retry) }
	w.want(w.until("2026-03-01 23:00"), "03:00 core@03:00", "03:01 core@03:00 try 2", "03:03 core@03:00 try 3", "03:07 core@03:00 try 4", "03:15 core@03:00 try 5", "03:31 core@03:00 try 6")
	w.saidAll("failed core (2026-03-01 03:00 +00:00): exit 2: receive core/clients: did not go well, run run1; tried again at 03:01:00Z (try: wait)", "not tried again before the next time")
	w.result = func(n int, _ Job) error {
		if n < 3 {
			return failure(errs.Retry)
		}
		return nil
	}
	w.want(w.until("2026-03-02 23:00"), "03:00 core@03:00", "03:01 core@03:00 try 2", "03:03 core@03:00 try 3")
	lines, _, err := List(w.data, w.plan, w.now)
	if err != nil || lines[0].Last.Exit != 0 || lines[0].Last.Run != "run3" {
		t.Errorf("%v %+v", err, lines)
	}
}

// What a second look cannot change waits for the next time.
func TestNoRetryOfWhatStays(t *testing.T) {
	for _, k := range []errs.Kind{errs.Config, errs.Input, errs.Integrity, errs.Drift, errs.Bug} {
		w := newWorld(t, "2026-03-01 02:59", source(t, "core", "0 3 * * *", Last))
		w.result = func(int, Job) error { return failure(k) }
		w.want(w.until("2026-03-01 23:00"), "03:00 core@03:00")
		lines, _, _ := List(w.data, w.plan, w.now)
		if l := lines[0].Last; l == nil || l.Exit != errs.Exit(failure(k)) || l.Status != "failed" || !lines[0].Due.IsZero() {
			t.Errorf("%s: %+v", k, lines[0])
		}
		w.saidAll(fmt.Sprintf("exit %d", errs.Exit(failure(k))))
	}
}

// A held snapshot waits for a person and is shown as held.
func TestHeld(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:59", source(t, "core", "0 3 * * *", Last))
	w.failsAs = "held"
	w.result = func(int, Job) error { return failure(errs.Integrity) }
	w.want(w.until("2026-03-01 23:00"), "03:00 core@03:00")
	lines, _, err := List(w.data, w.plan, w.now)
	if err != nil || lines[0].Last.Status != "held" || lines[0].Last.Exit != 3 {
		t.Errorf("%v %+v", err, lines[0].Last)
	}
	w.saidAll("failed core (2026-03-01 03:00 +00:00): exit 3")
}

// The next time of a source ends the tries of this one.
func TestTheNextTimeEndsRetries(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:59", source(t, "core", "0,5 3 * * *", Last))
	w.takes = 0
	w.result = func(int, Job) error { return failure(errs.Retry) }
	w.want(w.until("2026-03-01 03:06"), "03:00 core@03:00", "03:01 core@03:00 try 2", "03:03 core@03:00 try 3", "03:05 core@03:05")
}

// Somebody runs by hand: a time waits for the end of that, and says so once.
func TestWaitsForTheRunLock(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:59", source(t, "core", "0 3 * * *", Last))
	w.takes = 0
	w.result = func(n int, _ Job) error {
		if n < 10 {
			return failure(errs.Locked)
		}
		return nil
	}
	if runs := w.until("2026-03-01 23:00"); len(runs) != 10 || runs[9] != "03:02 core@03:00" {
		t.Errorf("%v", runs)
	}
	if n := strings.Count(strings.Join(w.said, "\n"), "waits core"); n != 1 {
		t.Errorf("it said %d times that it waits: %v", n, w.said)
	}
}

// `--once` does what is due, remembers what is not done, and waits in the file.
func TestOnce(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:50", source(t, "core", "0 3 * * *", Last), source(t, "web", "0 * * * *", Last))
	w.takes = 70 * time.Minute
	w.want(w.once())
	w.now = instant(t, "2026-03-01 03:01")
	w.result = func(int, Job) error { return failure(errs.Retry) }
	w.want(w.once(), "03:01 core@03:00 web@03:00") // web's 04:00 came meanwhile: the next call's
	w.want(w.once(), "04:11 web@04:00")            // core waits for its retry
	w.result = nil
	w.now = instant(t, "2026-03-01 05:22")
	w.want(w.once(), "05:22 core@03:00 web@05:00 try 2")
	w.want(w.once(), "06:32 web@06:00")
	w.now = instant(t, "2026-03-01 06:40")
	w.want(w.once())
}

func TestOnceGivesTheFirstFailure(t *testing.T) {
	w := newWorld(t, "2026-03-01 03:00", source(t, "core", "0 3 * * *", All))
	w.once()
	w.now = instant(t, "2026-03-03 04:00")
	w.result = func(n int, _ Job) error {
		if n == 1 {
			return failure(errs.Drift)
		}
		return nil
	}
	w.runs = nil
	err := Start(context.Background(), Settings{Data: w.data, Plan: func() ([]Source, error) { return w.plan, nil }, Run: w.run, Clock: w, Tell: func(Event) {}, Once: true})
	if errs.Exit(err) != 4 || len(w.runs) != 2 {
		t.Errorf("%v, %v", err, w.runs)
	}
}

// A crash in the middle of a run: the next scheduler starts it again at once,
// and gives up a time that kills it again and again.
func TestCutRuns(t *testing.T) {
	for _, c := range []CatchUp{Last, All, None} {
		w := newWorld(t, "2026-03-01 03:00", source(t, "core", "0 3 * * *", c))
		crash := func() {
			defer func() { _ = recover() }()
			w.result = func(int, Job) error { w.busy = false; panic("crash") }
			w.until("2026-03-01 23:00")
		}
		for i := range 3 {
			w.now = instant(t, "2026-03-01 03:00").Add(time.Duration(i) * time.Hour)
			crash()
		}
		w.result = nil
		w.want(w.until("2026-03-01 23:00"), "05:01 core@03:00 try 4")
		w.saidAll("the run before was cut")
		w.now = instant(t, "2026-03-02 03:00")
		for range maxTries {
			crash()
		}
		w.want(w.until("2026-03-02 23:00"))
		w.saidAll("skipped: core 2026-03-02 03:00 +00:00: cut too often")
		w.result = nil
		w.want(w.until("2026-03-03 23:00"), "03:00 core@03:00")
	}
}

// A stopped scheduler is no failure of the run: the next one goes on.
func TestInterrupted(t *testing.T) {
	w := newWorld(t, "2026-03-01 03:00", source(t, "core", "0 3 * * *", None))
	w.result = func(int, Job) error { return failure(errs.Interrupted) }
	err := Start(context.Background(), Settings{Data: w.data, Plan: func() ([]Source, error) { return w.plan, nil }, Run: w.run, Clock: w, Tell: func(e Event) { w.said = append(w.said, e.String()) }})
	if errs.Exit(err) != 130 {
		t.Errorf("%v", err)
	}
	w.saidAll("the next scheduler, or a run by hand, goes on")
	w.result = nil
	w.now = instant(t, "2026-03-01 20:00")
	w.want(w.until("2026-03-01 23:00"), "20:00 core@03:00")
}

// The configuration is read again while the scheduler is at work.
func TestChangedConfiguration(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", Last))
	w.onWait = func() {
		if w.now.Hour() == 1 && w.now.Minute() == 0 {
			w.plan = []Source{source(t, "core", "0 0,2 * * *", Last), source(t, "web", "30 2 * * *", Last)}
		}
	}
	w.want(w.until("2026-03-01 04:00"), "02:00 core@02:00", "02:30 web@02:30") // 00:00 was before the change
	w.saidAll("changed: sources with a schedule: core, web; next core at 2026-03-01 02:00 +00:00")
}

func TestFaultyConfiguration(t *testing.T) {
	w := newWorld(t, "2026-03-01 02:00", source(t, "core", "0 3 * * *", Last))
	w.end = instant(t, "2026-03-01 04:00")
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	plan := func() ([]Source, error) {
		if w.now.Minute() > 30 {
			return nil, errs.New(errs.Config, "read project", "", "1 fault", "validate")
		}
		return w.plan, nil
	}
	if err := Start(ctx, Settings{Data: w.data, Plan: plan, Run: w.run, Clock: w, Tell: func(e Event) { w.said = append(w.said, e.String()) }}); err != nil {
		t.Fatal(err)
	}
	w.want(w.runs, "03:00 core@03:00")
	if n := strings.Count(strings.Join(w.said, "\n"), "faulty"); n != 2 {
		t.Errorf("said %d times: %v", n, w.said)
	}
}

func TestOneScheduler(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", Last))
	unlock, err := Lock(w.data)
	if err != nil {
		t.Fatal(err)
	}
	settings := Settings{Data: w.data, Plan: func() ([]Source, error) { return w.plan, nil }, Run: w.run, Clock: w, Tell: func(Event) {}, Once: true}
	if err := Start(context.Background(), settings); errs.Exit(err) != 5 {
		t.Errorf("a second scheduler: %v", err)
	}
	if _, alive, _ := List(w.data, w.plan, w.now); !alive {
		t.Error("list does not see the scheduler")
	}
	unlock()
	if _, alive, _ := List(w.data, w.plan, w.now); alive {
		t.Error("list sees a scheduler that is gone")
	}
	settings.Plan = func() ([]Source, error) { return nil, nil }
	if err := Start(context.Background(), settings); errs.Exit(err) != 1 {
		t.Errorf("nothing to schedule: %v", err)
	}
}

// A clock that was years ahead must not stop loads for years.
func TestAClockThatWasWrong(t *testing.T) {
	w := newWorld(t, "2031-03-01 00:00", source(t, "core", "0 3 * * *", Last))
	w.until("2031-03-01 10:00")
	w.now = instant(t, "2026-03-01 02:00")
	w.want(w.until("2026-03-01 10:00"), "03:00 core@03:00")
	// An hour back is no other day: 03:00 has been.
	w.now = instant(t, "2026-03-01 02:30")
	w.want(w.until("2026-03-01 09:00"))
}

func TestDamagedMemory(t *testing.T) {
	w := newWorld(t, "2026-03-01 00:00", source(t, "core", "0 3 * * *", Last))
	for _, text := range []string{"", "{", `{"format":2}`, `[]`} {
		if err := os.WriteFile(filepath.Join(w.data, "schedule.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Start(context.Background(), Settings{Data: w.data, Plan: func() ([]Source, error) { return w.plan, nil }, Run: w.run, Clock: w, Tell: func(Event) {}, Once: true})
		if errs.Exit(err) != 3 || !strings.Contains(err.Error(), "remove the file") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
