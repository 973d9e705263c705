package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"clientbase/internal/errs"
)

// process is the running program and its children, which form a group of
// their own so that none is left behind.
type process struct {
	cmd   *exec.Cmd
	out   io.Reader
	noise counter

	mu    sync.Mutex
	cause error // why it was killed; nil = it was not
	over  bool
	end   sync.Once
	err   error
}

// find gives the path of the program: names with a slash are relative to dir.
func find(dir, name string) (string, error) {
	if strings.ContainsRune(name, '/') && !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	return exec.LookPath(name)
}

func start(s *source) (*process, error) {
	path, err := find(s.env.Dir, s.c.Run[0])
	if err != nil {
		return nil, errs.Hidden(errs.Config, "start", s.s.ID(), "the program "+s.c.Run[0]+" cannot be run", err, "check that it exists and may be executed")
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, errs.Wrap(errs.Config, "start", s.s.ID(), err, "check the path of the program")
	}
	p := &process{cmd: exec.Command(path, s.c.Run[1:]...)}
	p.cmd.Dir = s.env.Dir
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"} {
		if v, ok := os.LookupEnv(name); ok {
			p.cmd.Env = append(p.cmd.Env, name+"="+v)
		}
	}
	if at := s.env.Scheduled; !at.IsZero() {
		p.cmd.Env = append(p.cmd.Env, "CLIENTBASE_SCHEDULED="+at.Format(time.RFC3339))
	}
	for _, name := range s.c.EnvSecrets {
		v, err := s.env.Secret(name)
		if err != nil {
			return nil, err
		}
		p.cmd.Env = append(p.cmd.Env, name+"="+v.Reveal())
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Stderr = &p.noise
	p.cmd.WaitDelay = 5 * time.Second
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		return nil, errs.Wrap(errs.Retry, "start", s.s.ID(), err, "free some file handles and run again")
	}
	if err := p.cmd.Start(); err != nil {
		return nil, errs.Hidden(errs.Config, "start", s.s.ID(), "the program "+s.c.Run[0]+" cannot be started", err, "check that it may be executed and its first line names an interpreter")
	}
	return p, nil
}

// kill ends the program and its children; cause is why.
func (p *process) kill(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	if p.cause == nil {
		p.cause = cause
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // the group may be gone already
}

// finish waits for the program once.
func (p *process) finish() {
	p.end.Do(func() {
		p.err = p.cmd.Wait()
		p.mu.Lock()
		p.over = true
		p.mu.Unlock()
	})
}

// wait tells whether the program succeeded, after its output has ended.
func (p *process) wait(thing string, lines int64) error {
	p.finish()
	p.mu.Lock()
	defer p.mu.Unlock()
	var exit *exec.ExitError
	switch {
	case p.cause != nil:
		return p.cause
	case p.err == nil:
		return nil
	case errors.As(p.err, &exit):
		how := fmt.Sprintf("exit code %d", exit.ExitCode())
		if st, ok := exit.Sys().(syscall.WaitStatus); ok && st.Signaled() {
			how = "signal " + st.Signal().String()
		}
		return errs.Hidden(errs.Input, "read", thing, fmt.Sprintf("the program ended with %s after %d lines (%d lines on its standard error, not shown)", how, lines, p.noise.count()),
			p.err, "run it by hand to see what it says; nothing of this delivery was loaded")
	}
	return errs.Hidden(errs.Retry, "read", thing, fmt.Sprintf("the program's output was lost after %d lines", lines), p.err, "run again")
}

// Close ends the program if it still runs.
func (p *process) Close() error {
	p.kill(os.ErrClosed)
	p.finish()
	return nil
}

// counter counts lines and keeps nothing.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += bytes.Count(b, []byte{'\n'})
	return len(b), nil
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
