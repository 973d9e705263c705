package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientbase/internal/pipeline"
)

// bank is a project folder of a test.
type bank struct {
	t   testing.TB
	dir string
}

const mainYAML = `version: 1
project: {ru: "Банк", en: "Bank"}
data: data
region: RU
zone: Europe/Moscow
max_quarantine: 0.3
`

const clientsYAML = `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ID]
    order: {as_of: name}
    columns:
      ID: {required: true}
      NAME: text
      BIRTH: {type: date, format: dmy}
      PHONE: text
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, phone: PHONE}
`

const fourClients = `ID;NAME;BIRTH;PHONE
1;Лебедева Алла Юрьевна;01.02.1980;+7 916 200-00-01
2;Зимин Борис Ильич;03.04.1975;+7 916 200-00-02
3;Рогова Вера Павловна;05.06.1990;+7 916 200-00-03
4;Титова Галина Олеговна;07.08.1985;+7 916 200-00-04
`

// newBank makes a project with one stream of four clients.
func newBank(t testing.TB) bank {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	b.write("clientbase.yaml", mainYAML)
	b.write("sources/core.yaml", clientsYAML)
	b.write("in/clients_2026-03-01.csv", fourClients)
	return b
}

// noBrake lets a run change as much as it likes.
func (b bank) noBrake() {
	b.t.Helper()
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"\nbrake: {close: 1, merge: 1, split: 1, change: 1}\n")
}

func (b bank) path(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }

func (b bank) write(name, text string) {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(b.path(name)), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(b.path(name), []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b bank) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(b.path(name))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// does runs a verb on the project in this process; it must end with exit code want.
func (b bank) does(want int, args ...string) (out, errOut string) {
	b.t.Helper()
	var o, e bytes.Buffer
	if code := run(append([]string{"-C", b.dir}, args...), strings.NewReader(""), &o, &e); code != want {
		b.t.Fatalf("clientbase %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

// query gives the rows of a SELECT as CSV without its heading.
func (b bank) query(sql string) string {
	b.t.Helper()
	out, _ := b.does(0, "-q", "query", "--format", "csv", "--limit", "0", sql)
	_, rows, _ := strings.Cut(out, "\n")
	return rows
}

// current is what is published.
func (b bank) current() string {
	b.t.Helper()
	return b.read("data/CURRENT")
}

// fails runs a verb that must end with exit code want, say all the words on
// standard error, and leave what is published as it was.
func (b bank) fails(want int, words []string, args ...string) {
	b.t.Helper()
	before, _ := os.ReadFile(b.path("data/CURRENT"))
	_, errOut := b.does(want, args...)
	for _, w := range append(words, "try: ") {
		if !strings.Contains(errOut, w) {
			b.t.Errorf("clientbase %s does not say %q:\n%s", strings.Join(args, " "), w, errOut)
		}
	}
	if after, _ := os.ReadFile(b.path("data/CURRENT")); string(after) != string(before) {
		b.t.Errorf("clientbase %s failed and changed CURRENT", strings.Join(args, " "))
	}
	if left, _ := filepath.Glob(b.path("data/tmp/*")); len(left) > 0 {
		b.t.Errorf("clientbase %s left %v", strings.Join(args, " "), left)
	}
	if left, _ := filepath.Glob(b.path("data/snapshots/staging*")); len(left) > 0 {
		b.t.Errorf("clientbase %s left %v", strings.Join(args, " "), left)
	}
}

// report is the newest run in full. Its balance must close for every stream.
func (b bank) report() *pipeline.Report {
	b.t.Helper()
	out, _ := b.does(0, "--json", "runs", "show")
	var r pipeline.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		b.t.Fatal(err)
	}
	for _, x := range r.Balances {
		if x.Read != x.Loaded+x.Merged+x.Quarantined+x.Filtered {
			b.t.Errorf("balance of %s does not close: %+v", x.Stream, *x)
		}
	}
	return &r
}

// root is the row root of the current snapshot.
func (b bank) root() string {
	b.t.Helper()
	id, _, _ := strings.Cut(strings.TrimSpace(b.current()), " ")
	var m struct {
		RowRoot string `json:"row_root"`
	}
	if err := json.Unmarshal([]byte(b.read("data/snapshots/"+id+"/manifest.json")), &m); err != nil {
		b.t.Fatal(err)
	}
	if len(m.RowRoot) != 64 {
		b.t.Fatalf("snapshot %s has no row root", id)
	}
	return m.RowRoot
}

// shareKey gives both projects one project key, so that ids and tokens are equal.
func (b bank) shareKey(key []byte) {
	b.t.Helper()
	if err := os.MkdirAll(b.path("data/keys"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Chmod(b.path("data"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(b.path("data/keys/project.key"), key, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// process prepares the program as a process of its own.
func (b bank) process(args ...string) *exec.Cmd {
	b.t.Helper()
	path, err := exec.LookPath("clientbase")
	if err != nil {
		b.t.Fatal(err)
	}
	return exec.Command(path, append([]string{"-C", b.dir}, args...)...)
}

// numbered gives n rows of clients, beginning with number from.
func numbered(from, n int) string {
	var s strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&s, "%d;Гость %s;0%d.0%d.19%02d;+7 916 3%02d-%02d-%02d\n", i, string(rune('А'+i%30))+"ов", 1+i%9, 1+i%7, 40+i%55, i/10000%100, i/100%100, i%100)
	}
	return s.String()
}

// same compares two dumps of what is published.
func same(t testing.TB, want, got map[string]string) {
	t.Helper()
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s differ:\n%s", name, firstDifference(want[name], got[name]))
		}
	}
}

// testNow is the instant of runs that tests start without the command line.
var testNow = time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
