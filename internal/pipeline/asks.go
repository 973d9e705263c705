package pipeline

import (
	"slices"

	"clientbase/internal/journal"
	"clientbase/internal/state"
)

// asks keeps the evidence that speaks for one party and did not make one: from
// the bits at which the most probable partition merges. What lies above the
// confident threshold and was kept apart for another reason belongs to it too.
// Clients that hold records said to be different are not asked about again.
func asks(b *state.Base, all []state.Edge, merge float64, u *ruling) []state.Edge {
	apart := apartClients(b, u)
	var keep []state.Edge
	for _, e := range all {
		if float64(e.Bits) < merge || int(e.A) >= b.Rows() || int(e.B) >= b.Rows() || !b.Live[e.A] || !b.Live[e.B] {
			continue
		}
		c := clientsOf(b, e.A, e.B)
		if c[0] != c[1] && c[0] != state.None && c[1] != state.None && !apart[c] {
			keep = append(keep, e)
		}
	}
	return keep
}

// joins gives the records of two clients that people said to be one party
// since the last run: what restricts one of them restricts both at once.
func joins(b *state.Base, u *ruling) []state.Edge {
	var out []state.Edge
	at := liveRecords(b, u)
	for _, g := range u.meaning.Groups {
		var one []state.Row // a record of each client
		for _, no := range g {
			row, ok := at[no]
			if !ok || slices.ContainsFunc(one, func(r state.Row) bool { return b.Client[r] == b.Client[row] }) {
				continue
			}
			for _, other := range one {
				out = append(out, state.Edge{A: other, B: row})
			}
			one = append(one, row)
		}
	}
	return out
}

// apartClients gives the pairs of clients that hold records said to be
// different, straight or by conclusion.
func apartClients(b *state.Base, u *ruling) map[[2]uint32]bool {
	out := map[[2]uint32]bool{}
	at := liveRecords(b, u)
	group := map[uint32][]uint32{}
	for _, g := range u.meaning.Groups {
		group[g[0]] = g
	}
	for _, p := range u.meaning.Apart {
		for _, x := range append([]uint32{p[0]}, group[p[0]]...) {
			for _, y := range append([]uint32{p[1]}, group[p[1]]...) {
				row, okA := at[x]
				other, okB := at[y]
				if okA && okB {
					out[clientsOf(b, row, other)] = true
				}
			}
		}
	}
	return out
}

// liveRecords finds the rows in force of the records that decisions name.
func liveRecords(b *state.Base, u *ruling) map[uint32]state.Row {
	streams := map[string]uint16{}
	for no, id := range b.Streams {
		streams[id] = uint16(no)
	}
	out := map[uint32]state.Row{}
	for no, rec := range u.records {
		if row, ok := rowOf(b, streams, rec); ok {
			out[uint32(no)] = row
		}
	}
	return out
}

func rowOf(b *state.Base, streams map[string]uint16, rec journal.Record) (state.Row, bool) {
	no, ok := streams[rec.Stream]
	if !ok {
		return state.None, false
	}
	row, ok := b.Latest(no, rec.Key)
	return row, ok && b.Client[row] != state.None
}

// clientsOf gives the clients of two rows, the lesser number first.
func clientsOf(b *state.Base, x, y state.Row) [2]uint32 {
	c, d := b.Client[x], b.Client[y]
	return [2]uint32{min(c, d), max(c, d)}
}
