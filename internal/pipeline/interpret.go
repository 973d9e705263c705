package pipeline

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/schemas"
	"clientbase/transforms"
)

// interpreter turns landed rows of one stream into party records and facts by
// the stream's mapping, which is data. It is immutable after newInterpreter
// and safe for concurrent use.
type interpreter struct {
	stream *schemas.Stream
	dict   *schemas.Dictionary
	zone   *time.Location
	cols   map[string]*schemas.Column
	notes  []string        // columns that hold free text
	admits map[string]bool // keys of records that are no erased person's, whatever they look like
	used   map[string]bool
	own    *transforms.Own // the project's phrases for notes
}

func newInterpreter(s *schemas.Stream, dict *schemas.Dictionary, own *transforms.Own) (*interpreter, error) {
	zone := time.UTC
	if s.Zone != "" {
		z, err := time.LoadLocation(s.Zone)
		if err != nil {
			return nil, errs.New(errs.Config, "prepare", s.ID(), "unknown time zone", "write an IANA name such as Europe/Kyiv, and install the time zone database")
		}
		zone = z
	}
	in := &interpreter{stream: s, dict: dict, zone: zone, cols: map[string]*schemas.Column{}, used: usedColumns(s), own: own}
	for i := range s.Columns {
		c := &s.Columns[i]
		in.cols[c.Name] = c
		if c.Type == "note" {
			in.notes = append(in.notes, c.Name)
		}
	}
	return in, nil
}

// rowFate is what became of a row before it reaches the record base.
type rowFate uint8

const (
	fateKept rowFate = iota
	fateFiltered
	fateQuarantined
)

// interpreted is one landed batch after mapping.
type interpreted struct {
	rows    int
	fate    []rowFate
	filters map[string]int64 // filter reason → rows
	bad     []landing.QuarantineRow
	parties []partyBatch
	facts   []factRows
	drift   []string
	unknown unknownCodes
	asOf    int32 // day of the delivery

	unsureOptOuts int64  // notes in which somebody else may object, or only for a time
	orphanOptOuts int64  // refusals in notes that name neither a party nor a phone
	claimed       []bool // rows whose fate a party or an earlier fact decides
}

// partyBatch is the records that one party map made of a batch.
type partyBatch struct {
	cells   schemas.Batch
	key     []string
	row     []uint32 // row of the landed batch
	content []uint64
	order   []int64
	valid   []int32 // business date of the version; -1 = the delivery's
}

// interpret maps a landed batch of the delivery d. before are the columns of the
// delivery before it, tokens makes reference tokens.
func (in *interpreter) interpret(b *landing.Batch, d *landing.Delivery, before []string, asOfDay int32, tokens *tokenizer) (*interpreted, error) {
	v := newView(b)
	n := int(b.Rows.NumRows())
	out := &interpreted{rows: n, fate: make([]rowFate, n), filters: map[string]int64{}, unknown: unknownCodes{}, asOf: asOfDay}
	names := columnNames(b.Rows)
	if d.Sparse {
		names = d.Columns
	}
	notes, aside, err := in.contract(names, before, d.Sparse)
	if err != nil {
		return nil, err
	}
	out.drift = notes
	declared := in.contracted(v)
	in.gone(out, b)
	for row := 0; row < n; row++ {
		switch {
		case out.fate[row] != fateKept:
		case aside != "":
			in.quarantine(out, b, row, "schema_drift", "drift", aside)
		default:
			in.check(out, v, declared, b, row)
		}
	}
	in.aside(out, v, b)
	for i := range in.stream.Parties {
		out.parties = append(out.parties, in.party(out, v, &in.stream.Parties[i], asOfDay))
	}
	out.claimed = make([]bool, n)
	for _, p := range out.parties {
		for _, row := range p.row {
			out.claimed[row] = true
		}
	}
	for i := range in.stream.Facts {
		if err := in.factsOf(out, v, b, &in.stream.Facts[i], tokens); err != nil {
			return nil, err
		}
	}
	in.optOuts(out, v, b, tokens)
	in.countTargets(out)
	slices.SortStableFunc(out.bad, func(a, b landing.QuarantineRow) int { return cmp.Compare(a.Pos.A, b.Pos.A) })
	return out, nil
}

// partiesOnly maps the parties of a batch and nothing else, for the first pass.
func (in *interpreter) partiesOnly(b *landing.Batch, asOfDay int32) (*interpreted, error) {
	v := newView(b)
	out := &interpreted{rows: int(b.Rows.NumRows()), fate: make([]rowFate, b.Rows.NumRows()), filters: map[string]int64{}, unknown: unknownCodes{}, asOf: asOfDay}
	declared := in.contracted(v)
	in.gone(out, b)
	for row := 0; row < out.rows; row++ {
		if out.fate[row] == fateKept {
			in.check(out, v, declared, b, row)
		}
	}
	in.aside(out, v, b)
	for i := range in.stream.Parties {
		out.parties = append(out.parties, in.party(out, v, &in.stream.Parties[i], asOfDay))
	}
	return out, nil
}

