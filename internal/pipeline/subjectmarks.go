package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// Domains of the tokens by which an erased person is known again.
const (
	markName   = "erased-name"   // surname and given name
	markFull   = "erased-full"   // with patronymic
	markBorn   = "erased-born"   // name and birth date
	markDigits = "erased-digits" // digits of a document, however they are grouped
)

// foldName makes one form of the spellings of a name.
func foldName(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "ё", "е")
}

func (t *tokenizer) name(surname, given string) opaque.Token {
	if surname == "" || given == "" {
		return opaque.Token{}
	}
	return t.key.Token(markName, foldName(surname), foldName(given))
}

func (t *tokenizer) fullName(surname, given, patronymic string) opaque.Token {
	if surname == "" || given == "" || patronymic == "" {
		return opaque.Token{}
	}
	return t.key.Token(markFull, foldName(surname), foldName(given), foldName(patronymic))
}

func (t *tokenizer) born(surname, given, day string) opaque.Token {
	if surname == "" || given == "" || day == "" {
		return opaque.Token{}
	}
	return t.key.Token(markBorn, foldName(surname), foldName(given), day)
}

func (t *tokenizer) digits(text string) opaque.Token {
	d := onlyDigits(text)
	if len(d) < 6 {
		return opaque.Token{}
	}
	return t.key.Token(markDigits, d)
}

// marker collects by what a client is known.
type marker struct {
	r      *Reach
	dict   *schemas.Dictionary
	client uint32
	mine   []state.Row          // every version of every record of the client
	other  func(state.Row) bool // a live record of another client
	names  map[uint32]bool      // clients of which it is known whether they have a name
	shared int                  // numbers of the client that others bear too
}

func newMarker(r *Reach, dict *schemas.Dictionary, client int32) *marker {
	m := &marker{r: r, dict: dict, client: uint32(client), names: map[uint32]bool{}}
	keys := map[uint32]bool{}
	b := r.base
	for row := range b.Stream {
		if b.Client[row] == m.client {
			keys[b.Key[row]] = true
		}
	}
	for row := range b.Stream {
		if keys[b.Key[row]] {
			m.mine = append(m.mine, state.Row(row))
		}
	}
	m.other = func(row state.Row) bool {
		return b.Live[row] && b.Client[row] != m.client && b.Client[row] != state.None && m.named(b.Client[row])
	}
	return m
}

// named tells whether a client is somebody by name. One who is nothing but a
// number is whoever else holds the number.
func (m *marker) named(client uint32) bool {
	known, ok := m.names[client]
	if !ok {
		for _, row := range m.r.order[m.r.first[client]:m.r.first[client+1]] {
			for _, attr := range []string{"surname", "given_name", "full_name", "org_name"} {
				_, lo, hi := m.r.base.Cells(attr, row)
				known = known || lo < hi
			}
		}
		m.names[client] = known
	}
	return known
}

