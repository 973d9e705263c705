package pipeline

import (
	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// drifted is where the records of a kind of party had moved away from the base that
// their model was trained on, when that was last measured.
type drifted struct {
	Rows int      `json:"rows"` // record versions that there were
	Said []string `json:"said"`
}

// holds tells whether it is still worth saying where there are so many versions now:
// the two in a hundred that came since change less than the sample varies by.
func (d drifted) holds(rows int) bool {
	return d.Rows > 0 && rows >= d.Rows && rows-d.Rows <= d.Rows/50
}

// driftOf tells the drift of a delta: what was measured last while only few records
// came since.
func (r *river) driftOf(party schemas.Party, rows []state.Row) ([]string, error) {
	m := &r.memory
	if was := m.drifted[party.String()]; was.holds(m.base.Rows()) {
		return was.Said, nil
	}
	said, err := r.drift(party, rows)
	if err != nil {
		return nil, err
	}
	m.drifted[party.String()] = drifted{m.base.Rows(), said}
	return said, nil
}

// driftRows is from how many records on a delta tells the drift of a sample: a
// part of the records that are chosen by their keys, about half of driftRows.
const driftRows = 1 << 17

// drift tells where the records moved away from the base that their model was
// trained on.
func (r *river) drift(party schemas.Party, rows []state.Row) ([]string, error) {
	b, some := r.memory.base, rows
	if len(rows) > driftRows {
		some = nil
		for _, row := range rows {
			if schemas.Hash64(b.KeyOf(row))%uint64(2*len(rows)/driftRows) == 0 {
				some = append(some, row)
			}
		}
	}
	prep, err := dedupe.PrepareCounts(r.newMatchTable(party, some).t, r.memory.models[party])
	if err != nil {
		return nil, err
	}
	return prep.Drift(r.memory.models[party], len(some) < len(rows)), nil
}
