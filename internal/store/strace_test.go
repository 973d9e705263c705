package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// sysCalls are the system calls that change files.
const sysCalls = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,copy_file_range,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat"

// callOn is a system call on one file of a publication, and how often it came.
type callOn struct {
	call, path string
	times      int
}

var straceLine = regexp.MustCompile(`^(?:\[pid +\d+\] |\d+ +)?([a-z0-9_]+)\((.*)$`)

// traced runs the child of crash_test.go under strace.
func traced(d Dirs, log string, args ...string) (said []byte, err error) {
	cmd := exec.Command("strace", append(append([]string{"-f", "-y", "-qq", "-s", "0", "-o", log}, args...), os.Args[0])...)
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+d.Data, "STORE_TEST_DIE=never", "STORE_TEST_ACT=")
	return cmd.CombinedOutput()
}

// callsOf lists the calls that an undisturbed publication makes on files of the
// data folder that the engine or the kernel writes: staging, spools, pointer.
func callsOf(t *testing.T, d Dirs) []callOn {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	if said, err := traced(d, log, "-e", "trace="+sysCalls); err != nil {
		t.Fatalf("undisturbed: %v\n%s", err, said)
	}
	f, err := os.Open(log)
	must(t, err)
	defer func() { _ = f.Close() }()
	times := map[[2]string]int{}
	for in := bufio.NewScanner(f); in.Scan(); {
		m := straceLine.FindStringSubmatch(in.Text())
		if m == nil || strings.Contains(in.Text(), " = -1 ") {
			continue
		}
		at := strings.Index(m[2], d.Data)
		if at < 0 {
			continue
		}
		path := m[2][at:]
		path = path[:strings.IndexAny(path+`"`, `">,`)]
		if m[1] == "openat" && !strings.Contains(m[2], "O_CREAT") && !strings.Contains(m[2], "O_RDWR") && !strings.Contains(m[2], "O_WRONLY") {
			continue
		}
		if path != d.Data {
			times[[2]string{m[1], path}]++
		}
	}
	var out []callOn
	for k, n := range times {
		out = append(out, callOn{k[0], k[1], n})
	}
	slices.SortFunc(out, func(a, b callOn) int { return strings.Compare(a.call+" "+a.path, b.call+" "+b.path) })
	return out
}

// The engine's and the kernel's part of a publication: each (system call, file)
// fails with EIO, or kills the process, at its first, middle and last time.
// Afterwards the old snapshot or the new one is whole and the next run works.
// All of them in `make crash`, one in forty here.
func TestCrashInSystemCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("starts child processes")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("SKIP: no strace: the engine's own system calls are not failed (.ci/servers installs it)")
	}
	d, _ := published(t)
	if said, err := traced(d, os.DevNull, "-e", "trace=none"); err != nil {
		t.Skipf("SKIP: strace may not trace here: %v %s", err, said)
	}
	d, _ = published(t)
	old := d.Data
	calls := callsOf(t, d)
	if len(calls) < 30 {
		t.Fatalf("only %d (call, file)", len(calls))
	}
	step, tried, hit := 40, 0, 0
	if os.Getenv("CLIENTBASE_CRASH") == "all" {
		step = 1
	}
	for _, c := range calls {
		var when []int
		for _, n := range []int{1, (c.times + 1) / 2, c.times} {
			if !slices.Contains(when, n) {
				when = append(when, n)
			}
		}
		for _, n := range when {
			for _, how := range []string{"error=EIO", "signal=SIGKILL"} {
				if tried++; tried%step != 0 {
					continue
				}
				name := fmt.Sprintf("%s %s %s %d of %d", how, c.call, strings.TrimPrefix(c.path, old), n, c.times)
				if systemCallFails(t, name, c, old, how, n) {
					hit++
				}
			}
		}
	}
	t.Logf("%d (call, file), %d places, %d tried, %d struck", len(calls), tried, tried/step, hit)
	if hit == 0 {
		t.Error("no call was struck")
	}
}

