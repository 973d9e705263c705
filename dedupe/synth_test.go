package dedupe

import (
	"testing"

	"clientbase/internal/invented"
)

// setOf gives an invented file as a table with its truth.
func setOf(f *invented.File) truthSet {
	s := truthSet{table: &Table{Rows: len(f.Rows), Record: f.Record}, truth: f.Person, family: f.Family}
	for c, name := range f.Roles {
		role, _ := ParseRole(name)
		values := make([]string, len(f.Rows))
		for i, row := range f.Rows {
			values[i] = row[c]
		}
		s.table.Cols = append(s.table.Cols, NewColumn(name, role, values))
	}
	return s
}

func synthetic(seed uint64, families int, dirt float64) truthSet {
	return setOf(invented.Families(seed, families, dirt))
}

func manyRecords(seed uint64, people int) truthSet { return setOf(invented.Many(seed, people, 1)) }

func TestFamilies(t *testing.T) {
	s := synthetic(1, 3000, 0.08)
	q, r := resolve(t, s)
	report(t, s, q, r)
	if q.F1 < 0.97 {
		t.Errorf("pair F1 %.4f with families, want 0.97", q.F1)
	}
	if r.sure.Precision < 0.998 {
		t.Errorf("confident precision %.4f, want 0.998", r.sure.Precision)
	}
	if q.Largest > 2*q.TrueLargest {
		t.Errorf("largest cluster %d, true %d", q.Largest, q.TrueLargest)
	}
}
