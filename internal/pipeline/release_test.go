package pipeline

import (
	"strings"
	"testing"

	"clientbase/internal/store"
)

// A rollback says which snapshot it would go to, or why there is none.
func TestRollbackTarget(t *testing.T) {
	one, two := store.Info{ID: "000001-aa"}, store.Info{ID: "000002-ab", Current: true}
	two.Manifest.Previous = one.ID
	for _, c := range []struct {
		list     []store.Info
		id, want string
		wrong    string
	}{
		{[]store.Info{one, two}, "", one.ID, ""},
		{[]store.Info{one, two}, "000001", one.ID, ""},
		{[]store.Info{two}, "", "", "not kept any more"},
		{[]store.Info{two}, "000001", "", "no such snapshot is kept"},
		{[]store.Info{one, two}, "00000", "", "2 snapshots begin with this"},
		{[]store.Info{one}, "", "", "nothing is published"},
	} {
		got, _, err := rollbackTarget(c.list, c.id)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%d kept, %q: %q, %v", len(c.list), c.id, got, err)
		}
	}
}
