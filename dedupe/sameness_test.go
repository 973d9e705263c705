package dedupe

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/scratch"
)

// rearranged gives the same records in another row order.
func rearranged(s truthSet, order []int) truthSet {
	t := &Table{Rows: len(order), NoDup: s.table.NoDup}
	out := truthSet{table: t}
	for _, r := range order {
		t.Record = append(t.Record, s.table.Record[r])
		out.truth = append(out.truth, s.truth[r])
		if s.table.Source != nil {
			t.Source = append(t.Source, s.table.Source[r])
		}
	}
	for _, c := range s.table.Cols {
		values := make([]string, len(order))
		for i, r := range order {
			values[i] = c.Dict.Get(c.ID[r])
		}
		t.Cols = append(t.Cols, NewColumn(c.Name, c.Role, values))
	}
	return out
}

func printEdges(t *Table, e *Edges) string {
	var b strings.Builder
	for _, d := range e.List {
		fmt.Fprintf(&b, "%s %s %x %d\n", t.Record[d.A], t.Record[d.B], d.Bits, d.Rule)
	}
	return b.String()
}

func printPartition(t *Table, of []uint32) string {
	lines := make([]string, t.Rows)
	for r := range lines {
		lines[r] = fmt.Sprintf("%s %d", t.Record[r], of[r])
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestSamenessUnderOrderAndWorkers(t *testing.T) {
	ctx := context.Background()
	base := synthetic(5, 400, 0.1)
	var want [4]string
	for n, workers := range []int{1, 2, 8, 3} {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		order := r.Perm(base.table.Rows)
		if n == 0 {
			slices.Sort(order)
		}
		s := rearranged(base, order)
		if n >= 2 { // no memory at all: every list stands in a file
			s.table.Room = scratch.New(t.TempDir(), 0)
		}
		set := Settings{Workers: workers}
		md, err := Train(ctx, s.table, set)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Score(ctx, s.table, md, nil, set)
		if err != nil {
			t.Fatal(err)
		}
		prep, err := Prepare(s.table, md)
		if err != nil {
			t.Fatal(err)
		}
		if err := prep.Confide(ctx, md, e, set); err != nil {
			t.Fatal(err)
		}
		text, err := md.Encode()
		if err != nil {
			t.Fatal(err)
		}
		p, err := Cluster(ctx, s.table, md, e, nil, set)
		if err != nil {
			t.Fatal(err)
		}
		got := [4]string{string(text) + string(md.EncodeValues()), printEdges(s.table, e), printPartition(s.table, p.Cluster), printPartition(s.table, p.Confident)}
		if n == 0 {
			want = got
			continue
		}
		for i, what := range []string{"model", "edges", "partition", "confident partition"} {
			if got[i] != want[i] {
				t.Errorf("%d workers, shuffled rows: another %s", workers, what)
			}
		}
	}
}

func TestModelReadBackScoresEqually(t *testing.T) {
	ctx := context.Background()
	s := synthetic(6, 300, 0.1)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := md.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeModel(text, md.EncodeValues())
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, again) || !bytes.Equal(md.EncodeValues(), back.EncodeValues()) {
		t.Error("the model read back is written otherwise")
	}
	a, err := Score(ctx, s.table, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Score(ctx, s.table, back, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if printEdges(s.table, a) != printEdges(s.table, b) {
		t.Error("the model read back scores otherwise")
	}
	for _, c := range s.table.Cols {
		for v := 1; v < c.Dict.Len(); v++ {
			if x := c.Dict.Get(uint32(v)); len(x) > 4 && bytes.Contains(text, []byte(x)) {
				t.Fatalf("model text holds a value of column %s", c.Name)
			}
		}
	}
	for cut := 0; cut < len(md.EncodeValues()); cut += 997 {
		if _, err := DecodeModel(text, md.EncodeValues()[:cut]); err == nil {
			t.Fatalf("values cut at %d were accepted", cut)
		}
	}
}

// TestDeltasInAnyOrder scores a base in pieces under one model, each piece
// against all that came before, and reclusters only what it touches.
func TestDeltasInAnyOrder(t *testing.T) {
	ctx := context.Background()
	all := synthetic(7, 250, 0.12)
	md, err := Train(ctx, all.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Score(ctx, all.table, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Cluster(ctx, all.table, md, e, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	wantEdges, wantClusters := printEdges(all.table, e), printPartition(all.table, p.Cluster)
	for round := 0; round < 20; round++ {
		r := rand.New(rand.NewPCG(uint64(round), 3))
		order := r.Perm(all.table.Rows)
		edges, part := &Edges{}, (*Partition)(nil)
		for done := 0; done < len(order); {
			n := min(len(order)-done, 1+r.IntN(len(order)))
			s := rearranged(all, order[:done+n])
			touched := make([]uint32, 0, n)
			for i := done; i < done+n; i++ {
				touched = append(touched, uint32(i))
			}
			fresh, err := Score(ctx, s.table, md, touched, Settings{})
			if err != nil {
				t.Fatal(err)
			}
			edges = Update(s.table, edges, fresh, touched)
			if part == nil {
				part, err = Cluster(ctx, s.table, md, edges, nil, Settings{})
			} else {
				part, err = Recluster(ctx, s.table, md, edges, nil, part, touched, Settings{})
			}
			if err != nil {
				t.Fatal(err)
			}
			done += n
			if done == len(order) {
				if printEdges(s.table, edges) != wantEdges {
					t.Fatalf("round %d: other edges", round)
				}
				if printPartition(s.table, part.Cluster) != wantClusters {
					t.Fatalf("round %d: other clusters", round)
				}
			}
		}
	}
}

func TestTouchedEdgesAreThoseOfAFullScore(t *testing.T) {
	ctx := context.Background()
	s := synthetic(8, 250, 0.12)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	full, err := Score(ctx, s.table, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for round := 0; round < 20; round++ {
		r := rand.New(rand.NewPCG(uint64(round), 4))
		mark := map[uint32]bool{}
		var touched []uint32
		for i := 0; i < 1+r.IntN(60); i++ {
			x := uint32(r.IntN(s.table.Rows))
			if !mark[x] {
				mark[x], touched = true, append(touched, x)
			}
		}
		var want Edges
		for _, d := range full.List {
			if mark[d.A] || mark[d.B] {
				want.List = append(want.List, d)
			}
		}
		got, err := Score(ctx, s.table, md, touched, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if printEdges(s.table, got) != printEdges(s.table, &want) {
			t.Fatalf("round %d: touched rows give other edges", round)
		}
	}
}

// TestEarlyStopChangesNothing weighs random and candidate pairs with and
// without the bound.
func TestEarlyStopChangesNothing(t *testing.T) {
	ctx := context.Background()
	s := synthetic(9, 300, 0.15)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := compile(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := md.bind(m); err != nil {
		t.Fatal(err)
	}
	two := newScorers(m, md, 2)
	r := rand.New(rand.NewPCG(1, 9))
	n, stopped := 0, 0
	check := func(x, y uint32) {
		n++
		full := two[0].weigh(x, y, math.Inf(-1))
		got := two[1].weigh(x, y, md.Keep)
		if full >= md.Keep && got != full || full < md.Keep && got >= md.Keep {
			t.Fatalf("stopped early with %v, full weight %v", got, full)
		}
		if got != full {
			stopped++
		}
	}
	for i := 0; i < 100_000; i++ {
		check(uint32(r.IntN(m.t.Rows)), uint32(r.IntN(m.t.Rows)))
	}
	b := newBlocker(m, md.plan, 1)
	if err := b.walk(ctx, 1, nil, func(int) nearFunc {
		return func(x uint32, ys []uint32, _ []uint16) bool {
			for _, y := range ys {
				check(x, y)
			}
			return true
		}
	}); err != nil {
		t.Fatal(err)
	}
	if stopped < n/2 {
		t.Errorf("only %d of %d pairs were stopped early", stopped, n)
	}
}
