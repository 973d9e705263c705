package invented

import (
	"reflect"
	"testing"
)

func files(seed uint64) map[string]*File {
	return map[string]*File{"families": Families(seed, 300, 0.08), "many": Many(seed, 80, 1), "single": Single(seed, 2000), "thin": Thin(seed, 2000)}
}

// Equal seeds give equal rows, other seeds others; every row has its truth.
func TestRowsFollowTheSeed(t *testing.T) {
	again, other := files(1), files(2)
	for name, f := range files(1) {
		if !reflect.DeepEqual(f, again[name]) {
			t.Errorf("%s: one seed, two files", name)
		}
		if reflect.DeepEqual(f.Rows, other[name].Rows) {
			t.Errorf("%s: two seeds, one file", name)
		}
		if len(f.Person) != len(f.Rows) || len(f.Record) != len(f.Rows) || len(f.Head) != len(f.Roles) {
			t.Errorf("%s: a row without truth", name)
		}
		for _, row := range f.Rows {
			if len(row) != len(f.Head) {
				t.Fatalf("%s: %d cells under %d headings", name, len(row), len(f.Head))
			}
		}
	}
}

// Each file has the shape that its doc comment promises.
func TestShapes(t *testing.T) {
	mean := func(f *File) float64 {
		people := map[uint32]bool{}
		for _, p := range f.Person {
			people[p] = true
		}
		return float64(len(f.Rows)) / float64(len(people))
	}
	for name, want := range map[string][2]float64{"families": {1.8, 2.2}, "many": {8, 10}, "single": {1.05, 1.15}, "thin": {2, 3}} {
		if m := mean(files(3)[name]); m < want[0] || m > want[1] {
			t.Errorf("%s: %.2f records a person", name, m)
		}
	}
}

// What two records could be known by does not depend on the order of the names.
func TestEvidence(t *testing.T) {
	f := &File{Roles: []string{"given", "surname", "birth_date", "phone"}, Rows: [][]string{
		{"Anna", "Petrova", "1980-01-02", ""}, {"petrova", "anna", "1980-01-02", "+7"}, {"", "Petrova", "1980-01-02", "+7"}, {"Anna", "", "", ""}}}
	e := f.Evidence()
	if len(e[0]) != 1 || e[0][0] != e[1][1] || len(e[1]) != 2 || len(e[2]) != 1 || e[2][0] != e[1][0] || len(e[3]) != 0 {
		t.Errorf("%q", e)
	}
}
