package dedupe

import (
	"fmt"
	"testing"
)

// A sample has its attributes in the same places as the whole.
func TestSampleKeepsPlaces(t *testing.T) {
	cols := make([][]string, 4)
	table := &Table{Rows: 40}
	for r := range table.Rows {
		table.Record = append(table.Record, fmt.Sprintf("%03d", r))
		for c := range cols {
			cols[c] = append(cols[c], fmt.Sprintf("v%d%d", c, r))
		}
	}
	for c, role := range []Role{Phone, BirthDate, Email, FullName} {
		table.Cols = append(table.Cols, NewColumn(role.String(), role, cols[c]))
	}
	m, err := compile(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	places := func(m *matrix) [5]int { return [5]int{m.surname, m.given, m.born, m.email, m.full} }
	if s := m.sample(20); places(s) != places(m) || m.email <= 0 || m.full <= 0 {
		t.Errorf("places %v of the sample, %v of the whole", places(s), places(m))
	}
}
