package state

import "clientbase/schemas"

// KeyFunc derives match keys from a value; see transforms.KeyFunc.
type KeyFunc struct {
	Name string
	Of   func(value string, emit func(key string))
}

// KeyColumn holds the match keys of a column's distinct values: those of value
// v are Dict strings ID[Off[v]:Off[v+1]]. Like the dictionary it only grows, so
// a delta computes the keys of new values and no others. A string may stand in
// Dict several times: to find out whether a few new keys are among many costs more
// than to write them again.
type KeyColumn struct {
	Name string
	Dict *schemas.Dict
	Off  []uint32
	ID   []uint32

	fresh  *schemas.Dict // the keys that this process made, each once
	before uint32        // id 1 of fresh is the next after this one of Dict
}

// intern gives the id of a key, which it adds unless this process made it before.
func (k *KeyColumn) intern(key string) uint32 {
	switch {
	case k.fresh != nil:
	case k.Dict.Len() == 1:
		k.fresh = k.Dict
	default:
		k.fresh, k.before = schemas.NewDict(), uint32(k.Dict.Len()-1)
	}
	id := k.before + k.fresh.Intern(key)
	if int(id) == k.Dict.Len() {
		k.Dict.Add(key)
	}
	return id
}

// ExtendKeys brings the key columns of an attribute up to its dictionary.
// Calls for different attributes may run side by side.
func (c *Column) ExtendKeys(funcs []KeyFunc) {
	if len(c.Keys) != len(funcs) {
		c.Keys = make([]*KeyColumn, len(funcs))
	}
	for i, f := range funcs {
		k := c.Keys[i]
		if k == nil || k.Name != f.Name {
			k = &KeyColumn{Name: f.Name, Dict: schemas.NewDict(), Off: []uint32{0, 0}} // value 0 is missing and has no key
			c.Keys[i] = k
		}
	}
	if len(funcs) == 0 {
		return
	}
	for v := uint32(len(c.Keys[0].Off) - 1); v < uint32(c.Dict.Len()); v++ {
		text := c.Dict.Get(v)
		for i, f := range funcs { // all keys of one value together: they share their parsing
			k := c.Keys[i]
			f.Of(text, func(key string) {
				if key != "" {
					k.ID = append(k.ID, k.intern(key))
				}
			})
			k.Off = append(k.Off, uint32(len(k.ID)))
		}
	}
}

// keyMark is how much of a key column is on disk.
type keyMark struct{ dict, off, id int }

func (c *Column) keyMarks() []keyMark {
	var out []keyMark
	for _, k := range c.Keys {
		out = append(out, keyMark{k.Dict.Len(), len(k.Off), len(k.ID)})
	}
	return out
}

func (c *Column) putKeys(s *sectionWriter, attr string, since []keyMark) {
	var names []string
	for i, k := range c.Keys {
		names = append(names, k.Name)
		m := keyMark{1, 0, 0}
		if i < len(since) {
			m = since[i]
		}
		name := attr + "#" + k.Name
		putDict(s, name+"/dict", k.Dict, m.dict)
		put(s, name+"/off", k.Off[m.off:])
		put(s, name+"/id", k.ID[m.id:])
	}
	putStrings(s, attr+"/keys", names)
}

func (c *Column) getKeys(s *sections, attr string) {
	for i, name := range getStrings(s, attr+"/keys") {
		if i >= len(c.Keys) {
			c.Keys = append(c.Keys, &KeyColumn{Name: name, Dict: schemas.NewDict()})
		}
		k := c.Keys[i]
		at := attr + "#" + name
		k.Dict = getDict(s, at+"/dict", k.Dict)
		k.Off = get(s, at+"/off", k.Off)
		k.ID = get(s, at+"/id", k.ID)
	}
}
