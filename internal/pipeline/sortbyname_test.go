package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/state"
	"clientbase/schemas"
)

// Rows come in the order of their records' names, whatever order streams and keys
// were first seen in, and names that lie side by side are those made one by one.
func TestRowsAreSortedByName(t *testing.T) {
	b := state.NewBase()
	var rows []state.Row
	put := func(stream, key string) {
		_, row := b.Put(state.Seen{Stream: b.StreamNo(stream), Key: key, Party: schemas.Person, Content: schemas.Hash64(stream + key), Valid: -1})
		rows = append(rows, row)
	}
	for i := range 40 {
		put("web/leads", fmt.Sprintf("%d", i*7%40))
		put("core/clients_uk", fmt.Sprintf("a-long-key-of-one-bank-%d", (i*11)%40))
		put("core/clients", fmt.Sprintf("%03d", i)) // in order
		put("cards/holders", strings.Repeat("9", i%13)+string(rune('a'+i)))
	}
	put("core/clients", "")
	want := make([]string, len(rows))
	for i, row := range rows {
		want[i] = recordName(b, row)
	}
	slices.Sort(want)
	sortByName(b, rows)
	if got := recordNames(b, rows); !slices.Equal(got, want) {
		t.Errorf("the order is another:\n%q", got)
	}
	if !slices.IsSortedFunc(rows, byName(b)) {
		t.Error("rows are compared otherwise than they are sorted")
	}
	if len(recordNames(b, nil)) != 0 {
		t.Error("no rows have names")
	}
}

// Of two lists of links those clients are named of which a link came, went or is
// worth another.
func TestClientsOfDifferingLinks(t *testing.T) {
	was := []clientLink{{1, 2, 5, 1}, {3, 4, 6, 1}, {5, 6, 7, 1}, {7, 8, 5, 1}}
	now := []clientLink{{2, 1, 5, 1}, {3, 4, 6, 3}, {7, 8, 5.5, 1}, {9, 10, 5, 1}}
	got := differing(was, now)
	slices.Sort(got)
	if want := []uint32{3, 4, 5, 6, 7, 8, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := differing(was, was); len(got) != 0 {
		t.Errorf("of the same links %v", got)
	}
}
