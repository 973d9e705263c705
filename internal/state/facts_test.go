package state

import (
	"testing"

	"clientbase/internal/opaque"
)

// Only what was open when watching began and is gone at the end counts as closed.
func TestWatchCountsWhatGoesMissing(t *testing.T) {
	k := NewKeyed()
	id := func(n byte) opaque.Token { return opaque.Token{n} }
	for n := byte(1); n <= 4; n++ {
		k.See(id(n), 0, 0, 1, 100)
	}
	k.See(id(4), 0, 0, 1, 50) // older: stands
	if gone := k.Missing(0, 0, 100); len(gone) != 0 {
		t.Fatal(gone)
	}
	k.See(id(5), 0, 0, 1, 10)
	k.Missing(0, 0, 20) // 5 was gone before
	k.Watch()
	closed := func() (n int) {
		k.Closed(func(uint8, uint16) { n++ })
		return n
	}
	k.See(id(1), 0, 0, 1, 200)
	k.See(id(6), 0, 0, 1, 200) // new
	k.See(id(5), 0, 0, 1, 200) // open again
	k.Missing(0, 0, 200)
	if n := closed(); n != 3 { // 2, 3, 4
		t.Fatalf("%d closed", n)
	}
	k.See(id(2), 0, 0, 1, 300) // back in the next extract of the same run
	k.Missing(0, 0, 300)       // 1 goes; 5 and 6 too, but they were not open
	if n := closed(); n != 3 || k.Open(id(3)) || !k.Open(id(2)) || k.Open(id(9)) || !k.Has(id(3)) {
		t.Fatalf("%d closed", n)
	}
}
