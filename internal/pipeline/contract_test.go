package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// In JSON lines an absent key is an empty cell; in a table it is drift.
func TestAbsentColumnsOfSparseDeliveries(t *testing.T) {
	s := &schemas.Stream{Source: "crm", Name: "people", Key: []string{"id"}, Drift: schemas.Drift{Missing: schemas.Freeze, New: schemas.Evolve},
		Columns: []schemas.Column{{Name: "id", Required: true}, {Name: "phone"}, {Name: "email", Drift: schemas.Freeze}}}
	in, err := newInterpreter(s, schemas.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what        string
		got, before []string
		sparse      bool
		exit        int
	}{
		{"a table lost a column", []string{"id", "email"}, nil, false, 4},
		{"nobody left a phone", []string{"id", "email"}, nil, true, 0},
		{"nobody left a phone this time", []string{"id", "email"}, []string{"id", "phone", "email"}, true, 0},
		{"the phone was renamed", []string{"id", "email", "mobile"}, []string{"id", "phone", "email"}, true, 4},
		{"a column with a policy of its own", []string{"id", "phone"}, nil, true, 4},
		{"the key is gone", []string{"phone", "email"}, nil, true, 4},
	} {
		if _, _, err := in.contract(c.got, c.before, c.sparse); errs.Exit(err) != c.exit {
			t.Errorf("%s: exit %d, %v", c.what, errs.Exit(err), err)
		}
	}
}

// A policy of one column goes before the stream's.
func TestDriftPolicyPerColumn(t *testing.T) {
	s := &schemas.Stream{Source: "core", Name: "clients", Key: []string{"ID"}, Drift: schemas.Drift{Missing: schemas.Freeze, New: schemas.Evolve, Reordered: schemas.Freeze},
		Columns: []schemas.Column{{Name: "ID"}, {Name: "FAX", Drift: schemas.Evolve}, {Name: "INN", Drift: schemas.Quarantine}, {Name: "NAME"}}}
	in, err := newInterpreter(s, schemas.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		got   []string
		exit  int
		aside bool
	}{
		{"as declared", []string{"ID", "FAX", "INN", "NAME"}, 0, false},
		{"the fax may go", []string{"ID", "INN", "NAME"}, 0, false},
		{"rows without an INN are set aside", []string{"ID", "FAX", "NAME"}, 0, true},
		{"the name may not go", []string{"ID", "FAX", "INN"}, 4, false},
		{"a new column is noted", []string{"ID", "FAX", "INN", "NAME", "AGE"}, 0, false},
		{"columns may not change places", []string{"ID", "INN", "FAX", "NAME"}, 4, false},
	} {
		_, aside, err := in.contract(c.got, nil, false)
		if errs.Exit(err) != c.exit || (aside != "") != c.aside {
			t.Errorf("%s: exit %d, set aside %q", c.what, errs.Exit(err), aside)
		}
	}
}

// All that stops a delivery is said at once, and a column that came beside one
// that went is offered as its new name.
func TestDriftSaysAllAtOnce(t *testing.T) {
	s := &schemas.Stream{Source: "core", Name: "clients", Key: []string{"ID"},
		Columns: []schemas.Column{{Name: "ID"}, {Name: "PHONE"}, {Name: "NAME"}}}
	in, err := newInterpreter(s, schemas.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = in.contract([]string{"ID", "TEL"}, []string{"ID", "PHONE", "NAME"}, false)
	if text := fmt.Sprint(err); !strings.Contains(text, "column PHONE is missing; column NAME is missing") {
		t.Errorf("not all is said: %s", text)
	}
	if hint := hintOf(err); !strings.Contains(hint, "is it TEL now?") {
		t.Errorf("the new name is not offered: %s", hint)
	}
	_, _, err = in.contract([]string{"ID"}, []string{"ID", "PHONE", "NAME"}, false)
	if hint := hintOf(err); strings.Contains(hint, "now?") {
		t.Errorf("a new name is offered where there is none: %s", hint)
	}
}

func hintOf(err error) string {
	if e, ok := errs.Of(err); ok {
		return e.Hint
	}
	return ""
}
