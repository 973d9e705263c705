package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBrakePeriodAndLate(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o700); err != nil {
		t.Fatal(err)
	}
	load := func(brake, stream string) (*Project, []Fault) {
		t.Helper()
		for name, text := range map[string]string{
			"clientbase.yaml": "version: 1\nproject: x\n" + brake,
			"sources/core.yaml": "source: core\nkind: corebank\ntitle: x\nstreams:\n  c:\n    from: {path: a}\n    mode: full\n    key: [ID]\n" + stream +
				"    columns: {ID: text, NAME: text}\n    party: {kind: person, map: {full_name: NAME}}\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, faults, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		return p, faults
	}
	p, faults := load("", "")
	if len(faults) > 0 || p.Brake != defaultBrake || p.Streams()[0].BrakeClose != 0 {
		t.Fatalf("%v %+v", faults, p.Brake)
	}
	p, faults = load("brake: {close: 0.25, at_least: 3}\n", "    period: month\n    late: hold\n    brake: {close: 1}\n")
	want := defaultBrake
	want.Close, want.AtLeast = 0.25, 3
	if s := p.Streams()[0]; len(faults) > 0 || p.Brake != want || s.Period != "month" || s.Late != "hold" || s.BrakeClose != 1 {
		t.Fatalf("%v %+v %+v", faults, p.Brake, s)
	}
	_, faults = load("brake: {close: 0, merge: 2, at_least: 0, shut: 1}\n", "    period: year\n    late: never\n    brake: {merge: 0.1}\n")
	text := ""
	for _, f := range faults {
		text += f.Path + ": " + f.Msg + "\n"
	}
	for _, want := range []string{"brake.close: a brake of 0", "brake.merge: a number from 0 to 1", "brake.at_least: a whole number from 1", "brake.shut: unknown key",
		"period: unknown period year", "late: unknown policy never", "brake.merge: unknown key"} {
		if !strings.Contains(text, want) {
			t.Errorf("no fault %q in\n%s", want, text)
		}
	}
}
