package pipeline

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
)

// matchTable is live records of one kind of party as the matcher sees them: all,
// or those that a step of a delta looks at.
type matchTable struct {
	t    *dedupe.Table
	prep *dedupe.Prepared // t compiled, made at its first use
	rows []state.Row      // table row → base row
	at   []uint32         // base row → 1 + table row, 0 = not in the table
}

// rowOf gives the table row of a base row.
func (mt *matchTable) rowOf(row state.Row) (uint32, bool) {
	i := mt.at[row]
	return i - 1, i != 0
}

// prepared gives the compiled table; all steps of a run share it. The model is
// the pinned one, or nil when one is to be trained.
func (mt *matchTable) prepared(pinned *dedupe.Model) (*dedupe.Prepared, error) {
	if mt.prep == nil {
		p, err := dedupe.Prepare(mt.t, pinned)
		if err != nil {
			return nil, err
		}
		mt.prep = p
	}
	return mt.prep, nil
}

// liveRows lists the rows of a party kind that take part in matching.
func (m *workspace) liveRows(party schemas.Party) (rows []state.Row) {
	rows = make([]state.Row, 0, m.base.Rows())
	for row, live := range m.base.Live {
		if live && schemas.Party(m.base.Party[row]) == party && !m.manual(state.Row(row)) {
			rows = append(rows, state.Row(row))
		}
	}
	return rows
}

// newMatchTable gathers rows of a party kind. Only usable values take part;
// keys are computed once per distinct value.
func (r *river) newMatchTable(party schemas.Party, rows []state.Row) *matchTable {
	b := r.memory.base
	mt := &matchTable{rows: slices.Clone(rows)}
	sortByName(b, mt.rows)
	names := recordNames(b, mt.rows)
	r.gather(mt, party, &dedupe.Table{Record: names}, func() dedupe.Column { return r.accountsOf(names, mt.rows, nil) })
	return mt
}

// newNearTable is a table of rows that are only weighed in pairs. It is in the order
// of the rows, which are not named. Of accounts it looks for those of the records that
// standing marks; nil = of all.
func (r *river) newNearTable(party schemas.Party, rows []state.Row, standing []bool) *matchTable {
	b := r.memory.base
	mt := &matchTable{rows: rows}
	compare := byName(b)
	t := &dedupe.Table{Before: func(x, y uint32) bool { return compare(rows[x], rows[y]) < 0 }}
	r.gather(mt, party, t, func() dedupe.Column {
		some := rows
		if standing != nil {
			some = nil
			for _, row := range rows {
				if standing[row] {
					some = append(some, row)
				}
			}
		}
		return r.accountsOf(recordNames(b, some), rows, standing)
	})
	return mt
}

// gather fills a table with what the rows of mt hold. The accounts are looked for
// beside the other columns.
func (r *river) gather(mt *matchTable, party schemas.Party, t *dedupe.Table, accounts func() dedupe.Column) {
	b := r.memory.base
	mt.at, t.Rows = make([]uint32, b.Rows()), len(mt.rows)
	t.Source = make([]uint16, len(mt.rows))
	source := make([]uint16, len(b.Streams)) // 1 + its number in the table
	for i, row := range mt.rows {
		mt.at[row] = uint32(i) + 1
		no := b.Stream[row]
		if source[no] == 0 {
			in := r.memory.interpreters[b.Streams[no]]
			t.NoDup = append(t.NoDup, in != nil && in.stream.NoDuplicates)
			source[no] = uint16(len(t.NoDup))
		}
		t.Source[i] = source[no] - 1
	}
	var g errgroup.Group
	g.SetLimit(r.threads())
	attrs := r.matchAttrs(party)
	cols := make([]*dedupe.Column, len(attrs))
	for i, id := range attrs {
		a, ok := r.p.Dict.Attr(id)
		switch {
		case id == accountColumn:
			cols[i] = &dedupe.Column{}
			g.Go(func() error {
				*cols[i] = accounts()
				return nil
			})
		case ok:
			cols[i] = &dedupe.Column{}
			g.Go(func() error { *cols[i] = matchColumn(a, dedupe.RoleOf(a), b.Attrs[id], mt.rows); return nil })
		}
	}
	_ = g.Wait() // copying cannot fail
	for _, c := range cols {
		if c != nil {
			t.Cols = append(t.Cols, *c)
		}
	}
	t.Within(r.p.Memory / 2)
	mt.t = t
}

// sortByName orders rows by stream and key, several streams at a time. Most pairs
// are told apart by the first letters of their keys, which are compared as two
// numbers; a stream whose rows came in order is left as it is.
func sortByName(b *state.Base, rows []state.Row) {
	rank := streamRanks(b.Streams)
	first := make([]int, len(b.Streams)+1) // by rank: where the rows of a stream begin
	for _, row := range rows {
		first[rank[b.Stream[row]]+1]++
	}
	for i := range b.Streams {
		first[i+1] += first[i]
	}
	type item struct {
		high, low uint64 // the first sixteen bytes of the key
		row       state.Row
	}
	items, next := make([]item, len(rows)), slices.Clone(first)
	for _, row := range rows {
		var head [16]byte
		copy(head[:], b.KeyOf(row))
		at := &next[rank[b.Stream[row]]]
		items[*at] = item{binary.BigEndian.Uint64(head[:]), binary.BigEndian.Uint64(head[8:]), row}
		*at++
	}
	compare := func(x, y item) int {
		if x.high != y.high {
			return cmp.Compare(x.high, y.high)
		}
		if x.low != y.low {
			return cmp.Compare(x.low, y.low)
		}
		return strings.Compare(b.KeyOf(x.row), b.KeyOf(y.row))
	}
	var g errgroup.Group
	for i := range b.Streams {
		if list := items[first[i]:first[i+1]]; !slices.IsSortedFunc(list, compare) {
			g.Go(func() error { slices.SortFunc(list, compare); return nil })
		}
	}
	_ = g.Wait() // sorting cannot fail
	for i := range items {
		rows[i] = items[i].row
	}
}

