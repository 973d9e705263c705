package pipeline

import "testing"

// Drift is measured again when more than two versions in a hundred came since, when
// some went, and when it never was.
func TestDriftIsMeasuredWhenEnoughCame(t *testing.T) {
	measured := drifted{Rows: 1000}
	for rows, holds := range map[int]bool{999: false, 1000: true, 1020: true, 1021: false} {
		if measured.holds(rows) != holds {
			t.Errorf("measured at 1000 versions, with %d it holds: %v", rows, !holds)
		}
	}
	if (drifted{}).holds(0) {
		t.Error("what was never measured holds")
	}
}
