package dedupe

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// A base whose values have become commoner drifts from its model, an unchanged
// one does not; training anew says what moved.
func TestDrift(t *testing.T) {
	ctx := context.Background()
	s := synthetic(3, 400, 0.08)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	prep, err := Prepare(s.table, md)
	if err != nil {
		t.Fatal(err)
	}
	if d := prep.Drift(md, false); len(d) > 0 {
		t.Errorf("an unchanged base drifts: %q", d)
	}
	if d := md.Against(md); len(d) > 0 {
		t.Errorf("a model differs from itself: %q", d)
	}
	later := *s.table
	later.Cols = append([]Column(nil), s.table.Cols...)
	for i := range later.Cols {
		if later.Cols[i].Role == City {
			c := &later.Cols[i]
			c.ID = append([]uint32(nil), c.ID...)
			for r := range c.ID {
				if r%3 > 0 {
					c.ID[r] = 1
				}
			}
		}
	}
	if prep, err = Prepare(&later, md); err != nil {
		t.Fatal(err)
	}
	d := prep.Drift(md, false)
	if len(d) != 1 || !strings.HasPrefix(d[0], "city: ") {
		t.Errorf("a base most of whose records moved to one town: %q", d)
	}
	if prep, err = PrepareCounts(&later, md); err != nil {
		t.Fatal(err)
	}
	if counts := prep.Drift(md, false); !slices.Equal(counts, d) {
		t.Errorf("counted only: %q, compiled: %q", counts, d)
	}
	anew, err := Train(ctx, &later, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if d := anew.Against(md); len(d) == 0 || !strings.Contains(strings.Join(d, "\n"), "city") {
		t.Errorf("what moved: %q", d)
	}
}

// The chance survives the model's text.
func TestDriftAfterReading(t *testing.T) {
	s := synthetic(4, 100, 0.08)
	md, err := Train(context.Background(), s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := md.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeModel(text, md.EncodeValues())
	if err != nil {
		t.Fatal(err)
	}
	for i := range md.Features {
		if md.Features[i].Chance != back.Features[i].Chance {
			t.Errorf("%s: chance %v read back as %v", md.Features[i].Name, md.Features[i].Chance, back.Features[i].Chance)
		}
	}
}
