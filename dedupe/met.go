package dedupe

import (
	"cmp"
	"slices"

	"clientbase/schemas"
)

// Met is how many of the true pairs of a file stood in a block together.
type Met struct {
	Share float64 `json:"true"`
	Pairs int64   `json:"true_pairs"` // that sources do not forbid
	Seen  int64   `json:"true_pairs_looked_at"`
}

// metPairs bounds the true pairs that are looked at.
const metPairs = 1_000_000

// Met looks at the true pairs of the prepared table: truth holds for each row
// the number of its party. Of parties so large that their pairs are too many,
// the records that come first by hash stand for the others.
func (p *Prepared) Met(md *Model, truth []uint32, s Settings) (Met, error) {
	if err := p.bind(md); err != nil {
		return Met{}, err
	}
	return p.met(truth, metPairs, s), nil
}

func (p *Prepared) met(truth []uint32, limit int64, s Settings) Met {
	b, t := p.blocks(s.workers()), p.m.t
	parties := groups(truth)
	for i, rows := range parties {
		if len(rows) > 64 {
			slices.SortFunc(parties[i], func(x, y uint32) int {
				return cmp.Compare(schemas.Hash64(t.Record[x]), schemas.Hash64(t.Record[y]))
			})
		}
	}
	most := t.Rows
	for pairsUpTo(parties, most) > limit && most > 2 {
		most = most * 3 / 4
	}
	type count struct{ all, seen, found int64 }
	counts := make([]count, len(parties))
	parallel(s.workers(), len(parties), func(i int, _ *sortBuffer) {
		c := &counts[i]
		rows := parties[i]
		c.all = int64(len(rows)) * int64(len(rows)-1) / 2
		for j, x := range rows[:min(len(rows), most)] {
			for _, y := range rows[:j] {
				if !t.allowed(x, y) {
					c.all--
					continue
				}
				c.seen++
				if b.first(x, y) >= 0 {
					c.found++
				}
			}
		}
	})
	out, found := Met{}, 0.0
	for _, c := range counts {
		out.Pairs, out.Seen = out.Pairs+c.all, out.Seen+c.seen
		if c.seen > 0 {
			found += float64(c.found) / float64(c.seen) * float64(c.all)
		}
	}
	out.Share = share(found, float64(out.Pairs))
	return out
}

// groups lists the rows of each cluster of two and more, in the order of their
// first rows.
func groups(of []uint32) [][]uint32 {
	most := uint32(0)
	for _, c := range of {
		most = max(most, c)
	}
	size, at := make([]uint32, most+1), make([]int32, most+1)
	for _, c := range of {
		size[c]++
	}
	var out [][]uint32
	for r, c := range of {
		if size[c] < 2 {
			continue
		}
		if at[c] == 0 {
			out = append(out, make([]uint32, 0, size[c]))
			at[c] = int32(len(out))
		}
		out[at[c]-1] = append(out[at[c]-1], uint32(r))
	}
	return out
}

func pairsUpTo(groups [][]uint32, most int) (n int64) {
	for _, g := range groups {
		k := int64(min(len(g), most))
		n += k * (k - 1) / 2
	}
	return n
}
