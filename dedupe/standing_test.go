package dedupe

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// Why two records stand together or apart: weights as scored, a path over
// edges of the cluster, and changes that would truly turn the pair.
func TestStanding(t *testing.T) {
	s := synthetic(8, 400, 0.1)
	b := judgedBase(t, s, 2)
	before := slices.Clone(b.prep.m.cell)
	together, apart, turned := 0, 0, 0
	for n, d := range b.edges.List {
		if n%7 != 0 {
			continue
		}
		st, err := b.prep.Stand(b.model, b.edges, b.part, n%2 == 0, d.B, d.A)
		if err != nil {
			t.Fatal(err)
		}
		of, threshold := b.part.Cluster, b.model.Merge
		if n%2 == 0 {
			of, threshold = b.part.Confident, b.model.Confident
		}
		if st.Together != (of[d.A] == of[d.B]) || st.Threshold != threshold || float32(st.Bits) != d.Bits || len(st.Rules) == 0 || st.Rules[0] != st.Rule {
			t.Fatalf("%+v", st)
		}
		if st.Together {
			together++
			at := s.table.Record[d.A]
			for _, tie := range st.Path {
				if tie.A != at && tie.B != at {
					t.Fatalf("the path breaks at %s: %+v", at, st.Path)
				}
				if at == tie.A {
					at = tie.B
				} else {
					at = tie.A
				}
			}
			if at != s.table.Record[d.B] {
				t.Fatalf("the path ends at %s: %+v", at, st.Path)
			}
			if len(st.Path) == 0 || st.Path[0].Bits < float64(d.Bits)-1e-3 && len(st.Path) == 1 {
				t.Fatalf("path %+v of a pair of %v bits", st.Path, d.Bits)
			}
		} else {
			apart++
			if len(st.Path) > 0 {
				t.Fatal("a path between two clusters")
			}
		}
		for _, c := range st.Changes {
			turned++
			if c.Bits >= st.Threshold == (st.Bits >= st.Threshold) {
				t.Fatalf("%+v turns nothing: %v bits, threshold %v", c, st.Bits, st.Threshold)
			}
		}
		text, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.table.Cols {
			if v := c.Dict.Get(c.ID[d.A]); len(v) > 4 && strings.Contains(string(text), v) {
				t.Fatal("an explanation holds a value")
			}
		}
	}
	if together == 0 || apart == 0 || turned == 0 {
		t.Fatalf("%d together, %d apart, %d changes: the base shows too little", together, apart, turned)
	}
	if !slices.Equal(before, b.prep.m.cell) {
		t.Fatal("explaining changed the table")
	}
}

// Of three ways the path takes the one whose weakest edge is strongest, and an
// edge without which a side falls off is a bridge.
func TestPathByHand(t *testing.T) {
	edges := []Edge{{A: 0, B: 1, Bits: 9}, {A: 1, B: 2, Bits: 8}, {A: 0, B: 2, Bits: 3}, {A: 2, B: 3, Bits: 1}}
	if n := joining(edges, 0, 2); n != 2 {
		t.Errorf("%d edges join 0 and 2, want 2", n)
	}
	if way := wayOver(edges[:2], 0, 2, -1); !slices.Equal(way, []int{0, 1}) {
		t.Errorf("way %v", way)
	}
	if way := wayOver(edges, 0, 2, -1); !slices.Equal(way, []int{2}) {
		t.Errorf("shortest way %v", way)
	}
	if wayOver(edges, 2, 3, 3) != nil {
		t.Error("2 = 3 is a bridge")
	}
	if wayOver(edges, 0, 1, 0) == nil {
		t.Error("0 = 1 is no bridge")
	}
	if math.Abs(Probability(0)-0.5) > 1e-12 {
		t.Error("no bits are even odds")
	}
}
