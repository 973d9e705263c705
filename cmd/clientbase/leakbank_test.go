package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// leakBank is a bank with the canary in every source: in the right columns, in
// wrong ones, in rows that cannot be read and in free text.
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
`+accountsYAML+`  operations:
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
	put("sources/callcentre.yaml", notesYAML+`  calls:
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
