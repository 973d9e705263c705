package dedupe

import (
	"math"
	"testing"
)

// Where parties have many records their probabilities come nearer to the truth;
// where they have few, nothing is changed.
func TestScale(t *testing.T) {
	many := judgedBase(t, manyRecords(3, 120), 2)
	sc, err := many.prep.Scale(many.model, many.edges, many.part, Settings{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	plain, scaled := Calibrate(many.edges.List, nil, many.set.truth).Error, Calibrate(many.edges.List, sc, many.set.truth).Error
	t.Logf("calibration error %.4f, scaled %.4f", plain, scaled)
	if scaled > 0.7*plain {
		t.Errorf("calibration error %.4f, by the records around %.4f", plain, scaled)
	}
	last := 0.0
	for bits := -3.0; bits < 20; bits += 0.1 {
		p := sc.Probability(bits)
		if p < last-1e-12 || p < 0 || p > 1 {
			t.Fatalf("probability %v at %v bits, %v before", p, bits, last)
		}
		last = p
	}
	few := judgedBase(t, synthetic(9, 200, 0.08), 2)
	if sc, err = few.prep.Scale(few.model, few.edges, few.part, Settings{}); err != nil {
		t.Fatal(err)
	}
	if p := sc.Probability(1.5); p != Probability(1.5) {
		t.Errorf("families are scaled: %v", p)
	}
}

// Bins whose shares fall are pooled: by hand.
func TestScalePoolsByHand(t *testing.T) {
	var pairs []Edge
	var right []float64
	add := func(bits float32, p float64, n int) {
		for range n {
			pairs, right = append(pairs, Edge{Bits: bits}), append(right, p)
		}
	}
	add(0.25, 0.9, 180)
	add(1.25, 0.5, 180) // falls: one share with the bin before
	add(2.25, 1, 180)
	c := newScale(pairs, right)
	first, second := 0.9*180+scaleOwn*Probability(0.25), 0.5*180+scaleOwn*Probability(1.25)
	want := (first + second) / 400
	for _, bits := range []float64{-1, 0.25, 0.7, 1.25} {
		if p := c.Probability(bits); math.Abs(p-want) > 1e-9 {
			t.Errorf("%v bits: %v, want %v", bits, p, want)
		}
	}
	top := (180 + scaleOwn*Probability(2.25)) / 200
	if p := c.Probability(2.25); math.Abs(p-top) > 1e-9 {
		t.Errorf("2.25 bits: %v, want %v", p, top)
	}
	if p := c.Probability(1.75); math.Abs(p-(want+top)/2) > 1e-9 {
		t.Errorf("between two bins: %v", p)
	}
	if p := c.Probability(15); p != Probability(15) {
		t.Errorf("a sure pair is taken at its word: %v", p)
	}
	var none *Scale
	if none.Probability(1) != Probability(1) {
		t.Error("no scale is the model's own word")
	}
}
