package dedupe

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"clientbase/internal/errs"
)

// Train learns a model from the table: blocking plan, level probabilities of
// the three classes, frequencies. It needs no labels. The result depends on
// the records and their names only, not on row order or workers.
func Train(ctx context.Context, t *Table, s Settings) (*Model, error) {
	m, err := compile(t, nil)
	if err != nil {
		return nil, err
	}
	return train(ctx, m, s)
}

func train(ctx context.Context, m *matrix, s Settings) (*Model, error) {
	if len(m.feats) == 0 {
		return nil, errs.New(errs.Config, "train", "", "no column takes part in matching", "name roles with --map column=attribute")
	}
	md := &Model{Rows: m.t.Rows, Pairs: m.allowedPairs(), Keep: -3, Merge: 0, Confident: unproven, Notes: slices.Clone(m.dropped)}
	md.countValues(m)
	if err := md.markCommon(m); err != nil {
		return nil, err
	}
	from := m
	if m.t.Rows > sampleFrom {
		from = m.sample(sampleRows)
		md.Pairs = from.allowedPairs()
	}
	p, err := propose(ctx, from, s)
	if err != nil {
		return nil, err
	}
	md.plan = p
	e := &estimate{places: m.places(), total: md.Pairs, rows: float64(from.t.Rows)}
	for i := 0; i < e.places; i++ {
		e.roles = append(e.roles, m.placeRole(i))
		e.levels = append(e.levels, len(m.placeLevels(i)))
	}
	e.marginal = md.marginals(from, e, s.workers())
	if e.patterns, err = countPatterns(ctx, from, p, s); err != nil {
		return nil, err
	}
	e.run()
	md.take(m, e)
	if m.t.Rows > narrowFrom {
		md.settle()
		if md.plan, err = md.narrow(ctx, from, s); err != nil {
			return nil, err
		}
		if err := md.plan.size(ctx, m, s); err != nil {
			return nil, err
		}
	}
	md.scaleTo(m.allowedPairs())
	md.settle()
	return md, md.refine(ctx, m, s)
}

// take copies the estimate into the model.
func (md *Model) take(m *matrix, e *estimate) {
	chance := m.chances()
	md.Person, md.Relative, md.Neighbour, md.Moved = e.n[classPerson], e.n[classRelative], e.n[classNeighbour], e.n[classMoved]
	md.Kinds = e.kinds
	for i := 0; i < e.places; i++ {
		fm := FeatureModel{Name: m.placeName(i), Role: m.placeRole(i)}
		for l, name := range m.placeLevels(i) {
			fm.Levels = append(fm.Levels, LevelModel{name, e.p[i][classPerson][l], e.p[i][classRelative][l], e.p[i][classNeighbour][l], e.p[i][classStranger][l]})
		}
		if i < len(m.feats) {
			f := m.feats[i]
			fm.Chance = chance[i]
			few, held := 0.0, 0.0
			for v := 1; v < f.values(); v++ {
				if c := f.count[v]; c > 0 {
					fm.Distinct++
					if c < MinHeld {
						few, held = few+1, held+float64(c)
					}
				}
			}
			fm.Rare = math.Log2(1.5 / float64(md.Rows))
			if few > 0 {
				fm.Rare = math.Log2(held / few / float64(md.Rows))
			}
			fm.Rare = max(min(fm.Rare, math.Log2(fm.Levels[1].Stranger)), -MaxFrequencyBits)
		}
		md.Features = append(md.Features, fm)
	}
	for i := range md.Features {
		fm := &md.Features[i]
		if fm.Role == Ignore {
			continue
		}
		top, last := fm.Levels[1], fm.Levels[len(fm.Levels)-1]
		switch {
		case fm.Distinct <= 1:
			md.Notes = append(md.Notes, fm.Name+": one value everywhere, says nothing")
		case top.Bits() < 0.5:
			md.Notes = append(md.Notes, fm.Name+": agreement says almost nothing")
		case last.Bits() > -0.3:
			md.Notes = append(md.Notes, fm.Name+": disagreement says almost nothing")
		}
	}
}

