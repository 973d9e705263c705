package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowBank has, beside the clients, a source that prints one row, makes the
// file "reading", and then waits for the file "go on".
func slowBank(t *testing.T) bank {
	b := newBank(t)
	b.write("sources/slow.yaml", `source: slow
kind: command
title: {ru: "Медленный", en: "Slow"}
streams:
  clients:
    from: {run: [./slow.sh]}
    mode: delta
    key: [id]
    columns: {id: text, name: text}
    party: {kind: person, map: {full_name: name}}
`)
	b.write("slow.sh", `#!/bin/sh
echo '{"id":"1","name":"Панов Олег Ильич"}'
touch reading
i=0
while [ ! -e "go on" ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i+1)); done
`)
	if err := os.Chmod(b.path("slow.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// started is a process of the program that has begun to read.
func (b bank) started(t *testing.T) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	c := b.process("run")
	c.Stdout, c.Stderr = &out, &out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what the test leaves behind ends with it
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(b.path("reading")); err == nil {
			return c, &out
		}
		if time.Now().After(deadline) {
			_ = c.Process.Kill()
			_ = c.Wait()
			t.Fatalf("the source was never read:\n%s", out.String())
		}
	}
}

func exitCode(t *testing.T, c *exec.Cmd) int {
	t.Helper()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// Two runs at once: the second is told so and exits 5; readers read on; the
// first is not disturbed. `plan` and `doctor` say what is going on.
func TestTwoRunsAtOnce(t *testing.T) {
	b := slowBank(t)
	b.does(0, "run", "--select", "core")
	first := b.current()
	c, out := b.started(t)
	b.fails(5, []string{"another run", "doctor"}, "run")
	b.fails(5, []string{"another run"}, "run", "--select", "core")
	if n := b.query("SELECT count(*) FROM clients"); n != "4\n" {
		t.Errorf("clients while a run works: %s", n)
	}
	if text, _ := b.does(0, "doctor"); !strings.Contains(text, "a run is at work") {
		t.Errorf("doctor does not say that a run holds the lock:\n%s", text)
	}
	b.write("go on", "")
	if code := exitCode(t, c); code != 0 {
		t.Fatalf("the first run: exit %d\n%s", code, out)
	}
	if b.current() == first {
		t.Error("the first run published nothing")
	}
	if n := b.query("SELECT count(*) FROM clients"); n != "5\n" {
		t.Errorf("clients after it: %s", n)
	}
}

// Interrupted with Ctrl-C: exit 130, a line that says so, nothing published,
// no process left behind; the same command then does everything.
func TestInterrupted(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			b := slowBank(t)
			b.does(0, "run", "--select", "core")
			before := b.current()
			c, out := b.started(t)
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(t, c); code != 130 || !strings.Contains(out.String(), "interrupted") || !strings.Contains(out.String(), "try: ") {
				t.Errorf("exit %d, want 130\n%s", code, out)
			}
			if err := syscall.Kill(-c.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("a process of the run is still there: %v", err)
			}
			if b.current() != before {
				t.Error("CURRENT changed")
			}
			if left, _ := filepath.Glob(b.path("data/tmp/*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			b.write("go on", "")
			b.does(0, "run")
			if n := b.query("SELECT count(*) FROM clients"); n != "5\n" {
				t.Errorf("clients after the next run: %s", n)
			}
		})
	}
}