// check applies filters, required cells and declared types to one row, in
// this order: what is filtered out need not fit the contract.
func (in *interpreter) check(out *interpreted, v *view, declared []cells, b *landing.Batch, row int) {
	if in.filtered(out, v, row) {
		return
	}
	for i := range in.stream.Columns {
		c := &in.stream.Columns[i]
		text := declared[i].at(row)
		if text == "" {
			if c.Required {
				in.quarantine(out, b, row, "contract", "required_empty", "column "+c.Name)
				return
			}
			continue
		}
		ok := true
		switch c.Type {
		case "int", "minor":
			_, ok = parseMinor(text)
		case "decimal":
			_, ok = parseNumber(text, in.stream.Decimal)
		case "timestamp":
			_, ok = parseMoment(text, c.Format, in.zone)
		}
		if !ok {
			in.quarantine(out, b, row, "contract", "bad_"+c.Type, "column "+c.Name)
			return
		}
	}
}

// contracted finds the columns of the contract, in their order.
func (in *interpreter) contracted(v *view) []cells {
	out := make([]cells, len(in.stream.Columns))
	for i := range out {
		out[i] = v.column(in.stream.Columns[i].Name)
	}
	return out
}

func (in *interpreter) filtered(out *interpreted, v *view, row int) bool {
	for _, f := range in.stream.Filter {
		text := v.cell(f.Column, row)
		drop := len(f.Not) > 0
		for _, x := range f.Not {
			drop = drop && x != text
		}
		for _, x := range f.Equals {
			drop = drop || x == text
		}
		if drop {
			out.fate[row] = fateFiltered
			reason := f.Reason
			if reason == "" {
				reason = "filter on " + f.Column
			}
			out.filters[reason]++
			return true
		}
	}
	return false
}

func (in *interpreter) quarantine(out *interpreted, b *landing.Batch, row int, class, reason, detail string) {
	if out.fate[row] == fateQuarantined {
		return
	}
	out.fate[row] = fateQuarantined
	q := landing.QuarantineRow{Class: class, Reason: reason, Detail: detail, Raw: append([]byte(nil), b.RawRow(row)...)}
	if row < len(b.Pos) {
		q.Pos = b.Pos[row]
	}
	out.bad = append(out.bad, q)
}

// countTargets marks rows that made neither a party nor a fact as filtered:
// every read row must end somewhere.
func (in *interpreter) countTargets(out *interpreted) {
	hit := make([]bool, out.rows)
	for _, p := range out.parties {
		for _, r := range p.row {
			hit[r] = true
		}
	}
	for _, f := range out.facts {
		for _, r := range f.row {
			hit[r] = true
		}
	}
	for r, fate := range out.fate {
		if fate == fateKept && !hit[r] {
			out.fate[r] = fateFiltered
			out.filters["no party or fact in the row"]++
		}
	}
}

