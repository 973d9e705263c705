package journal

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

func testJournal(t testing.TB) *Journal {
	return Open(t.TempDir(), opaque.NewKey(bytes.Repeat([]byte{7}, 32)))
}

func act(t testing.TB, j *Journal, e Entry) Entry {
	t.Helper()
	if e.Kind == "" {
		e.Kind = KindConsent
	}
	if e.At.IsZero() {
		e.At = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	}
	got, err := j.Append(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWhatWasAppendedIsRead(t *testing.T) {
	j := testJournal(t)
	e, err := Entry{Kind: KindOverride, Subject: "c1", Reason: "letter"}.WithPayload(Override{Anchor: Record{"core/clients", "1"}, Attr: "city", Value: opaque.Of("Канарейск")})
	if err != nil {
		t.Fatal(err)
	}
	if got := act(t, j, e); got.Seq != 1 {
		t.Fatalf("seq %d", got.Seq)
	}
	act(t, j, Entry{Subject: "c2"})
	list, err := j.Read(0)
	if err != nil || len(list) != 2 {
		t.Fatal(len(list), err)
	}
	var o Override
	if err := list[0].Decode(&o); err != nil || o.Value.Reveal() != "Канарейск" || o.Attr != "city" {
		t.Fatalf("%+v %v", o, err)
	}
	if tail, err := j.Read(1); err != nil || len(tail) != 1 || tail[0].Subject != "c2" {
		t.Fatal(tail, err)
	}
	if pos, err := j.Position(); pos != 2 || err != nil {
		t.Fatal(pos, err)
	}
	text, _ := os.ReadFile(j.path())
	if strings.Contains(string(text), "Канарейск") || strings.Contains(string(text), "letter") {
		t.Error("the journal is readable without its key")
	}
}

func TestACutFrameNeverCountedAndIsWrittenOver(t *testing.T) {
	j := testJournal(t)
	act(t, j, Entry{Subject: "a"})
	whole, _ := os.ReadFile(j.path())
	act(t, j, Entry{Subject: "b"})
	both, _ := os.ReadFile(j.path())
	for n := len(whole); n < len(both); n++ {
		if err := os.WriteFile(j.path(), both[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if list, err := j.Read(0); err != nil || len(list) != 1 {
			t.Fatalf("cut at %d: %d entries, %v", n, len(list), err)
		}
		if got := act(t, j, Entry{Subject: "c"}); got.Seq != 2 {
			t.Fatalf("cut at %d: next is %d", n, got.Seq)
		}
		if list, err := j.Read(0); err != nil || len(list) != 2 || list[1].Subject != "c" {
			t.Fatalf("cut at %d: %v %v", n, list, err)
		}
	}
	for n := 0; n < len(magic); n++ {
		if err := os.WriteFile(j.path(), both[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if got := act(t, j, Entry{Subject: "c"}); got.Seq != 1 {
			t.Fatalf("cut at %d: next is %d", n, got.Seq)
		}
	}
}

func TestAChangedJournalIsNoticed(t *testing.T) {
	j := testJournal(t)
	var ends []int
	for _, s := range []string{"a", "b", "c"} {
		act(t, j, Entry{Subject: s})
		text, _ := os.ReadFile(j.path())
		ends = append(ends, len(text))
	}
	text, _ := os.ReadFile(j.path())
	changed := map[string][]byte{
		"frame taken out": append(append([]byte{}, text[:ends[0]]...), text[ends[1]:]...),
		"frame doubled":   append(append([]byte{}, text[:ends[1]]...), text[ends[0]:]...),
	}
	for i := len(magic); i < len(text); i++ {
		b := append([]byte{}, text...)
		b[i] ^= 1
		list, err := func() ([]Entry, error) {
			if err := os.WriteFile(j.path(), b, 0o600); err != nil {
				t.Fatal(err)
			}
			return j.Read(0)
		}()
		if err == nil && len(list) == 3 {
			t.Fatalf("a flipped bit at %d is not noticed", i)
		}
	}
	for name, b := range changed {
		if err := os.WriteFile(j.path(), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Read(0); errs.Exit(err) != 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(j.path(), text[:ends[1]], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Read(3); errs.Exit(err) != 3 {
		t.Error("missing acts are not noticed:", err)
	}
	if err := os.Remove(j.path()); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Read(3); errs.Exit(err) != 3 {
		t.Error("a missing journal is not noticed:", err)
	}
	other := Open(filepath.Dir(j.dir), opaque.NewKey(bytes.Repeat([]byte{8}, 32)))
	if err := os.WriteFile(j.path(), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Read(0); errs.Exit(err) != 3 {
		t.Error("another key reads it:", err)
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	j := testJournal(t)
	var wg sync.WaitGroup
	for w := 0; w < 8; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 10; i++ {
				if _, err := j.Append(context.Background(), Entry{Kind: KindConsent, Subject: "x"}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	list, err := j.Read(0)
	if err != nil || len(list) != 80 {
		t.Fatal(len(list), err)
	}
}

func TestWhatIsUndoneDoesNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		list := make([]Entry, n)
		for i := range list {
			list[i].Seq = int64(i + 1)
			if i > 0 && rapid.Bool().Draw(t, "undo") {
				list[i].UndoOf = int64(rapid.IntRange(1, i).Draw(t, "of"))
			}
		}
		var counts func(seq int64) bool // an act counts unless an act that counts takes it back
		counts = func(seq int64) bool {
			for _, e := range list {
				if e.UndoOf == seq && counts(e.Seq) {
					return false
				}
			}
			return true
		}
		got := map[int64]bool{}
		for _, e := range Effective(list) {
			got[e.Seq] = true
		}
		for _, e := range list {
			if want := e.UndoOf == 0 && counts(e.Seq); got[e.Seq] != want {
				t.Fatalf("entry %d: %t, want %t", e.Seq, got[e.Seq], want)
			}
		}
	})
}
