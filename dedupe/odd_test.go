package dedupe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/invented"
)

// An export has dozens of columns that say nothing of who it is: sums, branches,
// days of operations. They may not crowd out what tells.
func TestUnknownColumnsGiveWay(t *testing.T) {
	s := setOf(invented.Families(91, 60, 0.05))
	values := make([]string, s.table.Rows)
	for i := range values {
		values[i] = fmt.Sprint(i % 60)
	}
	var noise []Column
	for c := range MaxAttributes {
		noise = append(noise, NewColumn(fmt.Sprintf("noise %d", c), Number, values))
	}
	s.table.Cols = append(noise, s.table.Cols...)
	md, err := Train(context.Background(), s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Role{Surname, Given, BirthDate, Phone, Street, House, City} {
		if !slices.ContainsFunc(md.Features, func(f FeatureModel) bool { return f.Role == want }) {
			t.Errorf("%s is not compared", want)
		}
	}
}

// Rows that are all the same, and one row or two: nothing is merged for sure that
// nothing tells, and nothing fails.
func TestHardlyAnyRows(t *testing.T) {
	for _, rows := range [][]string{{"Ivan"}, {"Ivan", "Ivan"}, {"Ivan", "Petr"}, strings.Split(strings.Repeat("Ivan,", 300), ",")[:300], make([]string, 40)} {
		table := &Table{Rows: len(rows)}
		for i := range rows {
			table.Record = append(table.Record, fmt.Sprintf("%04d", i))
		}
		table.Cols = []Column{NewColumn("given", Given, rows), NewColumn("surname", Surname, rows)}
		r, err := Resolve(context.Background(), table, nil, nil, Settings{})
		if err != nil {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		if r.Partition.Sure != len(rows) {
			t.Errorf("%d rows of one name and nothing else: %d clients for sure", len(rows), r.Partition.Sure)
		}
	}
}
