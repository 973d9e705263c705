package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// subjectBank is a bank of a few people, one of them the canary, who stands in
// every stream, under an old phone too, and in notes about others.
func subjectBank(t testing.TB) bank {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	put := func(name, text string) { b.write(name, bird.in(text)) }
	put("clientbase.yaml", strings.ReplaceAll(mainYAML, "0.3", "0.9"))
	put("sources/core.yaml", `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
trust: 70
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true, charset: cp1251}
    mode: full
    key: [ID]
    order: {as_of: name}
    columns: {ID: {required: true}, NAME: text, BIRTH: {type: date, format: dmy}, PHONE: text, EMAIL: text, PASSPORT: text, INN: text, ADDRESS: text, REMARK: {type: note}}
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, phone: PHONE, email: EMAIL, passport: PASSPORT, inn: INN, address: ADDRESS, note: REMARK}
  accounts:
    from: {path: "in/accounts_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ACC]
    order: {as_of: name}
    columns: {ACC: text, ID: text, OPENED: {type: date, format: dmy}}
    facts:
      - fact: account
        fields: {account: {ref: account, column: ACC}, number: ACC, holder: {ref: record, of: core/clients, column: ID}, opened: OPENED}
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
	clients := func(day, birdPhone string) {
		text := bird.in(`ID;NAME;BIRTH;PHONE;EMAIL;PASSPORT;INN;ADDRESS;REMARK
1;{n};14.03.1985;` + birdPhone + `;{e};{d};{i};101000, Москва, ул. {s}, д. 5, кв. 12;просит звонить на {p}
2;Зимин Борис Ильич;03.04.1975;+7 916 200-00-02;;;;;
3;Рогова Вера Павловна;05.06.1990;+7 916 200-00-03;;;;;звонила вместо Канарейкиной Фёклы Збруевны, тел. {p}, паспорт {d}
4;Канарейкина Анна Петровна;05.06.1991;+7 916 200-00-04;;;;;
`)
		out, err := charmap.Windows1251.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		b.write("in/clients_"+day+".csv", out)
	}
	clients("2026-03-01", "+7 916 777-00-01")
	clients("2026-03-02", bird.phone)
	put("in/accounts_2026-03-01.csv", "ACC;ID;OPENED\n40817810000000000001;1;01.02.2020\n40817810000000000002;2;01.02.2020\n")
	put("in/operations_2026-03-01.csv", "OP;ACC;AT;SUM;TEXT\n1;40817810000000000001;01.03.2026;-5;{n}\n2;40817810000000000002;01.03.2026;-7;перевод Фёкле Збруевне Канарейкиной\n3;40817810000000000002;x;-7;{p}\n")
	put("sources/callcentre.yaml", notesYAML)
	put("in/notes_2026-03-01.ndjson", `{"id":"1","at":"2026-03-01T10:00:00Z","client":"{n}","phone":"{p}","text":"Почта {e}, паспорт {d}, ИНН {i}"}
{"id":"2","at":"2026-03-01T10:00:00Z","client":"Зимин Борис Ильич","phone":"+7 916 200-00-02","text":"платит за Канарейкину Фёклу, её почта {e}"}
{"id":"3","at":"2026-03-01T11:00:00Z","phone":"{p}","text":"молчит"}
{"id":"4", "client":"{n}", {p} {e}
`)
	put("segments/all.yaml", `segment: all
version: 1
owner: test
purpose: marketing
title: {ru: "Все", en: "All"}
where: {attr: surname, set: true}
`)
	put("recipients/agency.yaml", `recipient: {ru: "Агентство", en: "Agency"}
format: csv
encoding: utf-8
columns: [contact_id, contact]
expires: 30
`)
	return b
}

// others is what is published of everybody but the canary.
func (b bank) others() string {
	return b.query(`SELECT client_id, display_name, birth_date, (SELECT list(masked ORDER BY rank) FROM contact_points p WHERE p.client_id = c.client_id),
		(SELECT list(stream || ':' || key ORDER BY stream, key) FROM identities i WHERE i.client_id = c.client_id) FROM clients c WHERE display_name NOT LIKE 'Канарейкина Ф%' ORDER BY client_id`)
}

func (b bank) bird() string {
	b.t.Helper()
	return strings.TrimSpace(b.query("SELECT client_id FROM identities WHERE stream = 'core/clients' AND key = '1'"))
}

// The person who was asked to be forgotten is in every place before, in none
// after, and does not come back; everybody else is who they were.
func TestForgottenPersonStaysForgotten(t *testing.T) {
	b := subjectBank(t)
	b.does(0, "run")
	before := betrayals(b.everything())
	for _, place := range []string{"batch of core/clients", "batch of core/operations", "batch of callcentre/notes", "quarantine of callcentre/notes", "quarantine of core/operations", "/state/", "table clients"} {
		if !strings.Contains(strings.Join(before, "\n"), place) {
			t.Fatalf("the search does not find the canary in %s:\n%s", place, strings.Join(before, "\n"))
		}
	}
	others, id := b.others(), b.bird()
	b.does(0, "query", "--format", "sheet", "--out", b.path("away.csv"), "--recipient", "Bureau", "SELECT client_id, birth_date FROM clients")
	b.does(0, "query", "--format", "csv", "--out", b.path("names.csv"), "--recipient", "Printer", "SELECT display_name FROM clients")
	b.does(0, "query", "--format", "csv", "--out", b.path("sum.csv"), "--recipient", "Board", "SELECT count(*) FROM clients")
	dry, _ := b.does(0, "subject", "forget", id, "--dry-run", "--ground", "request", "--reason", "letter")
	if !strings.Contains(dry, "would be erased") || !strings.Contains(dry, "core/clients:1") {
		t.Errorf("the dry run says\n%s", dry)
	}
	said, _ := b.does(0, "subject", "forget", id, "--ground", "request", "--reason", "letter", "--ref", "in-118", "--out", b.path("act"))
	if got := betrayals(b.everything()); len(got) > 0 {
		t.Fatalf("after the erasure the canary is in\n%s\n%s", strings.Join(got, "\n"), said)
	}
	if now := b.others(); now != others {
		t.Errorf("others changed:\n%s\nbefore:\n%s", now, others)
	}
	loads := 3
	if os.Getenv("CLIENTBASE_NIGHTS") != "" {
		loads = 30
	}
	b.stays(t, loads, others)
	if got := b.read("act/recall-1-bureau.csv") + b.read("act/recall-2-printer.csv"); strings.Count(got, "\nfile-") != 2 || !strings.Contains(got, ","+id+",") {
		t.Errorf("the recipients of files are told\n%s", got)
	}
	if _, err := os.Stat(b.path("act/recall-3-board.csv")); err == nil {
		t.Error("who was given a count is told")
	}
	away, _ := b.does(0, "audit", "export", "Bureau")
	if !strings.Contains(away, "result of a query as sheet") || !strings.Contains(away, "5 rows of client_id, birth_date") {
		t.Errorf("the register says\n%s", away)
	}
	b.fails(1, []string{"no file has this id"}, "audit", "export", "file-0")
	var act struct{ Did journal.Erasure }
	if err := json.Unmarshal([]byte(b.read("act/act.json")), &act); err != nil {
		t.Fatal(err)
	}
	if act.Did.Rows["core/clients"] != 2 || act.Did.Rows["callcentre/notes"] != 2 || act.Did.Rows["core/accounts"] != 1 || act.Did.Rows["core/operations"] != 1 || act.Did.Keys < 3 ||
		act.Did.Batches != 5 || act.Did.Mentions == 0 || act.Did.Quarantine == 0 {
		t.Errorf("the act counts %+v", act.Did)
	}
	if got := betrayals(map[string]string{"act": b.read("act/act.json") + b.read("act/act.html")}); len(got) > 0 {
		t.Errorf("the act gives away %v", got)
	}
}

// stays delivers the same extracts again and again: nobody comes back.
func (b bank) stays(t *testing.T, loads int, others string) {
	t.Helper()
	for i := range loads {
		day := fmt.Sprintf("2026-%02d-%02d", 4+i/28, 1+i%28)
		b.write("in/clients_"+day+".csv", b.read("in/clients_2026-03-02.csv")+fmt.Sprintf("%d;;;;;;;;\n", 100+i))
		b.write("in/accounts_"+day+".csv", b.read("in/accounts_2026-03-01.csv"))
		b.write("in/notes_"+day+".ndjson", b.read("in/notes_2026-03-01.ndjson"))
		b.does(0, "run")
		r := b.report()
		for _, x := range r.Balances {
			if x.Stream == "core/clients" && (x.Filters["suppressed"] != 1 || x.Read != 5 || x.Quarantined != 0) {
				t.Errorf("load %d: %+v", i, *x)
			}
		}
	}
	if got := betrayals(b.everything()); len(got) > 0 {
		t.Fatalf("after further loads the canary is in\n%s", strings.Join(got, "\n"))
	}
	if now := b.others(); now != others {
		t.Errorf("others changed:\n%s\nbefore:\n%s", now, others)
	}
}

// cutter cancels a run when it comes to a stage.
type cutter struct {
	pipeline.NoProgress
	stage string
	cut   context.CancelFunc
}

func (c cutter) Start(stage string, total int64, unit string) pipeline.Meter {
	if strings.HasPrefix(stage, c.stage) {
		c.cut()
	}
	return c.NoProgress.Start(stage, total, unit)
}

// A request that was cut is hidden from every read, ended by whoever runs next,
// and counted as if nothing had happened.
func TestForgetGoesOnWhereItWasCut(t *testing.T) {
	b := subjectBank(t)
	b.does(0, "run")
	others, id := b.others(), b.bird()
	a := &app{project: b.dir, errOut: io.Discard, now: time.Now}
	p, cfg, err := a.open()
	if err != nil {
		t.Fatal(err)
	}
	who, err := a.who(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.RequestForget(context.Background(), p, pipeline.ForgetRequest{Subject: pipeline.Subject{Client: id}, Ground: "request", Reason: "letter", Actor: who, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if n := b.query("SELECT count(*) FROM clients WHERE display_name LIKE 'Канарейкина Ф%'"); n != "0\n" {
		t.Errorf("%s of the person are read after the request", n)
	}
	for _, name := range [][]string{{"trace", id}, {"trace", "--record", "core/clients:1"}} {
		b.fails(1, []string{"the person is being erased: request 1 is open", "the next run ends it"}, name...)
	}
	for _, stage := range []string{"erase from core/operations", "load", "survive"} {
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := pipeline.Run(ctx, p, pipeline.Options{Now: time.Now(), Actor: who, Progress: cutter{stage: stage, cut: cancel}}); err == nil {
			t.Fatalf("the run went through %s", stage)
		}
		cancel()
		if now := b.others(); now != others {
			t.Errorf("cut at %s: others changed", stage)
		}
	}
	b.does(0, "run") // the nightly load ends it
	if got := betrayals(b.everything()); len(got) > 0 {
		t.Fatalf("after the erasure the canary is in\n%s", strings.Join(got, "\n"))
	}
	if now := b.others(); now != others {
		t.Errorf("others changed:\n%s\nbefore:\n%s", now, others)
	}
	act, err := pipeline.ActOf(p, 1)
	if err != nil || act.Did.Rows["core/clients"] != 2 || act.Did.Rows["callcentre/notes"] != 2 {
		t.Errorf("the act counts %+v, %v", act, err)
	}
}
