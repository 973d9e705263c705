package access

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

var key = opaque.NewKey([]byte(strings.Repeat("k", 32)))

func at(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 9, 0, 0, 0, time.UTC)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filled makes a log of three reads in two months; the last one was cut.
func filled(t testing.TB) (*Log, string) {
	t.Helper()
	data := t.TempDir()
	l := Open(data, key)
	ctx := context.Background()
	for i, e := range []Entry{
		{At: at(3, 30), User: "ivanova", Role: "marketer", Verb: "query", Asked: "SELECT 'Канарейкина'", Snapshot: "000001-0123456789ab"},
		{At: at(3, 30), Of: 1, Outcome: Done, Rows: 17, Tables: []string{"clients"}, Sum: "ab"},
		{At: at(4, 1), User: "petrov", Role: "auditor", Verb: "trace", Asked: "x"},
		{At: at(4, 1), Of: 3, Outcome: Refused, Rows: -1},
		{At: at(3, 2), User: "petrov", Role: "auditor", Verb: "find", Asked: "y"}, // the clock was set back
	} {
		got, err := l.Append(ctx, e)
		must(t, err)
		if got.Seq != int64(i+1) {
			t.Fatalf("entry %d is called %d", i+1, got.Seq)
		}
	}
	must(t, l.Sync())
	return l, filepath.Join(data, "access")
}

func TestReadsAreKeptWithTheirEnds(t *testing.T) {
	l, dir := filled(t)
	list, err := l.Reads()
	must(t, err)
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%d %s %s %v %s %d %v", r.Seq, r.User, r.Verb, r.Ended, r.Outcome, r.Rows, r.Tables))
	}
	want := "1 ivanova query true done 17 [clients]|3 petrov trace true refused -1 []|5 petrov find false  0 []"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) != 3 { // two months and the lock
		t.Errorf("files: %v", files)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		if strings.Contains(string(text), "анарейк") || strings.Contains(string(text), "ivanova") {
			t.Errorf("%s says it in clear", f.Name())
		}
		if info, _ := f.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has rights %v", f.Name(), info.Mode())
		}
	}
}

func TestACutFrameIsOverwritten(t *testing.T) {
	for cutTo := 1; cutTo < 40; cutTo += 7 {
		l, dir := filled(t)
		path := filepath.Join(dir, "2026-04.cba")
		text, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, text[:len(text)-cutTo], 0o600))
		e, err := l.Append(context.Background(), Entry{At: at(4, 2), User: "u", Verb: "find"})
		must(t, err)
		if e.Seq != 5 {
			t.Fatalf("cut by %d: called %d", cutTo, e.Seq)
		}
		list, err := l.Reads()
		must(t, err)
		if len(list) != 3 || list[2].User != "u" {
			t.Errorf("cut by %d: %+v", cutTo, list)
		}
	}
	// a month of which nothing but the beginning of its name line came to be
	l, dir := filled(t)
	must(t, os.WriteFile(filepath.Join(dir, "2026-05.cba"), []byte(magic[:3]), 0o600))
	e, err := l.Append(context.Background(), Entry{At: at(5, 1), Verb: "find"})
	must(t, err)
	if list, err := l.Reads(); err != nil || e.Seq != 6 || len(list) != 4 {
		t.Errorf("%d, %d reads, %v", e.Seq, len(list), err)
	}
}

func TestEveryChangeIsSeen(t *testing.T) {
	_, dir := filled(t)
	for _, name := range []string{"2026-03.cba", "2026-04.cba"} {
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		must(t, err)
		l := Open(filepath.Dir(dir), key)
		for i := 0; i < len(text)-1; i += 11 {
			b := append([]byte{}, text...)
			b[i] ^= 1
			must(t, os.WriteFile(path, b, 0o600))
			list, err := l.Reads()
			if e, ok := errs.Of(err); (!ok || e.Kind != errs.Integrity) && len(list) == 3 {
				t.Errorf("%s byte %d: %d reads, %v", name, i, len(list), err)
			}
		}
		must(t, os.WriteFile(path, text, 0o600))
	}
	l := Open(filepath.Dir(dir), key)
	must(t, os.Remove(filepath.Join(dir, "2026-03.cba"))) // a month taken away
	if _, err := l.Reads(); errs.Exit(err) != 3 {
		t.Errorf("%v", err)
	}
}

func TestABatchIsNamedByItsFrames(t *testing.T) {
	l, dir := filled(t)
	b, err := l.Since(2)
	must(t, err)
	if b.From != 3 || b.To != 5 || len(b.Hash) != 64 {
		t.Fatalf("%+v", b)
	}
	must(t, l.Check(b))
	first, err := l.Since(0)
	must(t, err)
	if bad, err := l.CheckAll([]Batch{first}); err != nil || bad != nil {
		t.Errorf("all: %v %v", bad, err)
	}
	if bad, err := l.CheckAll([]Batch{{From: 1, To: 2, Hash: b.Hash}, b}); err != nil || bad == nil || bad.To != 2 {
		t.Errorf("a batch with another's hash: %v %v", bad, err)
	}
	if none, err := l.Since(5); err != nil || none.To >= none.From {
		t.Errorf("%+v %v", none, err)
	}
	path := filepath.Join(dir, "2026-04.cba")
	text, err := os.ReadFile(path)
	must(t, err)
	place, ok := lastWhole(strings.NewReader(string(text)), int64(len(text)))
	if !ok || place.seq != 5 {
		t.Fatal("no last frame")
	}
	must(t, os.WriteFile(path, text[:len(text)-1], 0o600)) // the last entry is gone: the chain alone would not tell
	if err := l.Check(b); errs.Exit(err) != 3 {
		t.Errorf("%v", err)
	}
}

func TestManyReadersAppendAtOnce(t *testing.T) {
	l := Open(t.TempDir(), key)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				if _, err := l.Append(context.Background(), Entry{At: at(3, 1), Verb: "find"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if list, err := l.Reads(); err != nil || len(list) != 100 {
		t.Errorf("%d reads, %v", len(list), err)
	}
}

// Entering a read does not depend on how many there were.
func BenchmarkAppend(b *testing.B) {
	l := Open(b.TempDir(), key)
	for b.Loop() {
		if _, err := l.Append(context.Background(), Entry{At: at(3, 1), Verb: "query", Asked: strings.Repeat("x", 200)}); err != nil {
			b.Fatal(err)
		}
	}
}
