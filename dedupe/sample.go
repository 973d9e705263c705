package dedupe

import (
	"cmp"
	"slices"

	"clientbase/schemas"
)

// sampleFrom is the number of rows above which a model is learnt from
// sampleRows of them, chosen by hash of their names. Shares of pairs do not
// depend on how many rows there are: a sample of a share f holds f² of the
// pairs of each class, and blocks that are f times as large. Frequencies of
// values and the final block size are still taken from all rows.
const (
	sampleFrom = 200_000
	sampleRows = 120_000
)

// sample gives a matrix of n rows of m that shares its features; its keys are
// not filled yet.
func (m *matrix) sample(n int) *matrix {
	rows := firstByHash(m, 5, n)
	slices.Sort(rows)
	t := &Table{Rows: n, NoDup: m.t.NoDup}
	s := &matrix{t: t, feats: m.feats, surname: m.surname, given: m.given, crosswise: m.crosswise, born: m.born, email: m.email, full: m.full, more: m.more, keys: slices.Clone(m.keys),
		dropped: m.dropped, share: m.share * float64(n) / float64(m.t.Rows)}
	byRank := make([]uint32, n)
	for i, r := range rows {
		t.Record = append(t.Record, m.t.Record[r])
		if m.t.Source != nil {
			t.Source = append(t.Source, m.t.Source[r])
		}
		s.cell = append(s.cell, m.cells(r)...)
		byRank[i] = uint32(i)
	}
	slices.SortFunc(byRank, func(a, b uint32) int { return int(m.rank[rows[a]]) - int(m.rank[rows[b]]) })
	s.byRank, s.rank = byRank, make([]uint32, n)
	for i, r := range byRank {
		s.rank[r] = uint32(i)
	}
	return s
}

// orderByHash gives the rows in an order that depends on their names only.
func orderByHash(m *matrix, seed uint64) []uint32 { return firstByHash(m, seed, m.t.Rows) }

// firstByHash gives the first n rows, or all, of the order by hash.
func firstByHash(m *matrix, seed uint64, n int) []uint32 {
	type item struct {
		h uint64
		r uint32
	}
	n = min(n, m.t.Rows)
	pick := func(below uint64) (items []item) {
		for r, name := range m.t.Record {
			if h := mix(schemas.Hash64(name), seed); h <= below {
				items = append(items, item{h, uint32(r)})
			}
		}
		return items
	}
	var items []item
	if share := 1.1 * (float64(n) + 100) / float64(m.t.Rows); share < 1 { // hashes lie evenly: these are enough
		items = pick(uint64(share * (1 << 63) * 2))
	}
	if len(items) < n {
		items = pick(1<<64 - 1)
	}
	slices.SortFunc(items, func(a, b item) int {
		if c := cmp.Compare(a.h, b.h); c != 0 {
			return c
		}
		return cmp.Compare(m.rank[a.r], m.rank[b.r])
	})
	out := make([]uint32, n)
	for i := range out {
		out[i] = items[i].r
	}
	return out
}

// scaleTo turns the expected pairs of a sample into those of all rows.
func (md *Model) scaleTo(pairs float64) {
	k := pairs / md.Pairs
	md.Pairs, md.Person, md.Moved, md.Relative, md.Neighbour = pairs, md.Person*k, md.Moved*k, md.Relative*k, md.Neighbour*k
}
