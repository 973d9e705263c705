package dedupe

import "runtime"

// Settings are the few things a caller may choose. The zero value is right:
// none of them is needed for any file. Workers never changes a result.
type Settings struct {
	Workers int     // goroutines; 0 = one per processor
	Budget  float64 // candidate pairs per record; 0 = by the number of rows
	Kin     bool    // scoring also looks for relatives, see Edges.Kin
	Keep    float64 // bits below which an edge is not kept; 0 = the model's
}

func (s Settings) workers() int {
	if s.Workers > 0 {
		return s.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// budget gives the pairs per record that blocking may propose: generous for
// files, leaner where time is bounded. Measured on a synthetic bank of 100 k
// records, 24 pairs per record find 99.95 % of the edges that 85 find.
func (s Settings) budget(rows int) float64 {
	if s.Budget > 0 {
		return s.Budget
	}
	switch {
	case rows <= narrowFrom:
		return 130
	case rows <= 200_000:
		return 40
	case rows <= 2_000_000:
		return 25
	}
	return 15
}
