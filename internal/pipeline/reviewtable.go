package pipeline

import (
	"slices"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Evidence tells why a pair has its weight; it is dedupe's own.
type Evidence = dedupe.Explanation

// Explain gives the evidence of pairs as the run saw it, also of pairs that no
// rule found. Only their records are looked at: a weight depends on two records
// and the model, never on the others.
func (v *Review) Explain(pairs ...*ReviewPair) ([]Evidence, error) {
	if err := v.weighStakes(pairs); err != nil {
		return nil, err
	}
	out := make([]Evidence, len(pairs))
	for _, party := range parties {
		var rows []state.Row
		for _, q := range pairs {
			if q.party == party {
				rows = append(rows, q.rows[:]...)
			}
		}
		if len(rows) == 0 || v.models[party] == nil {
			continue
		}
		t, at := v.matchTable(party, rows)
		x, err := dedupe.NewExplainer(t, v.models[party])
		if err != nil {
			return nil, err
		}
		for i, q := range pairs {
			if q.party == party {
				out[i] = x.Explain(at[q.rows[0]], at[q.rows[1]])
				out[i].A, out[i].B = q.A.String(), q.B.String()
			}
		}
	}
	return out, nil
}

// matchTable holds the given rows as the matcher sees them; see newMatchTable.
// at gives the table row of each.
func (v *Review) matchTable(party schemas.Party, some []state.Row) (t *dedupe.Table, at map[state.Row]uint32) {
	rows := slices.Clone(some)
	sortByName(v.base, rows)
	rows = slices.Compact(rows)
	at = make(map[state.Row]uint32, len(rows))
	for i, row := range rows {
		at[row] = uint32(i)
	}
	t = &dedupe.Table{Rows: len(rows)}
	source := map[uint16]uint16{}
	for _, row := range rows {
		t.Record = append(t.Record, recordName(v.base, row))
		stream := v.base.Stream[row]
		no, known := source[stream]
		if !known {
			no = uint16(len(t.NoDup))
			source[stream] = no
			t.NoDup = append(t.NoDup, v.noDuplicates(v.base.Streams[stream]))
		}
		t.Source = append(t.Source, no)
	}
	by := v.byRecord
	for _, id := range v.matchBy[party.String()] {
		values := make([][]string, len(rows))
		if id == accountColumn {
			for i, name := range t.Record {
				for _, a := range by[v.tok.key.Token(schemas.RefRecord, name)] {
					values[i] = append(values[i], a.String())
				}
			}
			t.Cols = append(t.Cols, dedupe.NewMultiColumn(accountColumn, dedupe.Account, values))
			continue
		}
		a, ok := v.p.Dict.Attr(id)
		if !ok {
			continue
		}
		for i, row := range rows {
			col, lo, hi := v.base.Cells(id, row)
			for k := lo; k < hi; k++ {
				if col.ID[k] != 0 && transforms.Identifies(schemas.Status(col.Status[k]), schemas.Reason(col.Reason[k])) {
					values[i] = append(values[i], col.Dict.Get(col.ID[k]))
				}
			}
		}
		c := dedupe.NewMultiColumn(id, dedupe.RoleOf(a), values)
		if col := v.base.Attrs[id]; col != nil {
			for _, k := range col.Keys {
				c.AddKeys(k.Name, func(value string, emit func(string)) {
					if no, ok := col.Dict.Find(value); ok && int(no)+1 < len(k.Off) {
						for _, key := range k.ID[k.Off[no]:k.Off[no+1]] {
							emit(k.Dict.Get(key))
						}
					}
				})
			}
		} else {
			addKeys(&c, a.Kind)
		}
		t.Cols = append(t.Cols, c)
	}
	return t, at
}

func (v *Review) noDuplicates(stream string) bool {
	for i := range v.p.Streams {
		if v.p.Streams[i].ID() == stream {
			return v.p.Streams[i].NoDuplicates
		}
	}
	return false
}
