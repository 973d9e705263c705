package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/access"
)

// reads gives the reads of the log, oldest first.
func (b bank) reads() []access.Read {
	b.t.Helper()
	out, _ := b.does(0, "--json", "access", "list", "--limit", "0")
	var list []access.Read
	for l := range strings.Lines(out) {
		var r access.Read
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			b.t.Fatal(err)
		}
		list = append([]access.Read{r}, list...)
	}
	return list
}

// What was read stands in the log with all that an auditor asks for, also what
// was refused; nothing of it lies about in clear.
func TestReadsAreLogged(t *testing.T) {
	b := newBank(t)
	b.does(1, "query", "SELECT 1") // nothing was loaded: nothing to read, no log
	b.does(0, "run")
	b.does(0, "--purpose", "service", "query", "SELECT client_id, surname FROM clients WHERE surname LIKE 'Лебедев%'")
	b.does(0, "find", "Зимин")
	b.does(1, "query", "SELECT * FROM read_text('/etc/passwd')")
	b.does(1, "query", "SELECT surname FROM")
	b.does(0, "query", "--tables")
	b.does(0, "trace", "--record", "core/clients:3")
	b.does(0, "query", "--limit", "2", "SELECT * FROM clients ORDER BY client_id")
	list := b.reads()
	if len(list) != 7 {
		t.Fatalf("%d reads", len(list))
	}
	q := list[0]
	if q.Verb != "query" || q.Purpose != "service" || q.Outcome != access.Done || q.Rows != 1 || strings.Join(q.Tables, ",") != "clients" || strings.Join(q.Columns, ",") != "client_id,surname" ||
		len(q.Sum) != 64 || !strings.HasPrefix(b.current(), q.Snapshot) || q.User == "" || q.Role != "engineer" || !strings.Contains(q.Asked, "Лебедев") {
		t.Errorf("%+v", q)
	}
	if f := list[1]; f.Verb != "find" || f.Rows != 1 || len(f.Clients) != 1 {
		t.Errorf("%+v", f)
	}
	for _, r := range list[2:4] {
		if r.Outcome != access.Refused || r.Rows != -1 {
			t.Errorf("%+v", r)
		}
	}
	if l := list[6]; l.Rows != 2 || l.Max != 2 || strings.Join(l.Columns, ",") != "*,client_id" {
		t.Errorf("%+v", l)
	}
	err := filepath.WalkDir(b.path("data/access"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "Лебедев") || strings.Contains(string(text), "query") {
			t.Errorf("%s says it in clear", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out, _ := b.does(0, "access", "list", "--verb", "find")
	if strings.Count(out, "\n") != 2 || !strings.Contains(out, "Зимин") {
		t.Errorf("%s", out)
	}
}

// "Did that query return this person?", while the snapshot is kept and after.
func TestWhetherAQueryReturnedAPerson(t *testing.T) {
	b := newBank(t)
	b.noBrake()
	b.does(0, "run")
	b.does(0, "query", "SELECT client_id, surname FROM clients WHERE birth_date > DATE '1984-01-01'")
	b.does(0, "query", "SELECT count(*) FROM clients")
	b.does(0, "find", "Рогова")
	b.does(1, "query", "SELECT * FROM nowhere")
	b.does(0, "query", "SELECT list(client_id) FROM clients")
	b.does(0, "query", "SELECT upper(surname), surname FROM clients WHERE birth_date > DATE '1984-01-01'")
	list := b.reads()
	ask := func(read int, client, want string) {
		t.Helper()
		out, _ := b.does(0, "--json", "access", "whether", number(list[read].Seq), "--client", client)
		var w struct {
			Answer string
			Same   bool
		}
		if err := json.Unmarshal([]byte(out), &w); err != nil {
			t.Fatal(err)
		}
		if w.Answer != want || !w.Same && want == "yes" {
			t.Errorf("read %d, %s: %s", read, client, out)
		}
	}
	vera := strings.TrimSpace(b.query("SELECT client_id FROM identities WHERE key = '3'"))
	ask(0, vera, "yes")
	ask(0, "core/clients:3", "yes")
	ask(0, "core/clients:1", "no")
	ask(1, vera, "no")
	ask(2, vera, "yes")
	ask(2, "core/clients:1", "no")
	ask(3, vera, "no")
	ask(4, vera, "yes")
	ask(5, vera, "maybe")
	ask(5, "core/clients:1", "no")
	// a later snapshot, in which she is another: the old one still answers, then expires
	b.write("in/clients_2026-03-02.csv", strings.ReplaceAll(fourClients, "05.06.1990", "05.06.1970"))
	b.does(0, "run")
	ask(0, vera, "yes")
	b.does(0, "snapshot", "gc", "--keep", "1", "--reason", "test")
	ask(0, vera, "expired")
	b.fails(1, []string{"no read of this number"}, "access", "whether", "9999", "--client", vera)
}

// What a query wrote to a file stands in the register, says what it is, holds
// no formula, and comes back as it was.
func TestResultsThatLeaveAreRegistered(t *testing.T) {
	b := newBank(t)
	b.write("in/clients_2026-03-01.csv", fourClients+"5;=cmd|' /C calc'!A0;01.01.1970;\n")
	b.does(0, "run")
	odd := "SELECT key, (CASE key WHEN '1' THEN '=1+1' WHEN '2' THEN '+79161234567' WHEN '3' THEN '''quoted' WHEN '4' THEN '-5; \"x\"' ELSE '@SUM(A1)' END) AS odd, -1.50 AS n, key::INTEGER - 3 AS i FROM identities ORDER BY key"
	want, _ := b.does(0, "-q", "--json", "query", odd)
	for _, format := range []string{"csv", "sheet", "xlsx", "parquet"} {
		path := b.path("out." + format)
		b.does(0, "--purpose", "service", "query", "--format", format, "--out", path, "--recipient", "Dialler Ltd", odd)
		out, errOut := b.does(0, "read", path)
		if strings.Contains(errOut, "apostrophes") {
			t.Errorf("%s: %s", format, errOut)
		}
		var got strings.Builder
		for l := range strings.Lines(out) {
			var row struct{ Fields map[string]string }
			if err := json.Unmarshal([]byte(l), &row); err != nil {
				t.Fatal(err)
			}
			quoted, err := json.Marshal(row.Fields["odd"])
			if err != nil {
				t.Fatal(err)
			}
			got.WriteString(`{"key":"` + row.Fields["key"] + `","odd":` + string(quoted) + `,"n":` + row.Fields["n"] + `,"i":` + row.Fields["i"] + "}\n")
		}
		if got.String() != want {
			t.Errorf("%s comes back as\n%s\nwant\n%s", format, got.String(), want)
		}
	}
	for l := range strings.Lines(b.read("out.sheet")) {
		for _, cell := range strings.Split(strings.TrimPrefix(l, "\ufeff"), ";") {
			if cell = strings.Trim(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+@") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	about := b.read("out.sheet.about.json")
	for _, word := range []string{`"recipient": "Dialler Ltd"`, `"purpose": "service"`, `"snapshot": "000001-`, `"rows": 5`, "drop one leading apostrophe"} {
		if !strings.Contains(about, word) {
			t.Errorf("the sidecar does not say %s:\n%s", word, about)
		}
	}
	b.write("out.sheet", b.read("out.sheet")+"6;'=x;0;0\n") // changed by somebody: nothing is undone, and that is said
	if out, errOut := b.does(0, "read", b.path("out.sheet")); !strings.Contains(errOut, "apostrophes") || !strings.Contains(out, `"'=1+1"`) {
		t.Errorf("%s%s", out, errOut)
	}
	list, _ := b.does(0, "--json", "access", "files")
	if strings.Count(list, "\n") != 4 || !strings.Contains(list, `"recipient":"Dialler Ltd"`) || !strings.Contains(list, `"format":"xlsx"`) {
		t.Errorf("%s", list)
	}
	b.write("key", "0123456789abcdef")
	b.fails(1, []string{"other users can read it"}, "query", "--format", "parquet", "--encrypt-with", b.path("key"), "--out", b.path("x.parquet"), "SELECT 1")
	if err := os.Chmod(b.path("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.does(0, "query", "--format", "parquet", "--encrypt-with", b.path("key"), "--out", b.path("x.parquet"), "SELECT surname FROM clients")
	b.fails(1, []string{"only Parquet files are encrypted"}, "query", "--format", "csv", "--encrypt-with", b.path("key"), "--out", b.path("x.csv"), "SELECT 1")
	if left, _ := filepath.Glob(b.path("*.taken*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// An auditor asks the masked form, and for groups.
func TestAnAuditorSeesShapesAndGroups(t *testing.T) {
	b := newBank(t)
	b.noBrake()
	b.does(0, "run")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"roles: {"+me.Username+": auditor}\nmin_cell: 2\n")
	b.fails(1, []string{"sees groups of clients"}, "query", "SELECT * FROM clients")
	if got := b.query("SELECT party, count(*) AS clients FROM clients GROUP BY party"); got != "person,4\n" {
		t.Errorf("%s", got)
	}
	if got := b.query("SELECT surname, count(*) FROM clients GROUP BY surname"); strings.Contains(got, "Лебедева") || !strings.Contains(got, "Л{6},2") && !strings.Contains(got, "Л{5},2") {
		t.Errorf("%s", got)
	}
	if got := b.query("SELECT stream, records FROM streams"); got != "core/clients,4\n" {
		t.Errorf("%s", got)
	}
	forms, _ := filepath.Glob(b.path("data/views/auditor/*/manifest.json"))
	if len(forms) != 1 {
		t.Errorf("forms: %v", forms)
	}
	b.fails(1, []string{"the role auditor may not do this"}, "find", "Зимин")
	b.write("clientbase.yaml", strings.ReplaceAll(b.read("clientbase.yaml"), ": auditor", ": engineer"))
	b.write("in/clients_2026-03-02.csv", strings.ReplaceAll(fourClients, "05.06.1990", "05.06.1970"))
	b.does(0, "run")
	b.does(0, "snapshot", "gc", "--keep", "1", "--reason", "test")
	if forms, _ := filepath.Glob(b.path("data/views/auditor/*")); len(forms) != 0 {
		t.Errorf("kept without its snapshot: %v", forms)
	}
}
