package main

import (
	"strings"
	"testing"
)

// Doctor fetches the master key and tries it: a place that gives none any more is
// found before the night, and not by it.
func TestDoctorTriesTheMasterKey(t *testing.T) {
	b := newBank(t)
	says := func(code int, want string) {
		t.Helper()
		out, _ := b.does(code, "doctor")
		for l := range strings.Lines(out) {
			if strings.Contains(l, "master key") && strings.Contains(l, want) {
				return
			}
		}
		t.Errorf("no %q in\n%s", want, out)
	}
	says(0, "none")

	b.write("master.key", strings.Repeat("5a", 32)+"\n")
	b.write("clientbase.yaml", mainYAML+"keys: {master: {command: [cat, "+b.path("master.key")+"]}}\n")
	b.does(0, "run")
	says(0, "command cat: it is there and fits")
	b.write("master.key", strings.Repeat("5b", 32)+"\n")
	says(1, "it is not there, or is another one")
	b.write("master.key", "none\n")
	says(1, "it is not there, or is another one")
}
