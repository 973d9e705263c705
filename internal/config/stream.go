package config

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

// streamReader holds what the parts of one stream need of each other.
type streamReader struct {
	d       *sourceDecoder
	s       *StreamConfig
	declare bool // columns were declared, so that uses of others can be reported
}

func (d *sourceDecoder) stream(src *Source, def streamDefaults, e entry) StreamConfig {
	s := StreamConfig{File: e.key.file, Line: e.key.y.Line}
	s.Source, s.Name = src.ID, e.key.identifier("stream")
	r := &streamReader{d: d, s: &s}
	o := e.val.object("title", "from", "mode", "key", "order", "zone", "region", "trust", "max_quarantine", "no_duplicates",
		"period", "late", "brake", "drift", "freshness", "columns", "party", "facts", "filter", "schedule", "catch_up")
	for _, name := range []string{"schedule", "catch_up"} {
		if v, ok := o.byName[name]; ok {
			v.fault("write it beside source:", "a source is loaded as a whole: %s is not of a stream", name)
		}
	}
	def.read(o)
	s.Zone, s.Region, s.Trust, s.MaxQuarantine, s.Drift = def.zone, def.region, def.trust, def.maxQuarantine, def.drift
	s.Purpose, s.LegalBasis, s.Freshness = def.purpose, def.legalBasis, def.freshness
	if v, ok := o.get("title"); ok {
		s.Title = v.words()
	}
	if v, ok := o.need("from", "say where the stream is read from: from: {path: …, format: …}"); ok {
		if !v.isMap() {
			v.fault("", "a map is expected here, found %s", v.shape())
		}
		s.From = writeVars(v, d.p.vars)
		s.Decimal = decimalOf(s.From)
	}
	if v, ok := o.need("mode", "full = the whole table each time, delta = only changes, events = never changed"); ok {
		s.Mode = schemas.Mode(v.word("mode", string(schemas.Full), string(schemas.Delta), string(schemas.Events)))
	}
	if v, ok := o.get("no_duplicates"); ok {
		s.NoDuplicates = v.flag()
	}
	r.nights(o)
	if v, ok := o.need("columns", "declare the columns that the stream must have: columns: {NAME: text}"); ok {
		r.columns(v)
	}
	r.key(o)
	if v, ok := o.get("order"); ok {
		r.order(v)
	}
	if v, ok := o.get("filter"); ok {
		r.filters(v)
	}
	party, hasParty := o.get("party")
	facts, hasFacts := o.get("facts")
	if hasParty {
		r.parties(party)
	}
	if hasFacts {
		r.facts(facts)
	}
	if !hasParty && !hasFacts && o.isMap() {
		e.key.fault("add party: or facts:", "nothing is taken from stream %s", e.name)
	}
	return s
}

// nights reads what happens to deliveries that come twice, late or too small.
func (r *streamReader) nights(o object) {
	if v, ok := o.get("period"); ok {
		r.s.Period = v.word("period", "day", "month")
	}
	if v, ok := o.get("late"); ok {
		r.s.Late = v.word("policy", "publish", "hold")
	}
	if v, ok := o.get("brake"); ok {
		if v, ok := v.object("close").get("close"); ok {
			r.s.BrakeClose = v.limit()
		}
	}
}

// key reads the columns that identify a row.
func (r *streamReader) key(o object) {
	if v, ok := o.get("key"); ok {
		r.s.Key = r.columnNames(v)
		return
	}
	if _, there := o.byName["key"]; !there && (r.s.Mode == schemas.Full || r.s.Mode == schemas.Delta) {
		o.fault("write key: [COLUMN]", "a %s stream needs a key, else its rows cannot be told apart", r.s.Mode)
	}
}

// order reads which version of a record is the latest.
func (r *streamReader) order(n node) {
	o := n.object("column", "as_of")
	if v, ok := o.get("column"); ok {
		r.s.Order.Column = r.column(v)
	}
	v, ok := o.get("as_of")
	if !ok {
		return
	}
	t := v.text()
	if name, isColumn := strings.CutPrefix(t, "column:"); isColumn {
		if r.knows(v, name) {
			r.s.Order.AsOf = t
		}
		return
	}
	words := []string{"header", "name", "arrival"}
	if v.isText() && !slices.Contains(words, t) {
		v.fault(suggest(t, append(words, "column:<name>")), "unknown as_of %s", t)
		return
	}
	r.s.Order.AsOf = t
}

// filters reads the rows that are dropped, with the reason under which they are counted.
func (r *streamReader) filters(n node) {
	for _, item := range n.items() {
		o := item.object("column", "equals", "not", "reason")
		var f schemas.Filter
		if v, ok := o.need("column", ""); ok {
			f.Column = r.column(v)
		}
		equals, hasEquals := o.get("equals")
		not, hasNot := o.get("not")
		if hasEquals == hasNot {
			o.fault("write equals: [VALUE] or not: [VALUE]", "a filter has either equals or not")
		}
		if hasEquals {
			f.Equals = equals.cells()
		}
		if hasNot {
			f.Not = not.cells()
		}
		if v, ok := o.need("reason", "a word such as test_client; dropped rows are counted under it"); ok {
			f.Reason = v.identifier("reason")
		}
		r.s.Filter = append(r.s.Filter, f)
	}
}

// columnNames reads one or several declared columns.
func (r *streamReader) columnNames(n node) []string {
	var out []string
	for _, item := range n.scalars() {
		name := r.column(item)
		if name == "" {
			continue
		}
		if slices.Contains(out, name) {
			item.fault("remove one of them", "column %s stands here twice", name)
			continue
		}
		out = append(out, name)
	}
	return out
}

// column reads the name of a declared column.
func (r *streamReader) column(n node) string {
	t := n.text()
	if t == "" {
		if n.isText() {
			n.fault("", "the name of a column is expected here")
		}
		return ""
	}
	r.knows(n, t)
	return t
}

// lineColumn may stand wherever a column may: the number of the line or message
// of the row in its delivery, for events that have no key of their own.
const lineColumn = "@line"

// knows reports a column that the contract does not declare.
func (r *streamReader) knows(n node, name string) bool {
	if !r.declare {
		return true // the missing columns: block is reported once
	}
	if _, ok := r.find(name); ok || name == lineColumn {
		return true
	}
	names := make([]string, len(r.s.Columns))
	for i, c := range r.s.Columns {
		names[i] = c.Name
	}
	hint := suggest(name, names)
	if hint == "" || strings.HasPrefix(hint, "one of") {
		hint = "declare it under columns: " + name + ": text"
	}
	n.fault(hint, "column %s is not declared", name)
	return false
}

// find gives a declared column; NAME#token is the card token that a connector
// writes beside a column marked pan.
func (r *streamReader) find(name string) (schemas.Column, bool) {
	base, isToken := strings.CutSuffix(name, "#token")
	for _, c := range r.s.Columns {
		if c.Name == name || isToken && c.Name == base && c.PAN {
			return c, true
		}
	}
	return schemas.Column{}, false
}

// where reads {COLUMN: [VALUE, …]}.
func (r *streamReader) where(n node) map[string][]string {
	out := map[string][]string{}
	for _, e := range n.entries() {
		r.knows(e.key, e.name)
		out[e.name] = e.val.cells()
	}
	return out
}
