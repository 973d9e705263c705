package dedupe

import "sync/atomic"

// vicinity is what some rows, chosen by hash, would be compared with under a plan
// of any block size: the blocks they stand in are noted while values are counted,
// so that no size costs another pass over all rows.
type vicinity struct {
	rows  []uint32
	among []bool // per row of the matrix: it is one of them
	most  int    // rows of the largest block that is ever used

	held   *hashIndex // hash → number of the value in count
	count  []int      // how many rows hold it; values that are not there are in small blocks
	block  *hashIndex // hash → number of the block in blocks
	blocks []nearBlock
	member []uint32 // of all blocks
}

func newVicinity(m *matrix, rows []uint32, most int) *vicinity {
	v := &vicinity{rows: rows, among: make([]bool, m.t.Rows), most: most}
	for _, r := range rows {
		v.among[r] = true
	}
	return v
}

// ruleCount is what one rule puts together.
type ruleCount struct {
	held []heldValue
	near []nearBlock
	rows []uint32 // of all near blocks
}

// nearBlock is a block that holds one of the rows, and where its own rows stand.
type nearBlock struct {
	hash   uint64
	lo, hi int
}

// countRule gives the values of one rule that more than limit rows hold, and the
// blocks around v's rows.
func (b *blocker) countRule(rule, limit int, v *vicinity, buf *sortBuffer) (c ruleCount) {
	b.eachBlock(rule, buf, 2, func(full uint64, rows []posted) {
		if len(rows) > limit {
			c.held = append(c.held, heldValue{full, len(rows)})
		}
		if len(rows) > v.most {
			return
		}
		for _, p := range rows {
			if v.among[p.row] {
				lo := len(c.rows)
				for _, q := range rows {
					c.rows = append(c.rows, q.row)
				}
				c.near = append(c.near, nearBlock{full, lo, len(c.rows)})
				return
			}
		}
	})
	return c
}

// take notes the blocks of a rule.
func (v *vicinity) take(c ruleCount) {
	base := len(v.member)
	v.member = append(v.member, c.rows...)
	for _, n := range c.near {
		v.blocks = append(v.blocks, nearBlock{n.hash, base + n.lo, base + n.hi})
	}
}

// index makes blocks and counted values answer by hash.
func (v *vicinity) index(held []heldValue) {
	v.block = indexFor(len(v.blocks))
	for i, n := range v.blocks {
		v.block.put(n.hash, uint32(i))
	}
	v.held = indexFor(len(held))
	for i, h := range held {
		v.held.put(h.hash, uint32(i))
		v.count = append(v.count, h.count)
	}
}

// fits tells whether the rows have no more than most candidates in all when no
// block of more than limit rows is used.
func (v *vicinity) fits(b *blocker, limit int, most float64, workers int) bool {
	var sum atomic.Int64
	parallel(workers, workers, func(w int, _ *sortBuffer) {
		met := make([]uint32, b.m.t.Rows) // per row: the last round in which it was met
		for i := w; i < len(v.rows) && float64(sum.Load()) <= most; i += workers {
			sum.Add(v.candidates(b, limit, uint32(i+1), v.rows[i], met))
		}
	})
	return float64(sum.Load()) <= most
}

// hot tells whether more than limit rows hold a value.
func (v *vicinity) hot(hash uint64, limit int) bool {
	i, ok := v.held.get(hash)
	return ok && v.count[i] > limit
}

// candidates counts the rows that x meets in a round of its own.
func (v *vicinity) candidates(b *blocker, limit int, round, x uint32, met []uint32) (n int64) {
	met[x] = round
	meet := func(hash uint64) {
		k, ok := v.block.get(hash)
		if !ok || v.hot(hash, limit) {
			return
		}
		for _, y := range v.member[v.blocks[k].lo:v.blocks[k].hi] {
			if met[y] != round {
				met[y] = round
				if b.m.t.allowed(x, y) {
					n++
				}
			}
		}
	}
	for _, k := range b.alone {
		for _, a := range b.keys[k].row(x) {
			if a != 0 {
				meet(b.p.hotOne(k, a&^hotBit))
			}
		}
	}
	for rule := len(b.alone); rule < b.rules(); rule++ {
		q := b.p.pairs[rule-len(b.alone)]
		seed := b.p.seeds[b.number(rule)]
		for _, a := range b.keys[q[0]].row(x) {
			if a == 0 || !v.hotIn(b, q[0], a, limit) {
				continue
			}
			for _, c := range b.keys[q[1]].row(x) {
				if c != 0 && v.hotIn(b, q[1], c, limit) {
					meet(hashTwo(seed, a, c))
				}
			}
		}
	}
	return n
}

// hotIn tells whether value a of key k is hot, as all are of a key that is no rule alone.
func (v *vicinity) hotIn(b *blocker, k uint8, a uint32, limit int) bool {
	return b.p.active>>k&1 == 0 || v.hot(b.p.hotOne(int(k), a&^hotBit), limit)
}
