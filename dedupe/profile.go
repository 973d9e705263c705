package dedupe

import "math"

// gathered is how many records of a cluster speak for it at most: the first in
// the order of their names.
const gathered = 12

// gather weighs two clusters by what their records hold together: log2 odds
// that all are one party.
//
// Each attribute of the one cluster is taken to come from any of its records,
// with equal chance, and so for the other: the likelihood ratio of an attribute
// is the mean of the ratios of all cross pairs in which both records have it.
// A name that one record has wrong then costs nothing where the others agree,
// and an agreement found once among many tries counts only its share; among
// strangers the mean of a ratio is 1 however many values were tried. For two
// single records it is weigh.
func (s *scorer) gather(xs, ys []uint32) float64 {
	xs, ys = xs[:min(len(xs), gathered)], ys[:min(len(ys), gathered)]
	places := len(s.logs)
	var sum [classStranger][maxFeatures + 1]float64
	var seen [maxFeatures + 1]float64
	twin := 0.0 // of the given names, in twins
	for _, x := range xs {
		for _, y := range ys {
			if s.c.m.rank[x] > s.c.m.rank[y] {
				s.c.compare(y, x, &s.lv, &s.val)
			} else {
				s.c.compare(x, y, &s.lv, &s.val)
			}
			joint := s.jointName(x, y)
			for i := 0; i < places; i++ {
				l := s.lv[i]
				if l == 0 {
					continue
				}
				seen[i]++
				chance := s.logs[i][classStranger][l] + s.rarity(i, l)
				if bits, ok := s.alias(i, x, y); ok {
					sum[classPerson][i] += math.Exp2(bits)
					for _, c := range [...]int{classRelative, classNeighbour} {
						sum[c][i] += math.Exp2(s.aliasIn(c, i, bits))
					}
					if s.born[i] == 0 {
						twin += math.Exp2(s.aliasIn(classRelative, i, bits) - alike)
					}
					continue
				}
				if i == s.c.m.given && s.c.swap >= 0 {
					chance += joint
				}
				sum[classPerson][i] += math.Exp2(s.logs[i][classPerson][l] - chance)
				if s.born[i] == 0 {
					twin += math.Exp2(s.logs[i][classRelative][l] - chance + s.rarity(i, l) - inTwins(l))
				}
				for _, c := range [...]int{classRelative, classNeighbour} {
					if shared := s.shared[c]; l == 1 && i < len(shared) && shared[i] != nil {
						sum[c][i] += math.Exp2(float64(shared[i][s.val[i][0]]) - chance)
					} else {
						sum[c][i] += math.Exp2(s.logs[i][c][l] - chance + s.rarity(i, l))
					}
				}
			}
		}
	}
	var of [classes + 1]float64
	for c := range of {
		of[c] = s.prior[c] - s.prior[classStranger]
	}
	apart := of[classRelative] + s.leaves
	var one, two inbornBits // of what relatives are born with
	for i := 0; i < places; i++ {
		if seen[i] == 0 {
			continue
		}
		for c := range sum {
			b := math.Log2(sum[c][i] / seen[i])
			if a := s.born[i]; c == classRelative && a >= 0 {
				one[a], two[a] = one[a]+math.Log2(sum[classPerson][i]/seen[i]), two[a]+b
				if a == 0 {
					two[twinGiven] += math.Log2(twin/seen[i]) - b
				}
				continue
			}
			of[c] += b
			switch {
			case s.home[i]:
			case c == classPerson:
				of[classMoved] += b
			case c == classRelative:
				apart += b
			}
		}
	}
	relatives := addLogs(of[classRelative], apart) + s.kinds.add(&one, &two)
	return addLogs(of[classPerson], of[classMoved]) - addLogs(0, addLogs(relatives, of[classNeighbour]))
}
