package transforms

import (
	"fmt"
	"testing"
)

// What a memo gives is what the work gives, however many texts share a slot.
func TestMemoGivesWhatTheWorkGives(t *testing.T) {
	var m memo[string]
	worked := 0
	work := func(s string) string {
		worked++
		return "<" + s + ">"
	}
	for range 3 {
		for i := range 5000 {
			s := fmt.Sprint("text ", i)
			s = s[:i%(len(s)+1)]
			if got := m.of(s, work); got != "<"+s+">" {
				t.Fatalf("%q gives %q", s, got)
			}
		}
	}
	worked = 0
	for range 100 {
		m.of("Иванович", work)
	}
	if worked > 1 {
		t.Errorf("worked %d times for one text", worked)
	}
}

// Names and patronymics of people do not crowd into a few slots.
func TestMemoSpreadsNames(t *testing.T) {
	used := map[uint64]bool{}
	names := givenNames("ru")
	for _, n := range names {
		used[memoSlot(n)] = true
	}
	if want := min(len(names), 1<<memoBits) / 2; len(used) < want {
		t.Errorf("%d names fall into %d slots", len(names), len(used))
	}
}
