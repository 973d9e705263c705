package segment

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"
	"os"

	"clientbase/schemas"
)

var update = flag.Bool("update", false, "rewrite the faults.txt of testdata/faults/*.txtar")

// testStreams map a core system with code lists and a site without.
func testStreams() []*schemas.Stream {
	col := func(name string, codes ...string) schemas.Column {
		c := schemas.Column{Name: name, Codes: map[string]string{}}
		for _, w := range codes {
			c.Codes[w] = w
		}
		return c
	}
	from := func(name string) schemas.Operand { return schemas.Operand{Column: name} }
	return []*schemas.Stream{
		{Source: "core", Name: "accounts", Columns: []schemas.Column{col("PRODUCT", "deposit", "loan", "current"), col("STATUS", "active", "closed"), col("SEGMENT", "vip", "mass")},
			Parties: []schemas.PartyMap{{Attrs: []schemas.AttrMap{{Attr: "segment_code", Columns: []string{"SEGMENT"}}}}},
			Facts:   []schemas.FactMap{{Fact: "product", Fields: map[string]schemas.Operand{"product": from("PRODUCT"), "status": from("STATUS")}}}},
		{Source: "core", Name: "operations", Columns: []schemas.Column{col("TYPE", "salary", "fee"), col("TEXT")},
			Facts: []schemas.FactMap{{Fact: "transaction", Fields: map[string]schemas.Operand{"type": from("TYPE"), "merchant": from("TEXT"), "currency": {Const: "RUB"}}}}},
		{Source: "branch", Name: "visits", Columns: []schemas.Column{col("CHANNEL")},
			Facts: []schemas.FactMap{{Fact: "interaction", Fields: map[string]schemas.Operand{"kind": {Const: "branch_visit"}, "channel": from("CHANNEL")}}}},
	}
}

// Every archive holds segment files and, in faults.txt, all that is wrong with
// them: file, line, path, what was meant.
func TestFaults(t *testing.T) {
	paths, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		check(t, err)
		voc := VocabularyOf(testDict(), testStreams())
		var list []*Segment
		var faults []Fault
		var want []byte
		kept := &txtar.Archive{Comment: a.Comment}
		for _, f := range a.Files {
			if f.Name == "faults.txt" {
				want = f.Data
				continue
			}
			kept.Files = append(kept.Files, f)
			var doc yaml.Node
			check(t, yaml.Unmarshal(f.Data, &doc))
			s, bad := Parse(f.Name, doc.Content[0], voc)
			list, faults = append(list, s), append(faults, bad...)
		}
		faults = append(faults, Link(list)...)
		var got bytes.Buffer
		for _, f := range faults {
			_, _ = fmt.Fprintf(&got, "%s:%d:%d: %s: %s", f.File, f.Line, f.Col, f.Path, f.Msg)
			if f.Hint != "" {
				_, _ = fmt.Fprintf(&got, " (%s)", f.Hint)
			}
			got.WriteByte('\n')
		}
		if *update {
			kept.Files = append(kept.Files, txtar.File{Name: "faults.txt", Data: got.Bytes()})
			check(t, os.WriteFile(path, txtar.Format(kept), 0o644))
			continue
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s: faults differ (-want +got); rewrite with -update:\n%s", path, d)
		}
	}
}

func fileText(id, where string) string {
	return "segment: " + id + "\nversion: 1\nowner: x\npurpose: marketing\ntitle: T\nwhere: " + where + "\n"
}

func mustParse(t *testing.T, id, where string) *Segment {
	t.Helper()
	var doc yaml.Node
	check(t, yaml.Unmarshal([]byte(fileText(id, where)), &doc))
	s, faults := Parse("segments/"+id+".yaml", doc.Content[0], VocabularyOf(testDict(), testStreams()))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return s
}

// The hash follows what a segment says and what it uses, not how it is written.
func TestHash(t *testing.T) {
	hash := func(inner, outer string) string {
		list := []*Segment{mustParse(t, "inner", inner), mustParse(t, "outer", outer)}
		if faults := Link(list); len(faults) > 0 {
			t.Fatal(faults)
		}
		return list[1].Hash
	}
	same := hash("{attr: age, ge: 18}", "{segment: inner}")
	if got := hash("\n  attr: age  # of age\n  ge: 18", `{"segment": inner}`); got != same {
		t.Error("style and comments change the hash")
	}
	if hash("{attr: age, ge: 21}", "{segment: inner}") == same {
		t.Error("a change of a used segment does not change the hash")
	}
	if hash("{attr: age, ge: 18}", "{not: {segment: inner}}") == same {
		t.Error("a change of the rule does not change the hash")
	}
}

// What an author writes never becomes part of the SQL text.
func TestNoValueInTheText(t *testing.T) {
	nasty := "x') OR 1=1 --"
	q := `"` + nasty + `"`
	s := mustParse(t, "nasty", `
  all:
    - {attr: city, in: [`+q+`, "O'Neill"]}
    - {attr: tag, equals: `+q+`}
    - {count: {event: transaction, within: 3 months, where: {merchant: `+q+`}}, ge: 77}
    - {count: {event: branch_visit, within: 31 days, where: {channel: `+q+`}}, lt: 78}
    - {holds: {product: deposit, status: active, matures_within: 45d}}
    - {attr: income, gt: 123456}
    - {attr: birth_date, lt: 1999-12-31}
    - {lifecycle: former}`)
	day, _ := ParseDay("2024-05-31")
	c, err := Compile(s, testDict(), AsOf(day, nil))
	check(t, err)
	for _, text := range []string{c.SQL, c.Unknown, c.Counts} {
		for _, v := range []string{"x'", "O'Neill", "1=1", "77", "78", "deposit", "active", "123456", "1999", "2024", "former", "branch_visit"} {
			if strings.Contains(text, v) {
				t.Errorf("%q stands in the text: %s", v, text)
			}
		}
	}
	for i := range c.Args {
		if !strings.Contains(c.SQL, fmt.Sprintf("$%d", i+1)) {
			t.Errorf("parameter %d is not used", i+1)
		}
	}
	if _, err := Compile(s, schemas.Builtin(), AsOf(day, nil)); err == nil || !strings.Contains(err.Error(), "the snapshot has no attribute tag") {
		t.Errorf("an attribute that the snapshot lacks: %v", err)
	}
}
