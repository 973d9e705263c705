package dedupe

import "context"

// Update replaces the edges of touched rows by fresh ones, as Score(touched)
// gives them. Rows are those of t; edges of rows that are gone must have been
// dropped and row numbers translated by the caller when they changed.
func Update(t *Table, old, fresh *Edges, touched []uint32) *Edges {
	mark := make([]bool, t.Rows)
	for _, r := range touched {
		mark[r] = true
	}
	out := &Edges{Pairs: fresh.Pairs, List: make([]Edge, 0, len(old.List)+len(fresh.List))}
	for _, d := range old.List {
		if !mark[d.A] && !mark[d.B] {
			out.List = append(out.List, d)
		}
	}
	for _, d := range old.Kin {
		if !mark[d.A] && !mark[d.B] {
			out.Kin = append(out.Kin, d)
		}
	}
	out.List, out.Kin = append(out.List, fresh.List...), append(out.Kin, fresh.Kin...)
	sortByName(out.List, t)
	sortByName(out.Kin, t)
	return out
}

// Recluster gives what Cluster would give, but works only on the components
// that hold a touched row: all others keep the clusters of prev. A row is
// touched when it is new or changed, when one of its edges came or went, or
// when a decision on it did. Rows are numbered as in t; prev may be shorter,
// rows beyond it count as touched.
func Recluster(ctx context.Context, t *Table, md *Model, e *Edges, decisions []Decision, prev *Partition, touched []uint32, s Settings) (*Partition, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	if err := md.bind(m); err != nil {
		return nil, err
	}
	mark := make([]bool, t.Rows)
	for _, r := range touched {
		mark[r] = true
	}
	for r := len(prev.Cluster); r < t.Rows; r++ {
		mark[r] = true
	}
	// An old cluster whose edges went away lies in several components now:
	// all its rows are touched with one of them.
	spread := func(of []uint32) {
		hit := map[uint32]bool{}
		for r, c := range of {
			if mark[r] {
				hit[c] = true
			}
		}
		for r, c := range of {
			mark[r] = mark[r] || hit[c]
		}
	}
	spread(prev.Cluster)
	return clusterPart(ctx, m, md, e, decisions, prev, mark, s)
}
