package dedupe

import (
	"math"
	"testing"
)

// Six records, fractions by hand: truth {0,1,2} {3,4} {5}, found {0,1} {2,3,4} {5}.
func TestEvaluateByHand(t *testing.T) {
	q := Evaluate([]uint32{0, 0, 1, 1, 1, 2}, []uint32{7, 7, 7, 8, 8, 9})
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s %v, want %v", name, got, want)
		}
	}
	near("precision", q.Precision, 2.0/4) // found pairs 01 23 24 34, right 01 34
	near("recall", q.Recall, 2.0/4)       // true pairs 01 02 12 34
	near("F1", q.F1, 0.5)
	near("B3 precision", q.B3Precision, (1+1+1.0/3+2.0/3+2.0/3+1)/6)
	near("B3 recall", q.B3Recall, (2.0/3+2.0/3+1.0/3+1+1+1)/6)
	if q.Largest != 3 || q.TrueLargest != 3 || q.Clusters != 3 || q.TrueClusters != 3 {
		t.Errorf("%+v", q)
	}
}
