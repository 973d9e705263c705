package confine

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the confined program.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "confined" {
		confined(os.Args[2:])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// confined tries what it is told on many threads at once, and prints what worked.
func confined(args []string) {
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the limits stand
	tries := map[string]func() error{
		"read":  func() error { _, err := os.ReadFile(args[1]); return err },
		"list":  func() error { _, err := os.ReadDir(args[1]); return err },
		"write": func() error { return os.WriteFile(args[1], []byte("x"), 0o600) },
		"append": func() error {
			f, err := os.OpenFile(args[1], os.O_APPEND|os.O_WRONLY, 0)
			return errors.Join(err, f.Close())
		},
		"remove":  func() error { return os.Remove(args[1]) },
		"link":    func() error { return os.Link(args[1], args[1]+".link") },
		"connect": func() error { c, err := net.Dial("tcp", args[1]); _ = c; return err },
		"run":     func() error { return exec.Command(args[1]).Run() },
		"memory":  func() error { b := make([]byte, 8<<30); b[len(b)-1] = 1; return nil },
		"spin": func() error {
			for {
				runtime.Gosched()
			}
		},
	}
	done := make(chan error)
	for range 8 {
		go func() { runtime.LockOSThread(); done <- tries[args[0]]() }()
	}
	for range 8 {
		if err := <-done; err == nil {
			fmt.Println("did it")
		} else if errors.Is(err, fs.ErrPermission) {
			fmt.Println("permission denied")
		} else {
			fmt.Println(err)
		}
	}
}

func try(t *testing.T, read []string, l Limits, args ...string) (out string, walls bool, err error) {
	t.Helper()
	c := exec.Command(Self(), append([]string{"confined"}, args...)...)
	var b bytes.Buffer
	c.Stdout, c.Stderr, c.Env, c.WaitDelay = &b, &b, []string{}, time.Second
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if walls, err = Start(c, read); err != nil {
		t.Fatal(err)
	}
	if err := Limit(c.Process.Pid, l); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	return b2s(&b, c), walls, nil
}

func b2s(b *bytes.Buffer, c *exec.Cmd) string {
	err := c.Wait()
	if err != nil {
		return b.String() + err.Error()
	}
	return b.String()
}

var roomy = Limits{Memory: 4 << 30, CPU: time.Minute, Files: 64}

func TestTheChildReachesOnlyWhatItMayRead(t *testing.T) {
	if !Walls() {
		t.Skip("this kernel has no Landlock")
	}
	dir := t.TempDir()
	inside, outside := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, d := range []string{inside, outside} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, "f"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listen.Close() }()
	all := func(s string) string { return strings.Repeat(s+"\n", 8) }
	for _, c := range []struct{ want, verb, what string }{
		{"did it", "read", filepath.Join(inside, "f")}, {"did it", "list", inside},
		{"permission denied", "write", filepath.Join(inside, "f")}, {"permission denied", "write", filepath.Join(inside, "new")},
		{"permission denied", "append", filepath.Join(inside, "f")}, {"permission denied", "remove", filepath.Join(inside, "f")}, {"permission denied", "link", filepath.Join(inside, "f")},
		{"permission denied", "read", filepath.Join(outside, "f")}, {"permission denied", "list", outside}, {"permission denied", "write", filepath.Join(outside, "new")},
		{"permission denied", "read", "/etc/passwd"}, {"permission denied", "read", "/proc/self/environ"}, {"permission denied", "list", "/"}, {"permission denied", "run", "/bin/sh"},
		{"permission denied", "connect", listen.Addr().String()},
	} {
		got, walls, err := try(t, []string{inside}, roomy, c.verb, c.what)
		if err != nil || !walls || got != all(c.want) {
			t.Errorf("%s %s: walls %v, %v\n%s", c.verb, c.what, walls, err, got)
		}
	}
	// the parent is as free as before
	for range 20 {
		done := make(chan error)
		go func() {
			runtime.LockOSThread()
			_, err := os.ReadFile(filepath.Join(outside, "f"))
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func TestLimitsEndTheChild(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no limits here")
	}
	if got, _, _ := try(t, nil, Limits{Memory: 1 << 30, CPU: time.Minute, Files: 64}, "memory", ""); !strings.Contains(got, "out of memory") && !strings.Contains(got, "cannot allocate") {
		t.Errorf("memory: %.300s", got)
	}
	if got, _, _ := try(t, nil, Limits{Memory: 4 << 30, CPU: time.Second, Files: 64}, "spin", ""); !strings.Contains(got, "signal: ") {
		t.Errorf("time: %.300s", got)
	}
}
