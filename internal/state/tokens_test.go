package state

import (
	"bytes"
	"slices"
	"testing"

	"clientbase/internal/opaque"
)

// What is written and read again, changed and written, is what one index that
// saw everything writes.
func TestFactsWrittenInPartsAreWrittenAlike(t *testing.T) {
	id := func(n int) opaque.Token { return opaque.Token{byte(n * 37), byte(n), 15: byte(n >> 8)} }
	see := func(k *Keyed, from, to int) {
		for n := from; n < to; n++ {
			k.See(id(n), uint8(n%3), uint16(n%5), uint64(n), int64(n))
		}
	}
	whole, parts := NewKeyed(), NewKeyed()
	see(whole, 0, 400)
	for from := 0; from < 400; from += 100 {
		see(parts, from, from+100)
		var file bytes.Buffer
		if err := parts.Write(&file); err != nil {
			t.Fatal(err)
		}
		var err error
		if parts, err = ReadKeyed(&file, "facts"); err != nil {
			t.Fatal(err)
		}
	}
	var a, b bytes.Buffer
	if err := whole.Write(&a); err != nil {
		t.Fatal(err)
	}
	if err := parts.Write(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the files differ")
	}
	for n := range 400 {
		if !parts.Open(id(n)) {
			t.Fatalf("fact %d is not open", n)
		}
	}
	if parts.Has(id(500)) {
		t.Error("a fact that never was is known")
	}
}

func TestHoldingsOfSomeRecords(t *testing.T) {
	h := &Holdings{}
	for n := range byte(50) {
		h.Put(opaque.Token{1, n}, Holding{Record: opaque.Token{2, n % 10}, Account: opaque.Token{3, 50 - n}})
	}
	h.Put(opaque.Token{1, 49}, Holding{Record: opaque.Token{2, 1}, Account: opaque.Token{3, 49}}) // as fact 1 says
	var file bytes.Buffer
	if err := h.Write(&file); err != nil {
		t.Fatal(err)
	}
	h, err := ReadHoldings(&file, "holdings")
	if err != nil {
		t.Fatal(err)
	}
	h.Put(opaque.Token{1, 50}, Holding{Record: opaque.Token{2, 1}, Account: opaque.Token{3, 49}}) // twice
	all, some := h.ByRecord(), []opaque.Token{{2, 9}, {2, 77}, {2, 1}}
	off, accounts := h.AccountsOf(some)
	if len(all) != 10 || len(off) != 4 || off[1] != off[2] {
		t.Fatalf("%d of all, %v of some", len(all), off)
	}
	for i, record := range some {
		if list := accounts[off[i]:off[i+1]]; !slices.Equal(list, all[record]) || !slices.IsSortedFunc(list, compareTokens) {
			t.Errorf("record %s: %v, %v", record, list, all[record])
		}
	}
	if x, ok := h.Of(opaque.Token{1, 49}); !ok || x.Account != (opaque.Token{3, 49}) || len(all[opaque.Token{2, 1}]) != 5 {
		t.Errorf("%v %v", x, all[opaque.Token{2, 1}])
	}
}
