package demobank

import (
	"slices"
	"testing"
)

// Every row names its person; most rows of a person can be known by something
// that another of his rows holds, and different people hardly share a number.
func TestMixed(t *testing.T) {
	rows, keys := 0, map[string]bool{}
	byPerson, byNumber := map[string][]MixedRow{}, map[string][]string{}
	err := Mixed(Options{Records: 4000, Seed: 3}, func(m MixedRow) {
		rows++
		keys[m.Key] = true
		if len(m.Cells) != len(MixedColumns()) || m.Person == "" {
			t.Fatalf("a row of %d cells", len(m.Cells))
		}
		byPerson[m.Person] = append(byPerson[m.Person], m)
		for _, e := range m.Evidence {
			if len(e) > 6 && e[:6] == "number" && !slices.Contains(byNumber[e], m.Person) {
				byNumber[e] = append(byNumber[e], m.Person)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != rows || rows < 2000 {
		t.Fatalf("%d rows, %d keys", rows, len(keys))
	}
	pairs, known, shared := 0, 0, 0
	for _, ms := range byPerson {
		for i, m := range ms {
			for _, o := range ms[:i] {
				pairs++
				if slices.ContainsFunc(m.Evidence, func(e string) bool { return slices.Contains(o.Evidence, e) }) {
					known++
				}
			}
		}
	}
	for _, people := range byNumber {
		if len(people) > 1 {
			shared++
		}
	}
	if share := float64(known) / float64(pairs); share < 0.6 || share > 0.97 {
		t.Errorf("%.3f of the pairs of one person share evidence", share)
	}
	if shared*100 > len(byNumber) {
		t.Errorf("%d of %d numbers are of two people", shared, len(byNumber))
	}
}
