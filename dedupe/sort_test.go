package dedupe

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// What is put together part by part, all at once or in lots, is what a plain
// sort puts together: hashes far apart, hashes that hardly differ, and few
// hashes that nearly all rows have.
func TestSortBuffer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, hash := range map[string]func() uint64{
		"any":       r.Uint64,
		"alike":     func() uint64 { return 7<<50 | uint64(r.IntN(300)) },
		"few":       func() uint64 { return uint64(r.IntN(3)) * 0x5555555555555555 },
		"two alike": func() uint64 { return 1<<63 | uint64(r.IntN(2)) },
	} {
		var all []posted
		for row := range uint32(20_000) {
			for range r.IntN(3) {
				all = append(all, posted{hash(), row})
			}
		}
		want := slices.Clone(all)
		slices.SortStableFunc(want, func(a, b posted) int { return cmp.Compare(a.hash, b.hash) })
		for _, limit := range []int{0, 1, 5000} {
			t.Run(fmt.Sprint(name, limit), func(t *testing.T) {
				s := sortBuffer{limit: limit}
				for range 2 { // it is used again
					var got []posted
					s.each(20_000, 1, func() {
						for _, p := range all {
							s.add(p.hash, p.row)
						}
					}, func(h uint64, rows []posted) {
						if len(got) > 0 && got[len(got)-1].hash >= h {
							t.Fatal("a hash comes twice, or out of order")
						}
						got = append(got, rows...)
					})
					if !slices.Equal(got, want) {
						t.Fatalf("%d rows, want %d in another order", len(got), len(want))
					}
				}
			})
		}
	}
}

// Blocks of too few rows are left out.
func TestSortBufferLeast(t *testing.T) {
	var s sortBuffer
	sizes := map[uint64]int{}
	s.each(6, 2, func() {
		for row, h := range []uint64{5, 9 << 40, 5, 7, 9 << 40, 9 << 40} {
			s.add(h, uint32(row))
		}
	}, func(h uint64, rows []posted) { sizes[h] = len(rows) })
	if len(sizes) != 2 || sizes[5] != 2 || sizes[9<<40] != 3 {
		t.Errorf("blocks %v", sizes)
	}
}
