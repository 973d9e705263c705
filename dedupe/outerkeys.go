package dedupe

import (
	"slices"

	"clientbase/schemas"
)

// keysFrom is a key column from outside with the values of its column: those that
// rows have, and what they are here.
type keysFrom struct {
	*KeyColumn
	held, remap []uint32
}

// each calls do with the id of each value and each of its keys.
func (k *keysFrom) each(do func(id, key uint32)) {
	for _, v := range k.held {
		if id := k.remap[v]; id != 0 {
			for _, key := range k.Of(v) {
				if key != 0 {
					do(id, key)
				}
			}
		}
	}
}

// hashOf gives what finds the hash of a key, which the given number of values ask
// for. Where there are fewer keys than that, each is hashed once.
func (k *keysFrom) hashOf(seed uint64, asked int) func(key uint32) uint32 {
	hash := func(key uint32) uint32 { return hash32(mix(seed, schemas.Hash64(k.Dict.Get(key)))) }
	if k.Dict.Len() > asked {
		return hash
	}
	known := make([]uint32, k.Dict.Len()) // 0 = not asked for yet
	return func(key uint32) uint32 {
		if known[key] == 0 {
			known[key] = hash(key)
		}
		return known[key]
	}
}

// externalKey gives per value the hashes of one key, sorted, each once.
func (f *feature) externalKey(t *Table, name string) lists {
	seed := schemas.Hash64("key " + name)
	var from []keysFrom
	for i, ci := range f.cols {
		for k := range t.Cols[ci].Keys {
			if kc := &t.Cols[ci].Keys[k]; kc.Name == name {
				from = append(from, keysFrom{kc, f.held[i], f.remap[i]})
			}
		}
	}
	all := lists{off: make([]uint32, f.values()+1)} // off[v+1] counts, then tells where v begins, then where it ends
	asked := make([]int, len(from))
	for i := range from {
		from[i].each(func(id, _ uint32) { all.off[id+1]++; asked[i]++ })
	}
	for v := range f.values() {
		all.off[v+1] += all.off[v]
	}
	all.val = make([]uint32, all.off[f.values()])
	next := slices.Clone(all.off)
	for i := range from {
		hash := from[i].hashOf(seed, asked[i])
		from[i].each(func(id, key uint32) { all.val[next[id]], next[id] = hash(key), next[id]+1 })
	}
	l := lists{off: make([]uint32, 1, f.values()+1), val: all.val[:0]}
	for v := range f.values() { // what stays never overtakes what is read
		of := all.val[all.off[v]:all.off[v+1]]
		slices.Sort(of)
		l.val = append(l.val, slices.Compact(of)...)
		l.end()
	}
	return l
}

// externalKeys takes the key columns that came with the table. Key ids of
// values that share a canonical id are joined.
func (f *feature) externalKeys(t *Table, wanted func(string) bool) {
	var names []string
	for _, ci := range f.cols {
		for k := range t.Cols[ci].Keys {
			if n := t.Cols[ci].Keys[k].Name; !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for _, name := range names {
		if !wanted(name) && !comparedKey(f.role, name) {
			f.keys = append(f.keys, valueKey{name: name})
			continue
		}
		l := f.externalKey(t, name)
		f.keys = append(f.keys, valueKey{name, l})
		switch name {
		case "lemma", "translit", "key", "core", "full":
			f.strong = joinLists(f.strong, l, f.values())
		case "skeleton":
			f.weak = joinLists(f.weak, l, f.values())
		case "city", "house":
			f.place = joinLists(f.place, l, f.values())
		}
	}
}
