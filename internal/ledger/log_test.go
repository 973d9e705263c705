package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

var testKey = opaque.NewKey([]byte(strings.Repeat("k", 32)))

// newLog is a log in a folder of its own whose clock stands at 12:00 and goes
// on a second per append.
func newLog(t testing.TB) *Log {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	return Open(t.TempDir(), testKey).WithClock(func() time.Time { at = at.Add(time.Second); return at })
}

func leaves(from, n int) []Leaf {
	out := make([]Leaf, n)
	for i := range out {
		out[i] = Leaf{Kind: Acted, Actor: "nina", Role: "steward", Subject: fmt.Sprintf("journal %d", from+i), Sums: []Sum{{"frame", strings.Repeat("ab", 32)}}}
	}
	return out
}

func appendAll(t testing.TB, l *Log, sizes ...int) int {
	t.Helper()
	n := 0
	for _, k := range sizes {
		first, err := l.Append(context.Background(), leaves(n, k)...)
		if err != nil {
			t.Fatal(err)
		}
		if first != int64(n) {
			t.Fatalf("appended at %d, want %d", first, n)
		}
		n += k
	}
	return n
}

// reference computes the root of the log's leaves with the library alone.
func reference(t testing.TB, l *Log) (tlog.Hash, int64) {
	t.Helper()
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = stored[n]
		}
		return out, nil
	})
	n := int64(0)
	if err := l.Leaves(0, func(_ int64, leaf Leaf) error {
		text, err := leaf.encode()
		if err != nil {
			return err
		}
		more, err := tlog.StoredHashes(n, text, read)
		stored = append(stored, more...)
		n++
		return err
	}); err != nil {
		t.Fatal(err)
	}
	root, err := tlog.TreeHash(n, read)
	if err != nil {
		t.Fatal(err)
	}
	return root, n
}

func TestTheRootIsThatOfTheLibrary(t *testing.T) {
	for _, sizes := range [][]int{{1}, {2}, {3}, {255}, {256}, {257}, {1, 1, 1, 253, 1}, {200, 200, 200}, {512, 1}, {700, 68, 256, 1}} {
		l := newLog(t)
		n := appendAll(t, l, sizes...)
		head, err := l.Head()
		if err != nil {
			t.Fatal(err)
		}
		root, size := reference(t, l)
		if head.Size != int64(n) || size != int64(n) || head.Root != root {
			t.Errorf("%v: %d leaves, %d in the checkpoint, equal roots: %v", sizes, size, head.Size, head.Root == root)
		}
		history, rest, err := l.History()
		if err != nil || len(rest) > 0 || len(history) != len(sizes) {
			t.Errorf("%v: %d checkpoints in the history, %d bytes over: %v", sizes, len(history), len(rest), err)
		}
		for _, c := range history {
			if err := l.Extends(c, head); err != nil {
				t.Errorf("%v: %v", sizes, err)
			}
		}
	}
}

