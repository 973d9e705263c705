package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/cron"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
	"clientbase/internal/schedule"
)

func (a *app) scheduleCmd() *cobra.Command {
	once := false
	c := &cobra.Command{
		Use:   "schedule",
		Short: "Load each source at its times; schedule list shows them",
		Long: `schedule starts the runs that schedule: in sources/*.yaml asks for, until it is
stopped (SIGTERM, Ctrl-C). Sources due at the same minute are one run. Runs never
overlap: a time that comes during a run waits, and waits once. What was missed
while no scheduler was there is made up for as catch_up: says (last, all, none).
A run that was cut or could not reach its source is started again, a run that was
held or met schema drift is not, before its next time. Events go to standard
error, one line each; with --json to standard output.

Stopped while idle it ends with 0, in the middle of a run with 130; killed at any
point, the next one goes on with what has landed. With --once it does what is due
now, for cron, and ends with the exit code of the first run that failed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, cfg, err := a.open()
			if err != nil {
				return err
			}
			if _, err := a.who(cfg); err != nil {
				return err
			}
			told := false
			err = schedule.Start(c.Context(), schedule.Settings{
				Data:  cfg.Data,
				Plan:  a.scheduled,
				Run:   a.scheduledRun,
				Clock: clock{a.now},
				Tell:  func(e schedule.Event) { told = told || e.Exit != 0; a.tell(e) },
				Once:  once,
			})
			if err != nil && told {
				return &exitError{errs.Exit(err)} // the event has said why
			}
			return err
		},
	}
	c.Flags().BoolVar(&once, "once", false, "do what is due now, then end (for cron)")
	c.AddCommand(a.scheduleListCmd())
	return c
}

// clock is the real one. It wakes at least every quarter of a minute, because a
// sleeping machine stops the timers.
type clock struct{ now func() time.Time }

func (c clock) Now() time.Time { return c.now() }

func (c clock) Wait(ctx context.Context, until time.Time) error {
	for d := until.Sub(c.now()); d > 0; d = until.Sub(c.now()) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(d, 15*time.Second)):
		}
	}
	return ctx.Err()
}

// tell shows one event.
func (a *app) tell(e schedule.Event) {
	if a.json {
		_ = a.printJSON(e) // a reader that is gone must not stop the loads
		return
	}
	a.say("%s %s\n", e.At.UTC().Format(time.RFC3339), e)
}

// checked reads the project; the first fault stands for all of them.
func (a *app) checked() (*config.Project, error) {
	c, faults, err := a.load()
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, errs.New(errs.Config, "read project", c.Dir, plural(len(faults), "fault", "faults")+", the first: "+faults[0].String(), "`clientbase validate` lists them")
	}
	return c, nil
}

// scheduled gives the sources that have times, as configured now.
func (a *app) scheduled() ([]schedule.Source, error) {
	c, err := a.checked()
	if err != nil {
		return nil, err
	}
	return timesOf(c)
}

func timesOf(c *config.Project) ([]schedule.Source, error) {
	var out []schedule.Source
	for _, s := range c.Sources {
		if s.Schedule == "" {
			continue
		}
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return nil, errs.Wrap(errs.Config, "read schedule", s.ID, err, "write an IANA name such as Europe/Moscow")
		}
		spec, err := cron.Parse(s.Schedule, zone)
		if err != nil {
			return nil, errs.Wrap(errs.Config, "read schedule", s.ID, err, "`clientbase validate` says what to write")
		}
		out = append(out, schedule.Source{ID: s.ID, Spec: spec, CatchUp: schedule.CatchUp(s.CatchUp)})
	}
	return out, nil
}

// scheduledRun is one run of the river in this process, for the sources of a job.
func (a *app) scheduledRun(ctx context.Context, job schedule.Job) (out schedule.Outcome) {
	defer func() {
		if v := recover(); v != nil {
			out.Err = errs.Recovered("schedule", v)
			if os.Getenv("CLIENTBASE_DEBUG") != "" {
				_, _ = a.errOut.Write(debug.Stack())
			}
		}
		if out.Err != nil && ctx.Err() != nil {
			out.Err = errs.New(errs.Interrupted, "schedule", "", "interrupted", "start it again: what has landed is kept")
		}
		debug.FreeOSMemory() // a scheduler is idle most of its life
	}()
	c, err := a.checked()
	if err != nil {
		return schedule.Outcome{Err: err}
	}
	by, err := a.who(c)
	if err != nil {
		return schedule.Outcome{Err: err}
	}
	if by.Purpose == "" {
		by.Purpose = "scheduled load"
	}
	o := pipeline.Options{Now: a.now(), Actor: by, Progress: pipeline.NoProgress{}}
	for _, d := range job.Due {
		o.Select = append(o.Select, d.Source)
		o.Scheduled = append(o.Scheduled, pipeline.Scheduled{Source: d.Source, At: d.At})
	}
	rep, err := pipeline.Run(ctx, a.pipelineProject(c), o)
	out = schedule.Outcome{Run: rep.Run, Status: rep.Status, Snapshot: rep.Snapshot, Seconds: rep.Seconds, Err: err}
	for _, b := range rep.Balances {
		out.Read += b.Read
	}
	return out
}

func (a *app) scheduleListCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Per source: its times, the last one and what came of it, the next one",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, c, err := a.open()
			if err != nil {
				return err
			}
			plan, err := timesOf(c)
			if err != nil {
				return err
			}
			lines, alive, err := schedule.List(c.Data, plan, a.now())
			if err != nil {
				return err
			}
			if a.json {
				for _, l := range lines {
					if err := a.printJSON(l); err != nil {
						return err
					}
				}
				return nil
			}
			return a.printSchedule(c, lines, alive)
		},
	}
}

func (a *app) printSchedule(c *config.Project, lines []schedule.Line, alive bool) error {
	if len(lines) > 0 {
		w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "source\tschedule\tzone\tcatch up\tlast\tresult\tnext")
		for _, l := range lines {
			last, result := "-", "-"
			if l.Last != nil {
				last, result = l.Last.At.Format(localStamp), fmt.Sprintf("%s (exit %d)", l.Last.Status, l.Last.Exit)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Source, l.Schedule, l.Zone, l.CatchUp, last, result, l.Next.Format(localStamp))
		}
		if err := w.Flush(); err != nil {
			return outputError("standard output", err)
		}
	}
	for _, l := range lines {
		switch {
		case l.Due.IsZero():
		case l.Running:
			a.printf("\n%s: the run for %s is at work (try %d)\n", l.Source, l.Due.Format(localStamp), l.Tries)
		case !l.Retry.IsZero():
			a.printf("\n%s: %s is tried again at %s\n", l.Source, l.Due.Format(localStamp), l.Retry.Format(localStamp))
		default:
			a.printf("\n%s: %s has come and is not loaded\n", l.Source, l.Due.Format(localStamp))
		}
	}
	var by []string
	for _, s := range c.Sources {
		if s.Schedule == "" {
			by = append(by, s.ID)
		}
	}
	slices.Sort(by)
	if len(by) > 0 {
		if len(lines) > 0 {
			a.printf("\n")
		}
		a.printf("without a schedule, loaded by hand: %s\n", strings.Join(by, ", "))
	}
	if len(lines) > 0 && !alive {
		a.say("no scheduler is at work on this data folder: `clientbase schedule`, or cron with --once\n")
	}
	return nil
}

// localStamp tells a minute with the offset of its zone.
const localStamp = "2006-01-02 15:04 -07:00"
