package pipeline

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

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
		if old, known := m.holdings.Of(id); !known || old != h {
			m.holdings.Put(id, h)
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
	tokens := make([]opaque.Token, len(rows))
	var by map[opaque.Token][]opaque.Token
	var g errgroup.Group
	g.Go(func() error { by = m.holdings.ByRecord(); return nil })
	const run = 1 << 14
	for from := 0; from < len(rows); from += run {
		g.Go(func() error {
			tok := newTokenizer(r.land.Keys.Project())
			for i := from; i < min(from+run, len(rows)); i++ {
				tokens[i] = tok.key.Token(schemas.RefRecord, names[i])
			}
			return nil
		})
	}
	_ = g.Wait() // neither can fail
	c := dedupe.Column{Name: accountColumn, Role: dedupe.Account, Dict: schemas.NewDict(), Off: make([]uint32, 1, len(rows)+1)}
	for i, row := range rows {
		for _, a := range by[tokens[i]] {
			c.ID = append(c.ID, c.Dict.Intern(a.String()))
		}
		c.Off = append(c.Off, uint32(len(c.ID)))
		if m.heldAnew[tokens[i]] {
			m.touched[row] = true
		}
	}
	return c
}
