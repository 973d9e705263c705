package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMemoryOfTheProjectIsABound(t *testing.T) {
	was := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(was)
	debug.SetMemoryLimit(math.MaxInt64)
	if got := boundMemory(0); got != 0 || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		t.Error("without memory: nothing is bound")
	}
	if got := boundMemory(4 << 30); got != 2<<30 || debug.SetMemoryLimit(-1) != 2<<30 {
		t.Errorf("half of 4 GB is %d", debug.SetMemoryLimit(-1))
	}
}

// What a machine has is told by the kernel, and less where a container may use less.
func TestMachineMemory(t *testing.T) {
	info := &fstest.MapFile{Data: []byte("MemTotal:       16384000 kB\nMemFree: 1 kB\n")}
	for want, files := range map[int64]fstest.MapFS{
		16384000 << 10: {"proc/meminfo": info, "sys/fs/cgroup/memory.max": {Data: []byte("max\n")}},
		2 << 30:        {"proc/meminfo": info, "sys/fs/cgroup/memory.max": {Data: []byte("2147483648\n")}},
		0:              {},
	} {
		if got := machineMemory(files); got != want {
			t.Errorf("%d bytes, want %d", got, want)
		}
	}
}

// A bound on memory, like the number of workers, changes nothing but the speed.
func TestMemoryOfDedupeChangesNothing(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	var rows strings.Builder
	rows.WriteString("id,name,born,phone\n")
	for i := range 600 {
		fmt.Fprintf(&rows, "%d,Канарейкин%s Пробир %s,19%02d-0%d-11,+7916%07d\n", i, []string{"", "а"}[i%2], string(rune('А'+i%20)), 40+i/2%50, 1+i%9, i/2*7919)
	}
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	want := program(t, 0, "-q", "dedupe", path, "--id", "id", "--out", "-")
	if n := strings.Count(clusterLines(want), "\n"); n != 601 {
		t.Fatalf("%d lines of 601:\n%s", n, want)
	}
	for _, args := range [][]string{{"--memory", "64MB"}, {"--memory", "2 GB", "--threads", "1"}, {"--threads", "3"}} {
		if got := program(t, 0, append([]string{"-q", "dedupe", path, "--id", "id", "--out", "-"}, args...)...); clusterLines(got) != clusterLines(want) {
			t.Errorf("%v gives another result:\n%s", args, firstDifference(want, got))
		}
	}
	program(t, 1, "dedupe", path, "--memory", "much")
	var said strings.Builder
	if code := run([]string{"dedupe", path, "--memory", "8MB"}, nil, &said, &said); code != 1 || !strings.Contains(said.String(), "600 rows need about 33MB at least, 8MB are allowed") {
		t.Errorf("a file that cannot fit: exit %d, %s", code, said.String())
	}
}

// clusterLines keeps the lines of the result, without what was said beside it.
func clusterLines(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if strings.Count(line, ",") == 1 && !strings.Contains(line, " ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
