package pipeline

import (
	"cmp"
	"maps"
	"slices"

	"clientbase/dedupe"
	"clientbase/internal/journal"
	"clientbase/internal/state"
)

// readDecisions finds what people decided about who is who, and of which
// records that is another than in the previous snapshot.
func (r *river) readDecisions(folded int64) error {
	m := &r.memory
	var err error
	if m.ruling, err = rulingOf(m.acts); err != nil {
		return err
	}
	m.ruled = map[journal.Record]bool{}
	if r.prev != nil {
		upTo := 0
		for upTo < len(m.acts) && m.acts[upTo].Seq <= folded {
			upTo++
		}
		was, err := rulingOf(m.acts[:upTo])
		if err != nil {
			return err
		}
		m.ruled = m.ruling.changed(was)
	}
	for _, entries := range m.ruling.clashes() {
		r.report.note("", "decisions contradict each other (journal %s): nothing is joined because of them until one is taken back, see `clientbase review log`", entriesText(entries))
	}
	return nil
}

// rowOfRecord gives the table row of a record that a decision names.
func (r *river) rowOfRecord(mt *matchTable, rec journal.Record) (uint32, bool) {
	row, ok := r.anchorRow(rec)
	if !ok {
		return 0, false
	}
	return mt.rowOf(row)
}

// decisionsOn gives what people decided about the records of a table.
func (r *river) decisionsOn(mt *matchTable) []dedupe.Decision {
	u := r.memory.ruling
	return u.meaning.Decisions(func(no uint32) (uint32, bool) { return r.rowOfRecord(mt, u.records[no]) })
}

// touchDecided marks the rows whose decisions changed, also where the other
// record of one takes no part (any more), and lets those that are said to be one
// party be reached together. in tells which rows take part.
func (r *river) touchDecided(in, touched []bool, reach *union) {
	m := &r.memory
	rowOf := func(rec journal.Record) (state.Row, bool) {
		row, ok := r.anchorRow(rec)
		return row, ok && in[row]
	}
	for rec := range m.ruled {
		if row, ok := rowOf(rec); ok {
			touched[row] = true
		}
	}
	for i := range m.ruling.said {
		d := &m.ruling.said[i]
		a, okA := rowOf(d.A)
		b, okB := rowOf(d.B)
		switch {
		case okA && !okB:
			touched[a] = true
		case okB && !okA:
			touched[b] = true
		}
	}
	for _, d := range m.ruling.meaning.Decisions(func(no uint32) (uint32, bool) { return rowOf(m.ruling.records[no]) }) {
		if d.Verdict == dedupe.Same {
			reach.join(d.A, d.B)
		}
	}
}

// decisionRule is the rule of published evidence that a person gave.
const decisionRule = "decision"

// withDecided adds to the edges of a table the pairs that people said to be one
// party and that no rule found, and tells which entry, the latest, says so of
// which pair. Of decisions that contradict each other nothing is told.
func (r *river) withDecided(mt *matchTable, edges []state.Edge) ([]state.Edge, map[[2]state.Row]int64) {
	m := &r.memory
	said := map[[2]state.Row]int64{}
	for i := range m.ruling.said {
		d := &m.ruling.said[i]
		a, okA := r.rowOfRecord(mt, d.A)
		b, okB := r.rowOfRecord(mt, d.B)
		if d.verdict() == dedupe.Same && okA && okB && m.ruling.of(d.A, d.B) == dedupe.Same {
			said[[2]state.Row{mt.rows[min(a, b)], mt.rows[max(a, b)]}] = d.entry.Seq
		}
	}
	if len(said) == 0 {
		return edges, nil
	}
	missing := maps.Clone(said)
	for _, e := range edges {
		delete(missing, [2]state.Row{e.A, e.B})
	}
	out := slices.Clone(edges)
	for pair := range missing {
		out = append(out, state.Edge{A: pair[0], B: pair[1]})
	}
	slices.SortFunc(out[len(edges):], func(x, y state.Edge) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return out, said
}

// isRuled tells whether a decision that changed names a record; see recordName.
func (m *workspace) isRuled(names []string, rows []state.Row) func(string) bool {
	if len(m.ruled) == 0 {
		return nil
	}
	by := map[string]bool{}
	for i, row := range rows {
		by[names[i]] = m.ruled[journal.Record{Stream: m.base.StreamOf(row), Key: m.base.KeyOf(row)}]
	}
	return func(name string) bool { return by[name] }
}
