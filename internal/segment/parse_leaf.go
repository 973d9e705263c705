package segment

import (
	"slices"
	"strings"

	"clientbase/internal/suggest"
	"clientbase/schemas"
)

// attr reads {attr: NAME, <comparison>}.
func (o object) attr(v place) *AttrTest {
	name := v.text()
	a, known := o.r.voc.Dict.Attr(name)
	t := &AttrTest{Attr: name}
	if !known {
		for _, d := range derived {
			if d.name != name {
				continue
			}
			if !fits(d.party, o.r.base) {
				v.fault("choose base: people", "organisations have no %s", name)
			}
			t.Type = d.typ
			if name == "age" {
				t.Derived = name
			}
			t.Compare = o.compare(d.typ, nil, false, false)
			return t
		}
		if name != "" {
			v.fault(suggest.Hint(name, o.r.voc.attrs(o.r.base)), "unknown attribute %s", name)
		}
		return nil
	}
	if !fits(a.Party, o.r.base) {
		of := map[schemas.Party]Base{schemas.Person: People, schemas.Org: Organisations}[a.Party]
		v.fault("choose base: "+string(of)+" or base: clients", "%s is an attribute of %s, the base is %s", name, of, o.r.base)
	}
	typ, comparable := attrType(a)
	t.Type, t.Multi = typ, a.Multi
	var words []string
	closed := false
	switch a.Kind {
	case schemas.KindGender:
		words, closed = []string{"m", "f"}, true
	case schemas.KindCode:
		words, closed = o.r.voc.values(name)
	}
	t.Compare = o.compare(typ, words, closed, !comparable)
	if t.Multi && t.ordered() {
		v.fault("equals and in ask whether one of them is it", "%s has several values: they have no order", name)
	}
	return t
}

// product reads what holds:, had: and never: ask for: a product code, several,
// or a map.
func (p place) product(op Op) *ProductTest {
	t := &ProductTest{}
	codes, closed := p.r.voc.products()
	if !p.isMap() {
		t.Product = p.words("product", codes, closed)
		return t
	}
	known := []string{"product", "status"}
	switch op {
	case OpHolds:
		known = append(known, "matures_within")
	case OpHad:
		known = append(known, "from", "to")
	}
	o := p.object(known...)
	if v, ok := o.get("product"); ok {
		t.Product = v.words("product", codes, closed)
	}
	if v, ok := o.get("status"); ok {
		words, closed := p.r.voc.statuses()
		t.Status = v.words("status of a product", words, closed)
	}
	if v, ok := o.get("matures_within"); ok {
		t.MaturesWithin = v.period()
	}
	t.From, t.To = o.days()
	return t
}

// days reads from: and to:, both included.
func (o object) days() (from, to *Day) {
	if v, ok := o.get("from"); ok {
		from = v.day()
	}
	if v, ok := o.get("to"); ok {
		to = v.day()
		if from != nil && to != nil && *to < *from {
			v.fault("write the earlier day first", "the range is empty")
		}
	}
	return from, to
}

// fact reads what count: and sum: are about, and the comparison beside it.
func (o object) fact(v place, op Op) *FactTest {
	t := &FactTest{}
	known := []string{"event", "within", "from", "to", "where"}
	if op == OpSum {
		known = append(known, "field", "currency")
	}
	f := v.object(known...)
	events := o.r.voc.events()
	t.Kind = "interaction"
	if e, ok := f.need("event", "one of: "+list(events)); ok {
		word := e.text()
		switch {
		case word == "":
		case word == "transaction" || word == "interaction":
			t.Kind = word
		case slices.Contains(events, word):
			t.Where = append(t.Where, FieldTest{"kind", Text, Compare{In: []Value{{word}}}})
		case word == "balance":
			e.fault("count or sum transactions; a balance is a state, not an event", "a balance cannot be counted")
		default:
			e.fault(suggest.Hint(word, events), "unknown event %s", word)
		}
	}
	kind, _ := fact(t.Kind)
	if w, ok := f.get("where"); ok {
		t.Where = append(t.Where, w.where(kind)...)
	}
	if w, ok := f.get("within"); ok {
		t.Within = w.period()
	}
	t.From, t.To = f.days()
	switch timed := f.has("from") || f.has("to"); {
	case f.has("within") && timed:
		f.fault("within ends with the as-of day, from and to are fixed days", "within cannot stand beside from and to")
	case !f.has("within") && !timed && f.isMap():
		f.fault("write for example within: 3 months", "a window is missing")
	}
	if op == OpSum {
		t.sum(f, kind)
	}
	t.Compare = o.compare(Number, nil, false, false)
	return t
}