// systemCallFails does one trial and tells whether the call was struck.
func systemCallFails(t *testing.T, name string, c callOn, old, how string, n int) bool {
	d, was := published(t)
	path := d.Data + strings.TrimPrefix(c.path, old)
	log := filepath.Join(t.TempDir(), "calls")
	said, err := traced(d, log, "-P", path, "-e", "trace="+c.call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", c.call, how, n))
	if text := string(said); strings.Contains(text, "SIGSEGV") || strings.Contains(text, "fatal error") {
		t.Errorf("%s: it crashed: %s", name, text)
	}
	trace, _ := os.ReadFile(log)
	hit := strings.Contains(string(trace), "INJECTED") || strings.Contains(string(trace), "killed by SIGKILL")
	must(t, Recover(d))
	now, oerr := Open(d)
	if oerr != nil {
		t.Errorf("%s: %v", name, oerr)
		return hit
	}
	defer func() { _ = now.Close() }()
	if verr := now.Verify(); verr != nil {
		t.Errorf("%s: %v", name, verr)
	}
	want := "7"
	if now.info.ID == was.info.ID {
		want = "5"
	}
	if err == nil && want == "5" {
		t.Errorf("%s: the child said that it published, and did not", name)
	}
	if got := table(t, now, "SELECT count(*) FROM transactions"); got[0][0] != want {
		t.Errorf("%s: %s transactions, want %s", name, got[0][0], want)
	}
	s := begin(t, d, "next", now)
	must(t, secondRun(t.Context(), s))
	_, err = s.Publish(t.Context(), testManifest("next"))
	must(t, err)
	for _, left := range []string{"staging/child", "tmp/child", "staging/next", "tmp/next"} {
		if _, err := os.Stat(filepath.Join(d.Data, left)); err == nil {
			t.Errorf("%s: %s is left", name, left)
		}
	}
	return hit
}

// A small file system that is full after each 256 KiB more, in a first
// publication and in the next: the old snapshot or the new one, whole.
func TestCrashOnAFullDisk(t *testing.T) {
	if os.Getenv("CLIENTBASE_CRASH") != "all" {
		t.Skip("in make crash; TestDiskFull tries some sizes")
	}
	full, sizes := 0, 0
	for kib := 256; ; kib += 256 {
		mnt := t.TempDir()
		if err := unix.Mount("tmpfs", mnt, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
			t.Skipf("SKIP: no right to mount a small file system: %v", err)
		}
		sizes++
		d := Dirs{Data: filepath.Join(mnt, "data"), Key: testKey}
		failed := publishTwice(t, d, kib)
		must(t, unix.Unmount(mnt, unix.MNT_DETACH))
		if !failed {
			break
		}
		full++
	}
	t.Logf("%d sizes, the disk was full %d times", sizes, full)
	if full < 10 {
		t.Errorf("the disk was full only %d times", full)
	}
}

// publishTwice tells whether the disk was full; what stands is whole.
func publishTwice(t *testing.T, d Dirs, kib int) (failed bool) {
	t.Helper()
	for run := 1; run <= 2; run++ {
		prev, err := Open(d)
		if err != nil {
			prev = nil
		}
		err = func() error {
			s, err := Begin(t.Context(), d, fmt.Sprint("run", run), prev, testSpec(), Settings{})
			if err != nil {
				return err
			}
			defer s.Abort()
			for _, r := range wideBatches(1+6000*(run-1), 1+6000*run, "x") {
				if err := s.Insert(t.Context(), "clients", r); err != nil {
					return err
				}
			}
			_, err = s.Publish(t.Context(), testManifest(fmt.Sprint("run", run)))
			return err
		}()
		if prev != nil {
			_ = prev.Close()
		}
		now, oerr := Open(d)
		switch {
		case err == nil && (oerr != nil || now.info.Manifest.Seq != run):
			t.Errorf("%d KiB, run %d: published, and it is not there: %v", kib, run, oerr)
		case err != nil && run == 2 && (oerr != nil || now.info.Manifest.Seq != 1):
			t.Errorf("%d KiB, run %d: the old snapshot is gone: %v", kib, run, oerr)
		}
		if oerr == nil {
			if verr := now.Verify(); verr != nil {
				t.Errorf("%d KiB, run %d: %v", kib, run, verr)
			}
			_ = now.Close()
		}
		if err != nil {
			for _, dir := range []string{"staging", "tmp"} {
				if left, _ := os.ReadDir(filepath.Join(d.Data, dir)); len(left) != 0 {
					t.Errorf("%d KiB, run %d: left in %s: %v", kib, run, dir, left)
				}
			}
			return true
		}
	}
	return false
}
