package dedupe

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestComponentsAgainstUnionFind compares the parts of random graphs with the
// plainest way to find them: colouring by repeated sweeps.
func TestComponentsAgainstUnionFind(t *testing.T) {
	for round := 0; round < 30; round++ {
		r := rand.New(rand.NewPCG(uint64(round), 5))
		n := 20 + r.IntN(200)
		s := synthetic(uint64(round), 1, 0)
		tab := &Table{Rows: n}
		for i := 0; i < n; i++ {
			tab.Record = append(tab.Record, string(rune('a'+i/26))+string(rune('a'+i%26)))
		}
		s.table = tab
		m := &matrix{t: tab}
		var err error
		if m.rank, m.byRank, err = tab.ranks(); err != nil {
			t.Fatal(err)
		}
		e := &Edges{}
		colour := make([]int, n)
		for i := range colour {
			colour[i] = i
		}
		for k := 0; k < n/2+r.IntN(n); k++ {
			a, b := uint32(r.IntN(n)), uint32(r.IntN(n))
			if a != b {
				e.List = append(e.List, Edge{A: a, B: b})
			}
		}
		for changed := true; changed; {
			changed = false
			for _, d := range e.List {
				if lo := min(colour[d.A], colour[d.B]); colour[d.A] != lo || colour[d.B] != lo {
					colour[d.A], colour[d.B], changed = lo, lo, true
				}
			}
		}
		seen := map[uint32]bool{}
		for _, c := range components(m, e, nil) {
			size := 0
			for _, x := range colour {
				if x == colour[c.rows[0]] {
					size++
				}
			}
			if size != len(c.rows) {
				t.Fatalf("component of %d rows, sweeping finds %d", len(c.rows), size)
			}
			for _, x := range c.rows {
				if colour[x] != colour[c.rows[0]] || seen[x] {
					t.Fatal("a row is in a wrong or a second component")
				}
				seen[x] = true
			}
		}
		alone := 0
		for x := range colour {
			if !seen[uint32(x)] {
				alone++
			}
		}
		singles := 0
		for x := range colour {
			n := 0
			for _, c := range colour {
				if c == colour[x] {
					n++
				}
			}
			if n == 1 {
				singles++
			}
		}
		if alone != singles {
			t.Fatalf("%d rows alone, sweeping finds %d", alone, singles)
		}
	}
}

func TestDecisionsBeatScores(t *testing.T) {
	ctx := context.Background()
	s := synthetic(13, 300, 0.08)
	r, err := Resolve(ctx, s.table, nil, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	var apart, together Decision
	for _, d := range r.Edges.List {
		if r.Partition.Confident[d.A] == r.Partition.Confident[d.B] {
			apart = Decision{d.A, d.B, Different}
		}
	}
	if apart.A == apart.B {
		t.Fatal("nothing is merged: there is nothing to take apart")
	}
	x := r.Partition.Cluster[0]
	y := uint32(slices.IndexFunc(r.Partition.Cluster, func(c uint32) bool { return c != x && c != r.Partition.Cluster[apart.A] }))
	together = Decision{0, y, Same}
	p, err := Cluster(ctx, s.table, r.Model, r.Edges, []Decision{apart, together, {apart.B, apart.A, Unsure}}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Cluster[apart.A] == p.Cluster[apart.B] || p.Confident[apart.A] == p.Confident[apart.B] {
		t.Error("two records said to be different are one cluster")
	}
	if p.Cluster[0] != p.Cluster[y] || p.Confident[0] != p.Confident[y] {
		t.Error("two records said to be the same are two clusters")
	}
}

func TestConfidentRefinesLikely(t *testing.T) {
	s := synthetic(14, 400, 0.15)
	r, err := Resolve(context.Background(), s.table, nil, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	of := map[uint32]uint32{}
	for i, c := range r.Partition.Confident {
		if l, ok := of[c]; ok && l != r.Partition.Cluster[i] {
			t.Fatal("a confident cluster lies in two likely ones")
		}
		of[c] = r.Partition.Cluster[i]
	}
}
