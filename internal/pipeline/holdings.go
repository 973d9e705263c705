package pipeline

import (
	"encoding/hex"
	"slices"

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

// accountsOf gives the match column of accounts for some rows, those of the rows that
// standing marks, nil = of all; names are the records of these, in their order.
func (r *river) accountsOf(names []string, rows []state.Row, standing []bool) dedupe.Column {
	ends, accounts := r.memory.holdings.AccountsOf(r.recordTokens(names))
	off, at := make([]uint32, 1, len(rows)+1), 0
	for _, row := range rows {
		if standing == nil || standing[row] {
			at++
		}
		off = append(off, ends[at])
	}
	c := dedupe.Column{Name: accountColumn, Role: dedupe.Account, Off: off, ID: make([]uint32, len(accounts))}
	// Their names are made once each, without looking for their letters.
	known := make(map[opaque.Token]uint32, len(accounts))
	arena, cuts := make([]byte, 0, len(accounts)*2*len(opaque.Token{})), []uint32{0, 0}
	for i, a := range accounts {
		id, ok := known[a]
		if !ok {
			id = uint32(len(cuts) - 1)
			known[a] = id
			arena = hex.AppendEncode(arena, a[:])
			cuts = append(cuts, uint32(len(arena)))
		}
		c.ID[i] = id
	}
	c.Dict = schemas.DictOf(arena, cuts)
	return c
}

// recordTokens gives the references of named records.
func (r *river) recordTokens(names []string) []opaque.Token {
	tokens := make([]opaque.Token, len(names))
	var g errgroup.Group
	g.SetLimit(r.threads())
	const run = 1 << 14
	for from := 0; from < len(names); from += run {
		g.Go(func() error {
			tok := newTokenizer(r.land.Keys.Project())
			for i := from; i < min(from+run, len(names)); i++ {
				tokens[i] = tok.key.Token(schemas.RefRecord, names[i])
			}
			return nil
		})
	}
	_ = g.Wait() // cannot fail
	return tokens
}

// touchHeld marks those of some rows whose accounts changed in this run.
func (r *river) touchHeld(party schemas.Party, rows []state.Row) {
	m := &r.memory
	if len(m.heldAnew) == 0 || !slices.Contains(r.matchAttrs(party), accountColumn) {
		return
	}
	for i, t := range r.recordTokens(recordNames(m.base, rows)) {
		if m.heldAnew[t] {
			m.touched[rows[i]] = true
		}
	}
}
