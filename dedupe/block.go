package dedupe

// blocker knows the values of a plan's keys, with the hot ones marked.
type blocker struct {
	m     *matrix
	p     *plan
	alone []int    // keys that are a rule alone and have values, in order
	use   []int    // keys of the plan's rules that have values, in order
	keys  []rowKey // as in the matrix, with marks; width 0 = not used
	limit int      // rows that are put together at a time, see sortBuffer; 0 = all
}

func newBlocker(m *matrix, p *plan, workers int) *blocker {
	m.fillKeys(p.used, workers)
	b := &blocker{m: m, p: p, keys: make([]rowKey, len(m.keys))}
	if size, bound := m.t.Room.Size(); bound {
		b.limit = max(int(size)/64/workers, m.t.Rows/8, 1)
	}
	for k := range m.keys {
		if p.used>>k&1 == 1 && m.keys[k].width > 0 {
			b.use = append(b.use, k)
			if p.active>>k&1 == 1 {
				b.alone = append(b.alone, k)
			}
			b.keys[k] = m.keys[k]
		}
	}
	b.mark(workers)
	return b
}

// mark marks the key values that are hot under the plan as it is now; of a key
// that is no rule alone all are. The marks stand in the matrix: of two plans the
// one whose blocker was made last is in force.
func (b *blocker) mark(workers int) {
	parallel(workers, len(b.use), func(i int, _ *sortBuffer) {
		k := b.use[i]
		alone, val := b.p.active>>k&1 == 1, b.keys[k].val
		for i, v := range val {
			if v &^= hotBit; v != 0 && (!alone || b.p.isHot(b.p.hotOne(k, v))) {
				v |= hotBit
			}
			if val[i] != v { // else a list that rests in a file would be written anew
				val[i] = v
			}
		}
		b.m.t.Room.Rest(val)
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

// emit adds each value of a rule in each row to the buffer, hot values of single
// keys left out. For a rule of two keys only values whose parts are both hot
// count: the others meet under a single key already. Hot values of two keys are
// still there: they are known block by block.
func (b *blocker) emit(rule int, buf *sortBuffer) {
	if rule < len(b.alone) {
		b.emitOne(b.alone[rule], buf)
		return
	}
	q := b.p.pairs[rule-len(b.alone)]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	if ki.width == 0 || kj.width == 0 {
		return
	}
	seed := b.p.seeds[b.number(rule)]
	if ki.width == 1 && kj.width == 1 {
		for r, v := range ki.val {
			if w := kj.val[r]; v&w&hotBit != 0 {
				buf.add(hashTwo(seed, v, w), uint32(r))
			}
		}
		return
	}
	for r := range uint32(b.m.t.Rows) {
		addPair(seed, ki.row(r), kj.row(r), r, buf)
	}
}

func (b *blocker) emitOne(k int, buf *sortBuffer) {
	key := &b.keys[k]
	if key.width == 1 {
		for r, v := range key.val {
			if v != 0 && v&hotBit == 0 {
				buf.add(b.p.hotOne(k, v), uint32(r))
			}
		}
		return
	}
	for r := range uint32(b.m.t.Rows) {
		b.addOne(k, r, buf)
	}
}

func (b *blocker) addOne(k int, r uint32, buf *sortBuffer) {
	for _, v := range b.keys[k].row(r) {
		if v != 0 && v&hotBit == 0 {
			buf.add(b.p.hotOne(k, v), r)
		}
	}
}

// emitRow adds the values of a rule in one row, as emit does.
func (b *blocker) emitRow(rule int, r uint32, buf *sortBuffer) {
	if rule < len(b.alone) {
		b.addOne(b.alone[rule], r, buf)
		return
	}
	q := b.p.pairs[rule-len(b.alone)]
	addPair(b.p.seeds[b.number(rule)], b.keys[q[0]].row(r), b.keys[q[1]].row(r), r, buf)
}

func addPair(seed uint64, vs, ws []uint32, r uint32, buf *sortBuffer) {
	for _, v := range vs {
		if v&hotBit == 0 { // 0 is not hot
			continue
		}
		for _, w := range ws {
			if w&hotBit != 0 {
				buf.add(hashTwo(seed, v, w), r)
			}
		}
	}
}

// eachBlock calls f with the rows of each block of a rule that has least members
// and more, each row once per value; hot values of two keys are left out.
func (b *blocker) eachBlock(rule int, buf *sortBuffer, least int, f func(full uint64, rows []posted)) {
	two := rule >= len(b.alone)
	buf.limit = b.limit
	buf.each(b.m.t.Rows, least, func() { b.emit(rule, buf) }, func(h uint64, rows []posted) {
		if !two || !b.p.isHot(h) {
			f(h, rows)
		}
	})
	if two {
		q := b.p.pairs[rule-len(b.alone)]
		b.m.t.Room.Rest(b.keys[q[0]].val)
		b.m.t.Room.Rest(b.keys[q[1]].val)
	} else {
		b.m.t.Room.Rest(b.keys[b.alone[rule]].val)
	}
}
