package pipeline

import (
	"slices"
	"testing"

	"clientbase/schemas"
)

// Codes that no list knows are told with the list, most frequent first; in clear
// only where short and held by several rows; a cell counts once.
func TestUnknownCodesAreToldSafely(t *testing.T) {
	list := &schemas.CodeMap{Dictionary: "state", Name: "core", Version: 2}
	in := &interpreter{stream: &schemas.Stream{Source: "core", Name: "clients"}, cols: map[string]*schemas.Column{"STATE": {Name: "STATE", List: list}}}
	found := unknownCodes{}
	for row := range 6 {
		found.add("STATE", "R7", row)
		found.add("STATE", "R7", row) // the same cell makes a fact too
	}
	found.add("STATE", "Q", 6)
	for row := 7; row < 20; row++ {
		found.add("STATE", "Петренко", row)
	}
	r := newReport(Options{})
	r.codeDrift(in, found)
	r.codeDrift(in, unknownCodes{})
	r.sortCodes()
	want := []CodeDrift{
		{"core/clients", "STATE", "state/core@2", "Л{8}", 13},
		{"core/clients", "STATE", "state/core@2", "R7", 6},
		{"core/clients", "STATE", "state/core@2", "L", 1},
	}
	if !slices.Equal(r.Codes, want) {
		t.Errorf("told %+v", r.Codes)
	}
	if want := "core/clients: column STATE holds 20 cells whose code state/core@2 does not know (Л{8}: 13, R7: 6, L: 1); they were kept"; !slices.Equal(r.Notes, []string{want}) {
		t.Errorf("notes %q", r.Notes)
	}
}

// A code that was used again means what it meant on the day of its delivery, and
// nothing outside its time.
func TestCodesHaveATime(t *testing.T) {
	h := schemas.CodeHistory{Name: "core", Versions: []schemas.CodeVersion{
		{Add: map[string][]schemas.CodeSpan{"7": {{Value: "old", From: schemas.FirstDay, Until: 99}, {Value: "new", From: 100, Until: 200}}, "A": {{Value: "a", From: schemas.FirstDay, Until: schemas.LastDay}}}},
		{Remove: []string{"A"}},
	}}
	for _, x := range []struct {
		version int
		code    string
		day     int32
		want    string
		ok      bool
	}{
		{1, "7", 99, "old", true}, {1, "7", 100, "new", true}, {1, "7", 201, "", false}, {1, "A", 5, "a", true}, {2, "A", 5, "", false}, {2, "7", 0, "old", true},
	} {
		if got, ok := h.At("state", x.version).Meaning(x.code, x.day); got != x.want || ok != x.ok {
			t.Errorf("version %d, code %s on day %d: %q %v, want %q %v", x.version, x.code, x.day, got, ok, x.want, x.ok)
		}
	}
	if id := h.At("state", 2).ID(); id != "state/core@2" {
		t.Errorf("the list is called %s", id)
	}
}
