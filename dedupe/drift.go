package dedupe

import (
	"fmt"
	"math"
)

// Limits of what is told as a change.
const (
	driftBits = 0.5  // of the chance that two strangers agree
	movedBits = 0.25 // of the weight of a level

	driftPairs = 200 // that agree, from which a sample speaks of an attribute
)

// chances gives per attribute the share of pairs of rows, both with a value,
// that have the same one: what the bare frequencies say of strangers. It is 0
// where no two rows agree.
func (m *matrix) chances() []float64 {
	out := make([]float64, len(m.feats))
	for i, f := range m.feats {
		count := f.count // known where a model was just trained
		if count == nil {
			count = m.holders(i)
		}
		same, held := 0.0, 0.0
		for _, c := range count {
			same, held = same+float64(c)*(float64(c)-1), held+float64(c)
		}
		if held > 1 {
			out[i] = same / (held * (held - 1))
		}
	}
	return out
}

// Drift says in words where the table has moved away from the base that the
// model was trained on: attributes on which two strangers agree clearly more
// or less often than they did. Weights of a pinned model are wrong there by
// about as many bits. It gives nothing when all is as it was. With sampled the
// table holds only a part of the base: attributes on which too few of its pairs
// would agree are not told.
func (p *Prepared) Drift(md *Model, sampled bool) []string {
	var out []string
	pairs := float64(p.m.t.Rows) * float64(p.m.t.Rows) / 2
	for i, now := range p.m.chances() {
		if i >= len(md.Features) {
			break
		}
		fm := &md.Features[i]
		switch was := fm.Chance; {
		case was == 0 || now == was || sampled && was*pairs < driftPairs:
		case now == 0:
			out = append(out, fmt.Sprintf("%s: no two records agree any more, at training one pair in %.0f did", fm.Name, 1/was))
		case math.Abs(math.Log2(now/was)) >= driftBits:
			out = append(out, fmt.Sprintf("%s: one pair of strangers in %.0f agrees, at training it was one in %.0f (%+.1f bits)", fm.Name, 1/now, 1/was, math.Log2(was/now)))
		}
	}
	return out
}

// Against says in words how the weights of a new model differ from those of the
// one before: levels that moved by a quarter of a bit and more, attributes that
// came or went, and how many pairs of one party are expected.
func (md *Model) Against(before *Model) []string {
	var out []string
	if a, b := md.Person+md.Moved, before.Person+before.Moved; math.Abs(math.Log2(a/b)) >= 0.1 {
		out = append(out, fmt.Sprintf("%.0f pairs of one party are expected, before %.0f", a, b))
	}
	was := map[string]*FeatureModel{}
	for i := range before.Features {
		was[before.Features[i].Name] = &before.Features[i]
	}
	for i := range md.Features {
		f := &md.Features[i]
		old := was[f.Name]
		delete(was, f.Name)
		if old == nil {
			out = append(out, f.Name+": compared for the first time")
			continue
		}
		if len(old.Levels) != len(f.Levels) {
			out = append(out, f.Name+": has other levels")
			continue
		}
		for l := 1; l < len(f.Levels); l++ {
			if a, b := f.Levels[l].Bits(), old.Levels[l].Bits(); math.Abs(a-b) >= movedBits {
				out = append(out, fmt.Sprintf("%s %s: %+.1f bits, before %+.1f", f.Name, f.Levels[l].Name, a, b))
			}
		}
	}
	for i := range before.Features { // in their order, not that of a map
		if f := &before.Features[i]; was[f.Name] != nil {
			out = append(out, f.Name+": not compared any more")
		}
	}
	return out
}
