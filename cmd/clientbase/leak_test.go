package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clientbase/connectors"
	"clientbase/internal/demobank"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
	"clientbase/internal/scan"
)

// canary is a person who stands in every source of the leak test's bank, with
// contact points, documents and a card in the right columns, in wrong ones and
// in free text.
type canary struct{ name, phone, email, passport, inn, street, pan string }

var bird = canary{name: "Канарейкина Фёкла Збруевна", phone: "+7 (916) 555-71-93", email: "kanareika.f@zbrue-mail.example",
	passport: "4517 839264", inn: "770100001107", street: "Клеточная", pan: luhn("427638015590221")}

// luhn adds the check digit.
func luhn(head string) string {
	for d := '0'; d <= '9'; d++ {
		if scan.Luhn(head + string(d)) {
			return head + string(d)
		}
	}
	return head
}

// in fills a template: {n}ame, {p}hone, {e}mail, pass{d}ocument, {i}nn, {s}treet, {c}ard.
func (c canary) in(text string) string {
	return strings.NewReplacer("{n}", c.name, "{p}", c.phone, "{e}", c.email, "{d}", c.passport, "{i}", c.inn, "{s}", c.street, "{c}", c.pan,
		"{cu}", fmt.Sprintf(`\u%04x`, c.pan[0])+c.pan[1:], "{c4}", c.pan[:4]+" "+c.pan[4:8]+" "+c.pan[8:12]+" "+c.pan[12:], "{c-}", c.pan[:4]+"-"+c.pan[4:8]+"-"+c.pan[8:12]+"-"+c.pan[12:]).Replace(text)
}

var between = regexp.MustCompile(`[\s()\-.  ]`)

// secrets are what must never be seen, in the form left when separators are dropped.
func (c canary) secrets() map[string]string {
	return map[string]string{"phone": "9165557193", "e-mail": "kanareika", "passport": "4517839264", "passport number": "839264", "inn": c.inn,
		"street": strings.ToLower(c.street), "card": c.pan, "middle of the card": c.pan[6:]}
}

// seen lists what a text gives away.
func (c canary) seen(text string) []string {
	text = strings.ToLower(between.ReplaceAllString(text, ""))
	var out []string
	for what, s := range c.secrets() {
		if strings.Contains(text, s) {
			out = append(out, what)
		}
	}
	return out
}

