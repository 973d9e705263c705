package dedupe

import "math"

// levelsIn names for every class, movers included, the classes that lend it
// their level probabilities: for the parts of an address and for all else.
var levelsIn = [classes + 2]struct{ home, rest int }{
	classPerson:    {classPerson, classPerson},
	classRelative:  {classRelative, classRelative},
	classNeighbour: {classNeighbour, classNeighbour},
	classStranger:  {classStranger, classStranger},
	classMoved:     {classStranger, classPerson},
	classApart:     {classStranger, classRelative},
}

// step is one round of EM: the classes of all patterns, then all probabilities.
func (e *estimate) step() {
	var sum, logs [classes][][]float64
	for c := range sum {
		sum[c], logs[c] = make([][]float64, e.places), make([][]float64, e.places)
		for i := range sum[c] {
			sum[c][i], logs[c][i] = make([]float64, e.levels[i]), make([]float64, e.levels[i])
			for l := 1; l < e.levels[i]; l++ {
				logs[c][i][l] = math.Log2(e.p[i][c][l])
			}
		}
	}
	var prior [classes + 2]float64
	for c, pairs := range e.n {
		prior[c] = math.Inf(-1)
		if pairs > 0 {
			prior[c] = math.Log2(max(pairs, 1e-3))
		}
	}
	// relatives move apart as often as one person moves
	prior[classApart] = prior[classRelative] + prior[classMoved] - math.Log2(e.n[classPerson]+e.n[classMoved])
	var n [classes + 2]float64
	byKind, ofKind := make([]float64, len(e.kinds)), make([]float64, len(e.kinds))
	for _, pt := range e.patterns {
		var r [classes + 2]float64
		kin, z := e.kin(pt.pattern, logs[classPerson], logs[classStranger], byKind), 0.0
		for c := range r {
			b, from := prior[c], levelsIn[c]
			if from.rest == classRelative {
				b += kin
			}
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				switch {
				case homeRole(e.roles[i]):
					b += logs[from.home][i][p&15]
				case from.rest != classRelative || inborn(e.roles[i]) == 0:
					b += logs[from.rest][i][p&15]
				}
			}
			r[c] = math.Exp2(b)
			z += r[c]
		}
		if z == 0 {
			continue
		}
		for c := range r {
			w, from := r[c]/z*pt.n, levelsIn[c]
			n[c] += w
			if c == classStranger {
				continue
			}
			if from.rest == classRelative {
				for k, share := range byKind {
					ofKind[k] += w * share
				}
			}
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				if p&15 != 0 && (from.home != classStranger || !homeRole(e.roles[i])) {
					sum[from.rest][i][p&15] += w
				}
			}
		}
	}
	e.n[classPerson] = max(n[classPerson], 1)
	e.n[classRelative] = max(n[classRelative], 1)
	e.n[classNeighbour] = n[classNeighbour]
	e.n[classStranger] = max(e.total-n[classPerson]-n[classRelative]-n[classApart]-n[classNeighbour]-n[classMoved], 1)
	e.n[classMoved] = min(n[classMoved], n[classPerson]) // most people stay: else strangers of one name would be movers
	learnKinds(e.kinds, ofKind)
	for i := range e.p {
		e.maximise(i, sum[classPerson][i], sum[classRelative][i], sum[classNeighbour][i])
	}
}