// streamRanks gives the place of each stream's name among all, so that records
// are ordered by stream and key whatever order the streams were first seen in.
func streamRanks(streams []string) []uint16 {
	sorted := slices.Sorted(slices.Values(streams))
	out := make([]uint16, len(streams))
	for i, id := range streams {
		out[i] = uint16(slices.Index(sorted, id))
	}
	return out
}

// matchAttrs lists the attributes by which parties of a kind are matched. The
// first training chooses them, the strongest evidence first, as far as the
// matcher takes; later runs under the same model keep the list, so that a
// column that fills up later does not change what the model means.
func (r *river) matchAttrs(party schemas.Party) []string {
	m := &r.memory
	if m.models[party] == nil {
		m.matchBy[party.String()] = r.chooseMatchAttrs(party)
	}
	return m.matchBy[party.String()]
}

// evidence orders roles by what they tell about identity. Codes, jobs and
// whole names beside their parts are left out: they tell little or count twice.
var evidence = [...]dedupe.Role{dedupe.Surname, dedupe.Given, dedupe.Former, dedupe.Patronymic, dedupe.BirthDate, dedupe.OrgName, dedupe.NationalID, dedupe.Phone,
	dedupe.Email, dedupe.Document, dedupe.Address, dedupe.Gender, dedupe.City, dedupe.FullName}

func (r *river) chooseMatchAttrs(party schemas.Party) []string {
	b := r.memory.base
	filled := map[string]bool{}
	for id, col := range b.Attrs {
		for row := range b.Live {
			if b.Live[row] && schemas.Party(b.Party[row]) == party && int(row)+1 < len(col.Off) && col.Off[row] < col.Off[row+1] {
				filled[id] = true
				break
			}
		}
	}
	var out []string
	features := 0
	for _, role := range evidence {
		for _, a := range r.p.Dict.Attrs {
			if a.Party&party == 0 || dedupe.RoleOf(a) != role || !filled[a.ID] || (role == dedupe.FullName && filled["surname"]) {
				continue
			}
			joined := role == dedupe.Former || ((role == dedupe.Phone || role == dedupe.Email) && len(out) > 0 && r.roleOf(out[len(out)-1]) == role)
			if !joined {
				features++
			}
			if features > dedupe.MaxAttributes {
				r.report.note("", "matching of %ss looks at %d attributes; %s is left out", party, dedupe.MaxAttributes, a.ID)
				continue
			}
			out = append(out, a.ID)
		}
		if role == dedupe.NationalID && r.memory.holdings.Len() > 0 {
			features++
			out = append(out, accountColumn)
		}
	}
	return out
}

func (r *river) roleOf(id string) dedupe.Role {
	a, _ := r.p.Dict.Attr(id)
	return dedupe.RoleOf(a)
}

// matchColumn copies one attribute of the given rows; a missing column is all
// missing values.
func matchColumn(a schemas.Attr, role dedupe.Role, col *state.Column, rows []state.Row) dedupe.Column {
	c := dedupe.Column{Name: a.ID, Role: role, Dict: schemas.NewDict(), Off: make([]uint32, 1, len(rows)+1)}
	if col != nil {
		c.Dict, c.ID = col.Dict, make([]uint32, 0, len(rows))
	}
	for _, row := range rows {
		if col != nil && int(row)+1 < len(col.Off) {
			for k := col.Off[row]; k < col.Off[row+1]; k++ {
				if v := col.ID[k]; v != 0 && transforms.Identifies(schemas.Status(col.Status[k]), schemas.Reason(col.Reason[k])) {
					c.ID = append(c.ID, v)
				}
			}
		}
		c.Off = append(c.Off, uint32(len(c.ID)))
	}
	if col != nil {
		for _, k := range col.Keys {
			c.Keys = append(c.Keys, dedupe.KeyColumn{Name: k.Name, Dict: k.Dict, Off: k.Off, ID: k.ID})
		}
		return c
	}
	addKeys(&c, a.Kind)
	return c
}

// extendKeys computes the match keys of values that have none yet, attribute
// by attribute on all cores.
func (r *river) extendKeys() {
	var g errgroup.Group
	g.SetLimit(r.threads())
	for _, a := range r.p.Dict.Attrs {
		col := r.memory.base.Attrs[a.ID]
		if col == nil || dedupe.RoleOf(a) == dedupe.Ignore {
			continue
		}
		g.Go(func() error {
			var funcs []state.KeyFunc
			for _, k := range r.own.Keys(a.Kind) {
				funcs = append(funcs, state.KeyFunc{Name: k.Name, Of: k.Of})
			}
			col.ExtendKeys(funcs)
			return nil
		})
	}
	_ = g.Wait() // computing a key cannot fail
}

func addKeys(c *dedupe.Column, kind schemas.Kind) {
	for _, k := range transforms.Keys(kind) {
		c.AddKeys(k.Name, k.Of)
	}
}
