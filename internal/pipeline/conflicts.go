package pipeline

import (
	"context"
	"sort"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
)

// ConflictLine counts what one cross-check found inside the records in force.
type ConflictLine struct {
	Check   string `json:"check"` // "birth_rnokpp@1"
	Attr    string `json:"attr"`
	Other   string `json:"other"` // another attribute, or "party"
	Reason  string `json:"reason"`
	Weak    bool   `json:"weak,omitempty"` // often right all the same
	Says    string `json:"says"`           // what it means
	Records int64  `json:"records"`
}

// conflict is one contradiction inside a record: the check and the cells of
// both sides.
type conflict struct {
	check transforms.CrossCheck
	a, b  uint32
}

// conflictFinder reads contradictions out of the record base. It looks a chain
// up once.
type conflictFinder struct {
	base *state.Base
	col  *state.Column
	of   map[uint16]transforms.CrossCheck
}

func newConflictFinder(base *state.Base) *conflictFinder {
	return &conflictFinder{base: base, col: base.Attrs[schemas.Conflicts], of: map[uint16]transforms.CrossCheck{}}
}

// each visits the contradictions of a record version. What a check of another
// program version found, which this one does not know, is left out.
func (f *conflictFinder) each(row state.Row, visit func(conflict) error) error {
	if f.col == nil {
		return nil
	}
	_, lo, hi := f.base.Cells(schemas.Conflicts, row)
	for k := lo; k+1 < hi; k += 2 {
		no := f.col.Chain[k]
		check, ok := f.of[no]
		if !ok {
			check, _ = transforms.CrossCheckOf(f.base.Chains[no])
			f.of[no] = check
		}
		if check.ID == "" {
			continue
		}
		if err := visit(conflict{check, k, k + 1}); err != nil {
			return err
		}
	}
	return nil
}

func (g *golden) makeConflicts(into func(string) func(context.Context, arrow.RecordBatch) error) {
	g.contradict = newConflictFinder(g.base)
	g.conflicts = newTable("conflicts", into("conflicts"), field("client_no", arrow.PrimitiveTypes.Int32), field("client_id", textType),
		field("stream", textType), field("key", textType), field("attr", textType), field("other_attr", textType), field("reason", textType),
		field("says", textType), field("weak", arrow.FixedWidthTypes.Boolean), field("field", textType), field("other_field", textType),
		field("rule_id", textType), field("chain", textType), field("other_chain", textType), field("record_no", arrow.PrimitiveTypes.Int64), field("valid_from", dayType))
}

// writeConflicts publishes what contradicts itself inside the records of a
// client. It changes no golden value: people decide what is right.
func (g *golden) writeConflicts(ctx context.Context, no int32, id string, rows []state.Row) error {
	b, col := g.base, g.contradict.col
	for _, r := range rows {
		err := g.contradict.each(r, func(c conflict) error {
			return g.conflicts.i32(no).text(id).text(b.StreamOf(r)).text(b.KeyOf(r)).text(c.check.A).text(c.check.B).
				text(schemas.Reason(col.Reason[c.a]).String()).text(c.check.Doc).flag(c.check.Weak).text(b.Fields[col.Field[c.a]]).text(b.Fields[col.Field[c.b]]).
				text(c.check.Name()).text(b.Chains[col.Chain[c.a]]).text(b.Chains[col.Chain[c.b]]).i64(int64(r)).day(b.Valid[r]).end(ctx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// countConflicts counts the contradictions of all records in force, most
// frequent first.
func (r *river) countConflicts() error {
	m := &r.memory
	f := newConflictFinder(m.base)
	lines := map[string]*ConflictLine{}
	for row, live := range m.base.Live {
		if !live || m.manual(state.Row(row)) {
			continue
		}
		err := f.each(state.Row(row), func(c conflict) error {
			l := lines[c.check.ID]
			if l == nil {
				l = &ConflictLine{Check: c.check.Name(), Attr: c.check.A, Other: c.check.B, Weak: c.check.Weak, Says: c.check.Doc,
					Reason: schemas.Reason(f.col.Reason[c.a]).String()}
				lines[c.check.ID] = l
			}
			l.Records++
			return nil
		})
		if err != nil {
			return err
		}
	}
	r.report.Conflicts = r.report.Conflicts[:0]
	for _, l := range lines {
		r.report.Conflicts = append(r.report.Conflicts, *l)
	}
	sort.Slice(r.report.Conflicts, func(i, j int) bool {
		a, b := r.report.Conflicts[i], r.report.Conflicts[j]
		return a.Records > b.Records || a.Records == b.Records && a.Check < b.Check
	})
	return nil
}
