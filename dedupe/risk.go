package dedupe

import (
	"math"
	"slices"

	"clientbase/schemas"
)

const (
	// weighed is how many records of a cluster take part in its risk: the first
	// in the order of their names.
	weighed = 48
	// risked is about how many clusters are weighed, chosen by hash.
	risked = 20_000
)

// FalseMerges is how many merges of a partition are expected to be false: for
// each record of a cluster the probability that it does not belong to the
// others. A cluster of n records is n-1 merges, so n records count as n-1. Of
// many clusters some stand for all.
func (p *Prepared) FalseMerges(md *Model, of []uint32, s Settings) (float64, error) {
	if err := p.bind(md); err != nil {
		return 0, err
	}
	clusters := groups(of)
	all := merges(clusters)
	if len(clusters) > risked {
		most := math.MaxUint64 / uint64(len(clusters)) * risked
		clusters = slices.DeleteFunc(clusters, func(rows []uint32) bool {
			first := slices.MinFunc(rows, func(a, b uint32) int { return int(p.m.rank[a]) - int(p.m.rank[b]) })
			return mix(schemas.Hash64(p.m.t.Record[first]), 0) > most
		})
	}
	risk := make([]float64, len(clusters))
	scorers := newScorers(p.m, md, s.workers())
	free := make(chan *scorer, len(scorers))
	for _, sc := range scorers {
		free <- sc
	}
	parallel(len(scorers), len(clusters), func(i int, _ *sortBuffer) {
		sc := <-free
		risk[i] = sc.risk(clusters[i])
		free <- sc
	})
	slices.Sort(risk) // a sum that does not depend on the order of rows
	sum := 0.0
	for _, r := range risk {
		sum += r
	}
	return sum * share(all, merges(clusters)), nil
}

// merges counts the merges that made the clusters.
func merges(clusters [][]uint32) (n float64) {
	for _, rows := range clusters {
		n += float64(len(rows) - 1)
	}
	return n
}

// risk is the expected number of false merges in one cluster.
func (s *scorer) risk(rows []uint32) float64 {
	rank := s.c.m.rank
	slices.SortFunc(rows, func(a, b uint32) int { return int(rank[a]) - int(rank[b]) })
	all := float64(len(rows))
	rows = rows[:min(len(rows), weighed)]
	n := len(rows)
	if n == 2 {
		return 1 - Probability(s.apart(rows[:1], rows[1:]))
	}
	sum := 0.0
	rest := make([]uint32, 0, n)
	for i := range rows {
		rest = append(append(rest[:0], rows[:i]...), rows[i+1:]...)
		sum += 1 - Probability(s.apart(rows[i:i+1], rest))
	}
	return sum / float64(n) * (all - 1)
}

// apart weighs two clusters as clustering does: by the mean of the cross
// pairs, or by the blend with what their records hold together if that is more.
func (s *scorer) apart(xs, ys []uint32) float64 {
	sum := 0.0
	for _, x := range xs {
		for _, y := range ys {
			sum += min(max(s.weigh(x, y, -clip), -clip), clip)
		}
	}
	mean := sum / float64(len(xs)*len(ys))
	if len(xs)+len(ys) == 2 {
		return s.weigh(xs[0], ys[0], math.Inf(-1))
	}
	larger := float64(max(len(xs), len(ys))) / float64(len(xs)+len(ys))
	return max(mean, larger*s.gather(xs, ys)+(1-larger)*mean)
}

// Ask lists what a person should decide: for each two clusters of the
// confident partition the strongest of the edges between them, if it is as
// likely one party as not, or if the most probable partition joins them. What
// nothing can join is not asked. Strongest first.
func (p *Prepared) Ask(md *Model, e *Edges, part *Partition) ([]Edge, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	s := newScorers(p.m, md, 1)[0]
	best := map[uint64]Edge{}
	for _, d := range e.List {
		x, y := part.Confident[d.A], part.Confident[d.B]
		if x == y || float64(d.Bits) < md.Merge && part.Cluster[d.A] != part.Cluster[d.B] {
			continue
		}
		k := uint64(min(x, y))<<32 | uint64(max(x, y))
		if old, ok := best[k]; ok && !p.stronger(d, old) {
			continue
		}
		if s.mayJoin(d.A, d.B) {
			best[k] = d
		}
	}
	out := make([]Edge, 0, len(best))
	for _, d := range best {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Edge) int {
		if p.stronger(a, b) {
			return -1
		}
		return 1
	})
	return out, nil
}

// stronger orders edges by bits, then by the names of their records.
func (p *Prepared) stronger(a, b Edge) bool {
	rank := p.m.rank
	switch {
	case a.Bits != b.Bits:
		return a.Bits > b.Bits
	case a.A != b.A:
		return rank[a.A] < rank[b.A]
	}
	return rank[a.B] < rank[b.B]
}
