package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/demobank"
)

// A rule file and a code list get a second version, it counts, and the first is
// pinned again: what is published is what it was, row by row, and computing it
// once more changes nothing.
func TestPinnedVersionComesBack(t *testing.T) {
	b := smallBank(t, demobank.Options{Records: 600, FactsPerClient: 1, Seed: 5})
	put := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(b.path(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.path(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.does(0, "run")
	root, rows := b.root(), published(t, b.dir)

	email, codes := b.read("rules/email.yaml"), b.read("codes/client_segment.yaml")
	email += "  2: {reason: test, source: own, licence: own, add: {typo: {mail.ru: bank.example, gmail.com: bank.example}}}\n"
	codes += "      2: {reason: test, codes: {mass: retail}}\n"
	put("rules/email.yaml", email)
	put("codes/client_segment.yaml", codes)
	out, _ := b.does(0, "clean", "--preview", "rules/email.yaml")
	if !strings.Contains(out, "+1 → email@") || !strings.Contains(out, "corrected/project_list") {
		t.Errorf("the preview says\n%s", out)
	}
	b.does(0, "run")
	if b.root() == root {
		t.Fatal("the second version changes nothing: the test shows nothing")
	}

	put("rules/email.yaml", strings.Replace(email, "versions:", "pin: 1\nversions:", 1))
	put("codes/client_segment.yaml", strings.Replace(codes, "    versions:", "    pin: 1\n    versions:", 1))
	for _, again := range []string{"pinned", "computed once more"} {
		b.does(0, "run", "--from-landing")
		if got := b.root(); got != root {
			t.Errorf("%s: row root %s, before the change %s", again, got, root)
			same(t, rows, published(t, b.dir))
		}
	}
}
