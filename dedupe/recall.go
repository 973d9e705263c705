package dedupe

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"clientbase/schemas"
)

// Recall estimates, without labels, which share of the pairs of one party the
// blocking rules find. Two groups of rules that use different attributes are
// two independent catches: of n pairs in all, A and B and both are seen, and
// n is about A·B/both (Lincoln–Petersen, in the unbiased form of D. G.
// Chapman, 1951). Several ways to part the attributes give a range.
type Recall struct {
	Estimate float64 `json:"estimate"` // median over the ways to part
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Ways     int     `json:"ways"`         // how many ways had enough pairs; 0 = no estimate
	Pairs    int     `json:"likely_pairs"` // likely pairs looked at
}

// recallPairs is about how many likely pairs are looked at, chosen by hash.
const recallPairs = 10_000

// EstimateRecall looks at the edges that are more likely one party than not.
func EstimateRecall(ctx context.Context, t *Table, md *Model, e *Edges, s Settings) (Recall, error) {
	m, err := compile(t, md)
	if err != nil {
		return Recall{}, err
	}
	if err := md.bind(m); err != nil {
		return Recall{}, err
	}
	return estimateRecall(newBlocker(m, md.plan, s.workers()), md, e), ctx.Err()
}

// Recall is the function EstimateRecall on the prepared table.
func (p *Prepared) Recall(md *Model, e *Edges, s Settings) (Recall, error) {
	if err := p.bind(md); err != nil {
		return Recall{}, err
	}
	return estimateRecall(p.blocks(s.workers()), md, e), nil
}

func estimateRecall(b *blocker, md *Model, e *Edges) Recall {
	m := b.m
	likely := make([]Edge, 0, min(len(e.List), recallPairs))
	for _, d := range e.List {
		if float64(d.Bits) >= md.Merge {
			likely = append(likely, d)
		}
	}
	if len(likely) > recallPairs {
		most := math.MaxUint64 / uint64(len(likely)) * recallPairs
		likely = slices.DeleteFunc(likely, func(d Edge) bool {
			return mix(schemas.Hash64(m.t.Record[d.A]), schemas.Hash64(m.t.Record[d.B])) > most
		})
	}
	// Ways to part the attributes that have keys: by the bits of a counter.
	var used []int
	for i := range m.feats {
		if slices.ContainsFunc(m.keys, func(k rowKey) bool { return k.feats == 1<<i }) {
			used = append(used, i)
		}
	}
	out := Recall{Pairs: len(likely)}
	if len(used) < 2 {
		return out
	}
	var groups []uint32
	for way := 0; way < 24; way++ {
		g := uint32(0)
		pattern := mix(uint64(way), 77)
		for k, i := range used {
			if pattern>>k&1 == 1 {
				g |= 1 << i
			}
		}
		if n := bits.OnesCount32(g); n > 0 && n < len(used) && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	all := uint32(1<<len(m.feats)) - 1
	var found []float64
	count := make([][3]float64, len(groups)) // A, B, both
	for _, d := range likely {
		sets := b.featuresOfRules(d.A, d.B)
		for w, g := range groups {
			inA, inB := false, false
			for _, f := range sets {
				inA = inA || f&^g == 0
				inB = inB || f&^(all&^g) == 0
			}
			if inA {
				count[w][0]++
			}
			if inB {
				count[w][1]++
			}
			if inA && inB {
				count[w][2]++
			}
		}
	}
	for _, c := range count {
		if c[2] >= 20 {
			total := (c[0]+1)*(c[1]+1)/(c[2]+1) - 1
			found = append(found, min(1, float64(len(likely))/total))
		}
	}
	if len(found) == 0 {
		return out
	}
	slices.Sort(found)
	out.Ways, out.Low, out.High, out.Estimate = len(found), found[0], found[len(found)-1], found[len(found)/2]
	return out
}

// featuresOfRules lists the attribute sets of all rules that find the pair.
func (b *blocker) featuresOfRules(x, y uint32) (out []uint32) {
	for _, k := range b.rulesOf(x, y) {
		f := uint32(0)
		if n := k - len(b.p.keys); n < 0 {
			f = b.m.keys[k].feats
		} else {
			f = b.m.keys[b.p.pairs[n][0]].feats | b.m.keys[b.p.pairs[n][1]].feats
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}
