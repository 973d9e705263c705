package dedupe

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEMRecoversKnownProbabilities draws pairs from known m and u and expects
// EM to find them again, with the number of pairs of one person.
func TestEMRecoversKnownProbabilities(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	const persons, strangers = 4000, 400_000
	m := [][]float64{{0, 0.90, 0.10}, {0, 0.80, 0.20}, {0, 0.95, 0.05}, {0, 0.70, 0.30}, {0, 0.85, 0.15}}
	u := [][]float64{{0, 0.02, 0.98}, {0, 0.05, 0.95}, {0, 0.01, 0.99}, {0, 0.03, 0.97}, {0, 0.10, 0.90}}
	e := &estimate{places: len(m), total: persons + strangers, rows: 2000}
	seen := map[uint64]float64{}
	draw := func(p [][]float64) {
		x := uint64(0)
		for i := range p {
			l := uint64(2)
			if r.Float64() < p[i][1] {
				l = 1
			}
			x |= l << (4 * i)
		}
		seen[x]++
	}
	for range persons {
		draw(m)
	}
	for range strangers {
		draw(u)
	}
	for _, k := range slices.Sorted(maps.Keys(seen)) {
		e.patterns = append(e.patterns, counted{k, seen[k]})
	}
	for i := range m {
		e.roles = append(e.roles, NationalID) // nobody's household shares it
		e.levels = append(e.levels, 3)
		e.floor = append(e.floor, 1e-6)
		share := make([]float64, 3)
		for _, p := range e.patterns {
			share[p.pattern>>(4*i)&15] += p.n / e.total
		}
		e.marginal = append(e.marginal, share)
	}
	e.run()
	if got := e.n[classPerson]; math.Abs(got-persons)/persons > 0.05 {
		t.Errorf("%.0f pairs of one person, drawn %d", got, persons)
	}
	for i := range m {
		if got := e.p[i][classPerson][1]; math.Abs(got-m[i][1]) > 0.03 {
			t.Errorf("attribute %d: m %.3f, drawn %.3f", i, got, m[i][1])
		}
		if got := e.p[i][classStranger][1]; math.Abs(got-u[i][1]) > 0.003 {
			t.Errorf("attribute %d: u %.4f, drawn %.4f", i, got, u[i][1])
		}
	}
}

func TestWeightsFallFromTheTop(t *testing.T) {
	m := []float64{0, 0.5, 0.3, 0.1, 0.1}
	u := []float64{0, 0.1, 1e-9, 0.2, 0.7}
	monotone(Phone, m, u)
	for l := 2; l < len(m); l++ {
		if m[l]/u[l] > m[l-1]/u[l-1]*(1+1e-12) {
			t.Errorf("level %d outweighs level %d", l, l-1)
		}
	}
	if m[1] != 0.5 {
		t.Error("the upper level was moved to a noisy lower one")
	}
}

// A level that hardly occurs takes the ratio of the levels it stands with: it
// does not hold down those below it, and no pair is lost.
func TestARareLevelHoldsNothingDown(t *testing.T) {
	// initials are frequent in one person, parts of double names never occur
	m := []float64{0, 0.60, 0.0001, 0.05, 0.05, 0.01, 0.0003, 0.12, 0.1696}
	u := []float64{0, 0.01, 0.0001, 0.002, 0.002, 0.01, 0.0006, 0.02, 0.9553}
	want := slices.Clone(m)
	monotone(Given, m, u)
	sum := 0.0
	for l := 1; l < len(m); l++ {
		sum += m[l]
		if a := above(Given, l); a > 0 && m[l]/u[l] > m[a]/u[a]*(1+1e-12) {
			t.Errorf("%s outweighs %s", nameLevels[l], nameLevels[a])
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the levels sum to %v", sum)
	}
	if math.Abs(m[7]-want[7]) > 0.005 || math.Abs(m[8]-want[8]) > 1e-9 {
		t.Errorf("initials %v, differing names %v", m[7], m[8])
	}
	// a date that differs in its year alone is rare in one person; that says nothing of other dates
	d := []float64{0, 0.60, 0.001, 0.001, 0.01, 0.01, 0.02, 0.01, 0.001, 0.019, 0.0001, 0.02, 0.06, 0.2479}
	v := []float64{0, 0.0001, 0.0001, 0.0001, 0.0001, 0.0002, 0.0005, 0.001, 0.001, 0.0013, 0.03, 0.01, 0.01, 0.9456}
	monotone(BirthDate, d, v)
	if got := d[dateDiffer] / v[dateDiffer]; math.Abs(got-(0.2479+0.0001)/(0.9456+0.03)) > 1e-9 || got > d[dateYear]/v[dateYear]*(1+1e-12) {
		t.Errorf("other dates weigh %v, other years %v", got, d[dateYear]/v[dateYear])
	}
}
