package dedupe

// Text is compared as slices of 16-bit letters: runes folded to lower case,
// so that a distance counts letters and never bytes.

// within1 reports whether one insertion, deletion, substitution or swap of
// neighbours (optimal string alignment) makes a into b. Linear time.
func within1(a, b []uint16) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	if len(x) == len(y) {
		if len(x) == 0 || same(x[1:], y[1:]) {
			return true
		}
		return len(x) > 1 && x[0] == y[1] && x[1] == y[0] && same(x[2:], y[2:])
	}
	return same(x, y[1:])
}

func same(a, b []uint16) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// osa gives the optimal-string-alignment distance of a and b, or limit+1 when
// it is greater than limit (≤ 15). It works in a band of 2·limit+1 cells.
func osa(a, b []uint16, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	if len(b) > 126 {
		return limit + 1
	}
	var buf [3][128]uint8
	p2, p1, cur := &buf[0], &buf[1], &buf[2]
	far := uint8(limit + 1)
	for j := 0; j <= len(b); j++ {
		p1[j] = min(uint8(j), far)
	}
	for i := 1; i <= len(a); i++ {
		lo, hi := max(1, i-limit), min(len(b), i+limit)
		cur[lo-1] = far
		if lo == 1 {
			cur[0] = min(uint8(i), far)
		}
		for j := lo; j <= hi; j++ {
			d := p1[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, cur[j-1]+1)
			d = min(d, p1[j]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, p2[j-2]+1)
			}
			d = min(d, far)
			cur[j] = d
		}
		if hi < len(b) {
			cur[hi+1] = far
		}
		p2, p1, cur = p1, cur, p2
	}
	return int(p1[len(b)])
}
