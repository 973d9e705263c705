package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"clientbase/dedupe"
)

// The text that matching writes is what the short form reads: the strongest five
// pieces and the relatives stay, the rest is summed up, and the bits add up.
func TestReasonInShort(t *testing.T) {
	e := dedupe.Explanation{Bits: 18.2, Prior: -13.6, Household: -9, Merge: 7, Parts: []dedupe.Part{
		{Field: "phone", Level: "exact", Note: "common", Bits: 11.5}, {Field: "surname", Level: "exact", Note: "rare", Bits: 12.4}, {Field: "given", Level: "key", Bits: 5},
		{Field: "gender", Level: "exact", Bits: 1.1}, {Field: "birth_date", Level: "exact", Bits: 9}, {Field: "account", Level: "differ"}, {Field: "address", Level: "word", Bits: -1.2}, {Field: "email", Level: "exact", Bits: 3}}}
	head, pieces := inShort("core/clients A:1 = web/leads 2: " + e.Text())
	if want := "core/clients A:1 = web/leads 2: 18.2 bits (merge ≥ 7)"; head != want {
		t.Errorf("heading %q, want %q", head, want)
	}
	want := []string{"surname exact, rare +12.4", "phone exact, common +11.5", "birth_date exact +9.0", "given key +5.0", "email exact +3.0", "relatives share as much -9.0", "3 smaller -0.1", "prior -13.6"}
	if !slices.Equal(pieces, want) {
		t.Errorf("pieces %q, want %q", pieces, want)
	}
	for _, odd := range []string{"", "two records of one register", "a = b: kept by hand", "a = b: surname · prior = 1 (merge ≥ 7)"} {
		if head, pieces := inShort(odd); head != odd || pieces != nil {
			t.Errorf("%q became %q %q", odd, head, pieces)
		}
	}
	var out bytes.Buffer
	a := &app{out: &out}
	a.printEvidence("  ", "core/clients 1 = web/leads 2: "+e.Text())
	for _, l := range strings.Split(out.String(), "\n") {
		if n := len([]rune(l)); n > lineWidth {
			t.Errorf("a line of %d runes", n)
		}
	}
	for _, p := range want {
		if !strings.Contains(out.String(), p) {
			t.Errorf("%q is not shown", p)
		}
	}
}
