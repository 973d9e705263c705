package dedupe

import (
	"fmt"
	"testing"

	"clientbase/internal/opaque"
)

func mintTest(record string) opaque.Token {
	return opaque.NewKey([]byte("0123456789abcdef0123456789abcdef")).Token("client", record)
}

func kindsOf(events []Event) string {
	s := ""
	for _, e := range events {
		s += fmt.Sprintf("%s(%d,%s) ", e.Kind, e.Records, e.Cause)
	}
	return s
}

func TestIdentityLife(t *testing.T) {
	recs := []string{"a", "b", "c", "d"}
	l, ev := Assign(NewLedger(), recs, []uint32{0, 0, 1, 2}, 1, mintTest, nil)
	if got := kindsOf(ev); got != "created(2,new records) created(1,new records) created(1,new records) " {
		t.Fatal(got)
	}
	if _, ev = Assign(l, recs, []uint32{7, 7, 3, 1}, 2, mintTest, nil); len(ev) != 0 {
		t.Fatalf("no change, yet %s", kindsOf(ev))
	}
	ab, c := l.Of["a"], l.Of["c"]

	merged, ev := Assign(l, recs, []uint32{0, 0, 0, 1}, 3, mintTest, nil)
	if got := kindsOf(ev); got != "merged(1,changed evidence) " && got != "merged(2,changed evidence) " {
		t.Fatal(got)
	}
	live := merged.Of["a"]
	for _, id := range []opaque.Token{ab, c} {
		if got, ok := merged.Resolve(id); !ok || got != live {
			t.Error("a retired id does not resolve to the living one")
		}
	}

	undone, ev := Assign(merged, recs, []uint32{0, 0, 1, 2}, 4, mintTest, func(r string) bool { return r == "c" })
	if got := kindsOf(ev); got != "split(1,decision) " && got != "split(2,decision) " {
		t.Fatal(got)
	}
	if live == ab && undone.Of["c"] != c {
		t.Error("undoing a merge does not revive the id")
	}

	l2, ev := Assign(l, append(recs, "e"), []uint32{0, 1, 1, 2, 2}, 2, mintTest, nil)
	t.Log(kindsOf(ev))
	if l2.Of["c"] != l2.Of["b"] || l2.Of["e"] != l.Of["d"] || l2.Of["a"] != ab {
		t.Error("ids did not follow their records")
	}
	gone, ev := Assign(l, recs[:3], []uint32{0, 0, 1}, 2, mintTest, nil)
	if len(ev) != 0 {
		t.Fatalf("a record that is gone makes events: %s", kindsOf(ev))
	}
	if back, ev := Assign(gone, recs, []uint32{0, 0, 1, 2}, 3, mintTest, nil); len(ev) != 0 || back.Of["d"] != l.Of["d"] {
		t.Error("a record that came back lost its id")
	}
}