// party makes the records of one party map.
func (in *interpreter) party(out *interpreted, v *view, m *schemas.PartyMap, asOfDay int32) partyBatch {
	p := partyBatch{}
	p.cells = schemas.Batch{Stream: in.stream.ID(), Region: in.stream.Region, AsOf: asOfDay, Fields: []string{""}, Format: []string{""}, Lists: []string{""}, Chains: []string{""}, In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	fields := map[string]uint16{}
	fieldNo := func(name string) uint16 {
		if i, ok := fields[name]; ok {
			return i
		}
		i := uint16(len(p.cells.Fields))
		fields[name] = i
		format := ""
		if c := in.cols[name]; c != nil {
			format = c.Format
			if c.Decode != "" {
				format = c.Decode
			}
		}
		p.cells.Fields, p.cells.Format = append(p.cells.Fields, name), append(p.cells.Format, format)
		p.cells.Lists = append(p.cells.Lists, transforms.ListOf(in.cols[name]))
		return i
	}
	keys := m.Key
	if len(keys) == 0 {
		keys = in.stream.Key
	}
	targets := map[string]*schemas.Cells{}
	var attrs []string
	for _, a := range m.Attrs {
		if targets[a.Attr] == nil {
			targets[a.Attr] = &schemas.Cells{}
			attrs = append(attrs, a.Attr)
		}
	}
	sort.Strings(attrs)
	hash := newContentHash()
	for row := 0; row < out.rows; row++ {
		if out.fate[row] != fateKept || !present(v, m.When, row) || !in.where(v, m.Where, row) {
			continue
		}
		kind, ok := in.partyKind(v, m, row)
		if !ok {
			in.quarantine(out, v.batch, row, "contract", "unknown_party_kind", "column "+m.KindColumn)
			continue
		}
		key, ok := joinKey(v, keys, row)
		if !ok {
			in.quarantine(out, v.batch, row, "contract", "key_empty", "columns "+strings.Join(keys, ", "))
			continue
		}
		if m.Role != "" {
			key += "#" + m.Role
		}
		hash.reset()
		hash.add(kind.String())
		for i := range m.Attrs {
			if a, ok := in.dict.Attr(m.Attrs[i].Attr); ok && a.Party&kind == 0 {
				continue // a table of people and firms: a firm has no patronymic
			}
			in.attrCells(out, v, &m.Attrs[i], row, asOfDay, targets[m.Attrs[i].Attr], fieldNo, hash)
		}
		for _, a := range attrs {
			targets[a].EndRow()
		}
		order, valid := int64(0), int32(-1)
		if in.stream.Order.Column != "" {
			format := ""
			if c := in.cols[in.stream.Order.Column]; c != nil {
				format = c.Format
			}
			if text := v.cell(in.stream.Order.Column, row); text != "" {
				o, isTime, ok := parseOrder(text, format, in.zone)
				if ok {
					order = o
				}
				if ok && isTime {
					valid = dayIn(time.Unix(o, 0), in.zone)
				}
			}
		}
		p.cells.Party = append(p.cells.Party, kind)
		p.key = append(p.key, key)
		p.row = append(p.row, uint32(row))
		p.content = append(p.content, hash.sum())
		p.order = append(p.order, order)
		p.valid = append(p.valid, valid)
		p.cells.Rows++
	}
	for a, c := range targets {
		p.cells.In[a] = c
	}
	return p
}

func (in *interpreter) partyKind(v *view, m *schemas.PartyMap, row int) (schemas.Party, bool) {
	if m.KindColumn == "" {
		return m.Kind, m.Kind != 0
	}
	k, ok := m.KindCodes[v.cell(m.KindColumn, row)]
	if !ok && m.Kind != 0 {
		return m.Kind, true
	}
	return k, ok
}

// attrCells adds the cells that one attribute map takes from a row.
func (in *interpreter) attrCells(out *interpreted, v *view, a *schemas.AttrMap, row int, day int32, into *schemas.Cells, fieldNo func(string) uint16, hash *contentHash) {
	add := func(text, field string, code schemas.Reason) {
		if strings.TrimSpace(text) == "" {
			return
		}
		hash.add(a.Attr)
		hash.add(text)
		into.Append(schemas.Cell{Value: text, Status: schemas.Raw, Reason: code, Field: fieldNo(field)})
	}
	switch {
	case a.Const != "":
		add(a.Const, "", 0)
	case a.Join != "":
		var parts []string
		for _, c := range a.Columns {
			if t := strings.TrimSpace(v.cell(c, row)); t != "" {
				parts = append(parts, t)
			}
		}
		add(strings.Join(parts, a.Join), strings.Join(a.Columns, "+"), 0)
	default:
		for _, c := range a.Columns {
			text, code := decode(out, in.cols[c], c, v.cell(c, row), row, day)
			add(text, c, code)
		}
	}
}

// decode maps a code of column c (named col) through its list as of a day; an
// unknown code is kept and counted. The reason tells the two apart, and none
// means that there is no list.
func decode(out *interpreted, c *schemas.Column, col, text string, row int, day int32) (string, schemas.Reason) {
	if c == nil || !c.Coded() || text == "" {
		return text, schemas.NoReason
	}
	if v, ok := c.Meaning(text, day); ok { // a list may give blanks a meaning
		return v, schemas.CodeList
	}
	code := strings.TrimSpace(text)
	if v, ok := c.Meaning(code, day); ok {
		return v, schemas.CodeList
	}
	out.unknown.add(col, code, row)
	return text, schemas.UnknownCode
}

// where reports whether every listed column holds one of its words.
func (in *interpreter) where(v *view, where map[string][]string, row int) bool {
	for col, words := range where {
		text, ok := v.cell(col, row), false
		for _, w := range words {
			ok = ok || w == text
		}
		if !ok {
			return false
		}
	}
	return true
}

func present(v *view, when []string, row int) bool {
	if len(when) == 0 {
		return true
	}
	for _, c := range when {
		if strings.TrimSpace(v.cell(c, row)) != "" {
			return true
		}
	}
	return false
}

// joinKey composes a key of one or more columns; an empty part is no key.
func joinKey(v *view, cols []string, row int) (string, bool) {
	if len(cols) == 1 {
		k := strings.TrimSpace(v.cell(cols[0], row))
		return k, k != ""
	}
	var b strings.Builder
	for i, c := range cols {
		k := strings.TrimSpace(v.cell(c, row))
		if k == "" {
			return "", false
		}
		if i > 0 {
			b.WriteByte('|')
		}
		b.WriteString(k)
	}
	return b.String(), len(cols) > 0
}
