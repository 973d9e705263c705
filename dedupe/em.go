package dedupe

import (
	"math"
	"slices"
)

// The classes of a pair. Strangers come in two kinds, because the parts of an
// address are not independent: neighbours have one town, district and postcode,
// or one street, and nothing else in common; without a class of their own they
// would be taken for relatives, and relatives for one person. One person comes
// in two kinds, because all parts of an address change together when a person
// moves: classMoved has the level probabilities of classPerson, but for the
// address those of strangers.
const (
	classPerson    = iota // one party
	classRelative         // relatives or one household; for companies one holding
	classNeighbour        // strangers who live in one place
	classStranger
	classes
	classMoved = classes
)

// params are the probabilities of the levels of one place, per class, given
// that the attribute is present on both sides. Index 0 (missing) is unused.
type params [classes][]float64

// counted is one agreement pattern and how many candidate pairs show it.
type counted struct {
	pattern uint64
	n       float64
}

// estimate is what EM works on: patterns of the candidate pairs, and for each
// place the level shares over all allowed pairs.
type estimate struct {
	places   int
	roles    []Role // per place; Ignore for the swap place
	levels   []int  // per place, number of levels, "missing" included
	patterns []counted
	marginal [][]float64 // per place and level: share among all pairs with the attribute present
	floor    []float64   // per place: least believable u of "exact"
	total    float64     // allowed pairs in all
	rows     float64
	p        []params
	n        [classes + 1]float64 // expected pairs per class
}

// shared reports whether relatives of one household tend to share the
// attribute; on the others the relative class is at chance.
func sharedByHousehold(r Role) bool {
	switch r {
	case Surname, Phone, Address, Street, House, Postcode, City, Code, FullName:
		return true
	}
	return false
}

// homeRole reports whether an attribute is part of the place where a person
// lives, which changes as a whole.
func homeRole(r Role) bool {
	switch r {
	case Address, Street, House, Postcode, City:
		return true
	}
	return false
}

// placeRole reports whether strangers who live in one place share the attribute.
func placeRole(r Role) bool { return homeRole(r) || r == Code }

// mostDiffer bounds how often an attribute of one person may plainly differ. What a
// person is born with is wrong now and then, never in most records: a class in
// which it mostly differs is a household, not a person.
func mostDiffer(r Role) float64 {
	switch r {
	case Gender:
		return 0.15
	case BirthDate, Given, NationalID:
		return 0.35
	case Patronymic:
		return 0.5
	}
	return 1
}

func countHome(roles []Role) (n int) {
	for _, r := range roles {
		if homeRole(r) {
			n++
		}
	}
	return n
}

// chanceOf bounds how often relatives agree on what is a person's own: twins
// share a birth date, a son may bear his father's given name; a personal
// number is nobody else's.
func chanceOf(r Role) (low, high float64) {
	switch r {
	case Given, BirthDate, Patronymic:
		return 0.01, 0.03
	case Email:
		return 0.005, 0.1
	case NationalID, Document:
		return 1e-4, 1e-3
	}
	return 0, 0
}

// prior gives the shape that a class is pulled towards: peaked at "exact" for
// one person.
func (e *estimate) prior(place int) []float64 {
	n := e.levels[place]
	m := make([]float64, n)
	if e.roles[place] == Ignore {
		m[straight], m[swapped] = 0.97, 0.03
		return m
	}
	m[1], m[n-1] = 0.80, 0.08
	if n == 3 {
		m[1], m[2] = 0.93, 0.07
		return m
	}
	rest := 0.0
	for l := 2; l < n-1; l++ {
		rest += 1 / float64(l)
	}
	for l := 2; l < n-1; l++ {
		m[l] = 0.12 / float64(l) / rest
	}
	return m
}

// start sets the first guess.
func (e *estimate) start() {
	e.p = make([]params, e.places)
	for i := range e.p {
		n := e.levels[i]
		u := make([]float64, n)
		for l := 1; l < n; l++ {
			u[l] = max(e.marginal[i][l], 1e-7)
		}
		u[1] = max(u[1], e.floor[i])
		norm(u)
		h := slices.Clone(u)
		m := e.prior(i)
		if sharedByHousehold(e.roles[i]) {
			for l := 1; l < n; l++ {
				h[l] = 0.65*m[l] + 0.35*u[l]
			}
		}
		near := slices.Clone(u)
		if placeRole(e.roles[i]) {
			for l := 1; l < n; l++ {
				near[l] = 0.5*m[l] + 0.5*u[l]
			}
		}
		e.p[i] = params{m, h, near, u}
	}
	e.n = [classes + 1]float64{classPerson: e.rows / 4, classRelative: e.rows / 4, classStranger: e.total}
	if !slices.ContainsFunc(e.roles, sharedByHousehold) {
		e.n[classRelative] = 1 // nothing would tell relatives from strangers
	}
	if countHome(e.roles) > 1 {
		e.n[classNeighbour] = e.total / 1000 // one part of an address alone would tell nothing
	}
	if countHome(e.roles) > 1 {
		e.n[classMoved] = e.rows / 40
	}
}

func norm(x []float64) {
	s := 0.0
	for _, v := range x[1:] {
		s += v
	}
	for i := 1; i < len(x) && s > 0; i++ {
		x[i] /= s
	}
}

