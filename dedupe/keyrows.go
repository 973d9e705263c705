package dedupe

import (
	"fmt"
	"slices"

	"clientbase/schemas"
)

// listKeys names the blocking keys of all features, and those that span
// surname and given name without regard to their order.
func (m *matrix) listKeys() {
	for i, f := range m.feats {
		for k := range f.keys {
			vk := &f.keys[k]
			m.keys = append(m.keys, rowKey{name: f.name + "." + vk.name, feats: 1 << i, of: func(m *matrix, r uint32, dst []uint32) []uint32 {
				var one [1]uint32
				for _, v := range m.rowFeature(r, i, &one) {
					dst = append(dst, vk.of.get(v)...)
				}
				return dst
			}})
		}
	}
	if m.surname >= 0 && m.given >= 0 {
		m.keys = append(m.keys, m.bothNames(), m.anyName())
	}
	if len(m.keys) > maxKeys {
		m.dropped = append(m.dropped, fmt.Sprintf("%d of %d blocking keys are left out, %d are the limit; the first is %s", len(m.keys)-maxKeys, len(m.keys), maxKeys, m.keys[maxKeys].name))
		m.keys = m.keys[:maxKeys]
	}
}

// bothNames is the key of surname and given name together.
func (m *matrix) bothNames() rowKey {
	seed := schemas.Hash64("key names")
	weak := &m.crosswise.weak
	return rowKey{name: "names.both", feats: 1<<m.surname | 1<<m.given, of: func(m *matrix, r uint32, dst []uint32) []uint32 {
		var one, two [1]uint32
		for _, s := range m.rowFeature(r, m.surname, &one) {
			for _, g := range m.rowFeature(r, m.given, &two) {
				for _, x := range weak.get(s) {
					for _, y := range weak.get(g) {
						dst = append(dst, hash32(mix(seed, uint64(min(x, y))<<32|uint64(max(x, y)))))
					}
				}
			}
		}
		return dst
	}}
}

// anyName is the key of one name, whichever of the two it is.
func (m *matrix) anyName() rowKey {
	weak := &m.crosswise.weak
	return rowKey{name: "names.any", feats: 1<<m.surname | 1<<m.given, of: func(m *matrix, r uint32, dst []uint32) []uint32 {
		var one [1]uint32
		for _, i := range []int{m.surname, m.given} {
			for _, v := range m.rowFeature(r, i, &one) {
				dst = append(dst, weak.get(v)...)
			}
		}
		return dst
	}}
}

// valuesOf gives the key's values in a row, sorted, each once.
func (k *rowKey) valuesOf(m *matrix, r uint32, dst []uint32) []uint32 {
	if dst = k.of(m, r, dst[:0]); len(dst) > 1 {
		slices.Sort(dst)
		dst = slices.Compact(dst)
	}
	return dst
}

// allKeys is the set of all keys of the matrix.
func (m *matrix) allKeys() uint64 { return 1<<len(m.keys) - 1 } // all ones for 64 keys

// fillKeys computes the values of the wanted keys in all rows. The others cost
// nothing: a plan that is known uses a third of the keys.
func (m *matrix) fillKeys(want uint64, workers int) {
	var todo []int
	for k := range m.keys {
		if want>>k&1 == 1 && m.filled>>k&1 == 0 {
			todo = append(todo, k)
		}
	}
	parallel(workers, len(todo), func(i int, _ *sortBuffer) {
		m.keys[todo[i]].fill(m)
		m.t.Room.Rest(m.keys[todo[i]].val)
	})
	m.filled |= want & m.allKeys()
}

// fill lays the values out row by row, as wide as the fullest row needs.
func (k *rowKey) fill(m *matrix) {
	rows := m.t.Rows
	count, flat, width := make([]uint8, rows), make([]uint32, 0, rows), 0
	var vs []uint32
	for r := range count {
		vs = k.valuesOf(m, uint32(r), vs)
		n := min(len(vs), maxWidth)
		flat, count[r], width = append(flat, vs[:n]...), uint8(n), max(width, n)
	}
	*k = rowKey{name: k.name, feats: k.feats, of: k.of, width: width}
	k.val = m.t.Room.Uint32s(rows * width)
	at := 0
	for r, n := range count {
		at += copy(k.val[r*width:], flat[at:at+int(n)])
	}
}

// row gives the values of a row, filled up with 0.
func (k *rowKey) row(r uint32) []uint32 { return k.val[int(r)*k.width : (int(r)+1)*k.width] }
