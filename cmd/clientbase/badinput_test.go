package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"clientbase/internal/demobank"
)

// A line of 10 MB is quarantined with its place, in bounded memory, and the
// rows around it are loaded.
func TestALineOfTenMegabytes(t *testing.T) {
	const long = 10 << 20
	for name, line := range map[string]string{
		"plain":          "5;" + strings.Repeat("ф", long/2) + ";01.02.1980;\n",
		"no delimiter":   strings.Repeat("x", long) + "\n",
		"quote not shut": "5;\"" + strings.Repeat("y", long),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBank(t)
			b.does(0, "run")
			b.write("in/clients_2026-03-02.csv", fourClients+line)
			b.does(0, "run")
			x := b.report().Balances[0]
			if x.Read != 5 || x.Merged != 4 || x.Quarantined != 1 {
				t.Errorf("balance %+v", *x)
			}
			list, _ := b.does(0, "quarantine", "list")
			if !strings.Contains(list, "line_too_long 1") && !strings.Contains(list, "unterminated_quote 1") {
				t.Errorf("quarantine list:\n%s", list)
			}
			id := strings.Fields(strings.Split(list, "\n")[1])[0]
			show, _ := b.does(0, "quarantine", "show", id)
			if !strings.Contains(show, "line 6") || len(show) > 1000 {
				t.Errorf("quarantine show, %d bytes:\n%.1000s", len(show), show)
			}
		})
	}
}

// Reading a file of long lines takes no more memory than a few of them.
func TestLongLinesStayInBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 60 MB")
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(256 << 20))
	b := newBank(t)
	b.write("clientbase.yaml", strings.ReplaceAll(mainYAML, "0.3", "0.99"))
	b.write("in/clients_2026-03-01.csv", fourClients+strings.Repeat("7;"+strings.Repeat("z", 10<<20)+";;\n", 6))
	b.does(0, "run")
	x := b.report().Balances[0]
	if x.Read != 10 || x.Loaded != 4 || x.Quarantined != 6 {
		t.Errorf("balance %+v", *x)
	}
	landed := int64(0)
	_ = filepath.Walk(b.path("data/quarantine"), func(_ string, i os.FileInfo, err error) error {
		if err == nil && !i.IsDir() {
			landed += i.Size()
		}
		return nil
	})
	if landed > 1<<20 {
		t.Errorf("quarantine holds %d bytes: rows are to be cut at 64 KiB", landed)
	}
}

