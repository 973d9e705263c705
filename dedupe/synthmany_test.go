package dedupe

import "testing"

// Where people have many records, each record finds its home by what the others
// hold together, and no cluster swallows its neighbours.
func TestManyRecords(t *testing.T) {
	s := manyRecords(1, 250)
	q, r := resolve(t, s)
	report(t, s, q, r)
	if q.F1 < 0.96 || q.B3F1 < 0.965 {
		t.Errorf("pair F1 %.4f and B-cubed F1 %.4f, want 0.96 and 0.965", q.F1, q.B3F1)
	}
	if r.sure.Precision < 0.998 {
		t.Errorf("confident precision %.4f, want 0.998", r.sure.Precision)
	}
	if q.Largest > 2*q.TrueLargest {
		t.Errorf("largest cluster %d, true %d", q.Largest, q.TrueLargest)
	}
}
