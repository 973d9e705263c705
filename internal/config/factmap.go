package config

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

// needed lists the fields without which a fact of a kind says nothing. The
// column that dates a monthly fact is needed too.
func needed(kind string) []string {
	switch kind {
	case "account", "card":
		return []string{kind}
	case "balance":
		return []string{"account", "amount"}
	case "product":
		return []string{"product"}
	case "transaction":
		return []string{"amount"}
	case "interaction":
		return []string{"kind"}
	case "link":
		return []string{"from", "kind"}
	case "consent":
		return []string{"state"}
	}
	return nil
}

// facts reads the list of facts that a row makes.
func (r *streamReader) facts(n node) {
	for _, item := range n.items() {
		r.s.Facts = append(r.s.Facts, r.fact(item))
	}
}

func (r *streamReader) fact(n node) schemas.FactMap {
	var m schemas.FactMap
	o := n.object("fact", "key", "when", "where", "fields")
	var kind schemas.FactKind
	if v, ok := o.need("fact", "one of: "+strings.Join(factNames(), ", ")); ok {
		m.Fact = v.word("fact", factNames()...)
		kind, _ = factKind(m.Fact)
	}
	if v, ok := o.get("key"); ok {
		m.Key = r.columnNames(v)
	}
	if v, ok := o.get("when"); ok {
		m.When = r.columnNames(v)
	}
	if v, ok := o.get("where"); ok {
		m.Where = r.where(v)
	}
	v, ok := o.need("fields", "write fields: {field: COLUMN}")
	if !ok {
		return m
	}
	m.Fields = map[string]schemas.Operand{}
	for _, e := range v.entries() {
		f, known := factField(kind, e.name)
		if !known && m.Fact != "" {
			e.key.fault(suggest(e.name, fieldNames(kind)), "fact %s has no field %s", m.Fact, e.name)
		}
		m.Fields[e.name] = r.operand(e, f, known)
	}
	if m.Fact != "" && v.isMap() {
		complete(v, kind, m)
	}
	return m
}

// complete reports fields without which the fact cannot be dated, cannot say
// anything or can never lead to a party.
func complete(n node, kind schemas.FactKind, m schemas.FactMap) {
	must := needed(kind.Name)
	if kind.Monthly && !slices.Contains(must, kind.Time) {
		must = append(must, kind.Time)
	}
	for _, name := range must {
		if _, ok := m.Fields[name]; !ok {
			n.fault("map it: "+name+": COLUMN", "fact %s needs field %s", kind.Name, name)
		}
	}
	leads := slices.ContainsFunc(kind.Refs, func(name string) bool { _, ok := m.Fields[name]; return ok })
	if !leads && !slices.ContainsFunc(kind.Refs, func(name string) bool { return slices.Contains(must, name) }) {
		n.fault("map one of: "+strings.Join(kind.Refs, ", "), "no field leads from this %s to a party", kind.Name)
	}
	if kind.Name == "link" {
		_, to := m.Fields["to"]
		_, account := m.Fields["account"]
		if !to && !account {
			n.fault("map to, or account to mean its holder", "a link needs the other party")
		}
	}
}

// operand reads where a field comes from: COLUMN, {column}, {const} or {ref, …}.
func (r *streamReader) operand(e entry, f schemas.FactField, known bool) schemas.Operand {
	n := e.val
	var op schemas.Operand
	if n.isMap() {
		op = r.operandMap(n)
	} else if name := r.column(n); name != "" {
		op.Column = name
	}
	if !known {
		return op
	}
	want := refKind(f)
	switch {
	case f.Type == schemas.FRef && op.Ref == "" && (op.Column != "" || op.Const != "" || op.Columns != nil):
		n.fault("write {ref: "+want+", column: COLUMN}", "field %s is a reference", e.name)
	case f.Type == schemas.FRef && op.Ref != "" && op.Ref != want:
		n.fault("write ref: "+want, "field %s refers to %s, not to %s", e.name, article(want), article(op.Ref))
	case f.Type != schemas.FRef && op.Ref != "":
		n.fault("write "+e.name+": COLUMN", "field %s is not a reference", e.name)
	}
	if op.Ref == schemas.RefRecord && want == schemas.RefRecord && f.Type == schemas.FRef {
		r.d.refs = append(r.d.refs, pendingRef{n, r.s.ID(), op})
	}
	if c, ok := r.find(op.Column); ok && c.PAN && op.Ref != schemas.RefCard && f.Type != schemas.FMasked {
		n.fault("use it as {ref: card, column: "+op.Column+"} or for a masked number", "%s holds card numbers", op.Column)
	}
	return op
}

func (r *streamReader) operandMap(n node) schemas.Operand {
	var op schemas.Operand
	o := n.object("column", "const", "ref", "of", "columns")
	ways := 0
	if v, ok := o.get("column"); ok {
		ways++
		op.Column = r.column(v)
	}
	if v, ok := o.get("const"); ok {
		ways++
		op.Const = v.text()
	}
	if v, ok := o.get("columns"); ok {
		ways++
		op.Columns = r.columnNames(v)
	}
	if ways != 1 {
		n.fault("write {column: X}, {const: word} or {ref: record, columns: [X, Y]}", "a value comes from exactly one of column, columns and const")
	}
	if v, ok := o.get("ref"); ok {
		op.Ref = v.word("reference", schemas.RefRecord, schemas.RefAccount, schemas.RefCard, schemas.RefPhone, schemas.RefEmail, schemas.RefVisitor)
		if op.Const != "" {
			n.fault("write {ref: "+op.Ref+", column: COLUMN}", "a reference cannot be constant")
		}
	}
	if v, ok := o.get("of"); ok {
		op.Of = v.text()
		if op.Ref != schemas.RefRecord {
			v.fault("add ref: record", "of names the stream of a record reference")
		}
	}
	if op.Columns != nil && op.Ref != schemas.RefRecord {
		n.fault("write column: X", "only a record reference has several columns")
	}
	return op
}

// refKind gives the kind of thing that a reference field points at.
func refKind(f schemas.FactField) string {
	switch f.Name {
	case schemas.RefAccount, schemas.RefCard, schemas.RefPhone, schemas.RefEmail, schemas.RefVisitor:
		return f.Name
	}
	return schemas.RefRecord
}

func factNames() []string {
	var out []string
	for _, k := range schemas.FactKinds() {
		out = append(out, k.Name)
	}
	return out
}

func factKind(name string) (schemas.FactKind, bool) {
	for _, k := range schemas.FactKinds() {
		if k.Name == name {
			return k, true
		}
	}
	return schemas.FactKind{}, false
}

func factField(k schemas.FactKind, name string) (schemas.FactField, bool) {
	for _, f := range k.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return schemas.FactField{}, false
}

func fieldNames(k schemas.FactKind) []string {
	out := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		out[i] = f.Name
	}
	return out
}
