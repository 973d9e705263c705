package dedupe

import (
	"context"
	"slices"
	"testing"
)

// Candidates found by the blocks that were kept, of which some are out of date
// and some of records that are gone, give the edges that scoring among all gives.
func TestNearbyFindsWhatAFullScoreFinds(t *testing.T) {
	ctx, set := context.Background(), Settings{Kin: true, Workers: 2}
	s := synthetic(11, 300, 0.12)
	md, err := Train(ctx, s.table, set)
	if err != nil {
		t.Fatal(err)
	}
	if len(md.plan.pairs) == 0 {
		t.Fatal("the plan has no rule of two keys")
	}
	all, err := Prepare(s.table, md)
	if err != nil {
		t.Fatal(err)
	}
	rows := s.table.Rows
	number, at := make([]uint32, rows), make([]uint32, 3*rows) // of row r: 3r
	for r := range number {
		number[r], at[3*r] = uint32(3*r), uint32(r)+1
	}
	kept, err := all.Blocks(md, number, set)
	if err != nil || kept.Fit(md) != nil {
		t.Fatal(err)
	}
	for _, step := range []int{1, 2, 7, 50} {
		var touched []uint32
		use := make([]bool, rows)
		for r := range rows {
			if use[r] = r%step != 0; !use[r] {
				touched = append(touched, uint32(r))
			}
		}
		want, err := Score(ctx, s.table, md, touched, set)
		if err != nil {
			t.Fatal(err)
		}
		some := &Blocks{Keys: kept.Keys, Count: make([][]uint8, len(kept.Keys)), Val: make([][]uint32, len(kept.Keys))}
		for _, r := range touched {
			some.Row = append(some.Row, number[r])
		}
		for k, val := range kept.Val {
			for r, n := range kept.Count[k] {
				if !use[r] {
					some.Count[k], some.Val[k] = append(some.Count[k], n), append(some.Val[k], val[:n]...)
				}
				val = val[n:]
			}
		}
		near := kept.Near(md, some, use, set)
		unnamed := *s.table // as a delta has it
		unnamed.Record, unnamed.Before = nil, func(a, b uint32) bool { return s.table.Record[a] < s.table.Record[b] }
		for _, table := range []*Table{s.table, &unnamed} {
			bare, err := PrepareBare(table, md)
			if err != nil {
				t.Fatal(err)
			}
			got, err := bare.ScoreNear(ctx, md, near, at, set)
			if err != nil {
				t.Fatal(err)
			}
			if got.Pairs != want.Pairs || !slices.Equal(got.List, want.List) || !slices.Equal(got.Kin, want.Kin) {
				t.Errorf("every %d. row touched, rows named %v: %d pairs, %d edges, %d of relatives; of a score among all %d, %d, %d",
					step, table.Record != nil, got.Pairs, len(got.List), len(got.Kin), want.Pairs, len(want.List), len(want.Kin))
			}
		}
	}
	kept.Count[0] = kept.Count[0][1:]
	if kept.Fit(md) == nil {
		t.Error("blocks that are cut fit")
	}
}
