package dedupe

import "math/bits"

// opened tells, for the length of a walk, in which blocks each row stands. Per
// row it holds a few words side by side: which rules have the row in a block,
// and the hash of the block. Two rows are held against each other there before
// their keys are looked at, which is needed only where a row has several blocks.
type opened struct {
	words  int        // of a bit set of rules
	stride int        // words of head per row
	head   []uint64   // per row: rules, rules under which it stands in several blocks, then its source and where its hashes begin
	hash   [][]uint64 // in full: equal ones are equal values
}

// Hashes of rows stand in runs, each with its own list.
const (
	openShift = 12
	openChunk = 1 << openShift
)

// openFrom is the share of touched rows, one in so many, from which a walk
// looks the blocks of all rows up beforehand.
const openFrom = 64

// rules counts the plan's rules that are in use: single keys, then pairs. The
// number of a rule here is its place in that order.
func (b *blocker) rules() int { return len(b.alone) + len(b.p.pairs) }

// number gives the number of a used rule in the plan.
func (b *blocker) number(rule int) int {
	if rule < len(b.alone) {
		return b.alone[rule].k
	}
	return len(b.p.keys) + rule - len(b.alone)
}

func (b *blocker) open(workers int) *opened {
	rows := b.m.t.Rows
	o := &opened{words: (b.rules() + 63) / 64}
	o.stride = 2*o.words + 1
	o.head = make([]uint64, rows*o.stride)
	o.hash = make([][]uint64, (rows+openChunk-1)/openChunk)
	parallel(workers, len(o.hash), func(c int, _ *sortBuffer) {
		var list, found []uint64
		for r := c * openChunk; r < min(rows, (c+1)*openChunk); r++ {
			head := o.head[r*o.stride : (r+1)*o.stride]
			head[2*o.words] = uint64(b.row(uint32(r))[0])<<32 | uint64(len(list))
			for rule := range b.rules() {
				if found = b.blocksOf(rule, uint32(r), found[:0]); len(found) == 0 {
					continue
				}
				list = append(list, found[0])
				head[rule>>6] |= 1 << (rule & 63)
				if len(found) > 1 {
					head[o.words+rule>>6] |= 1 << (rule & 63)
				}
			}
		}
		o.hash[c] = list
	})
	return o
}

// blocksOf appends the values of a rule in row r that are not hot: of a single
// key the value, of two keys the hash in full.
func (b *blocker) blocksOf(rule int, r uint32, dst []uint64) []uint64 {
	row := b.row(r)
	if rule < len(b.alone) {
		key := &b.alone[rule]
		for _, v := range row[key.slot : key.slot+key.width] {
			if v != 0 && v&hotBit == 0 {
				dst = append(dst, uint64(v))
			}
		}
		return dst
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	for _, v := range row[ki.slot : ki.slot+ki.width] {
		if v&hotBit == 0 {
			continue
		}
		for _, w := range row[kj.slot : kj.slot+kj.width] {
			if w&hotBit == 0 {
				continue
			}
			if h := b.p.hotTwo(k+len(b.p.keys), v, w); !b.p.isHot(h) {
				dst = append(dst, h)
			}
		}
	}
	return dst
}

// at gives the first block hash of a row under a rule that has it.
func (o *opened) at(r uint32, head []uint64, rule int) uint64 {
	i := uint32(head[2*o.words])
	w := rule >> 6
	for k := range w {
		i += uint32(bits.OnesCount64(head[k]))
	}
	return o.hash[r>>openShift][i+uint32(bits.OnesCount64(head[w]&(1<<(rule&63)-1)))]
}

func (o *opened) of(r uint32) []uint64 { return o.head[int(r)*o.stride : (int(r)+1)*o.stride] }

// emitOpened is emit from what was looked up.
func (b *blocker) emitOpened(rule int, r uint32, items []uint64) []uint64 {
	o := b.opened
	head := o.of(r)
	switch w, bit := rule>>6, uint64(1)<<(rule&63); {
	case head[w]&bit == 0:
		return items
	case head[o.words+w]&bit == 0:
		h := o.at(r, head, rule)
		if rule >= len(b.alone) {
			h = uint64(hash32(h))
		}
		return append(items, h<<32|uint64(r))
	}
	return b.emit(rule, r, items, true)
}

// leadsOpened reports whether the pair of rows that share the block h of a
// rule is to be visited there: no rule before finds it, and this one under no
// lesser hash.
func (b *blocker) leadsOpened(rule int, h uint32, x, y uint32, hx []uint64) bool {
	o := b.opened
	hy := o.of(y)
	if sx := hx[2*o.words] >> 32; sx != 0 && sx == hy[2*o.words]>>32 {
		return false // the source gives no party two rows
	}
	for w := 0; w <= rule>>6; w++ {
		set := hx[w] & hy[w]
		if w == rule>>6 {
			set &= 1<<(rule&63) - 1
		}
		several := hx[o.words+w] | hy[o.words+w]
		for ; set != 0; set &= set - 1 {
			i := bits.TrailingZeros64(set)
			if several>>i&1 == 0 {
				if o.at(x, hx, w<<6+i) == o.at(y, hy, w<<6+i) {
					return false
				}
				continue
			}
			if _, ok := b.meet(w<<6+i, b.row(x), b.row(y)); ok {
				return false
			}
		}
	}
	if w, i := rule>>6, rule&63; (hx[o.words+w]|hy[o.words+w])>>i&1 == 0 {
		return o.at(x, hx, rule) == o.at(y, hy, rule)
	}
	least, ok := b.meet(rule, b.row(x), b.row(y))
	return ok && least == h
}
