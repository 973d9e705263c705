package dedupe

import (
	"math"
)

// unknownMeaning reports a role that was given for the look of the values alone.
func unknownMeaning(r Role) bool {
	switch r {
	case Text, Code, Number, Date:
		return true
	}
	return false
}

// Anchors are pairs that agree exactly in every attribute of known meaning that both
// have, in two or more, and are anchorRatio times as many as chance would give.
const (
	anchorRatio  = 8
	leastAnchors = 20
)

// anchored gives per place the shares of the levels among the anchors, for attributes of
// unknown meaning; nil for the others, and for all where there are too few anchors.
//
// A sum, a branch or the day of an operation differs in each record of one person. EM that
// begins by believing a dozen such columns to be a person's own finds nobody, and one that
// believes in none loses files that hold little else: names and dates tell beforehand.
func (e *estimate) anchored() [][]float64 {
	known := uint64(0)
	for i, r := range e.roles {
		if !unknownMeaning(r) && r != Ignore {
			known |= 15 << (4 * i)
		}
	}
	together := map[uint64]float64{} // what the known say, how many pairs
	for _, pt := range e.patterns {
		if e.agrees(pt.pattern & known) {
			together[pt.pattern&known] += pt.n
		}
	}
	out := make([][]float64, e.places)
	total := make([]float64, e.places)
	for _, pt := range e.patterns {
		k := pt.pattern & known
		if together[k] < anchorRatio*e.byChance(k) || together[k] == 0 {
			continue
		}
		for i, r := range e.roles {
			if l := pt.pattern >> (4 * i) & 15; l != 0 && unknownMeaning(r) {
				if out[i] == nil {
					out[i] = make([]float64, e.levels[i])
				}
				out[i][l] += pt.n
				total[i] += pt.n
			}
		}
	}
	for i, n := range total {
		if n < leastAnchors {
			out[i] = nil
			continue
		}
		pull := e.prior(i)
		for l := 1; l < e.levels[i] && out[i] != nil; l++ {
			out[i][l] = (out[i][l] + 10*pull[l]) / (n + 10)
		}
	}
	return out
}

// agrees reports whether two places or more of a pattern are exact and no other is there.
func (e *estimate) agrees(pattern uint64) bool {
	exact := 0
	for ; pattern != 0; pattern >>= 4 {
		switch pattern & 15 {
		case 0:
		case 1:
			exact++
		default:
			return false
		}
	}
	return exact > 1
}

// byChance is how many pairs of strangers would agree in the places of a pattern. The
// parts of an address are not independent: the rarest stands for all.
func (e *estimate) byChance(pattern uint64) float64 {
	share, home := 1.0, 1.0
	for i, r := range e.roles {
		switch {
		case pattern>>(4*i)&15 == 0:
		case homeRole(r):
			home = min(home, e.marginal[i][1])
		default:
			share *= e.marginal[i][1]
		}
	}
	return max(share*home*e.total, math.SmallestNonzeroFloat64)
}
