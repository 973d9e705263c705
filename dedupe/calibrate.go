package dedupe

import "math"

// Band is the edges whose probability, or whose bits, lie between From and To.
type Band struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Edges int     `json:"edges"`
	Right int     `json:"right"` // edges of one true party
	Mean  float64 `json:"mean"`  // mean probability that the model gives
	Share float64 `json:"share"` // share of the edges that are right
}

// Calibration says how far probabilities can be taken at their word.
type Calibration struct {
	Error float64 `json:"error"` // mean of |Mean - Share|, weighted by edges
	Edges int     `json:"edges"`
	Bands []Band  `json:"bands"` // ten bands of equal width; empty ones are left out
}

// Probability turns log2 odds into a probability.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// Calibrate compares the probabilities of edges with the truth: the expected
// calibration error over ten bands of equal width. scale may be nil; truth holds for each row
// the number of its party.
func Calibrate(edges []Edge, scale *Scale, truth []uint32) Calibration {
	const bands = 10
	c := Calibration{Edges: len(edges)}
	all := make([]Band, bands)
	for _, d := range edges {
		p := scale.Probability(float64(d.Bits))
		b := &all[min(int(p*bands), bands-1)]
		b.add(d, p, truth)
	}
	for i := range all {
		all[i].From, all[i].To = float64(i)/bands, float64(i+1)/bands
		if b := &all[i]; b.Edges > 0 {
			c.Error += math.Abs(b.Mean - float64(b.Right))
			b.close()
			c.Bands = append(c.Bands, *b)
		}
	}
	if c.Edges > 0 {
		c.Error /= float64(c.Edges)
	}
	return c
}

// add counts an edge; Mean is a sum until close.
func (b *Band) add(d Edge, p float64, truth []uint32) {
	b.Edges++
	b.Mean += p
	if truth[d.A] == truth[d.B] {
		b.Right++
	}
}

func (b *Band) close() {
	if b.Edges > 0 {
		b.Mean /= float64(b.Edges)
		b.Share = float64(b.Right) / float64(b.Edges)
	}
}

// ScoreBand is the edges of one band of bits, and what taking it and all above
// it as merges would give, pair by pair.
type ScoreBand struct {
	Band
	Precision float64 `json:"precision_from_here_up"`
	Recall    float64 `json:"recall_from_here_up"` // of the true pairs of the file
}

// scoreSteps are the lower ends of the bands of bits.
var scoreSteps = []float64{math.Inf(-1), -2, -1, 0, 1, 2, 3, 5, 7, 10, 15, 20, 30}

// ScoreBands tells how right the edges are by bits, strongest first.
func ScoreBands(edges []Edge, scale *Scale, truth []uint32, truePairs int64) []ScoreBand {
	all := make([]ScoreBand, len(scoreSteps))
	least, most := math.Inf(1), math.Inf(-1)
	for _, d := range edges {
		bits := float64(d.Bits)
		least, most = min(least, bits), max(most, bits)
		k := len(scoreSteps) - 1
		for bits < scoreSteps[k] {
			k--
		}
		all[k].add(d, scale.Probability(bits), truth)
	}
	var out []ScoreBand
	edgesUp, rightUp, top := 0, 0, math.Ceil(most)
	for k := len(all) - 1; k >= 0; k-- {
		b := all[k]
		if b.Edges == 0 {
			continue
		}
		b.close()
		b.From, b.To = max(scoreSteps[k], math.Floor(least)), top
		if k+1 < len(scoreSteps) {
			b.To = min(scoreSteps[k+1], top)
		}
		edgesUp, rightUp = edgesUp+b.Edges, rightUp+b.Right
		b.Precision = share(float64(rightUp), float64(edgesUp))
		b.Recall = share(float64(rightUp), float64(truePairs))
		out = append(out, b)
	}
	return out
}
