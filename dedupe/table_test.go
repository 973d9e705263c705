package dedupe

import (
	"fmt"
	"slices"
	"testing"

	"clientbase/schemas"
)

// The values that rows hold are listed once each, in order, whether the dictionary
// has just them or a thousand others; a missing value is none.
func TestHeldValues(t *testing.T) {
	dict := schemas.NewDict()
	for i := range 1000 {
		dict.Intern(fmt.Sprint("value ", i))
	}
	for _, ids := range [][]uint32{nil, {0, 0}, {7}, {900, 3, 0, 3, 900, 41}, {1000, 1}} {
		c := Column{Dict: dict, ID: ids}
		want := slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(ids), func(v uint32) bool { return v == 0 }))))
		if got := c.held(); !slices.Equal(got, want) {
			t.Errorf("of %v: %v", ids, got)
		}
	}
	all := Column{Dict: dict}
	for i := range 3000 {
		all.ID = append(all.ID, uint32(i*7919%1001))
	}
	if got := all.held(); len(got) != 1000 || got[0] != 1 || !slices.IsSorted(got) {
		t.Errorf("of all values %d are held, the first is %d", len(got), got[0])
	}
}

// A table of a few rows of a large one, whose dictionaries it uses, gives a value
// the keys that the large one gives it.
func TestKeysFromOutsideInASmallTable(t *testing.T) {
	var texts []string
	for i := range 2000 {
		texts = append(texts, fmt.Sprintf("%d High Street, town %d", i, i%5))
	}
	c := NewColumn("address", Address, texts)
	c.AddKeys("city", func(v string, emit func(string)) { emit(v[len(v)-1:]) })
	c.AddKeys("key", func(v string, emit func(string)) { emit(v); emit(v[:4]) })
	large := &Table{Rows: len(texts), Record: texts, Cols: []Column{c}}
	small := &Table{Rows: 3, Record: texts[:3], Cols: []Column{c}}
	rows := []uint32{1999, 4, 77}
	small.Cols[0].ID = nil
	for _, r := range rows {
		small.Cols[0].ID = append(small.Cols[0].ID, c.ID[r])
	}
	all := newFeature(large, "address", Address, []int{0}, func(string) bool { return true })
	some := newFeature(small, "address", Address, []int{0}, func(string) bool { return true })
	if some.values() != 1+len(rows) {
		t.Fatalf("%d values of %d rows", some.values(), len(rows))
	}
	for i, k := range all.keys {
		for _, r := range rows {
			want, got := k.of.get(all.remap[0][c.ID[r]]), some.keys[i].of.get(some.remap[0][c.ID[r]])
			if !slices.Equal(got, want) || k.name == "key" && len(got) != 2 {
				t.Errorf("%s of row %d: %v in the small table, %v in the large one", k.name, r, got, want)
			}
		}
	}
}
