package pipeline

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

func blocksName(party string, n int) string { return fmt.Sprintf("blocks-%s-%04d.age", party, n) }

// keepBlocks writes the blocks of a table's records for the runs to come. They
// are written at once: a large base does not have to hold them to the end.
func (r *river) keepBlocks(party schemas.Party, mt *matchTable, prep *dedupe.Prepared) error {
	m := &r.memory
	m.blockFiles[party.String()]++
	return r.seal(blocksName(party.String(), m.blockFiles[party.String()]), func(w io.Writer) error {
		return state.WriteBlocks(w, mt.rows, func(put func(string, []uint8, []uint32) error) error {
			return prep.EachBlocks(m.models[party], r.matchSettings(), put)
		})
	})
}

// readAhead begins to read the blocks of a kind of party, which are asked for when
// it is resolved.
func (r *river) readAhead(party schemas.Party) {
	m := &r.memory
	files := m.blockFiles[party.String()]
	read := sync.OnceValues(func() (*state.Blocks, error) {
		b := &state.Blocks{}
		for n := 1; n <= files; n++ {
			if err := r.unseal(blocksName(party.String(), n), b.Read); err != nil {
				return nil, err
			}
		}
		return b, nil
	})
	m.blocksOf[party] = read
	r.reading.Go(func() error { _, err := read(); return err })
}

// readBlocks gives the blocks that runs wrote, and tells which entries stand for
// the rows that take part and are not scored anew. ok is false when a row has
// none, as in a snapshot that is older than these files.
func (r *river) readBlocks(party schemas.Party, rows []state.Row, rescored []bool) (b *dedupe.Blocks, use []bool, ok bool, err error) {
	m := &r.memory
	if m.blocksOf[party] == nil {
		r.readAhead(party)
	}
	read, err := m.blocksOf[party]()
	if err != nil {
		return nil, nil, false, err
	}
	delete(m.blocksOf, party)
	b = (*dedupe.Blocks)(read)
	entry := make([]uint32, m.base.Rows()) // row → 1 + its last entry
	for i, row := range b.Row {
		entry[row] = uint32(i) + 1
	}
	use = make([]bool, len(b.Row))
	for _, row := range rows {
		switch {
		case rescored[row]:
		case entry[row] == 0:
			return nil, nil, false, nil
		default:
			use[entry[row]-1] = true
		}
	}
	return b, use, true, b.Fit(m.models[party])
}

// scoreTouched scores the listed rows against all: those that share a block with
// one of them are found by the blocks that earlier runs kept, and only they are
// looked at.
func (r *river) scoreTouched(ctx context.Context, party schemas.Party, rows, list []state.Row, rescored []bool) (*scored, error) {
	m, set := &r.memory, r.matchSettings()
	model := m.models[party]
	kept, use, ok, err := r.readBlocks(party, rows, rescored)
	if err != nil {
		return nil, err
	}
	if !ok {
		return r.scoreAmongAll(ctx, party, rows, list)
	}
	some := r.newMatchTable(party, list)
	prep, err := some.prepared(model)
	if err != nil {
		return nil, err
	}
	own, err := prep.Blocks(model, some.rows, set)
	if err != nil {
		return nil, err
	}
	var beside errgroup.Group
	beside.Go(func() error { return r.keepBlocks(party, some, prep) })
	near := kept.Near(model, own, use, set)
	if err := beside.Wait(); err != nil {
		return nil, err
	}
	there := slices.Clone(rescored)
	for _, row := range near.Row {
		there[row] = true
	}
	all := make([]state.Row, 0, len(rows))
	for _, row := range rows {
		if there[row] {
			all = append(all, row)
		}
	}
	mt := r.newNearTable(party, all, m.shareAccounts(kept, prep, use, list))
	if prep, err = dedupe.PrepareBare(mt.t, model); err != nil {
		return nil, err
	}
	e, err := prep.ScoreNear(ctx, model, near, mt.at, set)
	if err != nil {
		return nil, err
	}
	return &scored{toState(e.List, mt), toState(e.Kin, mt), e.Pairs}, nil
}

// shareAccounts marks the records whose accounts matter to the listed ones, which
// are those of the prepared table: they and those that stand behind an account of
// theirs. Other accounts say nothing, as none does. nil = that is not known.
func (m *workspace) shareAccounts(kept *dedupe.Blocks, listed *dedupe.Prepared, use []bool, list []state.Row) []bool {
	rows, ok := kept.Sharing(accountColumn+".same", listed, use)
	if !ok {
		return nil
	}
	standing := make([]bool, m.base.Rows())
	for _, row := range append(rows, list...) {
		standing[row] = true
	}
	return standing
}

// scoreAmongAll is scoreTouched without blocks of earlier runs.
func (r *river) scoreAmongAll(ctx context.Context, party schemas.Party, rows, list []state.Row) (*scored, error) {
	m := &r.memory
	mt := r.newMatchTable(party, rows)
	prep, err := mt.prepared(m.models[party])
	if err != nil {
		return nil, err
	}
	touched := make([]uint32, len(list))
	for i, row := range list {
		touched[i], _ = mt.rowOf(row)
	}
	e, err := prep.Score(ctx, m.models[party], touched, r.matchSettings())
	if err != nil {
		return nil, err
	}
	m.blockFiles[party.String()] = 0
	return &scored{toState(e.List, mt), toState(e.Kin, mt), e.Pairs}, r.keepBlocks(party, mt, prep)
}
