package dedupe

import (
	"context"
	"slices"
	"testing"
)

// What rows would be compared with at any block size is what walking the plan of
// that size compares them with.
func TestVicinityForeseesEachBlockSize(t *testing.T) {
	ctx, s := context.Background(), synthetic(5, 400, 0.08)
	m, err := compile(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	md := &Model{}
	md.countValues(m)
	p, err := propose(ctx, m, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 3} {
		around := newVicinity(m, firstByHash(m, 1, 150), capLadder[0])
		b, held := findHot(ctx, p, 25, around, m, workers)
		for _, limit := range capLadder {
			p.setCap(limit, held)
			touched := make([]bool, m.t.Rows)
			for _, r := range around.rows {
				touched[r] = true
			}
			want := 0
			if err := newBlocker(m, p, 1).walk(ctx, 1, touched, func(int) nearFunc {
				return func(_ uint32, ys []uint32, _ []uint16) bool {
					for _, y := range ys {
						if want++; touched[y] {
							want++ // seen from both ends
						}
					}
					return true
				}
			}); err != nil {
				t.Fatal(err)
			}
			if want == 0 || !around.fits(b, limit, float64(want), workers) || around.fits(b, limit, float64(want-1), workers) {
				t.Errorf("blocks of %d, %d workers: not the %d candidates of the walk", limit, workers, want)
			}
		}
	}
	if !slices.Contains(capLadder, p.cap) {
		t.Errorf("blocks of %d", p.cap)
	}
}