// sum reads the field that is summed. Amounts of several currencies are never
// added up.
func (t *FactTest) sum(f object, kind schemas.FactKind) {
	v, ok := f.need("field", "write field: amount")
	if !ok {
		return
	}
	t.Field = v.text()
	var can []string
	for _, n := range fieldNames(kind) {
		if typ, _ := fieldType(kind, n); typ == Number {
			can = append(can, n)
		}
	}
	if !slices.Contains(can, t.Field) {
		v.fault(suggest.Hint(t.Field, can), "a %s has no number %s", kind.Name, t.Field)
		return
	}
	if t.Field != "amount" {
		if c, ok := f.get("currency"); ok {
			c.fault("remove it", "only amounts have a currency")
		}
		return
	}
	if c, ok := f.need("currency", "write for example currency: RUB: amounts of several currencies cannot be added"); ok {
		words, closed := f.r.voc.values(kind.Name + ".currency")
		if got := c.words("currency", words, closed); len(got) == 1 {
			t.Where = append(t.Where, FieldTest{"currency", Text, Compare{In: []Value{{got[0]}}}})
		} else if len(got) > 1 {
			c.fault("write one leaf for each", "amounts of several currencies cannot be added")
		}
	}
}

// where reads which facts count: {type: salary, amount: {lt: 0}}.
func (p place) where(kind schemas.FactKind) []FieldTest {
	var out []FieldTest
	for _, e := range p.entries() {
		typ, ok := fieldType(kind, e.name)
		if !ok {
			e.key.fault(suggest.Hint(e.name, fieldNames(kind)), "a %s has no field %s that a rule can ask", kind.Name, e.name)
			continue
		}
		words, closed := p.r.voc.values(kind.Name + "." + e.name)
		t := FieldTest{Field: e.name, Type: typ}
		if e.val.isMap() {
			t.Compare = e.val.object(comparisons...).compare(typ, words, closed, false)
			out = append(out, t)
			continue
		}
		for _, v := range e.val.items() {
			if val, ok := v.value(typ); ok {
				if closed && !slices.Contains(words, val.Text) {
					v.fault(suggest.Hint(val.Text, words), "no source gives the value %s", val.Text)
					continue
				}
				t.In = append(t.In, val)
			}
		}
		out = append(out, t)
	}
	return out
}

// life reads lifecycle: client, lifecycle: [client, former], or a map.
func (p place) life() *LifeTest {
	states := States()
	if !p.isMap() {
		return &LifeTest{State: p.words("state", states, true)}
	}
	t := &LifeTest{}
	o := p.object("state", "entered_within", "for_at_least", "episode")
	if v, ok := o.need("state", "one of: "+strings.Join(states, ", ")); ok {
		t.State = v.words("state", states, true)
	}
	if v, ok := o.get("entered_within"); ok {
		t.EnteredWithin = v.period()
	}
	if v, ok := o.get("for_at_least"); ok {
		t.ForAtLeast = v.period()
	}
	if v, ok := o.get("episode"); ok {
		if v.isText() {
			if n, ok := v.value(Number); ok {
				t.Episode = &Compare{In: []Value{n}}
			}
		} else {
			c := v.object("equals", "ge", "gt", "le", "lt", "between").compare(Number, nil, false, false)
			t.Episode = &c
		}
	}
	return t
}
