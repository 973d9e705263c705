package main

import (
	"strings"
	"testing"

	"clientbase/internal/landing"
)

// Nothing that the program prints or keeps in the open gives away a phone, an
// e-mail, a document, a street or a card of the canary; the card's number is
// nowhere on disk, not even under encryption.
func TestTheCanaryIsNeverSeen(t *testing.T) {
	b := leakBank(t)
	l := &listener{bank: b}
	l.verb(0, "validate")
	l.verb(0, "doctor")
	l.verb(0, "plan")
	l.verb(0, "--json", "plan")
	l.verb(0, "run")
	if n := b.query("SELECT count(*) FROM clients WHERE display_name LIKE 'Канарейкина%'"); n == "0\n" {
		t.Fatal("the canary did not reach the client base")
	}
	if x := b.report(); len(x.Balances) != 8 {
		t.Fatalf("%d streams were loaded", len(x.Balances))
	}
	// More deliveries: no heading, another heading, a trailer of data, an empty one.
	for _, bad := range []string{"{n};{p};{e};{d}\n1;{n};{p};{e}\n", "ID;NAME;{p};{e};{c4};{d}\n1;{n};1;1;1;1\n", "{c}\n", "{n};\"{p}\n{e}"} {
		b.write("in/clients_2026-03-02.csv", bird.in(bad))
		l.verbAny("run")
		l.verbAny("--json", "run")
		l.verbAny("plan")
		l.verbAny("--json", "plan")
	}
	b.write("in/clients_2026-03-02.csv", strings.Replace(b.read("in/clients_2026-03-01.csv"), "14.03.1985", "15.03.1985", 1))
	l.verb(0, "--json", "run")
	l.verb(0, "run", "--from-landing")
	l.verb(0, "doctor")
	l.acts()
	for _, json := range [][]string{nil, {"--json"}} {
		for _, args := range [][]string{{"runs", "list"}, {"runs", "show"}, {"quarantine", "list"}, {"quarantine", "list", "--all"},
			{"snapshot", "list"}, {"snapshot", "show"}, {"deliveries", "list"}, {"query", "--tables"}, {"validate"}, {"plan"},
			{"journal", "list"}, {"consent", "list"}, {"override", "list"},
			{"review", "--list", "--limit", "0"}, {"review", "--list", "--sample", "merge", "--limit", "0"}, {"review", "--summary"}, {"review", "log"},
			{"review", "--pair", "core/clients:1", "core/clients:3"}, {"review", "--pair", "core/clients:1", "cards/holders:C1"},
			{"segment", "list"}, {"segment", "count", "all"}, {"find", "Канарейкина"}, {"find", "7193"}, {"find", "Фёкла Збруевна"}, {"find", "9264"}, {"find", bird.pan[12:]}} {
			l.verb(0, append(json[:len(json):len(json)], args...)...)
		}
		for _, f := range b.quarantines() {
			l.verb(0, append(json[:len(json):len(json)], "quarantine", "show", "--limit", "0", f)...)
		}
		for _, rec := range strings.Fields(b.query("SELECT stream || ':' || replace(key, ' ', '_') FROM identities WHERE key NOT LIKE '% %'")) {
			l.verb(0, append(json[:len(json):len(json)], "trace", "--record", rec)...)
			l.verb(0, append(json[:len(json):len(json)], "segment", "why", "all", rec)...)
		}
		for _, id := range strings.Fields(b.query("SELECT client_id FROM clients")) {
			l.verb(0, append(json[:len(json):len(json)], "trace", id)...)
			l.verb(0, append(json[:len(json):len(json)], "segment", "why", "all", id)...)
		}
		for _, who := range []string{bird.name, bird.phone, bird.passport, bird.inn, "Збруевна", "core/clients:4", "core/clients:6", "cards/holders:C3", "core/operations:2"} {
			l.verbAny(append(json[:len(json):len(json)], "segment", "why", "all", who)...)
		}
	}
	for _, r := range b.reports() {
		l.verb(0, "runs", "show", r)
		l.verb(0, "--json", "runs", "show", r)
	}
	for _, table := range b.tables() {
		rows := l.verb(0, "query", "--format", "csv", "--limit", "0", "SELECT * FROM "+table)
		if strings.Count(rows, "\n") < 1 {
			t.Errorf("%s gave no heading", table)
		}
		l.verb(0, "query", "SELECT * FROM "+table)
		l.verb(0, "--json", "query", "SELECT * FROM "+table)
		l.verb(0, "query", "--format", "parquet", "--out", b.path("out.parquet"), "SELECT * FROM "+table)
		l.verb(0, "read", b.path("out.parquet"))
		l.verb(1, "query", "SELECT error(row("+table+")::VARCHAR) FROM "+table) // the engine quotes values
		l.verbAny("query", "SELECT CAST(row("+table+")::VARCHAR AS INT) FROM "+table)
	}
	for _, args := range [][]string{{"trace", "--record", "core/clients:0"}, {"trace", "ffffffffffff"}, {"quarantine", "show", "0000"}, {"query", "SELECT nothing FROM clients"},
		{"query", "SELECT CAST(display_name AS INT) FROM clients"}, {"query", "--format", "parquet", "SELECT 1"}, {"runs", "show", "0"}} {
		l.verb(1, args...)
		l.verbAny(append([]string{"--json"}, args...)...)
	}
	l.verb(0, "run") // takes up the acts
	for _, table := range []string{"clients", "contact_points", "attribute_history", "client_consents"} {
		l.verb(0, "query", "--format", "csv", "--limit", "0", "SELECT * FROM "+table)
	}
	for _, id := range strings.Fields(b.query("SELECT client_id FROM clients")) {
		l.verb(0, "--json", "trace", id)
	}
	if len(l.heard) < 200 {
		t.Errorf("only %d outputs were looked at", len(l.heard))
	}
	b.lookInFiles(t)
}

// lookInFiles searches every file of the data folder: as it is, and opened
// with the project's keys.
func (b bank) lookInFiles(t *testing.T) {
	t.Helper()
	opened, plain := 0, 0
	landed := ""
	b.eachFile(func(rel string, text, clear []byte) {
		plain++
		if got := bird.seen(string(text)); len(got) > 0 {
			t.Errorf("%s gives away %v\n%s", rel, got, around(string(text)))
		}
		if clear == nil {
			return
		}
		opened++
		if strings.Contains(rel, "/landing/") {
			landed += string(clear)
		}
		holdsCard(t, rel, clear)
	})
	b.eachSetAside(func(stream string, r *landing.QuarantineRow) {
		opened++
		landed += string(r.Raw)
		holdsCard(t, "quarantine of "+stream, r.Raw)
		holdsCard(t, "quarantine of "+stream, []byte(r.Detail))
	})
	if got := bird.seen(landed); len(got) < 4 {
		t.Errorf("landing and quarantine hold only %v of the canary: the search is wrong", got)
	}
	if plain < 40 || opened < 20 {
		t.Errorf("only %d files and %d sealed ones were searched", plain, opened)
	}
}

// holdsCard reports a card number that stands in clear.
func holdsCard(t *testing.T, what string, text []byte) {
	t.Helper()
	if s := between.ReplaceAllString(string(text), ""); strings.Contains(s, bird.pan) || strings.Contains(s, bird.pan[6:]) {
		t.Errorf("%s holds the card number", what)
	}
}