// run iterates to a fixed point. The whole universe of pairs is the mixture:
// candidate pairs are seen, the rest are strangers of which only the marginal
// shares are known; so u is the marginal less what the other classes explain.
func (e *estimate) run() {
	e.start()
	sort := func(a, b counted) int {
		if a.pattern < b.pattern {
			return -1
		}
		return 1
	}
	slices.SortFunc(e.patterns, sort)
	for round := 0; round < 60; round++ {
		before := e.n
		e.step()
		if math.Abs(before[0]-e.n[0]) < 1e-4*(1+e.n[0]) && math.Abs(before[1]-e.n[1]) < 1e-3*(1+e.n[1]) {
			break
		}
	}
}

func (e *estimate) step() {
	var sum [classes][][]float64
	for c := range sum {
		sum[c] = make([][]float64, e.places)
		for i := range sum[c] {
			sum[c][i] = make([]float64, e.levels[i])
		}
	}
	var logs [classes][][]float64
	for c := range logs {
		logs[c] = make([][]float64, e.places)
		for i := range logs[c] {
			logs[c][i] = make([]float64, e.levels[i])
			for l := 1; l < e.levels[i]; l++ {
				logs[c][i][l] = math.Log2(e.p[i][c][l])
			}
		}
	}
	var prior [classes + 1]float64
	for c := range prior {
		prior[c] = math.Log2(max(e.n[c], 1e-3))
	}
	var n [classes + 1]float64
	for _, pt := range e.patterns {
		var r [classes + 1]float64
		z := 0.0
		for c := range r {
			b := prior[c]
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				k := c
				if c == classMoved {
					k = classPerson
					if homeRole(e.roles[i]) {
						k = classStranger
					}
				}
				b += logs[k][i][p&15]
			}
			if e.n[c] > 0 {
				r[c] = math.Exp2(b)
			}
			z += r[c]
		}
		if z == 0 {
			continue
		}
		for c := range r {
			w := r[c] / z * pt.n
			n[c] += w
			if c == classStranger {
				continue
			}
			for i, p := 0, pt.pattern; i < e.places; i, p = i+1, p>>4 {
				switch {
				case p&15 == 0:
				case c != classMoved:
					sum[c][i][p&15] += w
				case !homeRole(e.roles[i]):
					sum[classPerson][i][p&15] += w
				}
			}
		}
	}
	e.n[classPerson] = max(n[classPerson], 1)
	e.n[classRelative] = max(n[classRelative], 1)
	e.n[classNeighbour] = n[classNeighbour]
	e.n[classStranger] = max(e.total-n[classPerson]-n[classRelative]-n[classNeighbour]-n[classMoved], 1)
	e.n[classMoved] = min(n[classMoved], n[classPerson]) // most people stay: else strangers of one name would be movers
	for i := range e.p {
		e.maximise(i, sum[classPerson][i], sum[classRelative][i], sum[classNeighbour][i])
	}
}

// maximise re-estimates place i from the expected level counts of the person,
// relative and neighbour classes.
func (e *estimate) maximise(i int, person, relative, neighbour []float64) {
	n := e.levels[i]
	m, h, near, u := e.p[i][classPerson], e.p[i][classRelative], e.p[i][classNeighbour], e.p[i][classStranger]
	// strangers: what is left of the marginal
	if e.roles[i] != Ignore {
		for l := 1; l < n; l++ {
			left := e.marginal[i][l]*e.total - person[l] - relative[l] - neighbour[l]
			u[l] = max(left/e.total, e.marginal[i][l]*0.02, 1e-8)
		}
		u[1] = max(u[1], e.floor[i])
		norm(u)
	}
	pull := e.prior(i)
	e.toPerson(i, m, u, person)
	copy(near, u)
	if placeRole(e.roles[i]) {
		total := 0.0
		for _, v := range neighbour {
			total += v
		}
		for l := 1; l < n; l++ {
			near[l] = max((neighbour[l]+25*(pull[l]+u[l]))/(total+50), 1e-8)
		}
		norm(near)
	}
	total := 0.0
	for _, v := range relative {
		total += v
	}
	if !sharedByHousehold(e.roles[i]) {
		copy(h, u)
		if low, high := chanceOf(e.roles[i]); low > 0 {
			share := min(max((relative[1]+5*low)/(total+5), low), high)
			for l := 1; l < n; l++ {
				h[l] = (1-share)*u[l] + share*pull[l]
			}
			norm(h)
		}
		return
	}
	for l := 1; l < n; l++ {
		first := 0.65*pull[l] + 0.35*u[l]
		h[l] = max((relative[l]+50*first)/(total+50), 1e-7)
	}
	norm(h)
}

// toPerson sets the levels m of one person at place i from expected counts,
// drawn a little towards the prior; u are those of strangers.
func (e *estimate) toPerson(i int, m, u, counts []float64) {
	n, pull, total := e.levels[i], e.prior(i), 0.0
	for _, v := range counts {
		total += v
	}
	weight := 10 + 0.02*total
	for l := 1; l < n; l++ {
		m[l] = max((counts[l]+weight*pull[l])/(total+weight), 1e-5)
	}
	norm(m)
	monotone(e.roles[i], m, u)
	if most := mostDiffer(e.roles[i]); m[n-1] > most {
		rest := (1 - most) / (1 - m[n-1])
		for l := 1; l < n-1; l++ {
			m[l] *= rest
		}
		m[n-1] = most
	}
}

// monotone lets the ratio m/u only fall from the top: a fuzzy level never
// outweighs the one above it. Upper levels are never raised.
func monotone(r Role, m, u []float64) {
	for l := 2; l < len(m); l++ {
		first, last := above(r, l), above(r, l)
		if first == 0 {
			first, last = 1, l-1
		}
		for k := first; k <= last; k++ {
			if m[l]*u[k] > m[k]*u[l] {
				m[l] = m[k] / u[k] * u[l]
			}
		}
	}
}
