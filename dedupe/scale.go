package dedupe

import (
	"cmp"
	"math"
	"slices"

	"clientbase/schemas"
)

// Scale gives the probability that an edge is right. It is the model's own;
// only where parties have many records do the records around a pair say more
// than the pair itself, and there pairs of few bits are right more often than
// they claim. It is learnt without labels and changes no bits and no cluster.
// Where most parties have one record or two, the others of a family would speak
// for each other, and the model is left at its word.
type Scale struct {
	bins []scaleBin // rising by bits; empty: the model's own
}

type scaleBin struct{ bits, p float64 }

const (
	scaleTo    = 12   // bits from which a pair is taken at its word
	scaleStep  = 0.5  // bits per bin
	scalePairs = 6000 // about how many pairs are looked at, chosen by hash
	scaleOwn   = 20   // pairs for which the model's own word counts, per bin
	scaleRest  = 8    // records around a pair that are asked
)

// Probability of an edge of so many bits.
func (c *Scale) Probability(bits float64) float64 {
	if c == nil || len(c.bins) == 0 {
		return Probability(bits)
	}
	k, _ := slices.BinarySearchFunc(c.bins, bits, func(b scaleBin, x float64) int {
		if b.bits < x {
			return -1
		}
		return 1
	})
	switch {
	case k == 0:
		return c.bins[0].p
	case k == len(c.bins):
		return max(c.bins[k-1].p, Probability(bits))
	}
	a, b := c.bins[k-1], c.bins[k]
	return a.p + (b.p-a.p)*(bits-a.bits)/(b.bits-a.bits)
}

// Scale learns how right pairs are by bits from the records around them.
func (p *Prepared) Scale(md *Model, e *Edges, part *Partition, s Settings) (*Scale, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	if md.Person+md.Moved < refinePairs*float64(p.m.t.Rows) {
		return &Scale{}, nil
	}
	members := make([][]uint32, part.Clusters)
	for _, r := range p.m.byRank {
		members[part.Cluster[r]] = append(members[part.Cluster[r]], r)
	}
	var pairs []Edge
	for _, d := range e.List {
		if d.Bits < scaleTo {
			pairs = append(pairs, d)
		}
	}
	if len(pairs) > scalePairs {
		most := math.MaxUint64 / uint64(len(pairs)) * scalePairs
		pairs = slices.DeleteFunc(pairs, func(d Edge) bool {
			return mix(schemas.Hash64(p.m.t.Record[d.A]), schemas.Hash64(p.m.t.Record[d.B])) > most
		})
	}
	right := make([]float64, len(pairs))
	scorers := newScorers(p.m, md, s.workers())
	free := make(chan *scorer, len(scorers))
	for _, sc := range scorers {
		free <- sc
	}
	const run = 64
	parallel(len(scorers), (len(pairs)+run-1)/run, func(c int, _ *sortBuffer) {
		sc := <-free
		for i := c * run; i < min(len(pairs), (c+1)*run); i++ {
			right[i] = sc.around(pairs[i], members[part.Cluster[pairs[i].A]], members[part.Cluster[pairs[i].B]])
		}
		free <- sc
	})
	return newScale(pairs, right), nil
}

// around gives the probability that a pair is of one party as the records
// around it see it; without any the pair's own.
func (s *scorer) around(d Edge, as, bs []uint32) float64 {
	own := Probability(float64(d.Bits))
	rest := func(rows []uint32) (out []uint32) {
		for _, r := range rows {
			if r != d.A && r != d.B && len(out) < scaleRest {
				out = append(out, r)
			}
		}
		return out
	}
	sum, n := 0.0, 0.0
	ask := func(rows []uint32) {
		if len(rows) == 0 {
			return
		}
		x, y := Probability(s.apart([]uint32{d.A}, rows)), Probability(s.apart([]uint32{d.B}, rows))
		sum += x*y + (1-x)*(1-y)*own // of one party both, or neither, which says nothing of the pair
		n++
	}
	ask(rest(as))
	if bs[0] != as[0] {
		ask(rest(bs))
	}
	if n == 0 {
		return own
	}
	return sum / n
}

// newScale makes the rising function of bits that is nearest to what was seen:
// bins whose shares fall are pooled with those before them.
func newScale(pairs []Edge, right []float64) *Scale {
	at := make([]int, len(pairs))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(pairs[i].Bits, pairs[j].Bits) })
	c := &Scale{}
	var pools []pool
	for from := 0; from < len(at); {
		bin := math.Floor(float64(pairs[at[from]].Bits) / scaleStep)
		b, to := pool{bins: 1}, from
		for ; to < len(at) && math.Floor(float64(pairs[at[to]].Bits)/scaleStep) == bin; to++ {
			b.p += right[at[to]]
			b.n += 1
			b.bits += float64(pairs[at[to]].Bits)
		}
		b.bits /= b.n
		b.p, b.n = (b.p+scaleOwn*Probability(b.bits))/(b.n+scaleOwn), b.n+scaleOwn
		c.bins = append(c.bins, scaleBin{bits: b.bits})
		for len(pools) > 0 && pools[len(pools)-1].p >= b.p {
			last := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			b.p = (b.p*b.n + last.p*last.n) / (b.n + last.n)
			b.n, b.bins = b.n+last.n, b.bins+last.bins
		}
		pools = append(pools, b)
		from = to
	}
	k := 0
	for _, b := range pools {
		for range b.bins {
			c.bins[k].p = b.p
			k++
		}
	}
	return c
}

// pool is one or several neighbouring bins that have one share.
type pool struct {
	bits, p, n float64
	bins       int
}
