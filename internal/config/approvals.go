package config

// Approvals says what needs the yes of a second person before it counts.
type Approvals struct {
	Overrides bool // values set by hand
}

func (n node) approvals() Approvals {
	var a Approvals
	o := n.object("overrides")
	if v, ok := o.get("overrides"); ok {
		a.Overrides = v.flag()
	}
	return a
}
