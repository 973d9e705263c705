package decisions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every note is listed, and says its context, its choice and its price.
func TestNotesAreListedAndWhole(t *testing.T) {
	list, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	notes, err := filepath.Glob("[0-9]*.md")
	if err != nil || len(notes) == 0 {
		t.Fatalf("no notes: %v", err)
	}
	for _, name := range notes {
		if !strings.Contains(string(list), "]("+name+")") {
			t.Errorf("%s is not listed in README.md", name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"## Context", "## Choice", "## What we gave up"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s has no %q", name, part)
			}
		}
	}
}