// allowedPairs counts the pairs that sources do not forbid.
func (m *matrix) allowedPairs() float64 {
	pairs := func(n float64) float64 { return n * (n - 1) / 2 }
	sum := pairs(float64(m.t.Rows))
	if m.t.Source != nil {
		n := make([]float64, len(m.t.NoDup))
		for _, s := range m.t.Source {
			n[s]++
		}
		for s, one := range m.t.NoDup {
			if one {
				sum -= pairs(n[s])
			}
		}
	}
	return max(sum, 1)
}

// holders counts per value of feature i the rows that have it.
func (m *matrix) holders(i int) []uint32 {
	count := make([]uint32, m.feats[i].values())
	var one [1]uint32
	for r := range uint32(m.t.Rows) {
		for _, v := range m.rowFeature(r, i, &one) {
			count[v]++
		}
	}
	return count
}

// countValues fills the holder counts and keeps those of MinHeld and more.
func (md *Model) countValues(m *matrix) {
	for i, f := range m.feats {
		f.count = m.holders(i)
		t := map[uint64]int32{}
		for v := 1; v < f.values(); v++ {
			if f.count[v] >= MinHeld {
				t[f.hash[v]] = int32(f.count[v])
			}
		}
		md.values = append(md.values, newValueTable(t))
	}
	if m.surname < 0 || m.given < 0 {
		return
	}
	t := map[uint64]int32{}
	for r := 0; r < m.t.Rows; r++ {
		if h := m.jointHash(uint32(r)); h != 0 {
			t[h]++
		}
	}
	maps.DeleteFunc(t, func(_ uint64, c int32) bool { return c < MinHeld })
	joint := newValueTable(t)
	md.joint = &joint
}

func newValueTable(t map[uint64]int32) valueTable {
	v := valueTable{hash: slices.Sorted(maps.Keys(t))}
	for _, h := range v.hash {
		v.count = append(v.count, t[h])
	}
	return v
}

// markCommon finds values of contact points, documents and dates that far more
// records hold than people share: a branch's phone, 1 January, a default
// document. They count as missing.
func (md *Model) markCommon(m *matrix) error {
	for i, f := range m.feats {
		limit := 0.0
		held, distinct := 0.0, 0.0
		for v := 1; v < f.values(); v++ {
			if f.count[v] > 0 {
				held, distinct = held+float64(f.count[v]), distinct+1
			}
		}
		if distinct == 0 {
			continue
		}
		switch f.role {
		case Phone, Email, NationalID, Document, Account:
			limit = max(20, 15*held/distinct)
		case BirthDate:
			limit = max(20, 40*held/distinct)
		default:
			continue
		}
		n := 0
		t := &md.values[i]
		f.common = nil
		for v := 1; v < f.values(); v++ {
			if float64(f.count[v]) <= limit {
				continue
			}
			if f.common == nil {
				f.common = make([]bool, f.values())
			}
			f.common[v] = true
			j, _ := slices.BinarySearch(t.hash, f.hash[v])
			t.count[j] = -t.count[j]
			n++
		}
		if n > 0 {
			md.Notes = append(md.Notes, fmt.Sprintf("%s: %d values are held by more than %.0f records each and count as missing", f.name, n, limit))
		}
	}
	return nil
}

// samplePairs is how many random pairs the marginal shares are taken from.
const samplePairs = 500_000

