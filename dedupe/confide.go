package dedupe

import (
	"context"
	"math"
	"slices"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// What the confident zone may cost. A threshold in bits means another thing in
// every base: where parties have one record each, merges of seven bits are wrong
// ten times per 100 000 clients, where they have nine, 160 times. So the bits
// follow from the false merges that are expected.
const (
	// falseShare is the share of the confident merges that may be false.
	falseShare = 1.0 / 1000
	// falseClients is the share of the clients that may be made by a false merge
	// where most records stand alone and a share of few merges would mean little.
	falseClients = 1.0 / 10_000
	// leastSure and mostSure bound the bits: no merge of less than 32 to 1 goes
	// unasked, however right the others are.
	leastSure, mostSure = 5, 10
	// tellingMerges is how many merges tell a share; of fewer nothing is learnt.
	tellingMerges = 200
	// unproven are the bits where nothing is learnt.
	unproven = 7
)

// Confide sets from how many bits the confident partition of a new model merges:
// so many that no more of its merges are expected to be false than a base may
// bear. e are the edges of the whole table under the model. What people decided
// plays no part: the model is that of the records.
func (p *Prepared) Confide(ctx context.Context, md *Model, e *Edges, s Settings) error {
	if err := p.bind(md); err != nil {
		return err
	}
	return md.confide(ctx, p.m, e, s)
}

func (md *Model) confide(ctx context.Context, m *matrix, e *Edges, s Settings) error {
	merged, share, err := md.sureMerges(ctx, m, e, s)
	if err != nil {
		return err
	}
	md.Confident = sureFrom(merged, share, float64(m.t.Rows))
	return nil
}

// sureMerges gives the bits of the merges of leastSure and more that clustering
// makes, strongest first. Of many groups of records some stand for all, chosen
// by hash: share tells how many.
func (md *Model) sureMerges(ctx context.Context, m *matrix, e *Edges, s Settings) (merged []float64, share float64, err error) {
	strong := &Edges{}
	for _, d := range e.List {
		if d.Bits >= leastSure { // no mean of weaker pairs gets there
			strong.List = append(strong.List, d)
		}
	}
	comps := components(m, strong, nil)
	share = 1
	if all := len(comps); all > risked {
		most := math.MaxUint64 / uint64(all) * risked
		comps = slices.DeleteFunc(comps, func(c component) bool { return mix(schemas.Hash64(m.t.Record[c.rows[0]]), 0) > most })
		share = float64(len(comps)) / float64(all)
	}
	of := make([][]float64, len(comps))
	scorers := newScorers(m, md, s.workers())
	free := make(chan *scorer, len(scorers))
	for _, sc := range scorers {
		free <- sc
	}
	parallel(len(scorers), len(comps), func(i int, _ *sortBuffer) {
		if ctx.Err() != nil {
			return
		}
		sc := <-free
		a := newAgglomeration(sc, m, &comps[i])
		a.run(leastSure)
		of[i] = a.merged
		free <- sc
	})
	if err := ctx.Err(); err != nil {
		return nil, 0, errs.Wrap(errs.Interrupted, "weigh merges", "", err, "run again")
	}
	merged = slices.Concat(of...)
	slices.SortFunc(merged, func(a, b float64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return merged, share, nil
}

// sureFrom gives the least bits from which the merges may go unasked. merged are
// a share of the merges of so many rows, strongest first.
func sureFrom(merged []float64, share, rows float64) float64 {
	if float64(len(merged)) < tellingMerges*share {
		return unproven
	}
	wrong := 0.0
	for i, bits := range merged {
		wrong += 1 - Probability(bits)
		merges := float64(i + 1)
		if wrong > max(merges*falseShare, (rows*share-merges)*falseClients) {
			return min(max(math.Floor(bits*10+1)/10, leastSure), mostSure) // above this one
		}
	}
	return leastSure
}
