package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// A full disk, at many moments of a run: exit 2, the message says what to do,
// CURRENT stays and can be read, and once there is space the same command ends
// with what an undisturbed run gives.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to mount a small file system; run the tests as root to see it")
	}
	b := newBank(t)
	if err := os.MkdirAll(b.path("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", b.path("data"), "tmpfs", 0, "size=64m,mode=0700"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(b.path("data"), syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	b.write("in/clients_2026-03-01.csv", fourClients+numbered(100, 400))
	b.noBrake()
	b.does(0, "run")
	before := b.current()
	undisturbed := newBank(t)
	undisturbed.noBrake()
	undisturbed.write("in/clients_2026-03-01.csv", fourClients+numbered(100, 400))
	undisturbed.shareKey([]byte(b.read("data/keys/project.key")))
	undisturbed.does(0, "run")

	next := fourClients + numbered(300, 400)
	b.write("in/clients_2026-03-02.csv", next)
	undisturbed.write("in/clients_2026-03-02.csv", next)
	failed := 0
	for _, free := range []int64{0, 8, 24, 64, 128, 256, 512, 1024, 2048, 3072, 4096} {
		fill(t, b, free<<10)
		var out, errOut strings.Builder
		code := run([]string{"-C", b.dir, "run"}, strings.NewReader(""), &out, &errOut)
		if code == 0 {
			break
		}
		failed++
		if code != 2 || !strings.Contains(errOut.String(), "try: ") || !strings.Contains(errOut.String(), "space") {
			t.Errorf("%d KiB free: exit %d, want 2\n%s", free, code, errOut.String())
		}
		if b.current() != before {
			t.Fatalf("%d KiB free: CURRENT changed", free)
		}
		// a read that cannot be recorded is refused; room for one line is enough
		fill(t, b, 64<<10)
		if n := b.query("SELECT count(*) FROM clients"); n != undisturbed.query("SELECT count(*) FROM clients") {
			t.Errorf("%d KiB free: %s clients can be read", free, n)
		}
	}
	if failed < 5 {
		t.Errorf("only %d runs met a full disk", failed)
	}
	if err := os.Remove(b.path("data/ballast")); err != nil {
		t.Fatal(err)
	}
	b.does(0, "run")
	undisturbed.does(0, "run")
	same(t, published(t, undisturbed.dir), published(t, b.dir))
}

// fill takes all space of the data folder but so many bytes.
func fill(t *testing.T, b bank, free int64) {
	t.Helper()
	_ = os.Remove(b.path("data/ballast"))
	var st syscall.Statfs_t
	if err := syscall.Statfs(b.path("data"), &st); err != nil {
		t.Fatal(err)
	}
	n := int64(st.Bavail)*st.Bsize - free
	f, err := os.Create(b.path("data/ballast"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, n); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
