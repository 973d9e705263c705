package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
)

// A seed draws the same values each time, another seed others, and only golden
// values of the generation that counts can be drawn.
func TestSampleHangsOnItsSeedAlone(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	must(t, writeLineage(s, LineageValues, []arrow.RecordBatch{values(1, 4, 8, "OLD")}))
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	one := open(t, d)
	s = begin(t, d, "run2", one)
	must(t, writeLineage(s, LineageValues, []arrow.RecordBatch{values(2, 3, 8, "NEW")}))
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	two := open(t, d)

	draw := func(seed string, n int) string {
		list, of, err := two.Sample(ctx, n, seed)
		must(t, err)
		if of != 24 || len(list) != min(n, 24) {
			t.Errorf("%d of %d drawn, want %d of 24", len(list), of, min(n, 24))
		}
		for _, v := range list {
			if !v.Winner || (v.Field == "NEW") != (v.ClientNo == 2) {
				t.Errorf("drawn: %+v", v)
			}
		}
		return fmt.Sprint(list)
	}
	first := draw("1", 5)
	if again := draw("1", 5); again != first {
		t.Error("one seed, two samples")
	}
	if first == draw("2", 5) {
		t.Error("two seeds, one sample")
	}
	draw("1", 100)
}
