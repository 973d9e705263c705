package dedupe

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// Relatives are told as relatives: hardly ever strangers or one person.
func TestKinFindsFamilies(t *testing.T) {
	ctx := context.Background()
	s := synthetic(8, 1500, 0.05)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Score(ctx, s.table, md, nil, Settings{Kin: true})
	if err != nil {
		t.Fatal(err)
	}
	right, one := 0, 0
	found := map[[2]uint32]bool{} // persons
	for _, d := range e.Kin {
		switch a, b := s.truth[d.A], s.truth[d.B]; {
		case a == b:
			one++
		case s.family[d.A] == s.family[d.B]:
			right++
			found[[2]uint32{min(a, b), max(a, b)}] = true
		}
	}
	if n := len(e.Kin); n == 0 || float64(right) < 0.97*float64(n) || float64(one) > 0.01*float64(n) {
		t.Errorf("of %d pairs %d are relatives, %d one person", n, right, one)
	}
	all := map[[2]uint32]bool{}
	for x := range s.truth {
		for y := x + 1; y < len(s.truth) && s.family[y] == s.family[x]; y++ {
			if a, b := s.truth[x], s.truth[y]; a != b {
				all[[2]uint32{min(a, b), max(a, b)}] = true
			}
		}
	}
	if share := float64(len(found)) / float64(len(all)); share < 0.85 {
		t.Errorf("%.3f of the relatives are found", share)
	} else {
		t.Logf("%d of %d pairs right; %.3f of the relatives are found", right, len(e.Kin), share)
	}
}

// Everybody of a household is linked with everybody; the order of the links
// changes nothing, and a chain makes no household.
func TestHouseholds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		var links []Link
		linked := map[[2]uint32]bool{}
		for range r.IntN(30) {
			a, b := r.Uint32N(9), r.Uint32N(9)
			if a == b || linked[[2]uint32{min(a, b), max(a, b)}] {
				continue
			}
			linked[[2]uint32{min(a, b), max(a, b)}] = true
			links = append(links, Link{min(a, b), max(a, b), float32(r.IntN(4))})
		}
		of := Households(links)
		shuffled := slices.Clone(links)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again := Households(shuffled)
		for x, g := range of {
			if again[x] != g {
				t.Fatal("the order of links matters")
			}
			if x := uint32(x); g != NoHousehold && (g > x || of[g] != g) {
				t.Fatalf("%d stands in household %d", x, g)
			}
			for y, h := range of {
				if x < y && g == h && g != NoHousehold && !linked[[2]uint32{uint32(x), uint32(y)}] {
					t.Fatalf("%d and %d share a household without a link", x, y)
				}
			}
		}
	}
	if of := Households([]Link{{1, 2, 9}, {2, 3, 5}}); !slices.Equal(of, []uint32{NoHousehold, 1, 1, NoHousehold}) {
		t.Errorf("a chain: %v", of)
	}
}
