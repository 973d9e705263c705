package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientbase/internal/schedule"
)

// newYear is a time that does not come while a test runs.
const newYear = `schedule: "0 3 1 1 *"`

// timed gives every source of the bank's core a time and makes it missed once.
func (b bank) timed(sources ...string) {
	b.t.Helper()
	for _, id := range sources {
		b.write("sources/"+id+".yaml", strings.Replace(b.read("sources/"+id+".yaml"), "source: "+id+"\n", "source: "+id+"\n"+newYear+"\n", 1))
	}
	b.missed(sources...)
}

// missed makes the scheduler remember that the time of the sources has come and
// nothing was done for it.
func (b bank) missed(sources ...string) {
	b.t.Helper()
	var list []string
	for _, id := range sources {
		list = append(list, fmt.Sprintf(`%q:{"schedule":"0 3 1 1 *","zone":"Europe/Moscow","since":%q}`, id, time.Now().AddDate(-1, 0, -1).UTC().Format(time.RFC3339)))
	}
	if err := os.MkdirAll(b.path("data"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	b.write("data/schedule.json", `{"format":1,"sources":{`+strings.Join(list, ",")+`}}`)
}

// settled tells whether the last time of a source is done.
func (b bank) settled(source string) bool {
	text, err := os.ReadFile(b.path("data/schedule.json"))
	if err != nil {
		return false
	}
	var m struct {
		Sources map[string]struct {
			Open *struct{}
			Last *schedule.Result
		}
	}
	if json.Unmarshal(text, &m) != nil {
		return false
	}
	s := m.Sources[source]
	return s.Open == nil && s.Last != nil && s.Last.Exit == 0
}

// watched tells whether a scheduler is at work.
func (b bank) watched() bool {
	_, alive, err := schedule.List(b.path("data"), nil, testNow)
	return err == nil && alive
}

// scheduler starts `schedule` as a process; it and its children end with the test.
func (b bank) scheduler(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	c := b.process(append([]string{"schedule"}, args...)...)
	c.Stdout, c.Stderr = &out, &out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
	return c, &out
}

// until waits for something that must come.
func until(t *testing.T, what string, out *bytes.Buffer, yes func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !yes(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: it never came\n%s", what, out.String())
		}
	}
}

// A scheduler in the foreground: one per data folder, seen by `schedule list`,
// ended by SIGTERM with 0 while idle.
func TestScheduleForeground(t *testing.T) {
	b := newBank(t)
	b.timed("core")
	c, out := b.scheduler(t)
	until(t, "the missed load", out, func() bool { return b.settled("core") })
	b.fails(5, []string{"another scheduler"}, "schedule", "--once")
	b.fails(5, []string{"another scheduler"}, "schedule")
	if _, errOut := b.does(0, "schedule", "list"); strings.Contains(errOut, "no scheduler") {
		t.Error("list does not see the scheduler")
	}
	b.does(0, "run") // by hand, beside an idle scheduler
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, c); code != 0 {
		t.Errorf("stopped while idle: exit %d\n%s", code, out)
	}
	for _, w := range []string{"started: sources with a schedule: core; next core at 20", "missed while no scheduler was at work", "published", "stopped"} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("it does not say %q:\n%s", w, out)
		}
	}
	if n := b.query("SELECT count(*) FROM clients"); n != "4\n" {
		t.Errorf("clients: %s", n)
	}
}

// Stopped in the middle of a run: 130, no process left, and the next scheduler
// goes on with the same time. A run by hand makes a time wait.
func TestScheduleStoppedInARun(t *testing.T) {
	b := slowBank(t)
	b.does(0, "run", "--select", "core")
	b.timed("slow")
	c, out := b.scheduler(t)
	until(t, "the source", out, func() bool { _, err := os.Stat(b.path("reading")); return err == nil })
	if text, _ := b.does(0, "schedule", "list"); !strings.Contains(text, "is at work (try 1)") {
		t.Errorf("list does not show the run:\n%s", text)
	}
	b.fails(5, []string{"another run"}, "run", "--select", "core")
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, c); code != 130 || !strings.Contains(out.String(), "goes on with what has landed") {
		t.Errorf("exit %d, want 130\n%s", code, out)
	}
	if err := syscall.Kill(-c.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("a process of the run is still there: %v", err)
	}
	if text, _ := b.does(0, "schedule", "list"); !strings.Contains(text, "has come and is not loaded") {
		t.Errorf("list does not show what is left to do:\n%s", text)
	}

	// Somebody runs by hand; the scheduler waits, then finds its own time done or does it.
	if err := os.Remove(b.path("reading")); err != nil {
		t.Fatal(err)
	}
	byHand, _ := b.started(t)
	_, errOut := b.does(5, "schedule", "--once")
	if !strings.Contains(errOut, "waits slow") {
		t.Errorf("it does not say that it waits:\n%s", errOut)
	}
	b.write("go on", "")
	if code := exitCode(t, byHand); code != 0 {
		t.Fatalf("the run by hand: exit %d", code)
	}
	until(t, "the time that waited", &bytes.Buffer{}, func() bool { b.does(0, "schedule", "--once"); return b.settled("slow") })
	if n := b.query("SELECT count(*) FROM clients"); n != "5\n" {
		t.Errorf("clients: %s", n)
	}
}
