package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// theOnly gives the name, under data, of the only file that fits.
func (x *tamper) theOnly(glob string) string {
	x.Helper()
	rel, err := filepath.Rel(x.b.path("data"), one(x.T, x.b.path("data/"+glob)))
	if err != nil {
		x.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// reword changes the first place of a text that fits.
func (x *tamper) reword(name, pattern, to string) {
	x.Helper()
	text := string(x.get(name))
	at := regexp.MustCompile(pattern).FindStringIndex(text)
	if at == nil {
		x.Fatalf("%s has no %s:\n%s", name, pattern, text)
	}
	x.put(name, []byte(text[:at[0]]+to+text[at[1]:]))
}

// theRun gives the report of the run that has the text. Two runs of one second
// stand in any order in the folder.
func (x *tamper) theRun(text string) string {
	x.Helper()
	list, err := filepath.Glob(x.b.path("data/runs/*.json"))
	if err != nil {
		x.Fatal(err)
	}
	for _, path := range list {
		if name := "runs/" + filepath.Base(path); strings.Contains(string(x.get(name)), text) {
			return name
		}
	}
	x.Fatalf("no run has %s", text)
	return ""
}

// first gives the delivery of the stream's first day and its only batch.
func (x *tamper) first() (delivery, batch string) {
	x.Helper()
	list, err := filepath.Glob(x.b.path("data/landing/core/clients/*.json"))
	if err != nil {
		x.Fatal(err)
	}
	for _, path := range list {
		name := "landing/core/clients/" + filepath.Base(path)
		if text := string(x.get(name)); strings.Contains(text, "2026-03-01.csv") {
			id := regexp.MustCompile(`"batches": \[\s*\{\s*"id": "([0-9a-f-]+)"`).FindStringSubmatch(text)
			return name, "landing/core/clients/" + id[1] + ".age"
		}
	}
	x.Fatal("no delivery of the first day")
	return "", ""
}

// fsck counts again what a snapshot does not hold: deliveries against the rows
// of their batches, quarantine, runs, journal. It changes nothing, and a file
// that cannot be read is a finding among others, not the end of the check.
// (The counts in the files of a snapshot: TestRecheckFindsEachDisagreement.)
func TestFsckFindsEachDisagreement(t *testing.T) {
	x := tampered(t)
	x.b.write("in/clients_2026-03-03.csv", x.b.read("in/clients_2026-03-02.csv")+"7;too;many;columns;in;it\n")
	x.b.does(0, "run")
	out, _ := x.b.does(0, "fsck")
	if !strings.Contains(out, "✓ nothing is wrong") || !strings.Contains(out, "counted again: ") {
		t.Fatalf("untouched: %s", out)
	}
	delivery, batch := x.first()
	current := strings.Fields(x.b.current())[0]
	for _, c := range []struct {
		what string
		do   func()
		says []string // all of them stand in lines of findings
	}{
		{"a delivery has a row too many", func() { x.reword(delivery, `"rows": 4,\s*"bad"`, `"rows": 5, "bad"`) },
			[]string{"does not add up: landing/core/clients/", "5 rows, and its batches have 4"}},
		{"a delivery and its list of batches say one row too many", func() {
			x.put(delivery, []byte(strings.ReplaceAll(string(x.get(delivery)), `"rows": 4`, `"rows": 5`)))
		}, []string{"does not add up: landing/core/clients/", "has 4 rows, it says 5"}},
		{"a batch is gone", func() { x.move(batch, "../moved") }, []string{"file missing: landing/core/clients/", "is not there"}},
		{"a batch in the place of another", func() { x.put(batch, x.get(x.theOnly("quarantine/core/clients/*-read.age"))) },
			[]string{"not consistent: landing/core/clients/", "does not fit its key"}},
		{"a delivery that is no delivery", func() { x.put(delivery, []byte("{")) }, []string{"not consistent: landing/core/clients", "read delivery"}},
		{"reasons that do not add up", func() {
			x.reword(x.theOnly("quarantine/core/clients/*-read.json"), `"rows": 1`, `"rows": 2`)
		}, []string{"does not add up: quarantine ", "2 rows, and the reasons add up to 1", "1 rows stand in it, it says 2", "1 rows could not be read, and 2 stand in quarantine"}},
		{"a quarantine is gone", func() {
			x.move(x.theOnly("quarantine/core/clients/*-read.json"), "../moved")
		}, []string{"does not add up: landing/core/clients/", "1 rows could not be read, and 0 stand in quarantine"}},
		{"a run that does not balance", func() {
			x.reword(x.theRun(`"loaded": 4`), `"loaded": 4`, `"loaded": 3`)
		}, []string{"does not add up: runs/", "core/clients: read 4, loaded 3"}},
		{"the acts that the snapshot holds are cut off", func() { x.put("journal/journal.cbj", x.get("journal/journal.cbj")[:5]) },
			[]string{"journal"}},
		{"a byte of a table flipped", func() {
			name := "snapshots/" + current + "/client.duckdb"
			b := x.get(name)
			for i := 4096 * 3; i < len(b); i += 512 {
				b[i] ^= 0x55
			}
			x.put(name, b)
		}, []string{"file changed: snapshots/" + current, "not consistent: snapshots"}},
		{"the pointer edited", func() { x.put("CURRENT", []byte(x.b.current()[:30]+"\n")) }, []string{"pointer edited: CURRENT", "not consistent: CURRENT"}},
	} {
		c.do()
		out, errOut := x.b.does(3, "fsck")
		for _, w := range c.says {
			found := false
			for _, line := range strings.Split(out, "\n") {
				found = found || strings.HasPrefix(line, "✗ ") && strings.Contains(line, w)
			}
			if !found {
				t.Errorf("%s: no %q in\n%s%s", c.what, w, out, errOut)
			}
		}
		x.restore()
	}
	x.b.does(0, "fsck")
	if _, errOut := x.b.does(1, "fsck", "999999"); !strings.Contains(errOut, "no such snapshot") {
		t.Error(errOut)
	}
}
