package config

import (
	"slices"

	"clientbase/schemas"
)

// parties reads one party map or a list of them. Maps that can fit the same
// row are told apart by role.
func (r *streamReader) parties(n node) {
	for _, item := range n.items() {
		p, role := r.party(item)
		clash := slices.ContainsFunc(r.s.Parties, func(q schemas.PartyMap) bool { return q.Role == p.Role && !disjoint(q.Where, p.Where) })
		switch {
		case clash && role.y != nil:
			role.fault("choose another role", "role %s stands twice in this stream", p.Role)
		case clash:
			item.fault("add role: <word> to all but one, or where: conditions of which only one can hold", "several parties of a row are told apart by role")
		}
		r.s.Parties = append(r.s.Parties, p)
	}
}

// disjoint reports whether no row can meet both conditions.
func disjoint(a, b map[string][]string) bool {
	for column, words := range a {
		other, both := b[column]
		if both && !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(other, w) }) {
			return true
		}
	}
	return false
}

func (r *streamReader) party(n node) (p schemas.PartyMap, role node) {
	o := n.object("role", "kind", "key", "when", "where", "map")
	if v, ok := o.get("role"); ok {
		role = v
		p.Role = v.identifier("role")
	}
	if v, ok := o.need("kind", "write kind: person, kind: organization, or kind: {column: TYPE, codes: {F: person, J: organization}}"); ok {
		r.partyKind(&p, v)
	}
	if v, ok := o.get("key"); ok {
		p.Key = r.columnNames(v)
	} else if len(r.s.Key) == 0 && n.isMap() {
		o.fault("add key: [COLUMN] to the stream or here", "a party needs a key, else its record cannot be found again")
	}
	if v, ok := o.get("when"); ok {
		p.When = r.columnNames(v)
	}
	if v, ok := o.get("where"); ok {
		p.Where = r.where(v)
	}
	if v, ok := o.need("map", "write map: {attribute: COLUMN}"); ok {
		for _, e := range v.entries() {
			p.Attrs = append(p.Attrs, r.attr(&p, e)...)
		}
		if v.isMap() && len(v.y.Content) == 0 {
			v.fault("map: {attribute: COLUMN}", "nothing is mapped")
		}
	}
	return p, role
}

// partyKind reads a fixed kind, or a column with its codes and the kind of
// rows whose code is in no list.
func (r *streamReader) partyKind(p *schemas.PartyMap, n node) {
	if n.isText() {
		p.Kind = partyWord(n, false)
		return
	}
	o := n.object("column", "codes", "default")
	if v, ok := o.get("default"); ok {
		p.Kind = partyWord(v, false)
	}
	if v, ok := o.need("column", ""); ok {
		p.KindColumn = r.column(v)
	}
	if v, ok := o.need("codes", "write codes: {F: person, J: organization}"); ok {
		p.KindCodes = map[string]schemas.Party{}
		for _, e := range v.entries() {
			p.KindCodes[e.name] = partyWord(e.val, false)
		}
	}
}

// attr reads what one attribute is made of: a column, several columns (one
// cell each), {join, columns}, {const}, or a list that mixes them.
func (r *streamReader) attr(p *schemas.PartyMap, e entry) []schemas.AttrMap {
	a, known := r.d.p.Dict.Attr(e.name)
	switch {
	case !known:
		e.key.fault(suggest(e.name, r.d.p.attrNames()), "unknown attribute %s", e.name)
	case p.KindColumn == "" && p.Kind != 0 && a.Party&p.Kind == 0:
		e.key.fault("map it in a party of kind "+a.Party.String(), "%s is an attribute of %s, this party is %s", e.name, article(a.Party.String()), article(p.Kind.String()))
	}
	var out []schemas.AttrMap
	items := e.val.items()
	plain := schemas.AttrMap{Attr: e.name}
	for _, item := range items {
		if item.isMap() {
			out = append(out, r.attrMap(e.name, item))
			continue
		}
		if name := r.column(item); name != "" {
			plain.Columns = append(plain.Columns, name)
		}
	}
	if len(plain.Columns) > 0 {
		out = slices.Insert(out, 0, plain)
	}
	if len(items) == 0 {
		e.val.fault("", "the list is empty")
	}
	if known {
		for _, m := range out {
			r.fits(a, m, e.val)
		}
	}
	return out
}

func (r *streamReader) attrMap(attr string, n node) schemas.AttrMap {
	m := schemas.AttrMap{Attr: attr}
	o := n.object("column", "columns", "join", "const")
	ways := 0
	if v, ok := o.get("column"); ok {
		ways++
		if name := r.column(v); name != "" {
			m.Columns = []string{name}
		}
	}
	if v, ok := o.get("columns"); ok {
		ways++
		m.Columns = r.columnNames(v)
	}
	if v, ok := o.get("const"); ok {
		ways++
		m.Const = v.text()
	}
	if ways != 1 {
		n.fault("write {column: X}, {columns: [X, Y], join: \" \"} or {const: word}", "a value comes from exactly one of column, columns and const")
	}
	if v, ok := o.get("join"); ok {
		m.Join = v.text()
		if len(m.Columns) < 2 && ways == 1 {
			v.fault("write columns: [X, Y]", "join needs several columns")
		}
	}
	return m
}

// fits reports columns whose contract cannot give values of the attribute.
func (r *streamReader) fits(a schemas.Attr, m schemas.AttrMap, n node) {
	for _, name := range m.Columns {
		c, ok := r.find(name)
		if !ok {
			continue
		}
		if c.PAN && a.Kind != schemas.KindPAN {
			n.fault("map it to a fact's card reference", "%s holds card numbers and %s is not a card attribute", name, a.ID)
		}
		if a.Kind == schemas.KindGender {
			for _, v := range c.Words() {
				if v != "m" && v != "f" {
					n.fault("write codes: {…: m, …: f}", "the codes of %s give words other than m and f", name)
					break
				}
			}
		}
	}
	if a.Kind == schemas.KindGender && m.Const != "" && m.Const != "m" && m.Const != "f" {
		n.fault("write m or f", "%s is m or f", a.ID)
	}
}
