package transformtest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/schemas"
	"clientbase/transforms"
)

var rewrite = flag.Bool("rewrite", false, "write the outcomes of testdata/cases anew; read the difference before you commit it")

// projectDict is the built-in dictionary with attributes that only projects
// have, and with the phone of the bank itself.
func projectDict() *schemas.Dictionary {
	attrs := schemas.Builtin().Attrs
	for i := range attrs {
		if attrs[i].ID == "phone" {
			attrs[i].Own = []string{"+74957654321"}
		}
	}
	return schemas.NewDictionary(append(attrs,
		schemas.Attr{ID: "account", Kind: schemas.KindAccount, Party: schemas.Both},
		schemas.Attr{ID: "card_name", Kind: schemas.KindFullName, Party: schemas.Person})...)
}

// TestCases holds the rules to what the case files tell, and the case files to
// the closed list: each reason, each kind and each cross-check has a case.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	set := transforms.NewSet(projectDict())
	told := &Told{Reasons: map[schemas.Reason]int{}, Checks: map[string]int{}, Kinds: map[string]int{}}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Retell(string(text), set, told)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if *rewrite {
			if err := os.WriteFile(f, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, have := strings.Split(string(text), "\n"), strings.Split(got, "\n")
		for i := range max(len(want), len(have)) {
			if i >= len(want) || i >= len(have) || want[i] != have[i] {
				t.Errorf("%s line %d differs; now:\n%s", f, i+1, strings.Join(have[max(0, i-2):min(len(have), i+3)], "\n"))
				break
			}
		}
	}
	for _, r := range schemas.Reasons()[1:] {
		if told.Reasons[r] == 0 && !elsewhere[r] {
			t.Errorf("no case shows the reason %s", r)
		}
		if told.Reasons[r] > 0 && elsewhere[r] {
			t.Errorf("%s has cases: take it out of the list of exceptions", r)
		}
	}
	for _, k := range transforms.KindWords() {
		if told.Kinds[k] == 0 {
			t.Errorf("no case of the kind %s", k)
		}
	}
	for _, c := range transforms.CrossChecks() {
		if told.Checks[c.ID] == 0 {
			t.Errorf("no case in which %s finds something", c.ID)
		}
	}
	t.Logf("%d cases in %d files", told.Cases, len(files))
}

// elsewhere are reasons that no cell or record alone can give.
var elsewhere = map[schemas.Reason]bool{
	schemas.CodeList:    true, // code lists are applied where rows are mapped
	schemas.ProjectList: true, // lists of a project's rules/ are told by TestOwnLists
}
