package pipeline

import (
	"math"
	"testing"
	"unicode"

	"clientbase/internal/journal"
)

// The intervals are those that R. G. Newcombe gives for the score method
// (Statistics in Medicine 17, 1998, table I).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		yes, n    int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {20, 20, 0.8389, 1}, {0, 0, 0, 1},
	} {
		low, high := wilson(c.yes, c.n)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f–%.4f, want %.4f–%.4f", c.yes, c.n, low, high, c.low, c.high)
		}
	}
}

// answered gives questions in random order with these answers: s, d, u or - for
// none; capitals were the first open one when they were answered.
func answered(text string) []question {
	words := map[rune]string{'s': journal.Same, 'd': journal.Different, 'u': journal.Unsure, '-': ""}
	var out []question
	for i, r := range text {
		low := unicode.ToLower(r)
		out = append(out, question{order: uint64(i + 1), bits: 8, verdict: words[low], next: low != r})
	}
	return out
}

func TestEstimate(t *testing.T) {
	for _, c := range []struct {
		name, answers    string
		decided, sample  int
		enough           bool
		share, low, high float64
	}{
		{"nothing said", "-----", 0, 0, false, 0, 0, 0},
		{"answers beyond a gap are no sample", "sss-ssssssssssss", 15, 3, false, 0, 0, 0},
		{"ten are enough", "ssssssssss---", 10, 10, true, 1, 0.7225, 1},
		{"unsure counts against the lower end", "sssssssssu---", 10, 10, true, 1, 0.5958, 1},
		{"and for the upper one", "dddddddddu---", 10, 10, true, 0, 0, 0.4042},
		{"all asked: nothing is left to chance", "sssd", 4, 4, true, 0.75, 0.75, 0.75},
		{"all asked, one open", "ssdu", 4, 4, true, 2.0 / 3, 0.5, 0.75},
		{"only unsure tells nothing", "uuuuuuuuuu-", 10, 10, false, 0, 0, 0},
		{"what came later leaves a gap", "SS-SsS--SSdSsSS-d", 13, 12, true, 11.0 / 12, 0.6461, 0.9851},
		{"no pair", "", 0, 0, false, 0, 0, 0},
	} {
		list := answered(c.answers)
		p := estimate(list, goneThrough(list))
		if p.Decided != c.decided || p.Sample != c.sample || p.Enough != c.enough ||
			math.Abs(p.Share-c.share) > 5e-5 || math.Abs(p.Low-c.low) > 5e-5 || math.Abs(p.High-c.high) > 5e-5 {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

// Every pair is in the line of its zone and in exactly one band; the sample of
// a band is the part of the random order that lies in it.
func TestEstimatesByBand(t *testing.T) {
	list := answered("sd-sss")
	for i, bits := range []float64{-3, 0, 6.9, 7, 19, 40} {
		list[i].bits = bits
	}
	list[0], list[4] = list[4], list[0] // estimates sort by themselves
	lines := estimates("merge", list)
	if lines[0].Pairs != 6 || lines[0].Sample != 2 || lines[0].From != nil {
		t.Errorf("whole zone: %+v", lines[0])
	}
	sum := 0
	for _, l := range lines[1:] {
		if sum += l.Pairs; l.Pairs != 1 || l.Zone != "merge" {
			t.Errorf("band %+v", l)
		}
		if asked := *orZero(l.From) != 4; l.Enough != asked {
			t.Errorf("band from %v: enough %v", *orZero(l.From), l.Enough)
		}
	}
	if sum != 6 {
		t.Errorf("%d pairs in bands", sum)
	}
}

func orZero(x *float64) *float64 {
	if x == nil {
		return new(float64)
	}
	return x
}
