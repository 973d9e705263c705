package formats

import (
	"fmt"
	"strings"
	"testing"
)

func objects(t *testing.T, lines ...string) (*NDJSON, []Row) {
	t.Helper()
	n, err := NewNDJSON(Input{Name: "t", R: strings.NewReader(strings.Join(lines, "\n") + "\n"), Size: -1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for {
		row, err := n.Next()
		if err != nil {
			return n, rows
		}
		row.Fields = append([]Field(nil), row.Fields...)
		rows = append(rows, row)
	}
}

// Objects are columns down to the eighth level; arrays and what is deeper stay text.
func TestNDJSONFlattensObjects(t *testing.T) {
	n, rows := objects(t, `{"lead": {"id": 7, "contact": {"fio": "Анна", "phones": ["1", "2"], "geo": {}}}, "a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"j":1}}}}}}}}}}`)
	if len(rows) != 1 || rows[0].Err != nil {
		t.Fatalf("%+v", rows)
	}
	got := map[string]string{}
	for i, c := range n.Columns() {
		got[c] = string(rows[0].Fields[i].Value)
	}
	for name, want := range map[string]string{"lead.id": "7", "lead.contact.fio": "Анна", "lead.contact.phones": `["1", "2"]`, "lead.contact.geo": "{}", "a.b.c.d.e.f.g.h.i": `{"j":1}`} {
		if got[name] != want {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	if !n.Info().Sparse {
		t.Error("columns of JSON lines are named by the rows that use them")
	}
}

// Keys that are data would make a column each: such rows are refused.
func TestNDJSONKeysAreBounded(t *testing.T) {
	var lines []string
	for i := range flatColumns + 10 {
		lines = append(lines, fmt.Sprintf(`{"k%d": 1}`, i))
	}
	n, rows := objects(t, append(lines, `{"k0": 2}`)...)
	bad := 0
	for _, r := range rows {
		if r.Err != nil {
			bad++
		}
	}
	if len(n.Columns()) != flatColumns || bad != 10 || rows[len(rows)-1].Err != nil {
		t.Errorf("%d columns, %d bad rows", len(n.Columns()), bad)
	}
}
