package config

import (
	"regexp"
	"slices"
	"strings"

	"clientbase/schemas"
)

// dictionaryWord is what a value of a dictionary may look like: it becomes a word
// of segments and of SQL.
var dictionaryWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$`)

// decodeCodeFile reads codes/<dictionary>.yaml:
//
//	dictionary: account_status
//	source: handbook of the core banking system, chapter 4
//	licence: own
//	values:
//	  active: {ru: действует, en: active}
//	  frozen: {ru: арестован, en: frozen, from: 2026-03-01}
//	lists:
//	  core:
//	    pin: 1
//	    versions:
//	      1: {reason: first list, codes: {A: active, C: closed}}
//	      2: {reason: …, codes: {R: {value: frozen, from: 2026-03-01}}, remove: [C]}
func decodeCodeFile(f *file, out *faults) (schemas.CodeDictionary, bool) {
	d := schemas.CodeDictionary{File: f.name}
	if f.root == nil {
		return d, false
	}
	o := node{f.name, "", f.root, out}.object("dictionary", "source", "licence", "values", "lists")
	if v, ok := o.need("dictionary", "write dictionary: <id>, the name by which columns refer to it"); ok {
		d.ID = v.identifier("dictionary")
	}
	if v, ok := o.need("source", "say where the meanings come from: a handbook, a register, own list of an office"); ok {
		d.Source = v.text()
	}
	if v, ok := o.need("licence", "say under which licence it may be used; an own list: licence: own"); ok {
		d.Licence = v.text()
	}
	if v, ok := o.need("values", "write values: {active: {ru: …, en: …}}"); ok {
		for _, e := range v.entries() {
			d.Values = append(d.Values, e.codeValue())
		}
	}
	if v, ok := o.need("lists", "write lists: {core: {versions: {1: {reason: …, codes: {A: active}}}}}"); ok {
		for _, e := range v.entries() {
			d.Lists = append(d.Lists, e.codeHistory(&d))
		}
	}
	return d, o.isMap()
}

func (e entry) codeValue() schemas.CodeValue {
	v := schemas.CodeValue{Value: e.name}
	if !dictionaryWord.MatchString(e.name) {
		e.key.fault("write it like active or RUB", "a value of a dictionary is a short word in Latin letters, digits and _")
	}
	o := e.val.object("ru", "en", "from", "until")
	if n, ok := o.need("ru", "the meaning that people read"); ok {
		v.Ru = n.text()
	}
	if n, ok := o.need("en", "the meaning that people read"); ok {
		v.En = n.text()
	}
	v.From, v.Until = o.span()
	return v
}

// span reads from and until, both included; what is not said is open.
func (o object) span() (from, until int32) {
	from, until = schemas.FirstDay, schemas.LastDay
	if n, ok := o.get("from"); ok {
		from = n.day()
	}
	if n, ok := o.get("until"); ok {
		until = n.day()
		if until < from {
			n.fault("", "until lies before from")
		}
	}
	return from, until
}

func (e entry) codeHistory(d *schemas.CodeDictionary) schemas.CodeHistory {
	h := schemas.CodeHistory{Name: e.name}
	if !identifier.MatchString(e.name) {
		e.key.fault("write it like core", "a list is named in small Latin letters, digits and _")
	}
	o := e.val.object("pin", "versions")
	there := map[string]bool{}
	if v, ok := o.need("versions", "write versions: {1: {reason: …, codes: {A: active}}}"); ok {
		for _, c := range v.history("codes", "remove") {
			h.Versions = append(h.Versions, c.codeVersion(d, there))
		}
	}
	h.Pin = o.pin(len(h.Versions))
	return h
}

func (c change) codeVersion(d *schemas.CodeDictionary, there map[string]bool) schemas.CodeVersion {
	v := schemas.CodeVersion{Date: c.date, Reason: c.reason, Add: map[string][]schemas.CodeSpan{}}
	if n, ok := c.o.get("remove"); ok {
		for _, w := range n.scalars() {
			if code := w.text(); there[code] {
				v.Remove = append(v.Remove, code)
				delete(there, code)
			} else {
				w.fault("", "no earlier version knows this code")
			}
		}
	}
	if n, ok := c.o.get("codes"); ok {
		for _, e := range n.entries() {
			v.Add[e.name] = e.codeSpans(d)
			there[e.name] = true
		}
	}
	if len(v.Add)+len(v.Remove) == 0 && c.o.isMap() {
		c.o.fault("write codes: {A: active}", "the version changes nothing")
	}
	return v
}

// codeSpans reads what a code means: a value, {value, from, until}, or a list of
// those for a code that was used again.
func (e entry) codeSpans(d *schemas.CodeDictionary) []schemas.CodeSpan {
	var out []schemas.CodeSpan
	for _, n := range e.val.items() {
		s := schemas.CodeSpan{From: schemas.FirstDay, Until: schemas.LastDay}
		value := n
		if n.isMap() {
			o := n.object("value", "from", "until")
			v, ok := o.need("value", "write value: one of the dictionary's values")
			if !ok {
				continue
			}
			value = v
			s.From, s.Until = o.span()
		}
		s.Value = value.text()
		i := slices.IndexFunc(d.Values, func(v schemas.CodeValue) bool { return v.Value == s.Value })
		if i < 0 {
			var known []string
			for _, v := range d.Values {
				known = append(known, v.Value)
			}
			value.fault(suggest(s.Value, known), "dictionary %s has no value %s", d.ID, s.Value)
			continue
		}
		s.From, s.Until = max(s.From, d.Values[i].From), min(s.Until, d.Values[i].Until)
		for _, x := range out {
			if s.From <= x.Until && x.From <= s.Until {
				n.fault("give from: and until: that do not overlap", "code %s means two values on one day", e.name)
			}
		}
		out = append(out, s)
	}
	return out
}

// readCodes reads every codes/*.yaml of the project.
func readCodes(p *Project, out *faults) ([]*file, error) {
	return readFolder(p.Dir, "codes", out, func(name string, f *file) {
		d, ok := decodeCodeFile(f, out)
		if !ok {
			return
		}
		if i := slices.IndexFunc(p.Codes, func(x schemas.CodeDictionary) bool { return x.ID == d.ID }); i >= 0 && d.ID != "" {
			out.add(Fault{File: name, Msg: "dictionary " + d.ID + " stands in " + p.Codes[i].File + " too", Hint: "keep one file per dictionary"})
		}
		p.Codes = append(p.Codes, d)
	})
}

// codeList reads DICTIONARY/LIST, the reference of a column to a code list.
func (r *streamReader) codeList(n node) *schemas.CodeMap {
	t := n.text()
	id, name, two := strings.Cut(t, "/")
	var known []string
	for i := range r.d.p.Codes {
		d := &r.d.p.Codes[i]
		for j := range d.Lists {
			h := &d.Lists[j]
			if two && d.ID == id && h.Name == name {
				return h.At(d.ID, h.InForce())
			}
			known = append(known, d.ID+"/"+h.Name)
		}
	}
	hint := suggest(t, known)
	if len(known) == 0 {
		hint = "write the list here, codes: {A: active}, or add codes/<dictionary>.yaml"
	}
	n.fault(hint, "unknown code list %s", t)
	return nil
}
