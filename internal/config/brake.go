package config

// Brake says over which share of what is there a run is held until a person
// releases it. A share of 1 never holds.
type Brake struct {
	Close, Merge, Split, Change float64 // over 0, at most 1
	AtLeast                     int     // fewer things than this never hold
}

// A bank's night closes, merges and splits a few in a thousand and changes a few
// in a hundred; what is ten times more is rather a broken file.
var defaultBrake = Brake{Close: 0.1, Merge: 0.05, Split: 0.05, Change: 0.5, AtLeast: 25}

// brake reads {close, merge, split, change, at_least} over the given defaults.
func (n node) brake(def Brake) Brake {
	o := n.object("close", "merge", "split", "change", "at_least")
	for name, p := range map[string]*float64{"close": &def.Close, "merge": &def.Merge, "split": &def.Split, "change": &def.Change} {
		if v, ok := o.get(name); ok {
			*p = v.limit()
		}
	}
	if v, ok := o.get("at_least"); ok {
		def.AtLeast = v.integer(1, 1<<31-1)
	}
	return def
}

// limit is a share that is not 0.
func (n node) limit() float64 {
	v := n.share()
	if n.isText() && n.y.Value != "" && v == 0 {
		n.fault("write a small share such as 0.001, or 1 for never", "a brake of 0 would hold every run")
	}
	return v
}
