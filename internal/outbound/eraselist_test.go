package outbound

import (
	"context"
	"os"
	"strings"
	"testing"

	"clientbase/internal/landing"
)

// A person who was erased leaves a place in the list: the rows of others keep the
// numbers that the recipient's file gives them, and the recipient is told whom to
// drop.
func TestAnErasedRowKeepsItsPlace(t *testing.T) {
	o := newOffice(t, threePeople())
	list, err := o.Export(context.Background(), o.order("a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	keys := o.Vault.(*landing.Keys)
	row := func(name string) (Given, error) { return GivenRow(o.Journal, keys, list.List, name) }
	first, err1 := row("1")
	second, err2 := row("2")
	third, err3 := row("3")
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	for i, want := range []int64{1, 0} { // doing it again does no harm
		if n, err := EraseFromLists(o.Journal, keys, nil, second.Then); err != nil || n != want {
			t.Fatalf("time %d: %d rows, %v", i+1, n, err)
		}
	}
	for name, was := range map[string]Given{"1": first, "3": third, third.Contact: third} {
		if got, err := row(name); err != nil || got.Contact != was.Contact || got.Then != was.Then || got.Row != was.Row {
			t.Errorf("row %s: %+v, %v", name, got, err)
		}
	}
	for _, name := range []string{"2", second.Contact} {
		if _, err := row(name); err == nil || !strings.Contains(err.Error(), "the person of this row was erased") {
			t.Errorf("row %s: %v", name, err)
		}
	}
	r, err := o.Recall(context.Background(), list.List, "2026-10-16")
	if err != nil || r.Rows != 3 || r.Drops != 1 || r.ByReason[Erased] != 1 || r.Dropped[0].Contact != second.Contact {
		t.Errorf("%+v %v", r, err)
	}
	head, rows, err := lists{o.Journal.Dir(), keys}.load(list.List)
	if err != nil || rows[1].Client != "" || !rows[1].Record.IsZero() || !rows[1].Point.IsZero() {
		t.Errorf("what is kept of the row: %+v, %v", rows, err)
	}
	// A list from which an earlier program took the row: numbers say nothing there.
	if err := (lists{o.Journal.Dir(), keys}).rewrite(keys, head, append(rows[:1:1], rows[2])); err != nil {
		t.Fatal(err)
	}
	if _, err := row("2"); err == nil || !strings.Contains(err.Error(), "contact_id") {
		t.Errorf("row 2 of a list with a row taken out: %v", err)
	}
	if got, err := row(third.Contact); err != nil || got.Then != third.Then {
		t.Errorf("by its contact_id: %+v, %v", got, err)
	}
	if _, err := os.Stat(list.File); err != nil {
		t.Error(err)
	}
}

// rewrite seals other rows under a list's name.
func (l lists) rewrite(keys *landing.Keys, h listHead, rows []listRow) error {
	h.Rows = int64(len(rows))
	return keys.Reseal(l.path(h.List), h.List, l.text(h, rows))
}
