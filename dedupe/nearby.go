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
	q := newQuery(md.plan, some)
	const chunk = 1 << 14
	var jobs []func() []met
	for _, x := range []*Blocks{some, b} {
		starts := make([]uint32, len(x.Keys))
		for lo := 0; lo < len(x.Row); lo += chunk {
			hi, at := min(lo+chunk, len(x.Row)), slices.Clone(starts)
			jobs = append(jobs, func() []met { return q.scan(x, lo, hi, at, use, x == some) })
			for k := range starts {
				for _, n := range x.Count[k][lo:hi] {
					starts[k] += uint32(n)
				}
			}
		}
	}
	found := make([][]met, len(jobs))
	parallel(s.workers(), len(jobs), func(i int, _ *sortBuffer) { found[i] = jobs[i]() })
	c := &Candidates{Of: some.Row, off: make([]uint32, len(some.Row)+1)}
	for _, list := range found {
		for _, m := range list {
			c.off[m.of+1]++
		}
	}
	for i := range some.Row {
		c.off[i+1] += c.off[i]
	}
	next := slices.Clone(c.off)
	c.Row, c.rule = make([]uint32, c.off[len(some.Row)]), make([]uint16, c.off[len(some.Row)])
	for _, list := range found {
		for _, m := range list {
			c.Row[next[m.of]], c.rule[next[m.of]] = m.row, m.rule
			next[m.of]++
		}
	}
	return c
}

// met is a candidate found: record number of of those that are asked for, and
// the caller's number of the other.
type met struct {
	of, row uint32
	rule    uint16
}

// query holds the blocks of the records that are asked for.
type query struct {
	p     *plan
	place []int      // per key of the plan: its place among those in use, -1 = not in use
	index *hashIndex // block → where its records begin in posts
	posts []post     // block by block
	held  []bitset   // per place: values that some record has
}

type post struct {
	hash uint64
	of   uint32
	rule uint16
}

func newQuery(p *plan, some *Blocks) *query {
	q := &query{p: p, place: make([]int, len(p.keys)), held: make([]bitset, len(some.Keys))}
	for k := range q.place {
		q.place[k] = -1
	}
	for i, k := range p.keysInUse() {
		q.place[k] = i
		q.held[i].clear()
		for _, v := range some.Val[i] {
			q.held[i].set(spread(v))
		}
	}
	at := make([]uint32, len(some.Keys))
	row := make([][]uint32, len(some.Keys))
	for r := range some.Row {
		some.entry(r, at, row)
		q.each(row, func(h uint64, rule uint16) {
			if int(rule) < len(p.keys) || !p.isHot(h) {
				q.posts = append(q.posts, post{h, uint32(r), rule})
			}
		})
	}
	slices.SortStableFunc(q.posts, func(a, b post) int { return cmp.Compare(a.hash, b.hash) })
	q.index = newHashIndex()
	for i := range q.posts {
		if i == 0 || q.posts[i].hash != q.posts[i-1].hash {
			q.index.put(q.posts[i].hash, uint32(i))
		}
	}
	return q
}

// spread makes a key value fit for a bitset.
func spread(v uint32) uint64 { return uint64(v) * 0x9e3779b97f4a7c15 }

// entry gives the values of entry r per key; at holds where they begin and moves on.
func (b *Blocks) entry(r int, at []uint32, row [][]uint32) {
	for k := range row {
		n := uint32(b.Count[k][r])
		row[k] = b.Val[k][at[k] : at[k]+n]
		at[k] += n
	}
}

// each calls f with the blocks of a row, in the order of the rules, as far as
// records that are asked for have the values.
func (q *query) each(row [][]uint32, f func(h uint64, rule uint16)) {
	for k, i := range q.place {
		if i < 0 || q.p.active>>k&1 == 0 {
			continue
		}
		for _, v := range row[i] {
			if v&hotBit == 0 && q.held[i].has(spread(v)) {
				f(q.p.hotOne(k, v), uint16(k))
			}
		}
	}
	for n, pair := range q.p.pairs {
		i, j := q.place[pair[0]], q.place[pair[1]]
		rule := len(q.p.keys) + n
		for _, v := range row[i] {
			if v&hotBit == 0 || !q.held[i].has(spread(v)) {
				continue
			}
			for _, w := range row[j] {
				if w&hotBit != 0 && q.held[j].has(spread(w)) {
					f(hashTwo(q.p.seeds[rule], v, w), uint16(rule))
				}
			}
		}
	}
}

// scan finds the candidates among some entries of x.
func (q *query) scan(x *Blocks, lo, hi int, at []uint32, use []bool, own bool) (out []met) {
	row := make([][]uint32, len(x.Keys))
	for r := lo; r < hi; r++ {
		x.entry(r, at, row)
		if !own && !use[r] {
			continue
		}
		start := len(out)
		q.each(row, func(h uint64, rule uint16) {
			i, ok := q.index.get(h)
			if !ok {
				return
			}
			for ; int(i) < len(q.posts) && q.posts[i].hash == h; i++ {
				if of := q.posts[i].of; !own || of < uint32(r) {
					out = append(out, met{of, x.Row[r], rule})
				}
			}
		})
		if found := out[start:]; len(found) > 1 { // rules came in order: the first of each pair stays
			slices.SortStableFunc(found, func(a, b met) int { return cmp.Compare(a.of, b.of) })
			out = out[:start+len(slices.CompactFunc(found, func(a, b met) bool { return a.of == b.of }))]
		}
	}
	return out
}
