package dedupe

import (
	"context"
	"math"
	"slices"
	"strings"
)

// Edge is a scored candidate pair: A and B are rows, A's record name comes first.
type Edge struct {
	A, B uint32
	Bits float32 // log2 odds that both are one party
	Rule uint16  // number of the blocking rule, see Model.RuleName
}

// Edges are the kept pairs of a table in the order of their record names.
type Edges struct {
	List  []Edge
	Kin   []Edge // pairs of relatives, see kin.go: Bits are the odds of that, Rule the set of features that agree
	Pairs int64  // candidate pairs that were compared
}

// scorer weighs pairs under a model; it belongs to one worker.
type scorer struct {
	c       *comparer
	md      *Model
	logs    [][classes][]float64 // per place: log2 probability per level
	shared  [classes][][]float32 // per class of relatives and neighbours, shared feature and value: log2 chance of agreement
	prior   [classes + 1]float64
	kinds   kinLogs // of relatives
	born    []int   // per place: number of the inborn attribute, -1 = none
	limits          // what fill needs to stop early
	home    []bool  // per place: part of the address
	leaves  float64 // log2 share of the pairs of one person whose address changed as a whole
	lv      levelsOf
	val     [maxFeatures][2]uint32
	people  float64 // sums of the last pair
	moved   float64
	kin     float64
	strange float64
	related float64 // relatives
	near    float64 // neighbours
	whole   bool    // all sums are those of the last pair
}

// newScorers makes one scorer per worker; tables are shared.
func newScorers(m *matrix, md *Model, n int) []*scorer {
	first := &scorer{c: newComparer(m), md: md}
	first.c.weighs = true
	for _, fm := range md.Features {
		var l [classes][]float64
		for c := range l {
			l[c] = make([]float64, len(fm.Levels))
		}
		for i, lm := range fm.Levels {
			if i > 0 {
				l[classPerson][i], l[classRelative][i] = math.Log2(lm.Person), math.Log2(lm.Relative)
				l[classNeighbour][i], l[classStranger][i] = math.Log2(lm.Neighbour), math.Log2(lm.Stranger)
			}
		}
		first.logs = append(first.logs, l)
	}
	for i, f := range m.feats {
		if f.role == Account {
			differ := len(levelNames(Account)) - 1
			for c := range first.logs[i] {
				first.logs[i][c][differ] = 0 // other accounts say nothing
			}
		}
	}
	first.bounds(m)
	for class, exact := range map[int]func(LevelModel) float64{
		classRelative:  func(l LevelModel) float64 { return l.Relative },
		classNeighbour: func(l LevelModel) float64 { return l.Neighbour },
	} {
		by := make([][]float32, len(m.feats))
		for i, f := range m.feats {
			lm := md.Features[i].Levels[1]
			q := (exact(lm) - lm.Stranger) / (1 - lm.Stranger)
			if q <= 0.001 {
				continue
			}
			by[i] = make([]float32, f.values())
			for v, lf := range f.lf {
				by[i][v] = float32(math.Log2(q + (1-q)*math.Exp2(float64(lf))))
			}
		}
		first.shared[class] = by
	}
	first.prior = [classes + 1]float64{math.Log2(md.Person), math.Log2(md.Relative), math.Log2(md.Neighbour), math.Log2(md.Pairs), math.Log2(md.Moved)}
	first.kinds = md.kinLogs()
	first.leaves = math.Log2(md.Moved / (md.Person + md.Moved))
	for _, fm := range md.Features {
		first.home, first.born = append(first.home, homeRole(fm.Role)), append(first.born, inbornAt(fm.Role))
	}
	all := []*scorer{first}
	for len(all) < n {
		s := *first
		s.c = newComparer(m)
		s.c.weighs = true
		all = append(all, &s)
	}
	return all
}

