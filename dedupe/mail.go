package dedupe

import "slices"

// E-mail addresses are made of names. Two that are nearly alike beside names that
// agree say again what the names say, and strangers of one name would be joined by
// anna.smith62 and anna.smith4. What is left is the number behind the name: where
// the two have one number, they are one address with a typing error. Else they are two
// addresses, and differ.

// From and to which level two e-mails are only alike, and the level of those that differ.
const (
	mailEdit1     = 3
	mailLocalNear = 6
	mailDiffers   = 8
)

// alikeMail reports the level of two e-mails that are only alike.
func (m *matrix) alikeMail(i int, l uint8) bool {
	return i == m.email && l >= mailEdit1 && l <= mailLocalNear
}

// together completes a vector: names in both orders and, where a pair is weighed, e-mails
// that are alike only because the names are differ. Weights are learnt of the levels as
// they are: else likeness would be left to typing errors, and told by nothing else.
func (c *comparer) together(rx, ry []uint32, lv *levelsOf, val *[maxFeatures][2]uint32) {
	c.names(rx, ry, lv, val)
	m := c.m
	if !c.weighs || m.email < 0 || !m.alikeMail(m.email, lv[m.email]) {
		return
	}
	agree, differ := false, false
	for _, i := range [...]int{m.surname, m.given, m.full} {
		if i >= 0 && lv[i] != 0 {
			agree, differ = agree || good(lv[i]), differ || i == m.given && !good(lv[i])
		}
	}
	f, v := m.feats[m.email], val[m.email]
	if agree && !oneAddress(f.letters(v[0]), f.letters(v[1]), differ) {
		lv[m.email] = mailDiffers
	}
}

// oneAddress reports whether two e-mails are likely one with a typing error, of people
// whose names agree; differ tells that their given names do not. With a number behind
// the name they have one number; without, the name or the domain is all but equal.
func oneAddress(x, y []uint16, differ bool) bool {
	i, j := at(x), at(y)
	var bufX, bufY [16]uint16
	dx, dy := digitsOf(bufX[:0], x), digitsOf(bufY[:0], y)
	if len(dx) > 0 || len(dy) > 0 {
		return slices.Equal(dx, dy)
	}
	switch {
	case within1(x, y):
		return !differ
	case same(x[i:], y[j:]):
		return false
	}
	return osa(x[i:], y[j:], 4) <= min(4, max(len(x)-i, len(y)-j)/4)
}

func digitsOf(dst, x []uint16) []uint16 {
	for _, c := range x {
		if c >= '0' && c <= '9' {
			dst = append(dst, c)
		}
	}
	return dst
}
