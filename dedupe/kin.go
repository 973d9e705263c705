package dedupe

import (
	"cmp"
	"math"
	"slices"
)

// kinBits is from which odds a pair is told as relatives, or as firms of one
// holding: 20 to 1 against one party, neighbours and strangers together.
const kinBits = 4.33

// kinship looks for pairs that live together and are not one party: they share
// a contact or the whole address. The rest says whether they are relatives.
type kinship struct {
	s       *scorer
	contact []int // features whose equal value is enough to look closer
	house   int   // features that together are an address, -1 = none
	street  int
}

func newKinship(s *scorer) *kinship {
	k := &kinship{s: s, house: -1, street: -1}
	for i, f := range s.c.m.feats {
		switch f.role {
		case Phone, Email, Address:
			k.contact = append(k.contact, i)
		case House:
			k.house = i
		case Street:
			k.street = i
		}
	}
	return k
}

// near reports whether two rows share a contact or an address.
func (k *kinship) near(row, other []uint32) bool {
	for _, i := range k.contact {
		a, b := row[i], other[i]
		switch {
		case a == 0 || b == 0:
		case (a|b)&manyBit != 0:
			if l, _, _ := k.s.c.one(i, a, b); l == 1 {
				return true
			}
		case a == b:
			if f := k.s.c.m.feats[i]; f.common == nil || !f.common[a] {
				return true
			}
		case k.s.c.m.feats[i].role == Address: // the same place written otherwise
			if l, _ := k.s.c.m.feats[i].glance(a, b); l == 2 {
				if l, _, _ = k.s.c.one(i, a, b); l == 2 {
					return true
				}
			}
		}
	}
	return k.house >= 0 && k.street >= 0 && row[k.house] != 0 && row[k.house] == other[k.house] && row[k.street] != 0 && row[k.street] == other[k.street]
}

// weigh gives the log2 odds that two rows are relatives rather than one party,
// neighbours or strangers, and the set of features on which they agree exactly.
// With weighed the scorer has just weighed the two in whole.
func (k *kinship) weigh(x, y uint32, weighed bool) (bits float64, same uint16) {
	s := k.s
	if !weighed {
		s.weigh(x, y, math.Inf(-1))
	}
	for i := range s.c.m.feats {
		if s.lv[i] == 1 {
			same |= 1 << i
		}
	}
	return s.related - addLogs(addLogs(s.moved, s.strange), s.near), same
}

// Shared names the attributes of a kin edge, see Edges.Kin.
func (md *Model) Shared(same uint16) (names []string) {
	for i := range md.Features {
		if i < 16 && same>>i&1 == 1 && md.Features[i].Role != Ignore {
			names = append(names, md.Features[i].Name)
		}
	}
	return names
}

// Link is evidence that two parties belong together without being one. A and B
// are any numbers that order the parties, A < B.
type Link struct {
	A, B uint32
	Bits float32
}

// NoHousehold stands for a party that is in no group of two and more.
const NoHousehold = math.MaxUint32

// Households parts parties into groups in which each is linked with each: a
// chain of links makes no household, and nobody is in two. Links are taken from
// the strongest down, equal ones in the order of their parties. It gives by party,
// up to the last that has a link, the number of the group, which is the least
// party in it, else NoHousehold.
func Households(links []Link) []uint32 {
	links = slices.Clone(links)
	slices.SortFunc(links, func(p, q Link) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) })
	parties := 0
	down := make([]uint64, len(links)) // the strongest first, then as they lie
	for i, l := range links {
		parties = max(parties, int(l.B)+1)
		down[i] = uint64(^rising(l.Bits))<<32 | uint64(i)
	}
	slices.Sort(down)
	first := make([]uint32, parties+1) // where the links of a party to later ones begin
	for _, l := range links {
		first[l.A+1]++
	}
	for i := range parties {
		first[i+1] += first[i]
	}
	of, members := make([]uint32, parties), make([][]uint32, parties)
	for x := range of {
		of[x] = NoHousehold
	}
	group := func(x uint32) (uint32, []uint32) {
		if g := of[x]; g != NoHousehold {
			return g, members[g]
		}
		return x, []uint32{x}
	}
	linked := func(x, y uint32) bool {
		x, y = min(x, y), max(x, y)
		return slices.ContainsFunc(links[first[x]:first[x+1]], func(l Link) bool { return l.B == y })
	}
	for _, at := range down {
		l := links[uint32(at)]
		g, xs := group(l.A)
		h, ys := group(l.B)
		if g == h || len(xs)+len(ys) > 2 && !allLinked(linked, xs, ys) {
			continue
		}
		all := slices.Concat(xs, ys)
		members[max(g, h)] = nil
		for _, x := range all {
			of[x] = min(g, h)
		}
		members[min(g, h)] = all
	}
	return of
}

// rising gives numbers in the order of the values.
func rising(v float32) uint32 {
	bits := math.Float32bits(v + 0) // -0 is 0
	if bits>>31 == 1 {
		return ^bits
	}
	return bits | 1<<31
}

func allLinked(linked func(x, y uint32) bool, xs, ys []uint32) bool {
	for _, x := range xs {
		for _, y := range ys {
			if !linked(x, y) {
				return false
			}
		}
	}
	return true
}