func leakBank(t *testing.T) bank {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	put := func(name, text string) { b.write(name, bird.in(text)) }
	put("clientbase.yaml", strings.ReplaceAll(mainYAML, "0.3", "0.9"))
	put("sources/core.yaml", `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
trust: 70
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ID]
    order: {column: MODIFIED, as_of: name}
    columns:
      ID: {required: true}
      NAME: text
      SEX: {codes: {"1": m, "2": f}}
      BIRTH: {type: date, format: dmy}
      PHONE: text
      EMAIL: text
      PASSPORT: text
      INN: text
      ADDRESS: text
      CITY: text
      SEGMENT: text
      REMARK: {type: note}
      MODIFIED: {type: timestamp, format: "2006-01-02"}
    party:
      kind: person
      map: {full_name: NAME, gender: SEX, birth_date: BIRTH, phone: PHONE, email: EMAIL, passport: PASSPORT, inn: INN, address: ADDRESS, city: CITY, segment_code: SEGMENT, note: REMARK}
  accounts:
    from: {path: "in/accounts_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ACC]
    order: {as_of: name}
    columns: {ACC: text, ID: text, STATUS: text}
    facts:
      - fact: account
        fields: {account: {ref: account, column: ACC}, number: ACC, holder: {ref: record, of: core/clients, column: ID}, status: STATUS}
  operations:
    from: {path: "in/operations_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    key: [OP]
    order: {as_of: name}
    columns: {OP: text, ACC: text, AT: {type: timestamp, format: "02.01.2006"}, SUM: decimal, TEXT: text}
    facts:
      - fact: transaction
        fields: {at: AT, account: {ref: account, column: ACC}, amount: SUM, merchant: TEXT}
`)
	put("in/clients_2026-03-01.csv", `ID;NAME;SEX;BIRTH;PHONE;EMAIL;PASSPORT;INN;ADDRESS;CITY;SEGMENT;REMARK;MODIFIED
1;{n};2;14.03.1985;{p};{e};{d};{i};101000, Москва, ул. {s}, д. 5, кв. 12;Москва;retail;Просит звонить на {p}, писать на {e}, паспорт {d}, карта {c4};2026-02-01
2;{n} {p};{e};{d};{c};{p};{p};{d};{s} 5;{p};{e};{c-};2026-02-01
3;{n}, {e};2;{p};{d};{c};{e};{c};{p};{c4};{d};карта {c} {d};2026-02-01
4;{n};2;14.03.1985;{p};{e};{d};{i};Москва;Москва;retail;;{p}
5;{n};2;14.03.1985;{p};{e};{d};{i};Москва;Москва;retail;;2026-02-01;{c};{p}
6;"{n};{p};{e};{c}
`)
	put("in/accounts_2026-03-01.csv", "ACC;ID;STATUS\n40817810000000000001;1;open\n{c};2;{p}\n")
	put("in/operations_2026-03-01.csv", "OP;ACC;AT;SUM;TEXT\n1;40817810000000000001;01.03.2026;-5;{n} {p} {e} {d} {c4}\n2;{c};{p};{d};{e}\n")
	put("segments/all.yaml", `segment: all
version: 1
owner: test
purpose: marketing
title: {ru: "Все", en: "All"}
where: {any: [{attr: city, set: true}, {attr: segment_code, set: true}, {attr: address, set: true}, {attr: note, set: true}, {attr: inn, set: true}, {holds: {status: x}},
  {count: {event: transaction, from: 2020-01-01}, ge: 1}, {lifecycle: client}]}
`)
	put("sources/cards.yaml", `source: cards
kind: cards
title: {ru: "Карты", en: "Cards"}
streams:
  holders:
    from: {path: "in/cards_*.csv", format: delimited, delimiter: ",", header: true}
    mode: full
    key: [CARD]
    order: {as_of: name}
    columns: {CARD: text, PAN: {pan: true}, HOLDER: text, PHONE: text, OTHER: text}
    party: {kind: person, map: {full_name: HOLDER, phone: PHONE}}
    facts:
      - fact: card
        fields: {card: {ref: card, column: PAN}, number: PAN, holder: {ref: record, column: CARD}}
`)
	put("in/cards_2026-03-01.csv", "CARD,PAN,HOLDER,PHONE,OTHER\nC1,{c},{n},{p},{c-} {e}\nC2,{c4},{n},{c},{d}\nC3,{c}x,{n},{p},\n")
	put("sources/callcentre.yaml", `source: callcentre
kind: callcentre
title: {ru: "Колл-центр", en: "Call centre"}
streams:
  notes:
    from: {path: "in/notes_*.ndjson", format: ndjson}
    mode: events
    key: [id]
    order: {as_of: name}
    columns: {id: text, at: timestamp, client: text, phone: text, text: {type: note}}
    party: {kind: person, when: [client, phone], map: {full_name: client, phone: phone, note: text}}
    facts:
      - fact: interaction
        fields: {at: at, kind: {const: note}, channel: {const: phone}, party: {ref: record, column: id}, phone: {ref: phone, column: phone}, topic: text}
  calls:
    from: {path: "in/Master.csv", format: asterisk_cdr}
    mode: events
    key: [uniqueid]
    columns: {accountcode: text, src: text, dst: text, dcontext: text, clid: text, start: timestamp, billsec: int, disposition: text, uniqueid: text, userfield: text, lastdata: text}
    facts:
      - fact: interaction
        fields: {at: start, kind: {const: call}, channel: {const: phone}, phone: {ref: phone, column: src}, outcome: disposition, seconds: billsec, topic: userfield}
`)
	put("in/notes_2026-03-01.ndjson", `{"id":"1","at":"2026-03-01T10:00:00Z","client":"{n}","phone":"{p}","text":"Не звонить больше на {p}! Почта {e}, паспорт {d}, ИНН {i}, карта {c-}."}
{"id":"2","at":"2026-03-01T10:00:00Z","client":"{n} {d}","phone":"{e}","text":"паспорт серия 4517 номер 839264 тел. 89165557193 карта {cu}"}
{"id":"3","at":"{p}","client":"{n}","phone":"{c}","text":"{c4}","new":"{e}"}
{"id":"4", "client":"{n}", {p} {c} {e}
`)
	put("in/Master.csv", `"","{p}","84951230000","in","""{n}"" <{p}>","SIP/1","SIP/2","Dial","{e}","2026-03-01 11:00:03","2026-03-01 11:00:08","2026-03-01 11:03:40",217,212,"ANSWERED","DOCUMENTATION","1.101","{c} {d}"
"","{p}","84951230000","in","{c}","SIP/1","SIP/2","Dial","","{p}","","","x{d}",0,"{e}","DOCUMENTATION","1.102",""
`)
	put("sources/web.yaml", `source: web
kind: web
title: {ru: "Сайт", en: "Site"}
purpose: "answer requests"
legal_basis: "consent"
streams:
  pages:
    from: {path: "in/pages_*.warc", format: warc}
    mode: delta
    key: [id]
    order: {as_of: name}
    columns: {id: text, type: text, name: text, telephone: text, email: text, url: text}
    party: {kind: person, where: {type: [Person]}, map: {full_name: name, phone: telephone, email: email, url: url}}
`)
	page := bird.in(`<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"Person","name":"{n}","telephone":"{p}","email":"{e}","description":"{c} {d}","jobTitle":"{p}"}</script></head><body>{c4} {e}</body></html>`)
	body := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	put("in/pages_2026-03-01.warc", fmt.Sprintf("WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-03-01T03:00:02Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000002>\r\nWARC-Target-URI: https://m.example/p1\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(body), body))
	put("sources/feed.yaml", `source: feed
kind: command
title: {ru: "Поток", en: "Feed"}
streams:
  people:
    from: {run: [./feed.sh]}
    mode: delta
    key: [id]
    columns: {id: text, name: text, phone: text, note: {type: note}}
    party: {kind: person, map: {full_name: name, phone: phone, note: note}}
`)
	put("feed.sh", `#!/bin/sh
echo '{"id":"1","name":"{n}","phone":"{p}","note":"карта {c}, почта {e}","more":"{c4}"}'
echo '{"id":"2", {n} {p} {c} {e}'
echo '{n} {p} {e} {c}' >&2
`)
	if err := os.Chmod(b.path("feed.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// listener runs verbs and remembers what they said.
type listener struct {
	bank
	heard []string
}

func (l *listener) verb(want int, args ...string) string {
	l.t.Helper()
	out, errOut := l.does(want, args...)
	for what, text := range map[string]string{"stdout": out, "stderr": errOut} {
		if got := bird.seen(text); len(got) > 0 {
			l.t.Errorf("clientbase %s gives away on %s: %v\n%s", strings.Join(args, " "), what, got, around(text))
		}
	}
	l.heard = append(l.heard, out, errOut)
	return out
}

// around shows the lines of a text that give something away.
func around(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if len(bird.seen(line)) > 0 {
			out = append(out, line[:min(len(line), 600)])
		}
	}
	return strings.Join(out[:min(len(out), 4)], "\n")
}

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

// acts enters what people say of the canary, rightly and wrongly.
func (l *listener) acts() {
	rec := strings.TrimSpace(l.query("SELECT stream || ':' || key FROM identities JOIN clients USING (client_id) WHERE display_name LIKE 'Канарейкина%' ORDER BY 1 LIMIT 1"))
	say := []string{"--origin", "call", "--reason", "asked"}
	l.verb(0, "review", "--pair", "core/clients:1", "cards/holders:C1", "--say", "unsure", "--reason", "cannot tell")
	l.verb(1, "review", "--pair", "core/clients:1", "core/clients:3", "--say", "same", "--reason", bird.phone)
	l.verb(1, "review", "--pair", "core/clients:1", "core/clients:"+bird.phone, "--say", bird.phone)
	l.verb(0, append([]string{"consent", "set", "--phone", bird.phone, "--state", "objection"}, say...)...)
	l.verb(0, append([]string{"--json", "consent", "set", "--email", bird.email, "--state", "objection", "--channel", "email"}, say...)...)
	l.verb(0, append([]string{"consent", "set", "--record", rec, "--state", "objection"}, say...)...)
	l.verbAny(append([]string{"consent", "set", "--email", bird.email, "--state", "grant", "--for", "marketing"}, say...)...)
	for _, json := range [][]string{nil, {"--json"}} {
		for _, args := range [][]string{{"--phone", bird.phone + "9"}, {"--phone", bird.phone + ", " + bird.phone}, {"--email", bird.email + "@"}, {"--record", "core/clients:" + bird.phone}, {"--record", bird.phone},
			{bird.phone}, {"--phone", bird.phone, "--channel", bird.phone}, {"--phone", bird.phone, "--since", bird.phone}, {"--phone", bird.phone, "--for", bird.email}} {
			l.verbAny(append(append(append(json[:len(json):len(json)], "consent", "set", "--state", "objection"), args...), say...)...)
		}
		l.verb(1, append(json[:len(json):len(json)], "consent", "set", "--phone", bird.phone, "--state", "objection", "--origin", "call", "--reason", "never call "+bird.phone)...)
		l.verb(1, append(json[:len(json):len(json)], "consent", "undo", "1", "--reason", bird.email)...)
		for attr, value := range map[string]string{"phone": bird.phone, "email": bird.email, "passport": bird.passport, "inn": bird.inn, "address": "Москва, ул. " + bird.street + ", 5", "city": bird.phone,
			"job_title": "звонить " + bird.phone, "birth_date": bird.phone, "surname": bird.email, "note": "тел. " + bird.phone, "gender": bird.passport} {
			l.verbAny(append(json[:len(json):len(json)], "override", "set", "--record", rec, "--attr", attr, "--value", value, "--reason", "told")...)
		}
		l.verb(1, append(json[:len(json):len(json)], "override", "set", "--record", rec, "--attr", "city", "--value", "Казань", "--reason", bird.phone)...)
	}
}

// verbAny is verb for one that may end with any documented exit code but 70.
func (l *listener) verbAny(args ...string) {
	l.t.Helper()
	var out, errOut bytes.Buffer
	code := run(append([]string{"-C", l.dir}, args...), strings.NewReader(""), &out, &errOut)
	if code == 70 || code == 130 {
		l.t.Errorf("clientbase %s: exit %d\n%s", strings.Join(args, " "), code, errOut.String())
	}
	for what, text := range map[string]string{"stdout": out.String(), "stderr": errOut.String()} {
		if got := bird.seen(text); len(got) > 0 {
			l.t.Errorf("clientbase %s gives away on %s: %v\n%s", strings.Join(args, " "), what, got, around(text))
		}
	}
	l.heard = append(l.heard, out.String(), errOut.String())
}

func (b bank) quarantines() (ids []string) {
	b.t.Helper()
	files, err := landing.At(b.path("data")).Quarantines()
	if err != nil || len(files) < 4 {
		b.t.Fatalf("%d quarantine files, %v", len(files), err)
	}
	for _, f := range files {
		q := pipeline.SetAside{QuarantineFile: f}
		ids = append(ids, q.ShortID())
	}
	return ids
}

func (b bank) reports() (ids []string) {
	b.t.Helper()
	files, err := filepath.Glob(b.path("data/runs/*.json"))
	if err != nil || len(files) < 3 {
		b.t.Fatal(files, err)
	}
	for _, f := range files {
		ids = append(ids, strings.TrimSuffix(filepath.Base(f), ".json"))
	}
	return ids
}

func (b bank) tables() (names []string) {
	b.t.Helper()
	out, _ := b.does(0, "--json", "query", "--tables")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var doc struct{ Name string }
		if err := json.Unmarshal([]byte(line), &doc); err != nil || doc.Name == "" {
			b.t.Fatalf("tables: %v in %.100s", err, line)
		}
		names = append(names, doc.Name)
	}
	if len(names) < 12 {
		b.t.Fatalf("tables: %v", names)
	}
	return names
}

// lookInFiles searches every file of the data folder: as it is, and opened
// with the project's keys.
func (b bank) lookInFiles(t *testing.T) {
	t.Helper()
	keys, err := landing.OpenKeys(b.path("data/keys"))
	if err != nil {
		t.Fatal(err)
	}
	opened, plain := 0, 0
	landed := ""
	err = filepath.WalkDir(b.path("data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(b.dir, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		plain++
		if got := bird.seen(string(text)); len(got) > 0 {
			t.Errorf("%s gives away %v\n%s", rel, got, around(string(text)))
		}
		id, sealed := strings.CutSuffix(d.Name(), ".age")
		if !sealed {
			return nil
		}
		if strings.Contains(rel, "/state/") {
			id = "state"
		}
		r, err := keys.Unseal(path, id)
		if err != nil {
			return err
		}
		clear, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		opened++
		if strings.Contains(rel, "/landing/") {
			landed += string(clear)
		}
		holdsCard(t, rel, clear)
		return r.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	store, err := landing.Open(b.path("data"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := store.Quarantines()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		rows, err := store.Quarantined(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			opened++
			landed += string(r.Raw)
			holdsCard(t, "quarantine of "+f.Stream, r.Raw)
			holdsCard(t, "quarantine of "+f.Stream, []byte(r.Detail))
		}
	}
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

// No card of the demo bank (clearing files in EBCDIC, cardholders, cards
// planted in notes) is on disk after a run, under encryption or not.
func TestNoCardOfTheDemoBankIsKept(t *testing.T) {
	b := smallBank(t, demobank.Options{Records: 600, FactsPerClient: 3, Seed: 9})
	b.does(0, "run")
	text := b.read("in/cards/" + filepath.Base(one(t, b.path("in/cards/cardholders_*.csv"))))
	numbers := map[string]bool{}
	for _, line := range strings.Split(text, "\n")[1:] {
		if f := strings.Split(line, ","); len(f) > 2 && scan.Luhn(f[1]) {
			numbers[f[1]] = true
		}
	}
	for _, n := range regexp.MustCompile(`\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}`).FindAllString(b.read("in/callcentre/"+filepath.Base(one(t, b.path("in/callcentre/notes_*")))), -1) {
		if n = between.ReplaceAllString(n, ""); scan.Luhn(n) {
			numbers[n] = true
		}
	}
	if len(numbers) < 20 {
		t.Fatalf("only %d cards in the sources", len(numbers))
	}
	store, err := landing.Open(b.path("data"))
	if err != nil {
		t.Fatal(err)
	}
	rows, digits := 0, regexp.MustCompile(`\d{16}`)
	search := func(what string, text []byte) {
		for i := 0; i+16 <= len(text); i++ { // every window: numbers may stand inside longer ones
			if text[i] < '0' || text[i] > '9' {
				continue
			}
			if m := digits.Find(text[i:min(i+16, len(text))]); m != nil && numbers[string(m)] {
				t.Errorf("%s holds a card number", what)
				return
			}
		}
	}
	for _, s := range []string{"cards/clearing", "cards/cardholders", "callcentre/notes", "core/clients", "web/leads"} {
		list, err := store.Deliveries(s)
		if err != nil || len(list) == 0 {
			t.Fatal(s, err)
		}
		for _, d := range list {
			for _, ref := range d.Batches {
				batch, err := store.ReadBatch(s, ref.ID)
				if err != nil {
					t.Fatal(err)
				}
				rows += int(batch.Rows.NumRows())
				search(s, ascii(batch))
				search(s, batch.Raw)
				batch.Release()
			}
		}
	}
	if rows < 500 {
		t.Errorf("only %d landed rows were searched", rows)
	}
}

func one(t *testing.T, glob string) string {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) != 1 {
		t.Fatal(glob, files, err)
	}
	return files[0]
}

// ascii gives the bytes a batch was read from with EBCDIC digits as digits.
func ascii(b *landing.Batch) []byte {
	out := bytes.Clone(b.Raw)
	for i, c := range out {
		if c >= 0xF0 && c <= 0xF9 {
			out[i] = c - 0xF0 + '0'
		}
	}
	for i := range b.Pos {
		if b.Pos[i].Kind == connectors.AtKey {
			out = append(out, b.Pos[i].Key...)
		}
	}
	return out
}
