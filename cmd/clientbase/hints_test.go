package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var (
	verbIn = regexp.MustCompile("(?:`|: |; )clientbase ((?:[a-z]+ ?)+)")
	flagIn = regexp.MustCompile("(?:^|[ `(])--([a-z][a-z-]+)")
)

// Every command and flag that a message tells the user to try exists.
func TestHintsNameCommandsThatExist(t *testing.T) {
	a := &app{}
	root := a.root()
	flags := map[string]bool{"help": true, "version": true}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		add := func(f *pflag.Flag) { flags[f.Name] = true }
		c.Flags().VisitAll(add)
		c.PersistentFlags().VisitAll(add)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	files := token.NewFileSet()
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "bench" || d.Name() == "connectortest") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true
			}
			for _, m := range verbIn.FindAllStringSubmatch(text, -1) {
				seen++
				words := strings.Fields(m[1])
				c, _, err := root.Find(words[:1])
				if err != nil || c == root {
					t.Errorf("%s: clientbase %s: no such verb", files.Position(lit.Pos()), words[0])
					continue
				}
				if c.HasSubCommands() && len(words) > 1 {
					if sub, _, err := root.Find(words[:2]); err != nil || sub == c {
						t.Errorf("%s: clientbase %s %s: no such verb", files.Position(lit.Pos()), words[0], words[1])
					}
				}
			}
			for _, m := range flagIn.FindAllStringSubmatch(text, -1) {
				seen++
				if !flags[m[1]] {
					t.Errorf("%s: --%s: no such flag", files.Position(lit.Pos()), m[1])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("only %d commands and flags found in messages: the pattern is wrong", seen)
	}
}
