package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"clientbase/internal/errs"
)

var publicationSteps = []string{"close", "verify", "derive", "sync", "manifest", "rename", "pointer", "done"}

// TestMain lets the test binary be its own child that dies in a publication, and
// the child that runs a query.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == SandboxVerb {
		if ServeQuery(context.Background(), os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if data := os.Getenv("STORE_TEST_CHILD"); data != "" {
		child(data, os.Getenv("STORE_TEST_DIE"), os.Getenv("STORE_TEST_ACT"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child publishes a second snapshot, or does another act, and kills itself, as
// a power cut would, at a step or, for "after:<duration>", at any moment.
func child(data, die, act string) {
	ctx := context.Background()
	d := Dirs{Data: data, Key: testKey}
	if os.Getenv("STORE_TEST_NOTARY") != "" {
		d.Notary = notaryOf(d)
	}
	set := Settings{OnStep: func(step string) error {
		if step == die {
			_ = unix.Kill(os.Getpid(), unix.SIGKILL)
			select {}
		}
		return nil
	}}
	if rest, ok := strings.CutPrefix(die, "after:"); ok {
		wait, _ := time.ParseDuration(rest)
		time.AfterFunc(wait, func() { _ = unix.Kill(os.Getpid(), unix.SIGKILL) })
	}
	if verb, id, _ := strings.Cut(act, " "); verb != "" && verb != "hold" {
		if err := actOn(d, verb, id, set.OnStep); err != nil {
			panic(err)
		}
		return
	}
	prev, err := Open(d)
	if err != nil {
		panic(err)
	}
	s, err := Begin(ctx, d, "child", prev, testSpec(), set)
	if err != nil {
		panic(err)
	}
	if err := secondRun(ctx, s); err != nil {
		panic(err)
	}
	publish := s.Publish
	if act == "hold" {
		publish = s.Hold
	}
	if _, err := publish(ctx, testManifest("child")); err != nil {
		panic(err)
	}
}

func secondRun(ctx context.Context, s *Staging) error {
	var nos []int32
	for n := int32(3); n < 500; n++ {
		nos = append(nos, n)
	}
	return errors.Join(
		s.DeleteClients(ctx, nos),
		s.Insert(ctx, "clients", clientsBatch(3, 500, func(i int) string { return "Второй" })),
		s.AppendFacts(ctx, "transaction", "core/tx", txBatch(7, tx{"t7", "2024-02-01 10:00", "1", "", 7}, tx{"t8", "2024-03-01 10:00", "1", "", 8})),
		os.WriteFile(s.StateFile("cursors.json"), []byte("{}"), 0o600),
	)
}

func TestKilledPublicationLeavesOldOrNew(t *testing.T) {
	if testing.Short() {
		t.Skip("starts child processes")
	}
	points := append([]string{}, publicationSteps...)
	for ms := 20; ms <= 380; ms += 90 {
		points = append(points, fmt.Sprintf("after:%dms", ms))
	}
	for _, die := range points {
		t.Run(die, func(t *testing.T) {
			d, old := published(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+d.Data, "STORE_TEST_DIE="+die)
			out, err := cmd.CombinedOutput()
			timed := strings.HasPrefix(die, "after:")
			if err == nil && !timed {
				t.Fatalf("the child lived: %s", out)
			}
			if err != nil && !strings.Contains(err.Error(), "killed") {
				t.Fatalf("%v: %s", err, out)
			}
			must(t, Recover(d))
			for _, left := range []string{"staging", "tmp", "CURRENT.tmp"} {
				if _, err := os.Stat(filepath.Join(d.Data, left)); err == nil {
					t.Errorf("%s is left", left)
				}
			}
			now := open(t, d)
			must(t, now.Verify())
			want := map[string]string{old.info.ID: "5"}[now.info.ID]
			if want == "" {
				want = "7"
				if !timed && die != "done" {
					t.Error("the pointer moved before its step")
				}
			}
			if got := table(t, now, "SELECT count(*) FROM transactions"); got[0][0] != want {
				t.Errorf("%s transactions, want %s", got[0][0], want)
			}
			must(t, old.Verify())
			// and the next run works
			s := begin(t, d, "next", now)
			must(t, secondRun(context.Background(), s))
			_, err = s.Publish(context.Background(), testManifest("next"))
			must(t, err)
			if got := table(t, open(t, d), "SELECT count(*) FROM transactions"); got[0][0] != "7" {
				t.Errorf("%s transactions after the next run", got[0][0])
			}
		})
	}
}

func TestFailedStepLeavesOld(t *testing.T) {
	for _, step := range publicationSteps[:6] {
		d, old := published(t)
		s, err := Begin(context.Background(), d, "run2", old, testSpec(), Settings{OnStep: func(at string) error {
			if at == step {
				return errs.New(errs.Retry, "test", step, "stop", "")
			}
			return nil
		}})
		must(t, err)
		must(t, secondRun(context.Background(), s))
		_, err = s.Publish(context.Background(), testManifest("run2"))
		wantKind(t, err, errs.Retry)
		if now := open(t, d); now.info.ID != old.info.ID {
			t.Errorf("%s: the pointer moved", step)
		}
		all, err := List(d)
		must(t, err)
		if len(all) != 1 {
			t.Errorf("%s: %d snapshots", step, len(all))
		}
		if _, err := os.Stat(d.staging("run2")); err == nil {
			t.Errorf("%s: staging is left", step)
		}
	}
}

// A small tmpfs that fills up at different moments.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	full := 0
	for kib := 1024; kib <= 16384; kib += 1536 {
		mnt := t.TempDir()
		if err := unix.Mount("tmpfs", mnt, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
			t.Skipf("no right to mount a small file system: %v", err)
		}
		func() {
			defer func() { _ = unix.Unmount(mnt, unix.MNT_DETACH) }()
			d := Dirs{Data: filepath.Join(mnt, "data"), Key: testKey}
			err := func() error {
				s, err := Begin(ctx, d, "run1", nil, testSpec(), Settings{})
				if err != nil {
					return err
				}
				if err := s.Insert(ctx, "clients", clientsBatch(1, 2, func(int) string { return "Первый" })); err != nil {
					s.Abort()
					return err
				}
				_, err = s.Publish(ctx, testManifest("run1"))
				return err
			}()
			if err != nil {
				wantKind(t, err, errs.Retry)
				full++
				return
			}
			old, err := Open(d)
			must(t, err)
			defer func() { _ = old.Close() }()
			err = func() error {
				s, err := Begin(ctx, d, "run2", old, testSpec(), Settings{})
				if err != nil {
					return err
				}
				defer s.Abort()
				for _, r := range wideBatches(5, 60000, "x") {
					if err := s.Insert(ctx, "clients", r); err != nil {
						return err
					}
				}
				_, err = s.Publish(ctx, testManifest("run2"))
				return err
			}()
			if err == nil {
				return
			}
			full++
			wantKind(t, err, errs.Retry)
			if !strings.Contains(err.Error(), "disk is full") {
				t.Errorf("%d KiB: %v (%v)", kib, err, cause(err))
			}
			now, err := Open(d)
			must(t, err)
			defer func() { _ = now.Close() }()
			must(t, now.Verify())
			if now.info.ID != old.info.ID {
				t.Error("the pointer moved")
			}
			if left, _ := os.ReadDir(filepath.Join(d.Data, "staging")); len(left) != 0 {
				t.Errorf("staging is left: %v", left)
			}
		}()
	}
	if full < 3 {
		t.Errorf("the disk was full only %d times", full)
	}
}

// Readers resolve CURRENT again and again while a run publishes: each sees one
// whole snapshot, never a mixture. All clients of a snapshot carry its number,
// and so does its only transaction month.
func TestReadersDuringPublications(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	rounds, readers := 8, 3
	if os.Getenv("CLIENTBASE_CRASH") == "all" {
		rounds, readers = 201, 8
	}
	publish := func(n int, prev *Snapshot) {
		s := begin(t, d, fmt.Sprintf("run%d", n), prev)
		must(t, s.DeleteClients(ctx, []int32{1, 2, 3}))
		must(t, s.Insert(ctx, "clients", clientsBatch(1, 4, func(int) string { return fmt.Sprint(n) })))
		must(t, s.AppendFacts(ctx, "transaction", "core/tx", txBatch(n, tx{fmt.Sprint("t", n), "2024-01-01 10:00", "1", "", 1})))
		_, err := s.Publish(ctx, testManifest(s.run))
		must(t, err)
	}
	publish(1, nil)
	var stop atomic.Bool
	var reads atomic.Int64
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for !stop.Load() {
				sn, err := Open(d)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				r, err := sn.Query(ctx, "SELECT min(display_name::INT), max(display_name::INT), count(*), (SELECT count(*) FROM transactions) FROM clients", QueryOptions{Threads: 1})
				if err != nil {
					t.Errorf("query: %v (%v)", err, cause(err))
				} else {
					var vals []any
					if r.Next() {
						vals, err = r.Values()
					}
					seq := sn.info.Manifest.Seq // every client and the number of facts say it
					if err != nil || r.Err() != nil || fmt.Sprint(vals...) != fmt.Sprint(seq, seq, 3, seq) {
						t.Errorf("mixed: %v in snapshot %d, %v %v", vals, seq, err, r.Err())
					}
					_ = r.Close()
					reads.Add(1)
				}
				_ = sn.Close()
			}
		})
	}
	for n := 2; n <= rounds; n++ {
		prev, err := Open(d)
		must(t, err)
		publish(n, prev)
		must(t, prev.Close())
		_, err = Collect(d, 2)
		must(t, err)
	}
	stop.Store(true)
	wg.Wait()
	if reads.Load() < 10 {
		t.Errorf("only %d reads", reads.Load())
	}
	all, err := List(d)
	must(t, err)
	t.Logf("%d reads during %d publications, %d snapshots kept", reads.Load(), rounds-1, len(all))
}