// marginals gives per place and level the share among all allowed pairs with
// the attribute present on both sides: exact agreement by counting values, the
// other levels from random pairs chosen by hash of the record names.
func (md *Model) marginals(m *matrix, e *estimate, workers int) [][]float64 {
	var pairs [][2]uint32
	rows := m.t.Rows
	if float64(rows)*float64(rows-1)/2 <= samplePairs {
		for x := 0; x < rows; x++ {
			for y := x + 1; y < rows; y++ {
				pairs = append(pairs, [2]uint32{uint32(x), uint32(y)})
			}
		}
	} else {
		for seed := uint64(100); len(pairs) < samplePairs; seed++ {
			order := orderByHash(m, seed)
			for i := 0; i+1 < len(order) && len(pairs) < samplePairs; i += 2 {
				pairs = append(pairs, [2]uint32{order[i], order[i+1]})
			}
		}
	}
	parts := make([][][]float64, workers) // whole numbers: their sum does not depend on the workers
	parallel(workers, workers, func(w int, _ *sortBuffer) {
		c := newComparer(m)
		parts[w] = emptyCounts(e)
		var lv levelsOf
		var val [maxFeatures][2]uint32
		for _, p := range pairs[w*len(pairs)/workers : (w+1)*len(pairs)/workers] {
			if !m.t.allowed(p[0], p[1]) {
				continue
			}
			c.compare(p[0], p[1], &lv, &val)
			for i := range parts[w] {
				parts[w][i][lv[i]]++
			}
		}
	})
	count := emptyCounts(e)
	for _, part := range parts {
		for i := range part {
			for l, n := range part[i] {
				count[i][l] += n
			}
		}
	}
	out := make([][]float64, e.places)
	e.floor = make([]float64, e.places)
	for i := range out {
		out[i] = make([]float64, e.levels[i])
		n := 0.0
		for l := 1; l < e.levels[i]; l++ {
			n += count[i][l]
		}
		if n == 0 {
			n = 1
		}
		for l := 1; l < e.levels[i]; l++ {
			out[i][l] = (count[i][l] + 0.5) / (n + 1)
		}
		if i < len(m.feats) {
			f := m.feats[i]
			if !f.multi && m.t.Source == nil {
				pairs, present := 0.0, 0.0
				for v := 1; v < f.values(); v++ {
					if f.common != nil && f.common[v] {
						continue
					}
					k := float64(f.count[v])
					pairs, present = pairs+k*(k-1)/2, present+k
				}
				if present > 1 && i != m.surname && i != m.given {
					out[i][1] = max(pairs/(present*(present-1)/2), 1e-9)
				}
			}
			distinct := 0.0
			for v := 1; v < f.values(); v++ {
				if f.count[v] > 0 {
					distinct++
				}
			}
			e.floor[i] = 0.25 / max(distinct, 1)
		}
		norm(out[i])
	}
	return out
}

func emptyCounts(e *estimate) [][]float64 {
	count := make([][]float64, e.places)
	for i := range count {
		count[i] = make([]float64, e.levels[i])
	}
	return count
}

// countRows is how many rows the agreement patterns are counted on; in a
// larger base all candidate pairs of as many rows, chosen by hash of their
// names, stand for the rest.
const countRows = 10_000

// countPatterns counts the comparison vectors of the candidate pairs.
func countPatterns(ctx context.Context, m *matrix, p *plan, s Settings) ([]counted, error) {
	workers := s.workers()
	b := newBlocker(m, p, workers)
	count := make([]map[uint64]int64, workers)
	scale := 1.0
	var touched []bool
	if m.t.Rows > narrowFrom && m.share == 1 {
		touched = make([]bool, m.t.Rows)
		for _, r := range firstByHash(m, 4, countRows) {
			touched[r] = true
		}
		share := countRows / float64(m.t.Rows)
		scale = 1 / (2*share - share*share)
	}
	err := b.walk(ctx, workers, touched, func(w int) nearFunc {
		c := newComparer(m)
		count[w] = map[uint64]int64{}
		mine := count[w]
		var lv levelsOf
		var val [maxFeatures][2]uint32
		return func(x uint32, ys []uint32, _ []uint16) bool {
			for _, y := range ys {
				c.compare(x, y, &lv, &val)
				mine[c.pattern(&lv)]++
			}
			return true
		}
	})
	if err != nil {
		return nil, err
	}
	sum := map[uint64]int64{}
	for _, mine := range count {
		for k, n := range mine {
			sum[k] += n
		}
	}
	out := make([]counted, 0, len(sum))
	for _, k := range slices.Sorted(maps.Keys(sum)) {
		out = append(out, counted{k, float64(sum[k]) * scale})
	}
	return out, nil
}