// A clearing file that is cut anywhere is refused as a whole, and the whole
// file is taken when it comes.
func TestATruncatedClearingFile(t *testing.T) {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	if _, err := demobank.Generate(context.Background(), b.dir, demobank.Options{Records: 300, FactsPerClient: 4, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(b.path("in/cards/clearing_*.ipm"))
	if err != nil || len(files) < 2 {
		t.Fatalf("clearing files: %v %v", files, err)
	}
	last := files[len(files)-1]
	whole, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	b.does(0, "run", "--select", "cards")
	before := b.query("SELECT count(*) FROM transactions")
	name := filepath.Base(last)
	cuts := map[string]int{"in the first block": 700, "between blocks": 1014, "in a later message": len(whole)/2 + 3, "before the end": len(whole) - 1014, "one byte": 1}
	for what, n := range cuts {
		if err := os.WriteFile(last, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		t.Run(what, func(t *testing.T) {
			b := bank{t, b.dir}
			_, errOut := b.fallible(t, "run", "--select", "cards")
			if !strings.Contains(errOut, "cards/clearing "+name) || !strings.Contains(errOut, "try: ") {
				t.Errorf("cut at %d of %d:\n%s", n, len(whole), errOut)
			}
		})
	}
	if after := b.query("SELECT count(*) FROM transactions"); after != before {
		t.Errorf("transactions %s, before %s", after, before)
	}
	if err := os.WriteFile(last, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	b.does(0, "run", "--select", "cards")
	b.report()
	if after := b.query("SELECT count(*) FROM transactions"); after == before {
		t.Error("the whole file brought nothing")
	}
	if twice := b.query("SELECT count(*) - count(DISTINCT fact_id) FROM transactions"); twice != "0\n" {
		t.Errorf("%s transactions stand twice", twice)
	}
}

// fallible runs a verb that must fail with exit 1 or 3 (input or integrity) and publish nothing.
func (b bank) fallible(t *testing.T, args ...string) (string, string) {
	t.Helper()
	before := b.current()
	var out, errOut strings.Builder
	code := run(append([]string{"-C", b.dir}, args...), strings.NewReader(""), &out, &errOut)
	if code != 1 && code != 3 {
		t.Errorf("exit %d, want 1 or 3\n%s%s", code, out.String(), errOut.String())
	}
	if b.current() != before {
		t.Error("CURRENT changed")
	}
	return out.String(), errOut.String()
}

// Bytes that are no text of the declared encoding are set aside row by row
// and named; they never become a name.
func TestBytesOfNoEncoding(t *testing.T) {
	b := newBank(t)
	b.write("sources/core.yaml", strings.ReplaceAll(clientsYAML, "format: delimited,", "format: delimited, charset: utf-8,"))
	b.does(0, "run")
	b.write("in/clients_2026-03-02.csv", fourClients+"5;\xff\xfe\x00\x9fА;01.01.1970;\n"+numbered(10, 40))
	b.does(0, "run")
	r := b.report()
	if x := r.Balances[0]; x.Read != 45 || x.Quarantined != 1 || x.Reasons["bad_encoding"] != 1 {
		t.Errorf("balance %+v", *x)
	}
	if n := b.query("SELECT count(*) FROM identities WHERE key = '5'"); n != "0\n" {
		t.Errorf("the row became a record: %s", n)
	}
	b.write("in/clients_2026-03-03.csv", "\x00\x01\x02\x03")
	b.fails(1, []string{"core/clients", "clients_2026-03-03.csv"}, "run")
}

// What a person sees of a failed run: an error that names the thing and the
// next command, and the same error from `runs show`.
func TestAFailedRunIsRemembered(t *testing.T) {
	b := newBank(t)
	b.does(0, "run")
	b.write("in/clients_2026-03-02.csv", "")
	b.fails(1, []string{"clients_2026-03-02.csv"}, "run")
	r := b.report()
	if r.Status != "failed" || r.Exit != 1 || !strings.Contains(r.Error, "clients_2026-03-02.csv") || r.Hint == "" {
		t.Errorf("report %s", fmt.Sprint(r.Status, r.Exit, r.Error, r.Hint))
	}
	if err := os.Remove(b.path("in/clients_2026-03-02.csv")); err != nil {
		t.Fatal(err)
	}
	out, _ := b.does(0, "run")
	if !strings.Contains(out, "nothing new") {
		t.Errorf("run after the file was taken away: %s", out)
	}
}

// A data folder that was tampered with stops everything with exit 3: a run
// never takes a damaged base for an empty one and starts afresh.
func TestADamagedDataFolder(t *testing.T) {
	damage := map[string]func(b bank, id string) error{
		"the snapshot is gone":   func(b bank, id string) error { return os.RemoveAll(b.path("data/snapshots/" + id)) },
		"the manifest is gone":   func(b bank, id string) error { return os.Remove(b.path("data/snapshots/" + id + "/manifest.json")) },
		"the manifest differs":   func(b bank, id string) error { return patch(b.path("data/snapshots/"+id+"/manifest.json"), 0) },
		"state is damaged":       func(b bank, id string) error { return patch(b.path("data/snapshots/"+id+"/state/mutable.age"), 300) },
		"state is gone":          func(b bank, id string) error { return os.Remove(b.path("data/snapshots/" + id + "/state/clients.age")) },
		"CURRENT is damaged":     func(b bank, _ string) error { return patch(b.path("data/CURRENT"), 40) },
		"CURRENT is empty":       func(b bank, _ string) error { return os.Truncate(b.path("data/CURRENT"), 0) },
		"the project key is new": func(b bank, _ string) error { return os.Remove(b.path("data/keys/project.key")) },
	}
	for what, do := range damage {
		t.Run(what, func(t *testing.T) {
			b := newBank(t)
			b.does(0, "run")
			id := strings.Fields(b.current())[0]
			if err := do(b, id); err != nil {
				t.Fatal(err)
			}
			b.write("in/clients_2026-03-02.csv", fourClients)
			b.fails(3, nil, "run")
		})
	}
}

// patch changes one byte of a file.
func patch(path string, at int) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text[min(at, len(text)-1)] ^= 1
	return os.WriteFile(path, text, 0o600)
}