func TestOnlyTheTilesOfTheCheckpointStay(t *testing.T) {
	l := newLog(t)
	appendAll(t, l, 1, 1, 300, 210, 1, 1)
	var have []string
	root := filepath.Join(l.Dir(), "tile")
	_ = filepath.WalkDir(root, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(root, p)
			have = append(have, rel)
		}
		return err
	})
	want := "0/000 0/001 0/002.p/2 1/000.p/2 entries/000 entries/001 entries/002.p/2"
	if got := strings.Join(have, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestNamesOfTilesAreThoseOfTheSpecification(t *testing.T) {
	for _, c := range []struct {
		level int
		n     int64
		w     int
		want  string
	}{{0, 0, 256, "tile/0/000"}, {-1, 0, 1, "tile/entries/000.p/1"}, {3, 1234067, 256, "tile/3/x001/x234/067"}, {0, 273, 8, "tile/0/273.p/8"}, {0, 1000, 256, "tile/0/x001/000"}} {
		if got := tilePath(c.level, c.n, c.w); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestALeafHasOneText(t *testing.T) {
	leaf := Leaf{At: time.Date(2026, 3, 2, 15, 4, 5, 123456789, time.FixedZone("", 3600)), Kind: Published, Actor: "o<x>", Role: "engineer",
		Run: "r1", Subject: "000001-0123456789ab", Sums: []Sum{{"rows", "2"}, {"manifest", "ff"}}}
	got, err := leaf.encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format":1,"at":"2026-03-02T14:04:05.123456Z","kind":"published","actor":"o<x>","role":"engineer","run":"r1","subject":"000001-0123456789ab","sums":[{"name":"manifest","hash":"ff"},{"name":"rows","hash":"2"}]}`
	if string(got) != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	back, err := decode(got)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := back.encode(); !bytes.Equal(again, got) {
		t.Errorf("read and written again: %s", again)
	}
	if _, err := (Leaf{Kind: Acted, Subject: strings.Repeat("x", 70000)}).encode(); err == nil {
		t.Error("a leaf that does not fit into a bundle was taken")
	}
	if _, err := (Leaf{Kind: Acted, Sums: []Sum{{"a", "1"}, {"a", "2"}}}).encode(); err == nil {
		t.Error("one name for two sums was taken")
	}
}

func TestEveryLeafIsProvenAgainstTheCheckpoint(t *testing.T) {
	l := newLog(t)
	n := appendAll(t, l, 100, 200, 1)
	v, err := l.Verifier()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < n; i += 7 {
		p, err := l.Prove(int64(i))
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseProof(p.Text(), v)
		if err != nil {
			t.Fatal(err)
		}
		if leaf, err := back.Decode(); err != nil || leaf.Subject != fmt.Sprintf("journal %d", i) {
			t.Errorf("leaf %d: %v %v", i, leaf, err)
		}
		back.Leaf = bytes.Replace(back.Leaf, []byte("nina"), []byte("anna"), 1)
		if back.Check() == nil {
			t.Errorf("leaf %d is proven with another actor", i)
		}
	}
	if _, err := l.Prove(int64(n)); err == nil {
		t.Error("a leaf that is not there was proven")
	}
}

// What stands beyond the checkpoint is what a cut left: bundles and tiles of an
// append that never counted, half a note in the history.
func TestWhatACutLeavesIsOverwritten(t *testing.T) {
	for _, before := range []int{0, 1, 200, 256, 300} {
		l := newLog(t)
		if before > 0 {
			appendAll(t, l, before)
		}
		save := map[string][]byte{}
		for _, name := range []string{checkpointName, historyName} {
			save[name], _ = os.ReadFile(filepath.Join(l.Dir(), name))
		}
		other := leaves(5000, 150)
		if _, err := l.Append(context.Background(), other...); err != nil {
			t.Fatal(err)
		}
		cut, _ := os.ReadFile(filepath.Join(l.Dir(), historyName))
		for name, b := range save { // as if the swap had not been reached
			if b == nil {
				_ = os.Remove(filepath.Join(l.Dir(), name))
				continue
			}
			if err := os.WriteFile(filepath.Join(l.Dir(), name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if before > 0 { // half a note behind the history
			if err := os.WriteFile(filepath.Join(l.Dir(), historyName), cut[:len(cut)-30], 0o600); err != nil {
				t.Fatal(err)
			}
		}
		n := before
		for _, k := range []int{1, 3, 100} {
			first, err := l.Append(context.Background(), leaves(n, k)...)
			if err != nil {
				t.Fatalf("%d: %v", before, err)
			}
			if first != int64(n) {
				t.Fatalf("%d: at %d, want %d", before, first, n)
			}
			n += k
		}
		head, err := l.Head()
		root, _ := reference(t, l)
		if err != nil || head.Root != root {
			t.Errorf("%d: another root: %v", before, err)
		}
		history, rest, err := l.History()
		if err != nil || len(rest) > 0 {
			t.Errorf("%d: %d bytes over in the history: %v", before, len(rest), err)
		}
		for _, c := range history {
			if err := l.Extends(c, head); err != nil {
				t.Errorf("%d: %v", before, err)
			}
		}
	}
}

// A cut between the swap and the note: the checkpoint is in force, the history
// does not know it yet.
func TestTheHistoryIsCaughtUp(t *testing.T) {
	l := newLog(t)
	appendAll(t, l, 3)
	before, err := os.ReadFile(filepath.Join(l.Dir(), historyName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), leaves(3, 1)...); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.Dir(), historyName), before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), leaves(4, 1)...); err != nil {
		t.Fatal(err)
	}
	history, _, err := l.History()
	if err != nil || len(history) != 3 || history[1].Size != 4 {
		t.Errorf("%d checkpoints: %v", len(history), err)
	}
}

func TestNothingIsAppendedToWhatWasChanged(t *testing.T) {
	flip := func(name string) func(*Log) error {
		return func(l *Log) error {
			b, err := os.ReadFile(filepath.Join(l.Dir(), filepath.FromSlash(name)))
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(filepath.Join(l.Dir(), filepath.FromSlash(name)), b, 0o600)
		}
	}
	for what, spoil := range map[string]func(*Log) error{
		"a tile": flip("tile/0/001.p/44"), "a bundle": flip("tile/entries/001.p/44"), "the checkpoint": flip("checkpoint"),
		"no checkpoint": func(l *Log) error { return os.Remove(filepath.Join(l.Dir(), checkpointName)) },
		"no key":        func(l *Log) error { return os.Remove(l.keyPath()) },
		"an old checkpoint": func(l *Log) error {
			history, _, err := l.History()
			return errors.Join(err, os.WriteFile(filepath.Join(l.Dir(), checkpointName), history[0].Text, 0o600))
		},
	} {
		l := newLog(t)
		appendAll(t, l, 256, 44)
		if err := spoil(l); err != nil {
			t.Fatal(what, err)
		}
		_, err := l.Append(context.Background(), leaves(0, 1)...)
		if e, ok := errs.Of(err); !ok || e.Kind != errs.Integrity && e.Kind != errs.Input {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWritersWaitForEachOtherAndReadersForNobody(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				for busy := true; busy; { // on a slow disk a writer may give up waiting
					_, err := Open(dir, testKey).Append(context.Background(), leaves(w*100+i, 1+i%30)...)
					e, _ := errs.Of(err)
					if busy = e != nil && e.Kind == errs.Retry; err != nil && !busy {
						t.Error(err)
						return
					}
				}
			}
		}()
	}
	stop := make(chan bool)
	read := make(chan int)
	go func() {
		l, rounds := Open(dir, opaque.Key{}), 0
		for {
			select {
			case <-stop:
				read <- rounds
				return
			default:
			}
			if err := l.Leaves(0, func(int64, Leaf) error { return nil }); err != nil {
				t.Error(err)
			}
			rounds++
		}
	}()
	wg.Wait()
	close(stop)
	<-read
	l := Open(dir, testKey)
	head, err := l.Head()
	root, n := reference(t, l)
	want := 0
	for i := range 20 {
		want += 1 + i%30
	}
	if err != nil || n != int64(4*want) || head.Root != root {
		t.Errorf("%d leaves, want %d: %v", n, 4*want, err)
	}
}

func BenchmarkAppendMillion(b *testing.B) {
	for b.Loop() {
		l := newLog(b)
		if _, err := l.Append(context.Background(), leaves(0, 1_000_000)...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendOne(b *testing.B) {
	l := newLog(b)
	appendAll(b, l, 1000)
	for b.Loop() {
		if _, err := l.Append(context.Background(), leaves(0, 1)...); err != nil {
			b.Fatal(err)
		}
	}
}
