package segment

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

// Vocabulary is what a rule may name: attributes, product codes, kinds of
// event and the values of code lists, drawn from the dictionary and the
// mappings of the project's streams.
type Vocabulary struct {
	Dict  *schemas.Dictionary
	codes map[string]*codes // fact.field or attribute
}

// codes are the values that a field can have. They are known in full only
// while every mapping of the field has a code list or a constant.
type codes struct {
	words []string
	open  bool
}

// VocabularyOf collects the vocabulary of a project.
func VocabularyOf(d *schemas.Dictionary, streams []*schemas.Stream) *Vocabulary {
	v := &Vocabulary{Dict: d, codes: map[string]*codes{}}
	for _, s := range streams {
		cols := map[string]*schemas.Column{}
		for i := range s.Columns {
			cols[s.Columns[i].Name] = &s.Columns[i]
		}
		for i := range s.Parties {
			for _, a := range s.Parties[i].Attrs {
				v.add(a.Attr, a.Const, cols, a.Columns...)
			}
		}
		for _, f := range s.Facts {
			if f.Fact == "account" || f.Fact == "card" { // what they are called without a product code
				v.add(f.Fact+".product", f.Fact, cols)
			}
			for name, o := range f.Fields {
				v.add(f.Fact+"."+name, o.Const, cols, o.Column)
			}
		}
	}
	for _, c := range v.codes {
		slices.Sort(c.words)
		c.words = slices.Compact(c.words)
	}
	return v
}

func (v *Vocabulary) add(name, fixed string, cols map[string]*schemas.Column, columns ...string) {
	c := v.codes[name]
	if c == nil {
		c = &codes{}
		v.codes[name] = c
	}
	if fixed != "" {
		c.words = append(c.words, fixed)
		return
	}
	for _, col := range columns {
		if k := cols[col]; k != nil && k.Coded() {
			c.words = append(c.words, k.Words()...)
		} else {
			c.open = true
		}
	}
}

// values gives the words of the named fields and whether they are all there
// can be.
func (v *Vocabulary) values(names ...string) (words []string, closed bool) {
	closed = true
	for _, n := range names {
		if c := v.codes[n]; c != nil {
			words = append(words, c.words...)
			closed = closed && !c.open
		}
	}
	slices.Sort(words)
	return slices.Compact(words), closed && len(words) > 0
}

// productFields are the facts that say what somebody holds.
var productFields = []string{"product", "account", "card"}

// products gives the product codes of all that can be held.
func (v *Vocabulary) products() ([]string, bool) {
	return v.values(suffixed(productFields, ".product")...)
}

func (v *Vocabulary) statuses() ([]string, bool) {
	return v.values(suffixed(productFields, ".status")...)
}

func suffixed(names []string, with string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n + with
	}
	return out
}

// builtinEvents are the kinds of interaction that the schema names.
var builtinEvents = []string{"call", "note", "visit", "offer", "answer"}

// events gives the words that count: may use, with the kind of fact that each
// stands for; a kind of interaction is a fact with that kind.
func (v *Vocabulary) events() []string {
	kinds, _ := v.values("interaction.kind")
	out := append([]string{"transaction", "interaction"}, builtinEvents...)
	for _, k := range kinds {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// attrs gives the names that attr: may use for a base.
func (v *Vocabulary) attrs(base Base) []string {
	var out []string
	for _, a := range v.Dict.Attrs {
		if fits(a.Party, base) {
			out = append(out, a.ID)
		}
	}
	for _, d := range derived {
		if fits(d.party, base) {
			out = append(out, d.name)
		}
	}
	return out
}

func fits(p schemas.Party, base Base) bool {
	switch base {
	case People:
		return p&schemas.Person != 0
	case Organisations:
		return p&schemas.Org != 0
	}
	return true
}

// derived are what attr: may use besides the dictionary.
var derived = []struct {
	name  string
	typ   Type
	party schemas.Party
}{
	{"age", Number, schemas.Person},     // full years on the as-of day
	{"since", Date, schemas.Both},       // earliest day on which any source knows the client
	{"n_sources", Number, schemas.Both}, // sources that know the client
	{"n_records", Number, schemas.Both}, // records joined into the client
}

// fact gives the schema of a kind of fact.
func fact(name string) (schemas.FactKind, bool) {
	for _, k := range schemas.FactKinds() {
		if k.Name == name {
			return k, true
		}
	}
	return schemas.FactKind{}, false
}

// fieldType says how a field of a fact compares; ok is false for references
// and the field that dates the fact, which have words of their own.
func fieldType(k schemas.FactKind, name string) (Type, bool) {
	for _, f := range k.Fields {
		if f.Name != name || name == k.Time || (k.Name == "interaction" && name == "kind") {
			continue
		}
		switch f.Type {
		case schemas.FText, schemas.FCode:
			return Text, true
		case schemas.FAmount, schemas.FInt:
			return Number, true
		case schemas.FDay:
			return Date, true
		}
	}
	return "", false
}

func fieldNames(k schemas.FactKind) []string {
	var out []string
	for _, f := range k.Fields {
		if _, ok := fieldType(k, f.Name); ok {
			out = append(out, f.Name)
		}
	}
	return out
}

// attrType says how an attribute compares. What it protects, or is free text,
// can only be asked for being set.
func attrType(a schemas.Attr) (Type, bool) {
	if a.PII.Protected() || a.PII == schemas.PIIText {
		return "", false
	}
	switch a.Kind {
	case schemas.KindDate:
		return Date, true
	case schemas.KindNumber:
		return Number, true
	}
	return Text, true
}

// list joins words for a message.
func list(words []string) string { return strings.Join(words, ", ") }
