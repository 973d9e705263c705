package config

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestApprovals(t *testing.T) {
	load := func(text string) (Approvals, int) {
		dir := t.TempDir()
		text = "version: 1\nproject: {ru: \"Б\", en: \"B\"}\n" + text
		if err := os.WriteFile(filepath.Join(dir, "clientbase.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, faults, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range faults {
			if f.File == "clientbase.yaml" {
				n++
			}
		}
		return p.Approvals, n
	}
	for text, want := range map[string]Approvals{"": {}, "approvals: {overrides: true}\n": {Overrides: true}, "approvals: {overrides: false}\n": {},
		"approvals: {configuration: {policy: hold, parts: [rules, roles], people: 2}}\n": {Config: ConfigApprovals{Hold: true, Parts: []string{"rules", "roles"}, People: 2}},
		"approvals: {configuration: {policy: note}}\n":                                   {Config: ConfigApprovals{Parts: partNames(), People: 1}}} {
		if got, faults := load(text); faults > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %d faults", text, got, faults)
		}
	}
	for _, text := range []string{"approvals: {overrides: perhaps}\n", "approvals: {override: true}\n",
		"approvals: {configuration: {}}\n", "approvals: {configuration: {policy: ask}}\n", "approvals: {configuration: {policy: hold, parts: [rule]}}\n", "approvals: {configuration: {policy: hold, people: 0}}\n"} {
		if _, faults := load(text); faults == 0 {
			t.Errorf("%q passed", text)
		}
	}
}
