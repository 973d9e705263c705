package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCompose(t *testing.T) {
	said := func(words ...any) []Decision {
		var out []Decision
		for i := 0; i < len(words); i += 3 {
			out = append(out, Decision{uint32(words[i].(int)), uint32(words[i+1].(int)), words[i+2].(Verdict)})
		}
		return out
	}
	for _, c := range []struct {
		name    string
		said    []Decision
		groups  string
		apart   string
		clashes string
	}{
		{"nothing", nil, "[]", "[]", "[]"},
		{"unsure says nothing", said(1, 2, Unsure), "[]", "[]", "[]"},
		{"same and same is same", said(3, 2, Same, 1, 2, Same), "[[1 2 3]]", "[]", "[]"},
		{"same and different is different", said(1, 2, Same, 2, 3, Different), "[[1 2]]", "[[1 3]]", "[]"},
		{"different and different says nothing", said(1, 2, Different, 2, 3, Different), "[]", "[[1 2] [2 3]]", "[]"},
		{"between groups", said(4, 5, Same, 1, 2, Same, 5, 2, Different), "[[1 2] [4 5]]", "[[1 4]]", "[]"},
		{"a group contradicts itself", said(1, 2, Same, 2, 3, Same, 3, 1, Different), "[]", "[[1 3]]", "[[1 2 3]]"},
		{"the others still count", said(1, 2, Same, 2, 1, Different, 7, 8, Same, 8, 1, Different), "[[7 8]]", "[[1 2] [1 7]]", "[[1 2]]"},
		{"twice is once", said(1, 2, Same, 2, 1, Same, 3, 1, Different, 2, 3, Different), "[[1 2]]", "[[1 3]]", "[]"},
	} {
		for range 4 {
			got := Compose(c.said)
			if g, a, x := fmt.Sprint(got.Groups), fmt.Sprint(got.Apart), fmt.Sprint(got.Clashes); g != c.groups || a != c.apart || x != c.clashes {
				t.Errorf("%s: groups %s apart %s clashes %s, want %s %s %s", c.name, g, a, x, c.groups, c.apart, c.clashes)
			}
			rand.Shuffle(len(c.said), func(i, j int) { c.said[i], c.said[j] = c.said[j], c.said[i] })
		}
	}
}

// A record that is gone hands on what was said of it.
func TestComposedOverAGap(t *testing.T) {
	c := Compose([]Decision{{1, 2, Same}, {2, 3, Same}, {2, 9, Different}, {7, 8, Different}})
	got := c.Decisions(func(x uint32) (uint32, bool) { return x * 10, x != 2 && x != 8 })
	if want := "[{10 30 1} {10 90 2}]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if c.Of(3, 9) != Different || c.Of(1, 3) != Same || c.Of(1, 7) != Unsure {
		t.Error("conclusions are not drawn")
	}
}

// TestComposeAgainstClosure compares conclusions with those found by applying
// "same and x is x" until nothing changes.
func TestComposeAgainstClosure(t *testing.T) {
	for round := range 300 {
		r := rand.New(rand.NewPCG(uint64(round), 9))
		const n = 9
		var said []Decision
		for range 2 + r.IntN(9) {
			if a, b := uint32(r.IntN(n)), uint32(r.IntN(n)); a != b {
				said = append(said, Decision{a, b, Verdict(r.IntN(3))})
			}
		}
		var same, apart [n][n]bool
		for _, d := range said {
			same[d.A][d.B] = same[d.A][d.B] || d.Verdict == Same
			same[d.B][d.A] = same[d.A][d.B]
			apart[d.A][d.B] = apart[d.A][d.B] || d.Verdict == Different
			apart[d.B][d.A] = apart[d.A][d.B]
		}
		for range n {
			for a := range n {
				for b := range n {
					for c := range n {
						same[a][c] = same[a][c] || same[a][b] && same[b][c]
						apart[a][c] = apart[a][c] || same[a][b] && apart[b][c] || apart[a][b] && same[b][c]
					}
				}
			}
		}
		got := Compose(said)
		clash := false
		for a := range n {
			for b := range n {
				clash = clash || a != b && same[a][b] && apart[a][b]
			}
		}
		if clash != (len(got.Clashes) > 0) {
			t.Fatalf("round %d: a clash is %v, found %v", round, clash, got.Clashes)
		}
		for a := range uint32(n) {
			for b := range a {
				want := Unsure
				if same[a][b] {
					want = Same
				} else if apart[a][b] {
					want = Different
				}
				if v := got.Of(a, b); !clash && v != want {
					t.Fatalf("round %d: %d and %d are %d, want %d", round, a, b, v, want)
				}
			}
		}
	}
}

