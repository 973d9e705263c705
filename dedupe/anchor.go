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

// identifies reports what strangers hardly share.
func identifies(r Role) bool {
	switch r {
	case Phone, Email, NationalID, Document, Account:
		return true
	}
	return false
}

// lone gives the place of the only attribute of known meaning where it is a contact or
// a document; -1 = none.
func (e *estimate) lone() int {
	place, known := -1, 0
	for i, r := range e.roles {
		if !unknownMeaning(r) && r != Ignore {
			place, known = i, known+1
		}
	}
	if known != 1 || !identifies(e.roles[place]) {
		return -1
	}
	return place
}

// trustLone is how often records with one contact or document, of which nothing else is
// known, are believed to be of one person: EM alone would find only those of which the
// rest agrees too.
const trustLone = 0.9

// begin sets what is believed of a lone attribute.
func (e *estimate) begin() {
	i := e.lone()
	if e.lonely = i; i < 0 {
		return
	}
	pairs := e.marginal[i][1] * e.total
	e.n[classPerson], e.n[classRelative] = max(trustLone*pairs, 1), 1
	e.p[i][classStranger][1] = (1 - trustLone) * e.marginal[i][1]
	norm(e.p[i][classStranger])
}

// Anchors are pairs that agree exactly in every attribute of known meaning that both
// have, in two or more, and are anchorRatio times as many as chance would give. Where
// nothing is known but one contact or document, that one is enough.
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
	known, alone := uint64(0), e.lone() >= 0
	for i, r := range e.roles {
		if !unknownMeaning(r) && r != Ignore {
			known |= 15 << (4 * i)
		}
	}
	together := map[uint64]float64{} // what the known say, how many pairs
	for _, pt := range e.patterns {
		if alone && pt.pattern&known == known/15 || e.agrees(pt.pattern&known) {
			together[pt.pattern&known] += pt.n
		}
	}
	out := make([][]float64, e.places)
	total := make([]float64, e.places)
	for _, pt := range e.patterns {
		k := pt.pattern & known
		if together[k] == 0 || !alone && together[k] < anchorRatio*e.byChance(k) {
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
