package config

// Approvals says what needs the yes of a second person before it counts.
type Approvals struct {
	Overrides bool            // values set by hand
	Config    ConfigApprovals // a changed configuration
}

// ConfigApprovals say what a changed configuration needs before a run goes by it.
type ConfigApprovals struct {
	Hold   bool     // a run stops until others agreed; else a change is only on record
	Parts  []string // that need it
	People int      // how many others must agree
}

func (n node) approvals() Approvals {
	var a Approvals
	o := n.object("overrides", "configuration")
	if v, ok := o.get("overrides"); ok {
		a.Overrides = v.flag()
	}
	if v, ok := o.get("configuration"); ok {
		a.Config = v.configApprovals()
	}
	return a
}

func (n node) configApprovals() ConfigApprovals {
	out := ConfigApprovals{Parts: partNames(), People: 1}
	o := n.object("policy", "parts", "people")
	if v, ok := o.need("policy", "write policy: hold (a run stops until another person agreed) or policy: note"); ok {
		out.Hold = v.word("policy", "hold", "note") == "hold"
	}
	if v, ok := o.get("parts"); ok {
		out.Parts = nil
		for _, e := range v.items() {
			if part := e.word("part of the configuration", partNames()...); part != "" {
				out.Parts = append(out.Parts, part)
			}
		}
	}
	if v, ok := o.get("people"); ok {
		out.People = max(v.integer(1, 9), 1)
	}
	return out
}
