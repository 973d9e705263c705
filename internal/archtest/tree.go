package archtest

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is one Go file of the project.
type source struct {
	name  string // below the module, forward slashes
	pkg   string // its folder below the module; "" = the root
	test  bool   // _test.go
	lines int
	fset  *token.FileSet
	ast   *ast.File
}

// imports gives the import paths, and whether each is blank.
func (s *source) imports() map[string]bool {
	out := map[string]bool{}
	for _, i := range s.ast.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			out[p] = i.Name != nil && i.Name.Name == "_"
		}
	}
	return out
}

// at gives "file:line" of a node.
func (s *source) at(n ast.Node) string {
	return s.name + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// moduleRoot walks up from the working folder to go.mod and gives it with the
// module's name.
func moduleRoot() (dir, module string, err error) {
	dir, err = os.Getwd()
	if err != nil {
		return "", "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			for line := range strings.Lines(string(text)) {
				if name, ok := strings.CutPrefix(line, "module "); ok {
					return dir, strings.TrimSpace(name), nil
				}
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", "", errors.New("no go.mod above the working folder")
		}
		dir = up
	}
}

// readTree parses every Go file of the module but those in testdata, hidden
// folders, and files for the tools build tag. A file that does not parse is
// left to the compiler.
func readTree(root string) ([]*source, error) {
	var out []*source
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() {
			if p != root && (name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		s, err := readSource(root, p)
		if s != nil {
			out = append(out, s)
		}
		return err
	})
	slices.SortFunc(out, func(a, b *source) int { return strings.Compare(a.name, b.name) })
	return out, err
}

func readSource(root, p string) (*source, error) {
	text, err := os.ReadFile(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // removed while walking
	}
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte("//go:build tools")) {
		return nil, nil
	}
	rel, err := filepath.Rel(root, p)
	if err != nil {
		return nil, err
	}
	s := &source{name: filepath.ToSlash(rel), fset: token.NewFileSet(), lines: bytes.Count(text, []byte("\n"))}
	s.pkg = path.Dir(s.name)
	if s.pkg == "." {
		s.pkg = ""
	}
	s.test = strings.HasSuffix(s.name, "_test.go")
	s.ast, err = parser.ParseFile(s.fset, s.name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	return s, nil
}

// fits reports whether a package is what a pattern names: itself, or with a
// last /* any one element below.
func fits(pattern, pkg string) bool {
	if dir, ok := strings.CutSuffix(pattern, "/*"); ok {
		rest, below := strings.CutPrefix(pkg, dir+"/")
		return below && !strings.Contains(rest, "/")
	}
	return pattern == pkg
}

// in reports whether a list of patterns holds a package: "*" is every package,
// "!x" takes x out again.
func in(list []string, pkg string) bool {
	held := false
	for _, p := range list {
		if not, ok := strings.CutPrefix(p, "!"); ok {
			held = held && !fits(not, pkg)
			continue
		}
		held = held || p == "*" || fits(p, pkg)
	}
	return held
}
