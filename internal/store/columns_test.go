package store

import (
	"context"
	"testing"
)

// Every column that a person can ask for says how its values come about, and
// every formula reads tables and columns that there are.
func TestEveryColumnHasAnOrigin(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run", nil)
	smallBase(t, s)
	_, err := s.Publish(ctx, testManifest("run"))
	must(t, err)
	sn := open(t, d)
	docs, err := sn.Tables(ctx)
	must(t, err)
	have := map[string]bool{"refs": true}
	for _, table := range docs {
		have[table.Name] = true
		for _, c := range table.Columns {
			have[table.Name+"."+c.Name] = true
		}
	}
	seen := map[Way]int{}
	for _, table := range docs {
		for _, c := range table.Columns {
			o, ok := sn.Origin(table.Name, c.Name)
			if !ok {
				t.Errorf("%s.%s has no origin", table.Name, c.Name)
			}
			seen[o.Way]++
			if (o.Way == WayFormula) != (o.Formula != "" && o.Says != "") {
				t.Errorf("%s.%s: %+v", table.Name, c.Name, o)
			}
			for _, from := range o.From {
				if !have[from] {
					t.Errorf("%s.%s is computed from %s, which is not there", table.Name, c.Name, from)
				}
			}
		}
	}
	for _, w := range []Way{WayAttribute, WayRecord, WayFact, WayFormula, WayRun, WayProject} {
		if seen[w] == 0 {
			t.Errorf("no column is %s", w)
		}
	}
	if _, ok := sn.Origin("nosuch", "column"); ok {
		t.Error("a table that is not there has an origin")
	}
}
