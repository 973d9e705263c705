package dedupe

// blocker holds the values of a plan's keys side by side, row by row, with the
// hot ones marked: a pair is looked at in as few cache lines as the plan allows.
type blocker struct {
	m     *matrix
	p     *plan
	alone []usedKey // keys that are a rule alone, in order
	use   []usedKey // keys of the plan's rules, in order
	keys  []rowKey  // as in the matrix, with places in key; width 0 = not used
	key   []uint32  // rows × slots; slot 0 = 1 + the source if it gives no party two rows, else 0
	slots int

	opened *opened // during a large walk
}

type usedKey struct{ k, slot, width int }

func newBlocker(m *matrix, p *plan, workers int) *blocker {
	m.fillKeys(p.used, workers)
	b := &blocker{m: m, p: p, keys: make([]rowKey, len(m.keys)), slots: 1}
	for k, key := range m.keys {
		if p.used>>k&1 == 1 && key.width > 0 {
			u := usedKey{k, b.slots, key.width}
			b.use = append(b.use, u)
			if p.active>>k&1 == 1 {
				b.alone = append(b.alone, u)
			}
			b.keys[k] = rowKey{slot: b.slots, width: key.width}
			b.slots += key.width
		}
	}
	b.key = make([]uint32, m.t.Rows*b.slots)
	b.mark(workers)
	return b
}

// mark takes the key values over and marks those that are hot under the plan
// as it is now.
func (b *blocker) mark(workers int) {
	const chunk = 4096
	t := b.m.t
	parallel(workers, (t.Rows+chunk-1)/chunk, func(c int, _ *sortBuffer) {
		for r := c * chunk; r < min(t.Rows, (c+1)*chunk); r++ {
			all, row := b.m.keyRow(uint32(r)), b.row(uint32(r))
			if t.Source != nil && t.NoDup[t.Source[r]] {
				row[0] = 1 + uint32(t.Source[r])
			}
			for _, key := range b.use {
				alone := b.p.active>>key.k&1 == 1
				from := b.m.keys[key.k].slot
				for i, v := range all[from : from+key.width] {
					if v != 0 && (!alone || b.p.isHot(b.p.hotOne(key.k, v))) {
						v |= hotBit
					}
					row[key.slot+i] = v
				}
			}
		}
	})
}

func (b *blocker) row(r uint32) []uint32 { return b.key[int(r)*b.slots : (int(r)+1)*b.slots] }

// emit appends (block hash, row) for each value of a rule in row r, hot ones
// left out. For a rule of two keys only values whose parts are both hot count:
// the others meet under a single key already. Without check hot values of a
// pair rule are not looked up.
func (b *blocker) emit(rule int, r uint32, items []uint64, check bool) []uint64 {
	row := b.row(r)
	if rule < len(b.alone) {
		key := &b.alone[rule]
		for _, v := range row[key.slot : key.slot+key.width] {
			if v == 0 {
				break
			}
			if v&hotBit == 0 {
				items = append(items, uint64(v)<<32|uint64(r))
			}
		}
		return items
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	k += len(b.p.keys)
	for _, v := range row[ki.slot : ki.slot+ki.width] {
		if v == 0 {
			break
		}
		if v&hotBit == 0 {
			continue
		}
		for _, w := range row[kj.slot : kj.slot+kj.width] {
			if w == 0 {
				break
			}
			if w&hotBit == 0 {
				continue
			}
			if h := b.p.hotTwo(k, v, w); !check || !b.p.isHot(h) {
				items = append(items, uint64(hash32(h))<<32|uint64(r))
			}
		}
	}
	return items
}