// records names the source records of the client, in order.
func (m *marker) records() []journal.Record {
	seen := map[journal.Record]bool{}
	var out []journal.Record
	for _, row := range m.mine {
		r := journal.Record{Stream: m.r.base.StreamOf(row), Key: m.r.base.KeyOf(row)}
		if r.Stream != ActOverrides && !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b journal.Record) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// marks gives the tokens of what the client's records say. A number that a
// record of somebody else bears too is no mark of this client.
func (m *marker) marks() (*journal.Marks, []journal.Point) {
	out := &journal.Marks{}
	var points []journal.Point
	for _, r := range m.records() {
		out.Sure = append(out.Sure, m.r.tok.record(r.Stream, r.Key))
	}
	for _, a := range m.dict.Attrs {
		kind := map[schemas.Kind]string{schemas.KindPhone: schemas.RefPhone, schemas.KindEmail: schemas.RefEmail, schemas.KindVisitor: schemas.RefVisitor}[a.Kind]
		if kind == "" && a.PII != schemas.PIIDocument {
			continue
		}
		for _, text := range m.own(a.ID) {
			t := m.r.tok.value(a.Kind, text)
			switch {
			case kind == schemas.RefVisitor:
				out.Sure = append(out.Sure, t)
			case kind != "":
				out.Points = append(out.Points, t)
				points = append(points, journal.Point{Kind: kind, Token: t})
			default:
				out.Documents = append(out.Documents, t)
				if d := m.r.tok.digits(text); !d.IsZero() {
					out.Documents = append(out.Documents, d)
				}
			}
		}
	}
	// A phone in one column may stand in another column of somebody else.
	set := map[opaque.Token]bool{}
	for _, t := range out.Points {
		set[t] = true
	}
	for t, clients := range m.r.Holders(set) {
		if slices.ContainsFunc(clients, func(c int32) bool { return uint32(c) != m.client && m.named(uint32(c)) }) {
			out.Points = slices.DeleteFunc(out.Points, func(x opaque.Token) bool { return x == t })
			points = slices.DeleteFunc(points, func(p journal.Point) bool { return p.Token == t })
		}
	}
	m.nameMarks(out)
	for _, list := range []*[]opaque.Token{&out.Sure, &out.Documents, &out.Points, &out.Names, &out.Full, &out.Born} {
		slices.SortFunc(*list, func(a, b opaque.Token) int { return slices.Compare(a[:], b[:]) })
		*list = slices.Compact(*list)
	}
	return out, points
}

// own gives the values of an attribute that the client's records bear, now or
// before, and that nobody else's bear now.
func (m *marker) own(attr string) []string {
	col := m.r.base.Attrs[attr]
	if col == nil {
		return nil
	}
	mine := map[uint32]bool{}
	for _, row := range m.mine {
		lo, hi := col.Range(row)
		for _, v := range col.ID[lo:hi] {
			if v != 0 {
				mine[v] = true
			}
		}
	}
	if len(mine) == 0 {
		return nil
	}
	for row := range m.r.base.Stream {
		if !m.other(state.Row(row)) {
			continue
		}
		lo, hi := col.Range(state.Row(row))
		for _, v := range col.ID[lo:hi] {
			if mine[v] {
				delete(mine, v)
				m.shared++
			}
		}
	}
	ids := make([]uint32, 0, len(mine))
	for v := range mine {
		ids = append(ids, v)
	}
	slices.Sort(ids)
	out := make([]string, len(ids))
	for i, v := range ids {
		out[i] = col.Dict.Get(v)
	}
	return out
}

// nameMarks adds the names, and tells whether others bear them.
func (m *marker) nameMarks(out *journal.Marks) {
	names, full, born := map[opaque.Token]bool{}, map[opaque.Token]bool{}, map[opaque.Token]bool{}
	given := map[string]bool{}
	for _, row := range m.mine {
		m.namesOn(row, func(surname, name, patronymic, day string) {
			names[m.r.tok.name(surname, name)] = true
			full[m.r.tok.fullName(surname, name, patronymic)] = true
			born[m.r.tok.born(surname, name, day)] = true
			given[foldName(surname)] = true
		})
	}
	for row := range m.r.base.Stream {
		if !m.other(state.Row(row)) {
			continue
		}
		m.namesOn(state.Row(row), func(surname, name, _, day string) {
			if !given[foldName(surname)] {
				return
			}
			out.Common = out.Common || names[m.r.tok.name(surname, name)]
			delete(born, m.r.tok.born(surname, name, day))
		})
	}
	for _, x := range []struct {
		from map[opaque.Token]bool
		to   *[]opaque.Token
	}{{names, &out.Names}, {full, &out.Full}, {born, &out.Born}} {
		delete(x.from, opaque.Token{})
		for t := range x.from {
			*x.to = append(*x.to, t)
		}
	}
}

// namesOn visits the names of a record version, each with its birth date.
func (m *marker) namesOn(row state.Row, do func(surname, given, patronymic, day string)) {
	b := m.r.base
	values := func(attr string) []string {
		col, lo, hi := b.Cells(attr, row)
		var out []string
		for k := lo; k < hi; k++ {
			if col.ID[k] != 0 {
				out = append(out, col.Dict.Get(col.ID[k]))
			}
		}
		return out
	}
	given := values("given_name")
	if len(given) == 0 {
		return
	}
	patronymic, day := append(values("patronymic"), ""), append(values("birth_date"), "")
	for _, surname := range append(values("surname"), values("former_surname")...) {
		for _, g := range given {
			do(surname, g, patronymic[0], day[0])
		}
	}
}
