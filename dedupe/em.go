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
// address those of strangers. classApart is the same of classRelative.
const (
	classPerson    = iota // one party
	classRelative         // relatives or one household; for companies one holding
	classNeighbour        // strangers who live in one place
	classStranger
	classes
	classMoved = classes
	classApart = classes + 1
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
	lonely   int // place of the only attribute of known meaning, a contact or document; -1 = none
	p        []params
	kinds    []Kind
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

// chanceOf bounds how often relatives agree on what is a person's own: a couple
// may have one mailbox; a personal number is nobody else's. What they are born
// with is told by kinds.
func chanceOf(r Role) (low, high float64) {
	switch r {
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
	if inborn(e.roles[place]) != 0 { // what differs here are mostly relatives
		m[1], m[n-1] = 0.86, 0.02
	}
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
	e.kinds = firstKinds(e.roles)
	anchored := e.anchored()
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
		if anchored[i] != nil {
			m = anchored[i]
		}
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
	e.begin()
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
	for round := 0; round < mostRounds; round++ {
		before, differ := e.n, e.differ()
		e.step()
		if math.Abs(before[0]-e.n[0]) < 1e-4*(1+e.n[0]) && math.Abs(before[1]-e.n[1]) < 1e-3*(1+e.n[1]) && math.Abs(differ-e.differ()) < 1e-5 {
			break
		}
	}
}

// mostRounds bounds EM.
const mostRounds = 200

// differ is how often what one person is born with differs. It moves slowly, as
// twins and namesakes leave the persons one by one, when all else stands still.
func (e *estimate) differ() (sum float64) {
	for i, r := range e.roles {
		if inborn(r) != 0 {
			sum += e.p[i][classPerson][e.levels[i]-1]
		}
	}
	return sum
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
		if i == e.lonely {
			u[1] = min(u[1], (1-trustLone)*e.marginal[i][1])
		}
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
// outweighs the one above it. Levels that break the rule share one ratio, that
// of all their pairs together, so that a level which hardly occurs neither
// raises the one above it nor holds down the one below. "Exact" is never raised.
func monotone(r Role, m, u []float64) {
	n := len(m)
	top := make([]int, n) // per level: the highest of those that share its ratio
	ms, us := slices.Clone(m), slices.Clone(u)
	for l := range top {
		top[l] = l
	}
	join := func(k, l int) { // the levels of l come to those of k
		ms[k], us[k] = ms[k]+ms[l], us[k]+us[l]
		if k == 1 {
			ms[1], us[1] = m[1], u[1]
		}
		for i := range top {
			if top[i] == l {
				top[i] = k
			}
		}
	}
	for l := 2; l < n; l++ {
		for {
			k := top[l]
			if k == 1 {
				break
			}
			over := above(r, k)
			if over == 0 { // all before it: the one that says least
				over = 1
				for i := 2; i < k; i++ {
					if top[i] != k && ms[top[i]]*us[top[over]] < ms[top[over]]*us[top[i]] {
						over = i
					}
				}
			}
			if over = top[over]; ms[k]*us[over] <= ms[over]*us[k] {
				break
			}
			join(over, k)
		}
	}
	for l := 2; l < n; l++ {
		m[l] = ms[top[l]] / us[top[l]] * u[l]
	}
}
