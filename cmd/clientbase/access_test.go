package main

import (
	"encoding/json"
	"io/fs"
	"os"
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
	// a later snapshot, in which she is another: the old one still answers, then expires
	b.write("in/clients_2026-03-02.csv", strings.ReplaceAll(fourClients, "05.06.1990", "05.06.1970"))
	b.does(0, "run")
	ask(0, vera, "yes")
	b.does(0, "snapshot", "gc", "--keep", "1", "--reason", "test")
	ask(0, vera, "expired")
	b.fails(1, []string{"no read of this number"}, "access", "whether", "9999", "--client", vera)
}
