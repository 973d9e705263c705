package dedupe

// A pair is visited in the block of the first rule that finds it, and there
// under the least value it shares: so it comes once, and no list of pairs is
// kept. This file answers "is this the one?".

// allowed is Table.allowed of two rows of the blocker.
func allowed(ra, rb []uint32) bool { return ra[0] == 0 || ra[0] != rb[0] }

// shares gives the least value that is not hot and on which two rows agree, or 0.
func (u *usedKey) shares(ra, rb []uint32) uint32 {
	if u.width == 1 {
		if v := ra[u.slot]; v == rb[u.slot] && v&hotBit == 0 {
			return v
		}
		return 0
	}
	other := rb[u.slot : u.slot+u.width]
	for _, v := range ra[u.slot : u.slot+u.width] {
		if v == 0 {
			break
		}
		if v&hotBit == 0 && contains(other, v) {
			return v // slots are sorted: the first shared one is the least
		}
	}
	return 0
}

// first gives the lowest rule of the plan that makes rows x and y a candidate
// pair, or -1.
func (b *blocker) first(x, y uint32) int {
	for rule := range b.rules() {
		if _, ok := b.meet(rule, b.row(x), b.row(y)); ok {
			return b.number(rule)
		}
	}
	return -1
}

// rulesOf lists all rules of the plan that find the pair.
func (b *blocker) rulesOf(x, y uint32) (out []int) {
	for rule := range b.rules() {
		if _, ok := b.meet(rule, b.row(x), b.row(y)); ok {
			out = append(out, b.number(rule))
		}
	}
	return out
}

// leads reports whether the rule is the first that finds two rows and h the
// least hash under which it does. last is the rule that found the pair asked
// before: pairs of one block often meet under the same.
func (b *blocker) leads(rule int, h uint32, ra, rb []uint32, last *int) bool {
	if *last < rule {
		if _, ok := b.meet(*last, ra, rb); ok {
			return false
		}
	}
	for i := range rule {
		if _, ok := b.meet(i, ra, rb); ok {
			*last = i
			return false
		}
	}
	least, ok := b.meet(rule, ra, rb)
	return ok && least == h
}

// meet reports whether a rule finds two rows, and the least hash of a common
// value that is not hot.
func (b *blocker) meet(rule int, ra, rb []uint32) (least uint32, ok bool) {
	if rule < len(b.alone) {
		v := b.alone[rule].shares(ra, rb)
		return v, v != 0
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	k += len(b.p.keys)
	if ki.width == 1 && kj.width == 1 {
		v, w := ra[ki.slot], ra[kj.slot]
		if v != rb[ki.slot] || w != rb[kj.slot] || v == 0 || w == 0 {
			return 0, false
		}
		h := b.p.hotTwo(k, v, w)
		return hash32(h), !b.p.isHot(h)
	}
	for _, v := range ra[ki.slot : ki.slot+ki.width] {
		if v == 0 {
			break
		}
		if !contains(rb[ki.slot:ki.slot+ki.width], v) {
			continue
		}
		for _, w := range ra[kj.slot : kj.slot+kj.width] {
			if w == 0 {
				break
			}
			if !contains(rb[kj.slot:kj.slot+kj.width], w) {
				continue
			}
			h := b.p.hotTwo(k, v, w)
			if s := hash32(h); (!ok || s < least) && !b.p.isHot(h) {
				least, ok = s, true
			}
		}
	}
	return least, ok
}

// contains looks for a value in a list that ends with its length or with 0.
func contains(list []uint32, v uint32) bool {
	for _, w := range list {
		if w == v {
			return true
		}
		if w == 0 {
			return false
		}
	}
	return false
}
