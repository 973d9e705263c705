package dedupe

// This file answers which rules of a plan make two records a candidate pair,
// for those who ask about single pairs: explanations and estimates.

// first gives the lowest rule of the plan that makes rows x and y a candidate
// pair, or -1.
func (b *blocker) first(x, y uint32) int {
	for rule := range b.rules() {
		if b.meet(rule, x, y) {
			return b.number(rule)
		}
	}
	return -1
}

// rulesOf lists all rules of the plan that find the pair.
func (b *blocker) rulesOf(x, y uint32) (out []int) {
	for rule := range b.rules() {
		if b.meet(rule, x, y) {
			out = append(out, b.number(rule))
		}
	}
	return out
}

// meet reports whether two rows share a value of a rule that is not hot.
func (b *blocker) meet(rule int, x, y uint32) bool {
	if rule < len(b.alone) {
		key := &b.keys[b.alone[rule]]
		other := key.row(y)
		for _, v := range key.row(x) {
			if v != 0 && v&hotBit == 0 && contains(other, v) {
				return true
			}
		}
		return false
	}
	k := rule - len(b.alone)
	q := b.p.pairs[k]
	ki, kj := &b.keys[q[0]], &b.keys[q[1]]
	k += len(b.p.keys)
	for _, v := range ki.row(x) {
		if v == 0 || !contains(ki.row(y), v) {
			continue
		}
		for _, w := range kj.row(x) {
			if w != 0 && contains(kj.row(y), w) && !b.p.isHot(b.p.hotTwo(k, v, w)) {
				return true
			}
		}
	}
	return false
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
