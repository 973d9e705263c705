package confine

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Self is a path by which this program can start itself, also after its file
// was replaced.
func Self() string { return "/proc/self/exe" }

// Start starts c, which must be this program (see Self), so that it may read
// the files and folders of read and nothing else. walls tells whether the
// kernel holds it to that. All three of its streams must be set.
func Start(c *exec.Cmd, read []string) (walls bool, err error) {
	rules, err := newRules(read)
	if err != nil {
		return false, err
	}
	type outcome struct {
		walls bool
		err   error
	}
	done := make(chan outcome)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		walls, err := rules.enter()
		if err == nil {
			err = c.Start()
		}
		done <- outcome{walls, err}
	}()
	o := <-done
	rules.close()
	return o.walls, o.err
}

// Limit sets the limits of a started program.
func Limit(pid int, l Limits) error {
	held, err := addressSpace(pid)
	if err != nil {
		return err
	}
	seconds := uint64((l.CPU + time.Second - 1) / time.Second)
	for _, r := range []struct {
		what  int
		value uint64
	}{
		{unix.RLIMIT_AS, uint64(held + l.Memory)}, {unix.RLIMIT_CPU, seconds}, {unix.RLIMIT_NOFILE, uint64(l.Files)},
		{unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_CORE, 0},
	} {
		lim := unix.Rlimit{Cur: r.value, Max: r.value}
		if err := unix.Prlimit(pid, r.what, &lim, nil); err != nil {
			return fmt.Errorf("limit %d: %w", r.what, err)
		}
	}
	return nil
}

// addressSpace is what a program has mapped, in bytes.
func addressSpace(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	var pages int64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return 0, err
	}
	return pages * int64(os.Getpagesize()), nil
}

// Walls tells whether the kernel has Landlock.
func Walls() bool { return abi() > 0 }

// abi is the version of Landlock that the kernel has, 0 for none.
func abi() int {
	v, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 {
		return 0
	}
	return int(v)
}

const (
	readFile   = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readFolder = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runFile    = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
)

// rules is a Landlock ruleset; fd is -1 where the kernel has none.
type rules struct{ fd int }

// newRules forbids all that the kernel knows to forbid, but for reading read
// and what this program itself is made of.
func newRules(read []string) (*rules, error) {
	v := abi()
	if v == 0 {
		return &rules{-1}, nil
	}
	attr := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1}
	size := unsafe.Offsetof(attr.Handled_access_net)
	if v >= 2 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if v >= 3 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if v >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
		size = unsafe.Offsetof(attr.Scoped)
	}
	if v >= 5 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if v >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
		size = unsafe.Offsetof(attr.Quiet_access_fs)
	}
	fd, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if e != 0 {
		return nil, fmt.Errorf("landlock: %w", e)
	}
	r := &rules{int(fd)}
	own, err := madeOf()
	if err != nil {
		r.close()
		return nil, err
	}
	for _, f := range own {
		if err := r.allow(f, runFile); err != nil {
			r.close()
			return nil, err
		}
	}
	if err := r.allow("/etc/ld.so.cache", readFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.close()
		return nil, err
	}
	for _, f := range read {
		if err := r.allow(f, readFolder); err != nil {
			r.close()
			return nil, err
		}
	}
	return r, nil
}

// madeOf lists the files that this program runs from: itself and its libraries.
func madeOf() ([]string, error) {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	out := []string{Self()}
	seen := map[string]bool{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		// 7f4b52000000-7f4b52260000 r-xp 00000000 fd:00 1234   /lib/…
		at := strings.IndexByte(in.Text(), '/')
		fields := strings.Fields(in.Text())
		if at < 0 || len(fields) < 6 || !strings.Contains(fields[1], "x") {
			continue
		}
		path := in.Text()[at:]
		if _, err := os.Stat(path); err == nil && !seen[path] { // a replaced file is gone, and is only the program itself
			seen[path] = true
			out = append(out, path)
		}
	}
	return out, in.Err()
}

func (r *rules) allow(path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = unix.Close(fd) }()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &^= unix.LANDLOCK_ACCESS_FS_READ_DIR
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, e := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(r.fd), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if e != 0 {
		return fmt.Errorf("landlock %s: %w", path, e)
	}
	return nil
}

// enter puts the calling thread, and all that it starts, behind the rules.
func (r *rules) enter() (walls bool, err error) {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return false, fmt.Errorf("no_new_privs: %w", err)
	}
	if r.fd < 0 {
		return false, nil
	}
	if _, _, e := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(r.fd), 0, 0); e != 0 {
		return false, fmt.Errorf("landlock: %w", e)
	}
	return true, nil
}

func (r *rules) close() {
	if r.fd >= 0 {
		_ = unix.Close(r.fd)
	}
}
