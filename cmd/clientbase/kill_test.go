package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientbase/internal/demobank"
)

// moment says when a run is killed: after a share of the time that an
// undisturbed run takes, or as soon as a file matches.
type moment struct {
	share float64
	file  string // glob in the data folder
}

func (m moment) String() string {
	if m.file != "" {
		return "once " + m.file
	}
	return fmt.Sprintf("at %.0f %%", m.share*100)
}

// killed starts a run and kills it with SIGKILL; it tells whether the run was
// still going.
func (b bank) killed(t *testing.T, m moment, whole time.Duration, args ...string) bool {
	t.Helper()
	var out bytes.Buffer
	c := b.process(append([]string{"run"}, args...)...)
	c.Stdout, c.Stderr = &out, &out
	before := b.matching(m.file)
	start := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the run to be killed failed by itself: %v\n%s", err, out.String())
			}
			return false
		case <-tick.C:
		}
		now := m.file == "" && time.Since(start) >= time.Duration(m.share*float64(whole)) || m.file != "" && b.matching(m.file) > before
		if now || time.Since(start) > time.Minute {
			break
		}
	}
	_ = c.Process.Signal(syscall.SIGKILL)
	<-ended
	return !c.ProcessState.Exited() // killed, not ended in the last moment
}

func (b bank) matching(glob string) int {
	if glob == "" {
		return 0
	}
	list, err := filepath.Glob(b.path("data/" + glob))
	if err != nil {
		b.t.Fatal(err)
	}
	return len(list)
}

// copied is a copy of a project folder.
func (b bank) copied(t *testing.T) bank {
	t.Helper()
	return b.copiedBut(t, "")
}

// copiedBut leaves out what stands under a name of the folder.
func (b bank) copiedBut(t *testing.T, name string) bank {
	t.Helper()
	to := bank{t, filepath.Join(t.TempDir(), "bank")}
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(b.dir, path)
		if err != nil {
			return err
		}
		if name != "" && rel == name {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to.dir, rel), info.Mode().Perm())
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to.dir, rel), text, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

const testKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"

// smallBank generates a bank under a fixed project key.
func smallBank(t *testing.T, o demobank.Options) bank {
	t.Helper()
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	if _, err := demobank.Generate(context.Background(), b.dir, o); err != nil {
		t.Fatal(err)
	}
	b.shareKey([]byte(testKey))
	return b
}

// counted sums the balance of a run by stream.
func (b bank) counted() map[string][2]int64 {
	out := map[string][2]int64{}
	for _, x := range b.report().Balances {
		out[x.Stream] = [2]int64{x.Read, x.Quarantined}
	}
	return out
}

// kill −9 at many moments of the first load and of a later one. After each,
// what is published is what was published before or all of the new; the next
// run, without any manual step, ends where an undisturbed one ends: the same
// rows, the same client ids, a balance that closes, and no remains.
func TestKilledAtAnyMoment(t *testing.T) {
	o := demobank.Options{Records: 500, FactsPerClient: 2, Seed: 5}
	fresh := smallBank(t, o)
	calm := fresh.copied(t)
	start := time.Now()
	if err := calm.process("run").Run(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(start)
	root, rows, counts := calm.root(), published(t, calm.dir), calm.counted()

	moments := []moment{{file: "landing/*/*/*.age"}, {file: "landing/cards/clearing/*.json"}, {file: "staging/*"}, {file: "staging/*/state/mutable.age"},
		{file: "staging/*/manifest.json"}, {file: "snapshots/*/manifest.json"}, {share: 0.2}, {share: 0.4}, {share: 0.6}, {share: 0.8}, {share: 0.9}}
	hit := 0
	for _, m := range moments {
		t.Run("first load, "+m.String(), func(t *testing.T) {
			b := fresh.copied(t)
			if b.killed(t, m, whole) {
				hit++
			}
			if _, err := os.Stat(b.path("data/CURRENT")); err == nil {
				same(t, rows, published(t, b.dir)) // all of it, or nothing
			} else {
				b.does(1, "query", "SELECT 1")
			}
			b.does(0, "run")
			if got := b.root(); got != root {
				t.Errorf("row root %s, undisturbed %s", got, root)
				same(t, rows, published(t, b.dir))
			}
			if strings.Contains(b.report().Status, "published") {
				if got := b.counted(); fmt.Sprint(got) != fmt.Sprint(counts) {
					t.Errorf("balance %v, undisturbed %v", got, counts)
				}
			}
			b.clean(t, calm)
			b.publishedAsOften(t, calm)
		})
	}
	if hit < 8 {
		t.Errorf("only %d of %d runs were killed before their end", hit, len(moments))
	}

	// The next day, killed again and again in one folder.
	if _, err := demobank.Delta(context.Background(), calm.dir, o, demobank.DeltaOptions{Records: 60, Day: 1, Full: true}); err != nil {
		t.Fatal(err)
	}
	b := calm.copied(t)
	start = time.Now()
	if err := calm.process("run").Run(); err != nil {
		t.Fatal(err)
	}
	whole = time.Since(start)
	next := published(t, calm.dir)
	for _, m := range []moment{{file: "landing/core/clients/*.age"}, {share: 0.3}, {file: "staging/*"}, {share: 0.6}, {file: "staging/*/state/mutable.age"},
		{share: 0.8}, {file: "staging/*/manifest.json"}, {file: "snapshots/*/manifest.json"}} {
		b.killed(t, m, whole)
		now := published(t, b.dir)
		if now["clients"] != rows["clients"] {
			same(t, next, now)
		} else {
			same(t, rows, now)
		}
	}
	b.does(0, "run")
	same(t, next, published(t, b.dir))
	b.clean(t, calm)
	b.publishedAsOften(t, calm)
	b.does(0, "run", "--from-landing")
	same(t, next, published(t, b.dir))
}

// clean checks that no remains of killed runs are left: the folders hold as
// many files as those of the undisturbed project, and the snapshots that were
// published follow each other without a gap.
func (b bank) clean(t *testing.T, calm bank) {
	t.Helper()
	for _, glob := range []string{"tmp/*", "staging/*", "landing/*/*/.tmp-*", "snapshots/.*"} {
		if n := b.matching(glob); n > 0 {
			t.Errorf("%d remains at %s", n, glob)
		}
	}
	for _, glob := range []string{"landing/*/*/*.age", "landing/*/*/*.json", "quarantine/*/*/*"} {
		if n, want := b.matching(glob), calm.matching(glob); n != want {
			t.Errorf("%d files at %s, undisturbed %d", n, glob, want)
		}
	}
	n := b.matching("snapshots/*")
	for seq := range n {
		if glob := fmt.Sprintf("snapshots/%06d-*", seq+1); b.matching(glob) != 1 {
			t.Errorf("%d of %d snapshots at %s", b.matching(glob), n, glob)
		}
	}
}

// publishedAsOften checks that no run published twice what it had published before
// it was killed.
func (b bank) publishedAsOften(t *testing.T, calm bank) {
	t.Helper()
	if n, want := b.matching("snapshots/*"), calm.matching("snapshots/*"); n != want {
		t.Errorf("%d snapshots, undisturbed %d", n, want)
	}
}
