package pipeline

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/dedupe"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// accountColumn is the matcher's name for "stands behind the same account".
const accountColumn = "account"

// holdingFields names the columns of a keyed fact that say who stands behind
// which account; ok is false for kinds that do not.
func holdingFields(k schemas.FactKind) (record, account int, ok bool) {
	record, account = -1, -1
	for i, f := range k.Fields {
		switch f.Name {
		case "holder", "from":
			record = i + factColumns
		case "account":
			account = i + factColumns
		}
	}
	return record, account, record >= 0 && account >= 0
}

// factColumns is how many columns of a fact batch come before the kind's own.
const factColumns = 4

// hold remembers the holdings of the given rows of a fact batch.
func (m *workspace) hold(kind schemas.FactKind, rec arrow.RecordBatch, rows []int) {
	r, a, ok := holdingFields(kind)
	if !ok {
		return
	}
	ids, records, accounts := rec.Column(0).(*array.FixedSizeBinary), rec.Column(r).(*array.FixedSizeBinary), rec.Column(a).(*array.FixedSizeBinary)
	for _, i := range rows {
		if records.IsNull(i) || accounts.IsNull(i) {
			continue
		}
		var id opaque.Token
		var h state.Holding
		copy(id[:], ids.Value(i))
		copy(h.Record[:], records.Value(i))
		copy(h.Account[:], accounts.Value(i))
		if old, known := m.holdings[id]; !known || old != h {
			m.holdings[id] = h
			m.heldAnew[h.Record] = true
			if known {
				m.heldAnew[old.Record] = true
			}
		}
	}
}

// accountsOf gives the match column of accounts for the given rows, and marks
// the rows whose accounts changed in this run.
func (r *river) accountsOf(rows []state.Row, names []string) dedupe.Column {
	m := &r.memory
	by := m.holdings.ByRecord()
	tok := newTokenizer(r.land.Keys.Project())
	values := make([][]string, len(rows))
	for i, row := range rows {
		t := tok.key.Token(schemas.RefRecord, names[i])
		for _, a := range by[t] {
			values[i] = append(values[i], a.String())
		}
		if m.heldAnew[t] {
			m.touched[row] = true
		}
	}
	return dedupe.NewMultiColumn(accountColumn, dedupe.Account, values)
}
