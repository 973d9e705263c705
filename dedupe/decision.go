package dedupe

import (
	"cmp"
	"slices"
)

// Verdict is what a person said about two records.
type Verdict uint8

// Verdicts. Unsure is remembered elsewhere and changes nothing here.
const (
	Unsure Verdict = iota
	Same
	Different
)

// Decision is a person's verdict on two rows; it beats any score.
type Decision struct {
	A, B    uint32
	Verdict Verdict
}

// Composed is what verdicts mean together: same and same is same, same and
// different is different. It does not depend on the order of the verdicts.
type Composed struct {
	Groups  [][]uint32  // records said to be one party, two and more, ascending; by their first
	Apart   [][2]uint32 // records said to be different, each the first of its group; ascending
	Clashes [][]uint32  // records said to be one party and, two of them, to be different: who is right is not guessed

	head map[uint32]uint32 // record of a group → its first
}

// Compose draws the conclusions. The numbers may be rows or name anything else
// that is one record. Of a group that contradicts itself no verdict "same"
// counts; its records stay apart where they were said to be different.
func Compose(said []Decision) *Composed {
	c := &Composed{head: map[uint32]uint32{}}
	var find func(x uint32) uint32
	find = func(x uint32) uint32 {
		h, ok := c.head[x]
		if !ok || h == x {
			return x
		}
		h = find(h)
		c.head[x] = h
		return h
	}
	for _, d := range said {
		if d.Verdict == Same && d.A != d.B {
			a, b := find(d.A), find(d.B)
			c.head[a], c.head[b] = min(a, b), min(a, b)
		}
	}
	members := map[uint32][]uint32{}
	for _, x := range sortedIDs(c.head) {
		h := find(x)
		members[h] = append(members[h], x)
	}
	clash := map[uint32]bool{}
	for _, d := range said {
		if d.Verdict == Different && d.A != d.B && find(d.A) == find(d.B) {
			clash[find(d.A)] = true
		}
	}
	for _, h := range sortedIDs(members) {
		if !clash[h] {
			c.Groups = append(c.Groups, members[h])
			continue
		}
		c.Clashes = append(c.Clashes, members[h])
		for _, x := range members[h] {
			delete(c.head, x)
		}
	}
	for _, d := range said {
		if a, b := find(d.A), find(d.B); d.Verdict == Different && a != b {
			c.Apart = append(c.Apart, [2]uint32{min(a, b), max(a, b)})
		}
	}
	slices.SortFunc(c.Apart, comparePairs)
	c.Apart = slices.Compact(c.Apart)
	return c
}

// Of gives what is said of two records, straight or by conclusion.
func (c *Composed) Of(a, b uint32) Verdict {
	first := func(x uint32) uint32 {
		if h, ok := c.head[x]; ok {
			return h
		}
		return x
	}
	a, b = first(a), first(b)
	if a == b {
		return Same
	}
	if _, ok := slices.BinarySearchFunc(c.Apart, [2]uint32{min(a, b), max(a, b)}, comparePairs); ok {
		return Different
	}
	return Unsure
}

// Decisions gives the fewest verdicts with the same meaning among the records
// that are there: at tells the row of a record. Records that are not there
// still carry conclusions from one that is to another.
func (c *Composed) Decisions(at func(uint32) (row uint32, there bool)) []Decision {
	var out []Decision
	first := map[uint32]uint32{} // group → row of its first record that is there
	for _, g := range c.Groups {
		last, some := uint32(0), false
		for _, x := range g {
			row, ok := at(x)
			if !ok {
				continue
			}
			if some {
				out = append(out, Decision{last, row, Same})
			} else {
				first[g[0]] = row
			}
			last, some = row, true
		}
	}
	for _, p := range c.Apart {
		var rows [2]uint32
		both := true
		for i, x := range p {
			row, ok := first[x]
			if !ok {
				if _, grouped := c.head[x]; !grouped {
					row, ok = at(x)
				}
			}
			rows[i], both = row, both && ok
		}
		if both {
			out = append(out, Decision{rows[0], rows[1], Different})
		}
	}
	return out
}

// composed gives decisions on the rows of a matrix in their shortest form, in
// the order of record names: how rows are numbered and in which order people
// spoke changes nothing.
func (m *matrix) composed(said []Decision) []Decision {
	if len(said) == 0 {
		return nil
	}
	byName := make([]Decision, len(said))
	for i, d := range said {
		byName[i] = Decision{m.rank[d.A], m.rank[d.B], d.Verdict}
	}
	return Compose(byName).Decisions(func(rank uint32) (uint32, bool) { return m.byRank[rank], true })
}

func comparePairs(p, q [2]uint32) int {
	return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
}

func sortedIDs[V any](m map[uint32]V) []uint32 {
	out := make([]uint32, 0, len(m))
	for x := range m {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}
