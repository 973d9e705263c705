package dedupe

import "slices"

// Sharing gives the numbers of the entries in use that may hold a value of a key
// that a row of the prepared table holds; no other entry does. ok is false when
// the blocks do not have the key.
func (b *Blocks) Sharing(key string, p *Prepared, use []bool) (rows []uint32, ok bool) {
	k, of := slices.Index(b.Keys, key), slices.IndexFunc(p.m.keys, func(x rowKey) bool { return x.name == key })
	if k < 0 || of < 0 {
		return nil, false
	}
	var held, vs []uint32
	for r := range uint32(p.m.t.Rows) { // all values: of rows that hold many, blocks have but some
		vs = p.m.keys[of].of(p.m, r, vs[:0])
		held = append(held, vs...)
	}
	set := make(map[uint32]bool, len(held))
	var maybe [1 << 14]uint64 // of a million bits: answers for most values that nobody holds
	for _, v := range held {
		set[v] = true
		maybe[v>>12>>6] |= 1 << (v >> 12 & 63)
	}
	vals := b.Val[k]
	for e, n := range b.Count[k] {
		of := vals[:n]
		vals = vals[n:]
		if !use[e] {
			continue
		}
		may := n == maxWidth // there may be more
		for _, v := range of {
			v &^= hotBit
			may = may || maybe[v>>12>>6]>>(v>>12&63)&1 == 1 && set[v]
		}
		if may {
			rows = append(rows, b.Row[e])
		}
	}
	return rows, true
}
