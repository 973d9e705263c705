package dedupe

import (
	"cmp"
	"math"
	"slices"
)

// alias is a pair of values of one attribute that stand for each other: a name
// and its short form, a town and its county. Nobody wrote the pair down: the
// two stood together in several confident clusters, far above chance.
type alias struct {
	a, b uint64  // hashes of the values, a < b
	bits float32 // weight of seeing both in one pair, person against stranger
}

const (
	// aliasClusters is the least number of clusters that must show both values.
	aliasClusters = 3
	// aliasLift is by how much the two must be seen together more often than
	// strangers have them.
	aliasLift = 4.0
	// aliasDiscount in bits is taken off: pairs of confident clusters agree more
	// often than pairs of one person do.
	aliasDiscount = 1.0
	// aliasMost bounds the bits of a pair.
	aliasMost = 8.0
)

// learnsAliases reports whether values of the role have other names: what is a
// number, a date or a contact has not.
func learnsAliases(r Role) bool {
	switch r {
	case Given, Surname, Patronymic, City, Street, Text, Code, OrgName:
		return true
	}
	return false
}

// learnAliases finds the pairs of values of each attribute that stand together
// in clusters of confident merges, each value held by MinHeld records and more.
// The weight is log2(P(y given x in a record of the same person) / share of y),
// the lesser of both directions, discounted and capped.
func (m *matrix) learnAliases(cluster []uint32, clusters int) [][]alias {
	members := make([][]uint32, clusters)
	for _, r := range m.byRank {
		members[cluster[r]] = append(members[cluster[r]], r)
	}
	out := make([][]alias, len(m.feats))
	for i, f := range m.feats {
		if learnsAliases(f.role) {
			out[i] = m.aliasesOf(i, f, members)
		}
	}
	return out
}

func (m *matrix) aliasesOf(i int, f *feature, members [][]uint32) (out []alias) {
	type seen struct {
		pairs    float64
		clusters int32
		last     int32 // 1 + the cluster that counted last
	}
	together := map[uint64]*seen{}
	pairs := make([]float64, f.values()) // pairs inside clusters, by the value of one side
	n := len(m.feats)
	for c, rows := range members {
		if len(rows) < refineSize {
			continue
		}
		rows = rows[:min(len(rows), refineMost)]
		for k, x := range rows {
			a := m.cell[int(x)*n+i]
			if a == 0 || a&manyBit != 0 {
				continue
			}
			for _, y := range rows[k+1:] {
				b := m.cell[int(y)*n+i]
				if b == 0 || b&manyBit != 0 {
					continue
				}
				pairs[a]++
				pairs[b]++
				if a == b || f.count[a] < MinHeld || f.count[b] < MinHeld {
					continue
				}
				key := uint64(min(a, b))<<32 | uint64(max(a, b))
				s := together[key]
				if s == nil {
					s = &seen{}
					together[key] = s
				}
				if s.pairs++; s.last != int32(c)+1 {
					s.clusters, s.last = s.clusters+1, int32(c)+1
				}
			}
		}
	}
	held := 0.0
	for _, c := range f.count {
		held += float64(c)
	}
	for key, s := range together {
		a, b := uint32(key>>32), uint32(key)
		lift := min(s.pairs/pairs[a]*held/float64(f.count[b]), s.pairs/pairs[b]*held/float64(f.count[a]))
		if s.clusters < aliasClusters || lift < aliasLift {
			continue
		}
		x, y := f.hash[a], f.hash[b]
		bits := min(math.Log2(lift)-aliasDiscount, aliasMost) // above 0, as the least lift exceeds the discount
		out = append(out, alias{min(x, y), max(x, y), float32(math.Round(bits*100) / 100)})
	}
	slices.SortFunc(out, func(p, q alias) int { // no order of a map
		return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	return out
}

// other is an alias of some value.
type other struct {
	id   uint32
	bits float32
}

// bindAliases looks the values of a feature's aliases up; both directions.
func (f *feature) bindAliases(list []alias) {
	f.alias = nil
	if len(list) == 0 {
		return
	}
	id := make(map[uint64]uint32, 2*len(list))
	for _, x := range list {
		id[x.a], id[x.b] = 0, 0
	}
	for v := 1; v < f.values(); v++ {
		if _, ok := id[f.hash[v]]; ok {
			id[f.hash[v]] = uint32(v)
		}
	}
	f.alias = map[uint32][]other{}
	for _, x := range list {
		if a, b := id[x.a], id[x.b]; a != 0 && b != 0 {
			f.alias[a] = append(f.alias[a], other{b, x.bits})
			f.alias[b] = append(f.alias[b], other{a, x.bits})
		}
	}
}

// aliasBits gives the weight of two different values as aliases.
func (f *feature) aliasBits(a, b uint32) (float64, bool) {
	if f.alias == nil {
		return 0, false
	}
	return among(f.alias[a], b)
}

func among(list []other, b uint32) (float64, bool) {
	for _, o := range list {
		if o.id == b {
			return float64(o.bits), true
		}
	}
	return 0, false
}
