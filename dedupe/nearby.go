package dedupe

import (
	"cmp"
	"slices"
)

// Candidates are the records that share a block with each of some records. Each
// pair comes once; two of those records meet under the one that comes first.
type Candidates struct {
	Of   []uint32 // the caller's numbers of those records
	off  []uint32 // the candidates of Of[i] are Row[off[i]:off[i+1]]
	Row  []uint32 // the caller's numbers
	rule []uint16 // beside Row: the lowest rule of the plan that finds the pair
}

// Near gives the candidates of the records in some among those and the entries
// of b that use names: exactly the pairs that scoring all of them would compare.
// No record of some may be in use.
func (b *Blocks) Near(md *Model, some *Blocks, use []bool, s Settings) *Candidates {
	p := md.plan
	place := make([]int, len(p.keys)) // of each key of the plan among those of the blocks
	for i, k := range p.keysInUse() {
		place[k] = i
	}
	var rules []nearRule
	for k := range p.keys {
		if p.active>>k&1 == 1 {
			rules = append(rules, nearRule{p: p, number: k, one: place[k]})
		}
	}
	for i, q := range p.pairs {
		rules = append(rules, nearRule{p: p, number: len(p.keys) + i, pair: true, one: place[q[0]], two: place[q[1]]})
	}
	found := make([][]met, len(rules))
	parallel(s.workers(), len(rules), func(i int, buf *sortBuffer) { found[i] = rules[i].find(b, some, use, buf) })
	return broughtTogether(b, some, rules, found, s.workers())
}

// met is a candidate found: place of of those that are asked for, and of the
// other among all, those that are asked for after the others.
type met struct{ of, other uint32 }

// broughtTogether brings the candidates of each record together, each once, under the
// first rule that found it. Each worker has a run of the records.
func broughtTogether(b, some *Blocks, rules []nearRule, found [][]met, workers int) *Candidates {
	n := len(some.Row)
	type ruled struct {
		other uint32
		rule  uint16
	}
	off := make([]uint32, n+1)
	for _, list := range found {
		for _, m := range list {
			off[m.of+1]++
		}
	}
	for i := range n {
		off[i+1] += off[i]
	}
	all, next := make([]ruled, off[n]), slices.Clone(off)
	for i, list := range found {
		for _, m := range list {
			all[next[m.of]] = ruled{m.other, uint16(rules[i].number)}
			next[m.of]++
		}
	}
	runs := make([]Candidates, workers)
	parallel(workers, workers, func(w int, _ *sortBuffer) {
		lo, hi := w*n/workers, (w+1)*n/workers
		c := &runs[w]
		c.Row, c.rule = make([]uint32, 0, off[hi]-off[lo]), make([]uint16, 0, off[hi]-off[lo])
		seen := make([]uint32, len(b.Row)+n) // 1 + the record that it was last met with
		for i := lo; i < hi; i++ {
			for _, m := range all[off[i]:off[i+1]] {
				if seen[m.other] == uint32(i)+1 {
					continue
				}
				seen[m.other] = uint32(i) + 1
				row := uint32(0)
				if at := int(m.other) - len(b.Row); at >= 0 {
					row = some.Row[at]
				} else {
					row = b.Row[m.other]
				}
				c.Row, c.rule = append(c.Row, row), append(c.rule, m.rule)
			}
			c.off = append(c.off, uint32(len(c.Row)))
		}
	})
	c := &Candidates{Of: some.Row, off: make([]uint32, 1, n+1), Row: runs[0].Row, rule: runs[0].rule}
	for w := range runs {
		before := uint32(0)
		if w > 0 {
			before = uint32(len(c.Row))
			c.Row, c.rule = append(c.Row, runs[w].Row...), append(c.rule, runs[w].rule...)
		}
		for _, end := range runs[w].off {
			c.off = append(c.off, before+end)
		}
	}
	return c
}

// nearRule is a rule of the plan; one and two are its keys in the blocks.
type nearRule struct {
	p        *plan
	number   int
	pair     bool
	one, two int
}

// find gives the pairs that share a block of the rule.
func (n nearRule) find(b, some *Blocks, use []bool, buf *sortBuffer) (out []met) {
	posts := make([]posted, 0, len(some.Row))
	buf.mark.clear()
	n.each(some, func(h uint64, r int) {
		if !n.pair || !n.p.isHot(h) {
			posts = append(posts, posted{h, uint32(r)})
			buf.mark.set(h)
		}
	})
	slices.SortStableFunc(posts, func(a, b posted) int { return cmp.Compare(a.hash, b.hash) })
	index := indexFor(len(posts)) // block → where its records begin
	for i := range posts {
		if i == 0 || posts[i].hash != posts[i-1].hash {
			index.put(posts[i].hash, uint32(i))
		}
	}
	members := func(h uint64) []posted {
		if !buf.mark.has(h) {
			return nil
		}
		i, ok := index.get(h)
		if !ok {
			return nil
		}
		to := int(i)
		for to < len(posts) && posts[to].hash == h {
			to++
		}
		return posts[i:to]
	}
	meet := func(h uint64, r int) {
		if use[r] {
			for _, m := range members(h) {
				out = append(out, met{m.row, uint32(r)})
			}
		}
	}
	if n.pair {
		n.marked(b, &buf.mark, meet)
	} else {
		n.each(b, meet)
	}
	n.each(some, func(h uint64, r int) {
		for _, m := range members(h) {
			if m.row < uint32(r) {
				out = append(out, met{m.row, uint32(len(b.Row) + r)})
			}
		}
	})
	return out
}

// each calls f with the hash of each block of the rule in each entry.
func (n nearRule) each(b *Blocks, f func(h uint64, r int)) {
	ones, twos := b.Val[n.one], []uint32(nil)
	if n.pair {
		twos = b.Val[n.two]
	}
	for r, count := range b.Count[n.one] {
		vs := ones[:count]
		ones = ones[count:]
		if !n.pair {
			for _, v := range vs {
				if v&hotBit == 0 {
					f(n.p.hotOne(n.number, v), r)
				}
			}
			continue
		}
		ws := twos[:b.Count[n.two][r]]
		twos = twos[len(ws):]
		for _, v := range vs {
			if v&hotBit == 0 {
				continue
			}
			for _, w := range ws {
				if w&hotBit != 0 {
					f(hashTwo(n.p.seeds[n.number], v, w), r)
				}
			}
		}
	}
}

// marked is each of a rule of two keys for those blocks that are marked: of a
// million entries nearly all are passed over, most of which have one value of each key.
func (n nearRule) marked(b *Blocks, mark *bitset, f func(h uint64, r int)) {
	seed, ones, twos, seconds := n.p.seeds[n.number], b.Val[n.one], b.Val[n.two], b.Count[n.two]
	i, k := 0, 0 // where the entry's values begin
	for r, count := range b.Count[n.one] {
		second := seconds[r]
		if count == 1 && second == 1 {
			v, w := ones[i], twos[k]
			i, k = i+1, k+1
			if v&w&hotBit != 0 {
				if h := hashTwo(seed, v, w); mark.has(h) {
					f(h, r)
				}
			}
			continue
		}
		vs, ws := ones[i:i+int(count)], twos[k:k+int(second)]
		i, k = i+int(count), k+int(second)
		for _, v := range vs {
			if v&hotBit == 0 {
				continue
			}
			for _, w := range ws {
				if w&hotBit != 0 {
					if h := hashTwo(seed, v, w); mark.has(h) {
						f(h, r)
					}
				}
			}
		}
	}
}
