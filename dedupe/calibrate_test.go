package dedupe

import (
	"math"
	"testing"
)

// Four edges in two bands, counted by hand.
func TestCalibrationByHand(t *testing.T) {
	truth := []uint32{0, 0, 1, 1, 2}
	edges := []Edge{
		{A: 0, B: 1, Bits: 0},              // p 0.5, right
		{A: 0, B: 2, Bits: 0},              // p 0.5, wrong
		{A: 2, B: 3, Bits: 0},              // p 0.5, right
		{A: 3, B: 4, Bits: float32(log23)}, // p 0.75, wrong
	}
	c := Calibrate(edges, nil, truth)
	// |1.5 - 2| + |0.75 - 0| over four edges
	if want := 1.25 / 4; math.Abs(c.Error-want) > 1e-6 {
		t.Errorf("calibration error %v, want %v", c.Error, want)
	}
	if len(c.Bands) != 2 || c.Bands[0].Edges != 3 || c.Bands[0].Right != 2 || c.Bands[0].From != 0.5 || c.Bands[1].From != 0.7 {
		t.Errorf("bands %+v", c.Bands)
	}
	bands := ScoreBands(edges, nil, truth, 3)
	if len(bands) != 2 || bands[0].From != 1 || bands[0].To != 2 || bands[0].Precision != 0 || bands[1].Precision != 0.5 || math.Abs(bands[1].Recall-2.0/3) > 1e-9 {
		t.Errorf("score bands %+v", bands)
	}
	if c := Calibrate(nil, nil, nil); c.Error != 0 || len(c.Bands) != 0 {
		t.Errorf("no edges: %+v", c)
	}
}

const log23 = 1.584962500721156 // odds of three to one
