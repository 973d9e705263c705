package state

import (
	"bytes"
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

// A file is written again only when it would be another.
func TestFactsAndHoldingsKnowWhetherTheyChanged(t *testing.T) {
	a, b := opaque.Token{1}, opaque.Token{2}
	k, h := NewKeyed(), &Holdings{}
	k.See(a, 1, 1, 7, 10)
	h.Put(a, Holding{Record: a, Account: b})
	var facts, holdings bytes.Buffer
	if err := k.Write(&facts); err != nil {
		t.Fatal(err)
	}
	if err := h.Write(&holdings); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do   func(k *Keyed, h *Holdings)
		k, h bool
	}{
		"nothing":                  {func(*Keyed, *Holdings) {}, false, false},
		"what was said before":     {func(k *Keyed, h *Holdings) { k.See(a, 1, 1, 7, 10); h.Put(a, Holding{Record: a, Account: b}) }, false, false},
		"an older sight":           {func(k *Keyed, _ *Holdings) { k.See(a, 1, 1, 8, 9) }, false, false},
		"the same on a later day":  {func(k *Keyed, _ *Holdings) { k.See(a, 1, 1, 7, 11) }, true, false},
		"another content":          {func(k *Keyed, h *Holdings) { k.See(a, 1, 1, 8, 10); h.Put(a, Holding{Record: b, Account: b}) }, true, true},
		"something new":            {func(k *Keyed, h *Holdings) { k.See(b, 1, 1, 7, 10); h.Put(b, Holding{Record: b, Account: b}) }, true, true},
		"a key that went missing":  {func(k *Keyed, _ *Holdings) { k.Missing(1, 1, 11) }, true, false},
		"none that went missing":   {func(k *Keyed, _ *Holdings) { k.Missing(1, 1, 10) }, false, false},
		"found, and nothing given": {func(k *Keyed, h *Holdings) { k.Open(a); h.Of(a) }, false, false},
	} {
		k, err := ReadKeyed(bytes.NewReader(facts.Bytes()), "facts")
		if err != nil {
			t.Fatal(err)
		}
		h, err := ReadHoldings(bytes.NewReader(holdings.Bytes()), "holdings")
		if err != nil {
			t.Fatal(err)
		}
		if c.do(k, h); k.Changed() != c.k || h.Changed() != c.h {
			t.Errorf("%s: facts changed %v, holdings %v", name, k.Changed(), h.Changed())
		}
	}
}
