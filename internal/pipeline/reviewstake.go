package pipeline

import (
	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// members lists the records in force of a client.
func (v *Review) members(c uint32) []state.Row {
	var out []state.Row
	for _, row := range v.order[v.first[c]:v.first[c+1]] {
		if v.base.Live[row] && v.base.StreamOf(row) != ActOverrides {
			out = append(out, row)
		}
	}
	return out
}

// mostWeighed is how many records of one client are weighed against another's.
const mostWeighed = 8

// weighStakes sets what is at stake. Where two clients agree as a whole, it is
// what the lesser of them consists of and holds. Where they do not, or are one
// already, it is a single record: the question is only where that belongs.
func (v *Review) weighStakes(all []*ReviewPair) error {
	var list []*ReviewPair
	for _, q := range all {
		if q.AtStake == 0 {
			list = append(list, q)
		}
	}
	for _, party := range parties {
		var rows []state.Row
		for _, q := range list {
			if q.party == party {
				for _, side := range v.sides(q) {
					rows = append(rows, side...)
				}
			}
		}
		if len(rows) == 0 {
			continue
		}
		t, at := v.matchTable(party, rows)
		x, err := dedupe.NewExplainer(t, v.models[party])
		if err != nil {
			return err
		}
		for _, q := range list {
			if q.party != party {
				continue
			}
			sides := v.sides(q)
			sum, whole := 0.0, !q.One
			for _, a := range sides[0] {
				for _, b := range sides[1] {
					bits, may := x.Weight(at[a], at[b])
					sum += min(max(bits, -20), 20)
					whole = whole && may
				}
			}
			v.stake(q, whole && sum/float64(len(sides[0])*len(sides[1])) >= v.models[party].Merge)
		}
	}
	return nil
}

// sides gives the records on both sides of a pair: its own first, then some of
// those of its clients.
func (v *Review) sides(q *ReviewPair) [2][]state.Row {
	var out [2][]state.Row
	for i, own := range q.rows {
		out[i] = append(out[i], own)
		if q.One {
			continue
		}
		for _, row := range v.members(v.base.Client[own]) {
			if row != own && len(out[i]) < mostWeighed {
				out[i] = append(out[i], row)
			}
		}
	}
	return out
}

func (v *Review) stake(q *ReviewPair, whole bool) {
	q.Whole = whole
	if whole {
		q.AtStake = min(q.A.Records+q.A.Holds, q.B.Records+q.B.Holds)
	} else {
		q.AtStake = 1 + min(v.accounts(q.rows[0]), v.accounts(q.rows[1]))
	}
	q.Risk = float64(q.AtStake) * q.P
	if q.One {
		q.Risk = float64(q.AtStake) * (1 - q.P)
	}
}

func (v *Review) accounts(row state.Row) int {
	return len(v.byRecord[v.tok.key.Token(schemas.RefRecord, recordName(v.base, row))])
}
