package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientbase/connectors/connectortest"
	"clientbase/internal/pipeline"
)

// prober looks through what lies about while a run goes on: at the beginning of
// each of its stages it reads all working files, in the data folder and where
// the system keeps temporary ones.
type prober struct {
	pipeline.NoProgress
	t     *testing.T
	dirs  []string
	files map[string]int // file → how often it was read
}

func (p prober) Start(stage string, total int64, unit string) pipeline.Meter {
	for _, dir := range p.dirs {
		_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return nil // it was removed meanwhile
			}
			p.files[filepath.Base(path)]++
			if got := bird.seen(string(text)); len(got) > 0 {
				p.t.Errorf("at %q %s gives away %v\n%s", stage, path, got, around(string(text)))
			}
			return nil
		})
	}
	return p.NoProgress.Start(stage, total, unit)
}

// While a load works, no working file that a person or a backup could pick up
// holds a phone, an e-mail, a document or a card of the canary in clear.
func TestTheCanaryIsInNoWorkingFile(t *testing.T) {
	b := leakBank(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	a := &app{project: b.dir, errOut: io.Discard, now: time.Now}
	watch := prober{t: t, dirs: []string{b.path("data/tmp"), b.path("data/staging"), tmp}, files: map[string]int{}}
	for range 2 {
		p, cfg, err := a.open()
		if err != nil {
			t.Fatal(err)
		}
		who, err := a.who(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pipeline.Run(context.Background(), p, pipeline.Options{Now: time.Now(), Actor: who, Progress: watch}); err != nil {
			t.Fatal(err)
		}
		b.write("in/clients_2026-03-02.csv", strings.Replace(b.read("in/clients_2026-03-01.csv"), "14.03.1985", "15.03.1985", 1))
	}
	if len(watch.files) < 3 {
		t.Errorf("only %v were seen", watch.files)
	}
	t.Logf("%d working files", len(watch.files))
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the system's folder for temporary files: %v %v", left, err)
	}
}

// The verbs of auditors, stewards and privacy officers, and those that look at a
// project from outside, say as little of the canary as the others. (access list
// repeats what readers asked: whom they looked for is what it is there to tell.)
func TestTheCanaryIsNotSeenByThoseWhoCheck(t *testing.T) {
	b := leakBank(t)
	l := &listener{bank: b}
	l.verb(0, "run")
	l.acts()
	b.write("in/clients_2026-03-02.csv", strings.Replace(b.read("in/clients_2026-03-01.csv"), "14.03.1985", "15.03.1985", 1))
	l.verb(0, "run")
	rec := strings.TrimSpace(b.query("SELECT stream || ':' || key FROM identities JOIN clients USING (client_id) WHERE display_name LIKE 'Канарейкина%' ORDER BY 1 LIMIT 1"))
	id := strings.TrimSpace(b.query("SELECT client_id FROM clients WHERE display_name LIKE 'Канарейкина%' ORDER BY 1 LIMIT 1"))
	why := []string{"--reason", "letter"}
	l.verb(0, append([]string{"subject", "restrict", id}, why...)...)
	for i, json := range [][]string{{"--json"}, nil} {
		for k, args := range [][]string{{"verify"}, {"fsck"}, {"ledger", "list"}, {"ledger", "show", "1"}, {"ledger", "prove", "1"}, {"ledger", "checkpoint"},
			{"audit", "run"}, {"audit", "access"}, {"audit", "value"}, {"audit", "value", rec}, {"audit", "value", "phone"}, {"audit", "rule", "phone"}, {"audit", "export"},
			{"audit", "value", "core/clients:" + bird.phone}, {"approve", "list"}, {"subject", "list"}, {"subject", "forget", id, "--dry-run", "--ground", "request", "--reason", "letter"},
			{"subject", "forget", bird.phone, "--dry-run", "--ground", "request", "--reason", "letter"}, {"subject", "restrict", bird.email, "--reason", "letter"},
			{"subject", "forget", id, "--ground", bird.phone, "--reason", bird.email}, {"subject", "retention", "--dry-run"},
			{"snapshot", "diff"}, {"snapshot", "gc", "--keep", "30", "--dry-run"}, {"freshness"}, {"schedule", "list"}, {"keys", "status"}, {"access", "files"},
			{"trace", "--sample", "5", "--seed", "1"}, {"trace", "--record", rec, "--attr", "phone"}, {"trace", "--record", bird.phone}, {"trace", bird.email}, {"rules"}, {"rules", "phone"}, {"profile"}, {"validate"},
			{"query", "SELECT '" + bird.email + "' FROM nowhere"}, {"query", bird.phone}} {
			if i == 1 && k >= 16 {
				break // the JSON of the others says all that their words say
			}
			l.verbAny(append(json[:len(json):len(json)], args...)...)
		}
	}
	l.verbAny("backup", "--to", b.path("backup"), "--keys-to", b.path("night.keys"))
	l.verbAny("restore", "--from", b.path("backup"), "--keys", b.path("night.keys"), "--to", b.path("restored"), "--verify")
	if len(l.heard) < 100 {
		t.Errorf("only %d outputs were looked at", len(l.heard))
	}
	b.lookInFiles(t)
}

// A database as the source: its rows are loaded, and what it says about rows
// that it cannot give is not repeated.
func TestTheCanaryOfADatabaseIsNeverSeen(t *testing.T) {
	dsn := connectortest.Postgres(t)
	b := newBank(t)
	t.Setenv("LEAK_DSN", dsn)
	write := func(query string) {
		b.write("sources/abs.yaml", `source: abs
kind: corebank
title: {ru: "База", en: "Database"}
streams:
  clients:
    from: {driver: postgres, dsn_secret: LEAK_DSN, query: `+"'"+strings.ReplaceAll(bird.in(query), "'", "''")+"'"+`}
    mode: full
    key: [id]
    columns: {id: text, name: text, phone: text, email: text}
    party: {kind: person, map: {full_name: name, phone: phone, email: email}}
`)
	}
	l := &listener{bank: b}
	write("select '7' as id, '{n}' as name, '{p}' as phone, '{e}' as email")
	l.verb(0, "run")
	if n := b.query("SELECT count(*) FROM clients WHERE display_name LIKE 'Канарейкина%'"); n != "1\n" {
		t.Fatalf("%s of the canary", n)
	}
	for _, bad := range []string{"select '{p}'::int as id, '' as name, '' as phone, '' as email", "select '1' as id, '{e}'::date as name, '' as phone, '' as email",
		"select 1/0 as id, '{c}' as name, '' as phone, '' as email", "select '{i}'::smallint as id, '' as name, '' as phone, '' as email",
		"select '1' as id, ('[\"{e}\"'::json)::text as name, '' as phone, '' as email", "select '1' as id, \"{p}\" as name"} {
		write(bad)
		for _, args := range [][]string{{"run"}, {"--json", "run"}, {"plan"}, {"doctor"}, {"runs", "show"}} {
			l.verbAny(args...)
		}
	}
	for _, path := range []string{"data/runs", "data/ledger", "data/landing", "data/quarantine"} {
		_ = filepath.WalkDir(b.path(path), func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				if text, err := os.ReadFile(name); err == nil && len(bird.seen(string(text))) > 0 {
					t.Errorf("%s gives away %v", name, bird.seen(string(text)))
				}
			}
			return nil
		})
	}
}
