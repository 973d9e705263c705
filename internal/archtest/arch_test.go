package archtest

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func project(t *testing.T) (root, module string, files []*source) {
	t.Helper()
	root, module, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err = readTree(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files found below %s", len(files), root)
	}
	return root, module, files
}

func report(t *testing.T, found []string) {
	t.Helper()
	for _, s := range found {
		t.Error(s)
	}
}

func TestImports(t *testing.T) {
	_, module, files := project(t)
	report(t, checkWalls(files, module, Walls()))
}

func TestThirdParties(t *testing.T) {
	_, module, files := project(t)
	report(t, checkLibraries(files, Libraries()))
	report(t, checkFew(files, module, thirdPartyFree()))
	report(t, checkBlank(files, blankImports()))
}

func TestHabits(t *testing.T) {
	_, _, files := project(t)
	report(t, checkCalls(files, Calls()))
	report(t, checkInit(files, initFuncs()))
	report(t, checkGlobals(files, changedGlobals()))
	report(t, checkLength(files, longFiles()))
	report(t, checkReveal(files, revealers()))
}

// The stages that also run without a store build without a C compiler.
func TestBuildsWithoutCgo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds four trees: not in -short")
	}
	root, _, _ := project(t)
	args := []string{"build"}
	for _, dir := range []string{"connectors", "transforms", "dedupe", "schemas"} {
		if _, err := os.Stat(filepath.Join(root, dir)); err != nil {
			t.Fatalf("%s is gone: the list of this test is stale", dir)
		}
		args = append(args, "./"+dir+"/...")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("CGO_ENABLED=0 go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Each check finds what it is for: a check that cannot fail proves nothing.
func TestChecksFind(t *testing.T) {
	file := func(name, pkg, text string) *source {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		return &source{name: name, pkg: pkg, test: strings.HasSuffix(name, "_test.go"), lines: strings.Count(text, "\n"), fset: fset, ast: tree}
	}
	const head = "package p\n"
	walls := func(f *source) []string { return checkWalls([]*source{f}, "clientbase", Walls()) }
	libs := func(f *source) []string { return checkLibraries([]*source{f}, Libraries()) }
	few := func(f *source) []string { return checkFew([]*source{f}, "clientbase", thirdPartyFree()) }
	blank := func(f *source) []string { return checkBlank([]*source{f}, blankImports()) }
	calls := func(f *source) []string { return checkCalls([]*source{f}, Calls()) }
	inits := func(f *source) []string { return checkInit([]*source{f}, nil) }
	globals := func(f *source) []string { return checkGlobals([]*source{f}, nil) }
	reveal := func(f *source) []string {
		return checkReveal([]*source{f}, map[string]string{"internal/outbound": "the door"})
	}
	length := func(f *source) []string { return checkLength([]*source{f}, nil) }
	for _, c := range []struct {
		name  string
		check func(*source) []string
		file  *source
		want  int
	}{
		{"a family imports another", walls, file("a.go", "connectors/web", head+`import "clientbase/connectors/cards"`), 1},
		{"a family imports the contract", walls, file("a.go", "connectors/web", head+`import "clientbase/connectors"`), 0},
		{"a new family is bound too", walls, file("a.go", "connectors/fax", head+`import "clientbase/internal/store"`), 1},
		{"dedupe imports transforms", walls, file("a.go", "dedupe", head+`import "clientbase/transforms"`), 1},
		{"cmd imports dedupe", walls, file("a.go", "cmd/clientbase", head+`import "clientbase/dedupe"`), 1},
		{"cmd imports config", walls, file("a.go", "cmd/clientbase", head+`import "clientbase/internal/config"`), 0},
		{"a test may cross", walls, file("a_test.go", "dedupe", head+`import "clientbase/transforms"`), 0},
		{"an unknown package", walls, file("a.go", "internal/new", head), 1},
		{"the driver outside the store", libs, file("a.go", "internal/pipeline", head+`import _ "github.com/duckdb/duckdb-go/v2"`), 1},
		{"the driver in a test", libs, file("a_test.go", "internal/pipeline", head+`import _ "github.com/duckdb/duckdb-go/v2"`), 1},
		{"the driver in the store", libs, file("a.go", "internal/store", head+`import _ "github.com/duckdb/duckdb-go/v2"`), 0},
		{"the archived yaml", libs, file("a.go", "internal/config", head+`import "gopkg.in/yaml.v3"`), 1},
		{"the log package", libs, file("a.go", "transforms", head+`import "log"`), 1},
		{"a third party in schemas", few, file("a.go", "schemas", head+`import "go.uber.org/zap"`), 1},
		{"arrow in schemas", few, file("a.go", "schemas", head+`import "github.com/apache/arrow-go/v18/arrow"`), 0},
		{"a blank import", blank, file("a.go", "connectors/web", head+`import _ "clientbase/connectors/cards"`), 1},
		{"the clock", calls, file("a.go", "dedupe", head+"import \"time\"\nvar T = time.Now()"), 1},
		{"the clock as a value", calls, file("a.go", "dedupe", head+"import \"time\"\nvar T = time.Now"), 1},
		{"exit in a library", calls, file("a.go", "dedupe", head+"import \"os\"\nfunc F() { os.Exit(1) }"), 1},
		{"exit in cmd", calls, file("a.go", "cmd/clientbase", head+"import \"os\"\nfunc F() { os.Exit(1) }"), 0},
		{"a file past the file layer", calls, file("a.go", "internal/store", head+"import \"os\"\nfunc F() error { return os.Rename(\"a\", \"b\") }"), 1},
		{"a file read", calls, file("a.go", "internal/store", head+"import \"os\"\nfunc F() { _, _ = os.ReadFile(\"a\") }"), 0},
		{"a value revealed", reveal, file("a.go", "internal/pipeline", head+"func F(v interface{ Reveal() string }) string { return v.Reveal() }"), 2},
		{"a value revealed at the door", reveal, file("a.go", "internal/outbound", head+"func F(v interface{ Reveal() string }) string { return v.Reveal() }"), 0},
		{"Reveal as a value", reveal, file("a.go", "cmd/clientbase", head+"import \"clientbase/internal/opaque\"\nvar F = opaque.Value.Reveal"), 2},
		{"init", inits, file("a.go", "dedupe", head+"func init() {}"), 1},
		{"a method called init", inits, file("a.go", "dedupe", head+"type T int\nfunc (T) init() {}"), 0},
		{"a changed map", globals, file("a.go", "dedupe", head+"var m = map[int]int{}\nfunc F() { m[1] = 2 }"), 1},
		{"a changed counter", globals, file("a.go", "dedupe", head+"var n int\nfunc F() { n++ }"), 1},
		{"a local of the same name", globals, file("a.go", "dedupe", head+"var n int\nfunc F() { n := 1; n++; _ = n }"), 0},
		{"a read map", globals, file("a.go", "dedupe", head+"var m = map[int]int{}\nfunc F() int { return m[1] }"), 0},
		{"a long file", length, file("a.go", "dedupe", head+strings.Repeat("\n", maxLines)), 1},
		{"a short file", length, file("a.go", "dedupe", head), 0},
	} {
		if got := c.check(c.file); len(got) != c.want {
			t.Errorf("%s: found %v, want %d", c.name, got, c.want)
		}
	}
}
