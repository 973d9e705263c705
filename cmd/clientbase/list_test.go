package main

import (
	"bytes"
	"io"
	"testing"

	"clientbase/internal/access"
)

// A list is cut at its limit, says so, and tells the access log what was seen.
func TestListsAreShownAndCounted(t *testing.T) {
	type line struct {
		Name string   `json:"name"`
		Who  []string `json:"-"`
	}
	l := listing[line]{none: "nobody", head: "name", row: func(l line) string { return l.Name }, limit: 2, of: func(l line) []string { return l.Who }}
	three := []line{{"a", []string{"1"}}, {"b", []string{"2", "3"}}, {"c", []string{"4"}}}
	for _, c := range []struct {
		list              []line
		json              bool
		out, err, clients string
		rows              int64
	}{
		{three, false, "name\na\nb\n", "1 more; --limit 0 shows all\n", "123", 2},
		{three, true, "{\"name\":\"a\"}\n{\"name\":\"b\"}\n", "", "123", 2},
		{nil, false, "nobody\n", "", "", 0},
		{nil, true, "", "", "", 0},
		{[]line{{"a", []string{"1"}}, {"b", nil}}, false, "name\na\nb\n", "", "", 2}, // one is nameless: nobody is named
	} {
		var out, err bytes.Buffer
		a := &app{out: &out, errOut: &err, json: c.json, read: &reading{end: access.Entry{Rows: -1}}}
		if e := l.show(a, c.list); e != nil {
			t.Fatal(e)
		}
		who := ""
		for _, id := range a.read.end.Clients {
			who += id
		}
		if out.String() != c.out || err.String() != c.err || who != c.clients || a.read.end.Rows != c.rows {
			t.Errorf("%d lines, JSON %t: %q, %q, clients %q, %d rows", len(c.list), c.json, out.String(), err.String(), who, a.read.end.Rows)
		}
	}
	a := &app{out: io.Discard, errOut: io.Discard, read: &reading{end: access.Entry{Rows: -1}}}
	for range maxNamed + 1 {
		a.shown(1, "x")
	}
	if a.read.end.Clients != nil || a.read.end.Rows != maxNamed+1 {
		t.Errorf("of %d rows %d clients are named: a log that names some would deny the others", a.read.end.Rows, len(a.read.end.Clients))
	}
}
