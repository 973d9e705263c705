package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInitWritesAProjectWithoutFaults(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "bank")
	names, err := Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{".gitignore", "clientbase.yaml", "dictionary.yaml", "sources/core.yaml"} {
		if !strings.Contains(strings.Join(names, "\n"), want) {
			t.Errorf("%s was not written", want)
		}
	}
	p := mustLoad(t, dir)
	if len(p.Sources) != 4 {
		t.Errorf("%d sources, want 4", len(p.Sources))
	}
	for _, s := range p.Streams() {
		var from struct{ Path string }
		if err := s.From.Decode(&from); err != nil {
			t.Fatal(err)
		}
		if m, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(from.Path))); len(m) == 0 {
			t.Errorf("%s has no file", s.ID())
		}
	}
}

func TestInitOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "dictionary.yaml")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Init(dir); err == nil || !strings.Contains(err.Error(), "dictionary.yaml is already there") {
		t.Errorf("error is %v", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 {
		t.Errorf("%d files after a refused init, %v", len(list), err)
	}
}
