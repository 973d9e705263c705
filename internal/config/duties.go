package config

import (
	"slices"

	"clientbase/schemas"
)

// holds reads the duties to keep:
//
//	holds:
//	  aml: {facts: [transaction, account], keep: 5y, ru: "…", en: "…"}
func (n node) holds() []schemas.Hold {
	var kinds []string
	for _, k := range schemas.FactKinds() {
		kinds = append(kinds, k.Name)
	}
	var out []schemas.Hold
	for _, e := range n.entries() {
		if !identifier.MatchString(e.name) {
			e.key.fault("write it like aml", "a duty is named in small Latin letters, digits and _")
		}
		h := schemas.Hold{ID: e.name}
		o := e.val.object("facts", "keep", "ru", "en")
		if v, ok := o.get("facts"); ok {
			for _, f := range v.scalars() {
				h.Facts = append(h.Facts, f.word("kind of fact", kinds...))
			}
		}
		if v, ok := o.need("keep", "for example 5y after the last of these facts"); ok {
			h.Keep = v.keep()
		}
		if v, ok := o.need("ru", ""); ok {
			h.Ru = v.text()
		}
		if v, ok := o.need("en", ""); ok {
			h.En = v.text()
		}
		out = append(out, h)
	}
	return out
}

// retention reads how long rows of a source or a stream are kept.
func (n node) retention(p *Project) map[string]schemas.Keep {
	out := map[string]schemas.Keep{}
	for _, e := range n.entries() {
		if names := p.sourceNames(); !slices.Contains(names, e.name) {
			e.key.fault(suggest(e.name, names), "unknown source or stream %s", e.name)
		}
		out[e.name] = e.val.keep()
	}
	return out
}

// RetentionOf gives how long rows of a stream are kept: its own word, else its
// source's; zero = for ever.
func (p *Project) RetentionOf(source, stream string) schemas.Keep {
	if k, ok := p.Retention[source+"/"+stream]; ok {
		return k
	}
	return p.Retention[source]
}

func (n node) keep() schemas.Keep {
	k, ok := schemas.ParseKeep(n.text())
	if !ok && n.isText() {
		n.fault("write years, months and days: 5y, 18m, 90d, 1y6m", "how long is expected here")
	}
	return k
}
