package dedupe

import (
	"context"
	"testing"

	"clientbase/internal/invented"
)

// The bits from which merges go unasked follow from the false ones among them.
func TestSureFromWhatMayBeFalse(t *testing.T) {
	repeat := func(n int, bits float64) (out []float64) {
		for range n {
			out = append(out, bits)
		}
		return out
	}
	for _, c := range []struct {
		name   string
		merged []float64
		share  float64
		rows   float64
		want   float64
	}{
		{"too few to tell", repeat(199, 20), 1, 400, unproven},
		{"all are safe", repeat(5000, 20), 1, 10_000, leastSure},
		{"many safe ones bear some doubtful ones", append(repeat(20_000, 20), repeat(500, 5.2)...), 1, 40_000, leastSure},
		{"few safe ones do not", append(repeat(2000, 20), repeat(500, 5.2)...), 1, 4500, 5.3},
		{"none is safe", repeat(2000, 5), 1, 4500, 5.1},
		{"a sample tells as much", append(repeat(50, 20), repeat(50, 8)...), 0.25, 800, 8.1},
		{"where most stand alone, their number counts", append(repeat(300, 20), repeat(100, 7)...), 1, 10_000, leastSure},
		{"and is not borne twice", append(repeat(300, 20), repeat(200, 7)...), 1, 10_000, 7.1},
	} {
		if got := sureFrom(c.merged, c.share, c.rows); got != c.want {
			t.Errorf("%s: from %v bits, want %v", c.name, got, c.want)
		}
	}
}

// What confident merges cost is what is said, in files that have nothing else in
// common: families with their twins and namesakes, many records full of errors,
// thin fields. The files are small, so what is counted over all may be twice that.
func TestConfidentMergesCostWhatTheyMay(t *testing.T) {
	merges, wrong := 0, 0
	for name, f := range map[string]*invented.File{
		"families": invented.Families(81, 800, 0.08),
		"many":     invented.Many(82, 120, 1.6),
		"thin":     invented.Thin(83, 3000),
	} {
		s := setOf(f)
		r, err := Resolve(context.Background(), s.table, nil, nil, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		clusters, apart := falseMerges(r.Partition.Confident, s.truth)
		merges, wrong = merges+s.table.Rows-clusters, wrong+apart
		t.Logf("%s: confident from %.1f bits, %d of %d merges false", name, r.Model.Confident, apart, s.table.Rows-clusters)
	}
	if float64(wrong) > 2*falseShare*float64(merges) {
		t.Errorf("%d of %d merges are false", wrong, merges)
	}
}