// weigh gives the log2 odds that rows x and y are one party, or less than cut
// when they are certainly below cut.
func (s *scorer) weigh(x, y uint32, cut float64) float64 {
	x, y = s.c.m.inOrder(x, y) // the same sum in the same order, whichever way the pair came
	s.whole = false
	if top := s.fill(x, y, cut); top < cut {
		return top
	}
	s.people, s.moved, s.strange = s.prior[classPerson], s.prior[classMoved], s.prior[classStranger]
	for i := range s.logs {
		if l := s.lv[i]; l != 0 {
			same, chance := s.logs[i][classPerson][l], s.logs[i][classStranger][l]+s.rarity(i, l)
			if bits, ok := s.alias(i, x, y); ok {
				same, chance = bits, 0
			}
			s.people += same
			s.strange += chance
			if s.home[i] {
				same = chance
			}
			s.moved += same
		}
	}
	s.strange += s.jointName(x, y)
	if top := max(s.people, s.moved) + 1; top-s.strange < cut {
		return top - s.strange
	}
	s.moved = addLogs(s.people, s.moved)
	s.related, s.near = s.of(classRelative, x, y), s.of(classNeighbour, x, y)
	s.kin = addLogs(s.related, s.near)
	s.whole = true
	return s.moved - addLogs(s.strange, s.kin)
}

// of sums what the last pair is worth in a class of people who share a place;
// relatives, too, may have moved apart, as often as a person moves.
func (s *scorer) of(class int, x, y uint32) float64 {
	sum, shared := s.prior[class], s.shared[class]
	apart := sum + s.leaves
	var one, two inbornBits // of what relatives are born with
	for i := range s.logs {
		l := s.lv[i]
		if l == 0 {
			continue
		}
		chance := s.rarity(i, l)
		b := s.logs[i][class][l] + chance
		if l == 1 && i < len(shared) && shared[i] != nil {
			b = float64(shared[i][s.val[i][0]])
		}
		stranger := s.logs[i][classStranger][l] + chance
		if bits, ok := s.alias(i, x, y); ok {
			b, stranger = s.aliasIn(class, i, bits), 0
		}
		if a := s.born[i]; class == classRelative && a >= 0 {
			one[a], two[a] = one[a]+s.oneThing(i, x, y), two[a]+b
			if a == 0 {
				two[twinGiven] -= inTwins(l)
			}
			continue
		}
		sum += b
		if s.home[i] {
			b = stranger
		}
		apart += b
	}
	if class == classRelative {
		return addLogs(sum, apart) + s.kinds.add(&one, &two)
	}
	return sum
}

// oneThing is what place i of the last pair is worth where both have one thing.
func (s *scorer) oneThing(i int, x, y uint32) float64 {
	if bits, ok := s.alias(i, x, y); ok {
		return bits
	}
	return s.logs[i][classPerson][s.lv[i]]
}

// alias gives the weight of the values of place i in the last pair, of rows x
// and y, as other names of each other. It holds only where both rows have one
// value and the comparison of their letters says less.
func (s *scorer) alias(i int, x, y uint32) (float64, bool) {
	m := s.c.m
	if i >= len(m.feats) || m.feats[i].alias == nil || s.lv[i] <= 1 {
		return 0, false
	}
	if s.c.swap >= 0 && (i == m.surname || i == m.given) && s.lv[s.c.swap] == swapped {
		return 0, false
	}
	a, b := m.cells(x)[i], m.cells(y)[i]
	if (a|b)&manyBit != 0 {
		return 0, false
	}
	bits, ok := m.feats[i].aliasBits(a, b)
	l := s.lv[i]
	return bits, ok && bits > s.logs[i][classPerson][l]-s.logs[i][classStranger][l]-s.rarity(i, l)
}

// aliasIn is what an alias is worth in a class of people who share a place: as
// much as in one person where they share the attribute, else what it is worth
// among strangers, which is 0.
func (s *scorer) aliasIn(class, i int, bits float64) float64 {
	role := s.c.m.feats[i].role
	if class == classRelative && sharedByHousehold(role) || class == classNeighbour && placeRole(role) {
		return bits
	}
	return 0
}

