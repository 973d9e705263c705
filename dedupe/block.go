package dedupe

import "slices"

// blocker holds the values of a plan's keys, key by key, with the hot ones
// marked.
type blocker struct {
	m     *matrix
	p     *plan
	alone []int    // keys that are a rule alone and have values, in order
	use   []int    // keys of the plan's rules that have values, in order
	keys  []rowKey // as in the matrix, with marks; width 0 = not used
}

func newBlocker(m *matrix, p *plan, workers int) *blocker {
	m.fillKeys(p.used, workers)
	b := &blocker{m: m, p: p, keys: make([]rowKey, len(m.keys))}
	for k := range m.keys {
		if p.used>>k&1 == 1 && m.keys[k].width > 0 {
			b.use = append(b.use, k)
			if p.active>>k&1 == 1 {
				b.alone = append(b.alone, k)
			}
			b.keys[k] = rowKey{width: m.keys[k].width, val: make([]uint32, len(m.keys[k].val))}
		}
	}
	b.mark(workers)
	return b
}

// mark takes the key values over and marks those that are hot under the plan
// as it is now; of a key that is no rule alone all are.
func (b *blocker) mark(workers int) {
	parallel(workers, len(b.use), func(i int, _ *sortBuffer) {
		k := b.use[i]
		alone, to := b.p.active>>k&1 == 1, b.keys[k].val
		for i, v := range b.m.keys[k].val {
			if v != 0 && (!alone || b.p.isHot(b.p.hotOne(k, v))) {
				v |= hotBit
			}
			to[i] = v
		}
	})
}

// rules counts the plan's rules that are in use: single keys, then pairs. The
// number of a rule here is its place in that order.
func (b *blocker) rules() int { return len(b.alone) + len(b.p.pairs) }

// number gives the number of a used rule in the plan.
func (b *blocker) number(rule int) int {
	if rule < len(b.alone) {
		return b.alone[rule]
	}
	return len(b.p.keys) + rule - len(b.alone)
}

// emit appends (block hash, row) for each value of a rule in each row, hot
// values of single keys left out. For a rule of two keys only values whose
// parts are both hot count: the others meet under a single key already. Hot
// values of two keys are still there: they are known block by block.
func (b *blocker) emit(rule int, items []uint64) []uint64 {
	if rule < len(b.alone) {
		key := &b.keys[b.alone[rule]]
		for i, v := range key.val {
			if v != 0 && v&hotBit == 0 {
				items = append(items, uint64(v)<<32|uint64(i/key.width))
			}
		}
		return items
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	k += len(b.p.keys)
	if ki.width == 1 && kj.width == 1 {
		for r, v := range ki.val {
			if w := kj.val[r]; v&w&hotBit != 0 {
				items = append(items, uint64(hash32(b.p.hotTwo(k, v, w)))<<32|uint64(r))
			}
		}
		return items
	}
	if ki.width == 0 || kj.width == 0 {
		return items
	}
	for r := range uint32(b.m.t.Rows) {
		items = b.emitPair(k, ki.row(r), kj.row(r), r, items)
	}
	return items
}

// emitRow is emit for one row.
func (b *blocker) emitRow(rule int, r uint32, items []uint64) []uint64 {
	if rule < len(b.alone) {
		for _, v := range b.keys[b.alone[rule]].row(r) {
			if v != 0 && v&hotBit == 0 {
				items = append(items, uint64(v)<<32|uint64(r))
			}
		}
		return items
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	return b.emitPair(k+len(b.p.keys), b.keys[q[0]].row(r), b.keys[q[1]].row(r), r, items)
}

// emitPair emits the values of rule k, of two keys, in row r.
func (b *blocker) emitPair(k int, vs, ws []uint32, r uint32, items []uint64) []uint64 {
	for _, v := range vs {
		if v&hotBit == 0 { // 0 is not hot
			continue
		}
		for _, w := range ws {
			if w&hotBit != 0 {
				items = append(items, uint64(hash32(b.p.hotTwo(k, v, w)))<<32|uint64(r))
			}
		}
	}
	return items
}

// eachBlock calls f with the items of each block of least members and more.
// Values of two keys whose short hashes are equal by chance are told apart, and
// hot ones left out.
func (b *blocker) eachBlock(rule int, items []uint64, least int, f func(items []uint64)) {
	for lo := 0; lo < len(items); {
		hi := lo + 1
		for hi < len(items) && items[hi]>>32 == items[lo]>>32 {
			hi++
		}
		if hi-lo >= least {
			if rule < len(b.alone) {
				f(items[lo:hi])
			} else {
				b.eachValue(b.number(rule), items[lo:hi], least, f)
			}
		}
		lo = hi
	}
}

// eachValue parts items of one short hash by their full hash.
func (b *blocker) eachValue(k int, items []uint64, least int, f func(items []uint64)) {
	short := uint32(items[0] >> 32)
	first := b.pairHash(k, uint32(items[0]), short)
	for i, it := range items[1:] {
		if b.pairHash(k, uint32(it), short) != first {
			same, others := slices.Clone(items[:i+1]), []uint64(nil)
			for _, it := range items[i+1:] {
				if b.pairHash(k, uint32(it), short) == first {
					same = append(same, it)
				} else {
					others = append(others, it)
				}
			}
			b.eachValue(k, others, least, f)
			items = same
			break
		}
	}
	if len(items) >= least && !b.p.isHot(first) {
		f(items)
	}
}

// pairHash finds the full hash of a pair rule's value in row r from its short form.
func (b *blocker) pairHash(k int, r uint32, short uint32) uint64 {
	q := b.p.pairs[k-len(b.p.keys)]
	for _, v := range b.keys[q[0]].row(r) {
		for _, w := range b.keys[q[1]].row(r) {
			if h := b.p.hotTwo(k, v, w); v != 0 && w != 0 && hash32(h) == short {
				return h
			}
		}
	}
	return 0
}
