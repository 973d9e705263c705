package config

import (
	"os"
	"path/filepath"
	"testing"

	"clientbase/schemas"
)

func TestDutiesToKeep(t *testing.T) {
	load := func(text string) (*Project, []Fault) {
		dir := t.TempDir()
		write := func(name, text string) {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("clientbase.yaml", "version: 1\nproject: {ru: \"Б\", en: \"B\"}\n"+text)
		write("sources/core.yaml", "source: core\nkind: corebank\ntitle: {ru: a, en: b}\nstreams:\n  clients:\n    from: {path: x}\n    mode: full\n    key: [ID]\n    columns: {ID: text}\n    party: {kind: person, map: {full_name: ID}}\n")
		p, faults, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		var own []Fault
		for _, f := range faults {
			if f.File == "clientbase.yaml" {
				own = append(own, f)
			}
		}
		return p, own
	}
	plain, _ := load("")
	p, faults := load("holds:\n  aml: {facts: [transaction, account], keep: 5y, ru: \"закон\", en: \"law\"}\nretention: {core: 3y, core/clients: 1y6m}\n")
	if len(faults) > 0 || len(p.Holds) != 1 || p.Holds[0].Keep != (schemas.Keep{Years: 5}) || len(p.Holds[0].Facts) != 2 {
		t.Fatal(p.Holds, faults)
	}
	if p.RetentionOf("core", "clients") != (schemas.Keep{Years: 1, Months: 6}) || p.RetentionOf("core", "x") != (schemas.Keep{Years: 3}) || !p.RetentionOf("web", "x").IsZero() {
		t.Error(p.Retention)
	}
	if p.Hash != plain.Hash {
		t.Error("a duty to keep makes a run compute everything anew")
	}
	for _, text := range []string{"holds: {aml: {keep: 5y, ru: a}}\n", "holds: {aml: {facts: [payment], keep: 5y, ru: a, en: b}}\n", "holds: {aml: {keep: five, ru: a, en: b}}\n",
		"holds: {AML 115: {keep: 5y, ru: a, en: b}}\n", "retention: {cor: 5y}\n", "retention: {core: 0y}\n"} {
		if _, faults := load(text); len(faults) == 0 || faults[0].Line == 0 {
			t.Errorf("%q passed: %v", text, faults)
		}
	}
}