// verdictsOf makes people say the truth, or its contrary, of random pairs.
func verdictsOf(s truthSet, r *rand.Rand, n int) []Decision {
	var out []Decision
	for len(out) < n {
		a, b := uint32(r.IntN(s.table.Rows)), uint32(r.IntN(s.table.Rows))
		if len(out)%2 == 0 { // neighbours in the table are often one person or a family
			b = min(a+1, uint32(s.table.Rows-1))
		}
		if a != b {
			out = append(out, Decision{a, b, Same + Verdict(r.IntN(2))})
		}
	}
	return out
}

// TestDecisionsAreObeyed holds every pair of the partition against what was
// concluded, in both partitions, under any order of rows, verdicts and workers.
func TestDecisionsAreObeyed(t *testing.T) {
	ctx := context.Background()
	base := synthetic(21, 250, 0.1)
	md, err := Train(ctx, base.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	said := verdictsOf(base, rand.New(rand.NewPCG(3, 3)), 160)
	var want [2]string
	for n, workers := range []int{1, 4, 2} {
		order := rand.New(rand.NewPCG(uint64(n), 8)).Perm(base.table.Rows)
		s := rearranged(base, order)
		at := make([]uint32, len(order))
		for i, r := range order {
			at[r] = uint32(i)
		}
		var mine []Decision
		for _, d := range said {
			mine = append(mine, Decision{at[d.A], at[d.B], d.Verdict})
		}
		rand.New(rand.NewPCG(uint64(n), 2)).Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		set := Settings{Workers: workers}
		e, err := Score(ctx, s.table, md, nil, set)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Cluster(ctx, s.table, md, e, mine, set)
		if err != nil {
			t.Fatal(err)
		}
		c := Compose(mine)
		if len(c.Groups) < 20 || len(c.Apart) < 20 {
			t.Fatalf("%d groups and %d pairs apart are too few to show anything", len(c.Groups), len(c.Apart))
		}
		for _, of := range [][]uint32{p.Cluster, p.Confident} {
			for _, g := range c.Groups {
				if slices.ContainsFunc(g, func(x uint32) bool { return of[x] != of[g[0]] }) {
					t.Fatal("records said to be the same are several clusters")
				}
			}
			for _, q := range c.Apart {
				if of[q[0]] == of[q[1]] {
					t.Fatal("records said to be different are one cluster")
				}
			}
		}
		got := [2]string{printPartition(s.table, p.Cluster), printPartition(s.table, p.Confident)}
		if n == 0 {
			want = got
		} else if got != want {
			t.Fatal("the partition depends on the order of rows, verdicts or workers")
		}
	}
}

// TestReclusterAfterDecisions: a few verdicts at a time, and some taken back,
// give what all at once give.
func TestReclusterAfterDecisions(t *testing.T) {
	ctx := context.Background()
	s := synthetic(22, 250, 0.1)
	r, err := Resolve(ctx, s.table, nil, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	all := verdictsOf(s, rand.New(rand.NewPCG(5, 3)), 60)
	p := r.Partition
	for _, step := range [][2]int{{0, 7}, {0, 25}, {5, 25}, {5, 60}, {30, 60}, {0, 0}} {
		now := all[step[0]:step[1]]
		var touched []uint32
		for _, d := range all {
			touched = append(touched, d.A, d.B)
		}
		if p, err = Recluster(ctx, s.table, r.Model, r.Edges, now, p, touched, Settings{}); err != nil {
			t.Fatal(err)
		}
		whole, err := Cluster(ctx, s.table, r.Model, r.Edges, now, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if printPartition(s.table, p.Cluster) != printPartition(s.table, whole.Cluster) || printPartition(s.table, p.Confident) != printPartition(s.table, whole.Confident) {
			t.Fatalf("verdicts %v: step by step gives another partition than at once", step)
		}
	}
}
