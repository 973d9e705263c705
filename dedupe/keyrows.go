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
	weak := &m.feats[m.surname].weak
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
	weak := &m.feats[m.surname].weak
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

// fillKeys lays the values of the wanted keys out per row, side by side. The
// others cost nothing: a plan that is known uses a third of the keys.
func (m *matrix) fillKeys(want uint64, workers int) {
	if want&^m.filled == 0 {
		return
	}
	var use []*rowKey
	for k := range m.keys {
		m.keys[k].width = 0
		if want>>k&1 == 1 {
			use = append(use, &m.keys[k])
		}
	}
	m.filled, m.slots, m.key = want, 0, nil
	rows := m.t.Rows
	const chunk = 8192
	chunks := (rows + chunk - 1) / chunk
	widest := make([][]int, chunks) // per chunk and key: most values in a row
	parallel(workers, chunks, func(c int, _ *sortBuffer) {
		var vs []uint32
		widest[c] = make([]int, len(use))
		for i, key := range use {
			w := 0
			for r := c * chunk; r < min(rows, (c+1)*chunk) && w < maxWidth; r++ {
				vs = key.valuesOf(m, uint32(r), vs)
				w = max(w, min(len(vs), maxWidth))
			}
			widest[c][i] = w
		}
	})
	for i, key := range use {
		for _, w := range widest {
			key.width = max(key.width, w[i])
		}
		key.slot = m.slots
		m.slots += key.width
	}
	m.key = make([]uint32, rows*m.slots)
	parallel(workers, chunks, func(c int, _ *sortBuffer) {
		var vs []uint32
		for r := c * chunk; r < min(rows, (c+1)*chunk); r++ {
			row := m.keyRow(uint32(r))
			for _, key := range use {
				vs = key.valuesOf(m, uint32(r), vs)
				copy(row[key.slot:key.slot+key.width], vs)
			}
		}
	})
}

func (m *matrix) keyRow(r uint32) []uint32 { return m.key[int(r)*m.slots : (int(r)+1)*m.slots] }