// trustedID is the share of pairs of one person with different national ids up
// to which two different ids forbid a merge.
const trustedID = 0.01

// mayJoin is the evidence that no weight outvotes: a source that gives each
// party one row, and two different, not merely mistyped, personal numbers in
// an attribute that has few errors and a check digit.
func (s *scorer) mayJoin(x, y uint32) bool {
	m := s.c.m
	if !m.t.allowed(x, y) {
		return false
	}
	for i, f := range m.feats {
		if f.role != NationalID || f.unproved {
			continue
		}
		levels := s.md.Features[i].Levels
		last := len(levels) - 1
		if levels[last].Person > trustedID {
			continue
		}
		if l, _, _ := s.c.one(i, m.cells(x)[i], m.cells(y)[i]); int(l) == last {
			return false
		}
	}
	return true
}

// addLogs gives log2(2^a + 2^b).
func addLogs(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if b < a-30 {
		return a
	}
	return a + math.Log2(1+math.Exp2(b-a))
}

// rarity corrects the chance that strangers reach level l of place i from the
// average over values to the values at hand: in full for exact agreement,
// damped and only downwards for a name written alike.
func (s *scorer) rarity(i int, l uint8) float64 {
	if i >= len(s.c.m.feats) {
		return 0
	}
	f := s.c.m.feats[i]
	u := s.logs[i][classStranger][1]
	if l == 1 {
		lf := f.lf[s.val[i][0]]
		if s.c.swap >= 0 && s.lv[s.c.swap] == swapped && (i == s.c.m.surname || i == s.c.m.given) {
			lf = max(s.c.m.feats[s.c.m.surname].lf[s.val[i][0]], s.c.m.feats[s.c.m.given].lf[s.val[i][0]])
		}
		return float64(lf) - u
	}
	if l <= 4 && (f.role == Surname || f.role == Given || f.role == Patronymic) {
		lf := max(f.lf[s.val[i][0]], f.lf[s.val[i][1]])
		return 0.5 * max(0, float64(lf)-u)
	}
	return 0
}

// jointName takes back what surname and given name together claim above the
// frequency of the whole name: the two are not independent.
func (s *scorer) jointName(x, y uint32) float64 {
	m := s.c.m
	if m.joint == nil || s.lv[m.surname] != 1 || s.lv[m.given] != 1 || s.lv[s.c.swap] != straight {
		return 0
	}
	apart := m.feats[m.surname].lf[s.val[m.surname][0]] + m.feats[m.given].lf[s.val[m.given][0]]
	return max(0, float64(min(m.joint[x], m.joint[y])-apart))
}

// Score compares all candidate pairs of t under the model, or with touched
// those that have at least one touched row, and gives the edges of Settings.Keep
// bits and more. Score of touched rows gives exactly the edges of the full
// Score that touch them.
func Score(ctx context.Context, t *Table, md *Model, touched []uint32, s Settings) (*Edges, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	if err := md.bind(m); err != nil {
		return nil, err
	}
	return score(ctx, newBlocker(m, md.plan, s.workers()), md, touched, s)
}

// sortByName orders edges by record names without a matrix.
func sortByName(list []Edge, t *Table) {
	slices.SortFunc(list, func(a, b Edge) int {
		if c := strings.Compare(t.Record[a.A], t.Record[b.A]); c != 0 {
			return c
		}
		return strings.Compare(t.Record[a.B], t.Record[b.B])
	})
}

func sortEdges(list []Edge, rank []uint32) {
	key := func(d Edge) uint64 { return uint64(rank[d.A])<<32 | uint64(rank[d.B]) }
	slices.SortFunc(list, func(a, b Edge) int {
		if key(a) < key(b) {
			return -1
		}
		return 1
	})
}
