package config

import (
	"time"

	"clientbase/schemas"
)

// sourceDecoder reads sources/*.yaml one after another and remembers what can
// be checked only when all are read.
type sourceDecoder struct {
	p         *Project
	out       *faults
	firstFile map[string]string // source id → the file that declared it
	refs      []pendingRef
}

// streamDefaults are what a source says for all its streams.
type streamDefaults struct {
	zone, region        string
	trust               int
	maxQuarantine       float64
	drift               schemas.Drift
	purpose, legalBasis string
	freshness           time.Duration
}

func (d *sourceDecoder) decode(f *file) {
	if f.root == nil {
		return
	}
	s := Source{File: f.name}
	def := streamDefaults{zone: d.p.Zone, region: d.p.Region, trust: 50, maxQuarantine: d.p.MaxQuarantine,
		drift: schemas.Drift{New: schemas.Evolve, Missing: schemas.Freeze, Reordered: schemas.Evolve}}
	o := node{f.name, "", f.root, d.out}.object("source", "kind", "title", "purpose", "legal_basis",
		"zone", "region", "trust", "max_quarantine", "drift", "schedule", "catch_up", "freshness", "streams")
	if v, ok := o.need("source", "write source: <id>, the name that messages and SQL use"); ok {
		s.ID = v.identifier("source")
		if s.ID == "journal" {
			v.fault("choose another id", "journal is the name under which acts of people stand in the base")
		}
		if first, twice := d.firstFile[s.ID]; twice && s.ID != "" {
			v.fault("rename one of them", "source %s is declared in %s too", s.ID, first)
		} else {
			d.firstFile[s.ID] = f.name
		}
	}
	if v, ok := o.need("kind", "write kind: corebank, cards, callcentre, web or command"); ok {
		s.Kind = v.text()
		s.kindLine, s.kindCol = v.y.Line, v.y.Column
	}
	if v, ok := o.get("title"); ok {
		s.Title = v.words()
	}
	s.Purpose, s.LegalBasis = d.purpose(o, s.Kind)
	def.purpose, def.legalBasis = s.Purpose, s.LegalBasis
	def.read(o)
	s.schedule(o, def.zone)
	streams, ok := o.need("streams", "write streams: {name: {from: …, mode: …, columns: …}}")
	if ok {
		for _, e := range streams.entries() {
			s.Streams = append(s.Streams, d.stream(&s, def, e))
		}
		if streams.isMap() && len(s.Streams) == 0 {
			streams.fault("", "a source has at least one stream")
		}
	}
	d.p.Sources = append(d.p.Sources, s)
}

// purpose reads why the data may be used; a source of pages about people must say it.
func (d *sourceDecoder) purpose(o object, kind string) (purpose, basis string) {
	take := o.get
	if kind == "web" {
		take = func(name string) (node, bool) {
			return o.need(name, "a web source says for what purpose and on what legal basis it collects people's data")
		}
	}
	if v, ok := take("purpose"); ok {
		purpose = v.text()
	}
	if v, ok := take("legal_basis"); ok {
		basis = v.text()
	}
	return purpose, basis
}

// read takes the keys that a source gives to its streams and a stream may repeat.
func (s *streamDefaults) read(o object) {
	if v, ok := o.get("zone"); ok {
		s.zone = v.zone()
	}
	if v, ok := o.get("region"); ok {
		s.region = v.region()
	}
	if v, ok := o.get("trust"); ok {
		s.trust = v.integer(0, 100)
	}
	if v, ok := o.get("max_quarantine"); ok {
		s.maxQuarantine = v.share()
	}
	if v, ok := o.get("drift"); ok {
		s.drift = v.drift(s.drift)
	}
	if v, ok := o.get("freshness"); ok {
		s.freshness = v.age()
	}
}

// drift reads {new, missing, reordered} over the given defaults.
func (n node) drift(def schemas.Drift) schemas.Drift {
	o := n.object("new", "missing", "reordered")
	for name, p := range map[string]*schemas.DriftPolicy{"new": &def.New, "missing": &def.Missing, "reordered": &def.Reordered} {
		if v, ok := o.get(name); ok {
			*p = v.policy()
		}
	}
	return def
}

func (n node) policy() schemas.DriftPolicy {
	return schemas.DriftPolicy(n.word("policy", string(schemas.Evolve), string(schemas.Freeze), string(schemas.Quarantine)))
}

// identifier reads a name that becomes a file name and a word of SQL.
func (n node) identifier(what string) string {
	t := n.text()
	if n.isText() && !identifier.MatchString(t) {
		n.fault("write it like core_bank", "a %s is named in small Latin letters, digits and _, a letter first", what)
		return ""
	}
	return t
}
