package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A load of files, what is asked of it and its check need no network: they work
// where there is none, not even a loopback, and under strace no process of
// theirs makes a socket that could reach another machine (the C library may ask
// the name cache of this one).
func TestNoConnectionIsOpened(t *testing.T) {
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("SKIP: no unshare: loads in an empty network namespace are not tried")
	}
	alone := []string{"-r", "-n", "--"}
	if said, err := exec.Command(unshare, append(alone, "true")...).CombinedOutput(); err != nil {
		t.Skipf("SKIP: no right to make a network namespace: %v %s", err, said)
	}
	log := filepath.Join(t.TempDir(), "calls")
	strace, err := exec.LookPath("strace")
	watch := []string{strace, "-f", "-qq", "-e", "trace=socket,connect,bind,sendto", "-o", log}
	if err != nil || exec.Command(strace, "-f", "-qq", "-o", os.DevNull, "true").Run() != nil {
		t.Log("no strace here: calls are not counted")
		watch = nil
	}
	b := leakBank(t)
	for _, args := range [][]string{{"run"}, {"query", "SELECT count(*) FROM clients"}, {"verify"}} {
		c := b.process(append([]string{"-q"}, args...)...)
		said, err := exec.Command(unshare, append(append(alone[:len(alone):len(alone)], watch...), c.Args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v without a network: %v\n%s", args, err, said)
		}
		if watch == nil {
			continue
		}
		calls, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(calls), "\n") {
			if strings.Contains(line, "AF_INET") || strings.Contains(line, "AF_PACKET") {
				t.Errorf("%v: %s", args, line)
			}
		}
	}
}
