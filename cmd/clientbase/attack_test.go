package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The people of the attack bank who must never be on a list, by phone. What
// they did stands beside them.
var silent = map[string]string{
	"9162000001": "objected by the journal",
	"9162000005": "objected by a source on another record of hers",
	"9162000006": "the other number of the same client",
	"9162000008": "and its other half",
	"9162000010": "objected by her number alone",
	"9162000011": "never said anything",
	"9162000012": "agreed to another purpose",
	"9162000013": "agreed, and that is over",
	"9162000014": "agreed to e-mails only",
}

// bound is silent from the merge with one who objected on, also after a split.
const bound = "9162000007"

// silentOnPhone refused calls and nothing else: a text is another matter.
const silentOnPhone = "9162000009"

// attackBank has everybody who objected in some way, two who agreed, and one
// who agreed and shares the number of one who objected.
func attackBank(t *testing.T) bank {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	b.write("clientbase.yaml", mainYAML)
	b.write("sources/core.yaml", `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ID]
    order: {as_of: name}
    columns: {ID: {required: true}, NAME: text, BIRTH: {type: date, format: dmy}, INN: text, PHONE: text, PHONE2: text, EMAIL: text}
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, inn: INN, phone: [PHONE, PHONE2], email: EMAIL}
  consents:
    from: {path: "in/consents_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [NO]
    order: {as_of: name}
    columns: {NO: {required: true}, ID: text, STATE: text, PURPOSE: text, CHANNEL: text, SINCE: {type: date, format: ymd}, UNTIL: {type: date, format: ymd}}
    facts:
      - fact: consent
        fields: {party: {ref: record, of: core/clients, column: ID}, state: STATE, purpose: PURPOSE, channel: CHANNEL, since: SINCE, until: UNTIL, origin: {const: form}}
`)
	b.write("sources/callcentre.yaml", `source: callcentre
kind: callcentre
title: {ru: "Колл-центр", en: "Call centre"}
streams:
  notes:
    from: {path: "in/notes_*.ndjson", format: ndjson}
    mode: events
    key: [id]
    order: {as_of: name}
    columns: {id: text, at: timestamp, phone: text, text: {type: note}}
    facts:
      - fact: interaction
        fields: {at: at, kind: {const: note}, channel: {const: phone}, phone: {ref: phone, column: phone}, topic: text}
`)
	b.write("in/notes_2026-03-01.ndjson", `{"id":"1","at":"2026-03-01T10:00:00Z","phone":"+7 916 200-00-09","text":"Просит больше не звонить."}`+"\n")
	b.write("in/clients_2026-03-01.csv", attackClients(""))
	b.write("in/consents_2026-03-01.csv", `NO;ID;STATE;PURPOSE;CHANNEL;SINCE;UNTIL
1;1;grant;marketing;;2026-01-01;
2;2;grant;marketing;;2026-01-01;
3;3;grant;marketing;;2026-01-01;
4;4;grant;marketing;;2026-01-01;
5;5;grant;marketing;;2026-01-01;
6;6;objection;marketing;;2026-01-02;
7;7;grant;marketing;;2026-01-01;
8;8;grant;marketing;;2026-01-01;
9;9;grant;marketing;;2026-01-01;
10;10;grant;marketing;;2026-01-01;
12;12;grant;service;;2026-01-01;
13;13;grant;marketing;;2026-01-01;2026-02-01
14;14;grant;marketing;email;2026-01-01;
`)
	for _, s := range []struct{ id, purpose string }{{"everybody", "marketing"}, {"offers", "marketing.offers"}, {"narrow", "marketing.offers.spring"}, {"other", "research"}} {
		b.write("segments/"+s.id+".yaml", fmt.Sprintf("segment: %s\nversion: 1\nowner: test\npurpose: %s\ntitle: {ru: \"Все\", en: \"All\"}\nwhere: {any: [{attr: surname, set: true}, {attr: surname, set: false}]}\n", s.id, s.purpose))
	}
	b.write("recipients/dialler.yaml", "recipient: Dialler\nfor: machine\nphone: e164\nmax_holders: 10\nexpires_in_days: 366\ncolumns: [contact_id, contact, display_name]\n")
	b.write("recipients/people.yaml", "recipient: People\nfor: human\nphone: national\nmax_holders: 10\nencoding: cp1251\ncolumns: [contact_id, contact, surname, city]\n")
	b.write("recipients/book.yaml", "recipient: Book\nfor: human\nformat: xlsx\nphone: digits\nmax_holders: 10\ncolumns: [contact_id, contact, surname]\n")
	return b
}

// attackClients gives the extract; inn is what joins records 7 and 8.
func attackClients(inn string) string {
	return fmt.Sprintf(`ID;NAME;BIRTH;INN;PHONE;PHONE2;EMAIL
1;Лебедева Алла Юрьевна;01.02.1980;;+7 916 200-00-01;;alla@example.org
2;Зимин Борис Ильич;03.04.1975;;+7 916 200-00-02;;boris@example.org
3;Рогова Вера Павловна;05.06.1990;;+7 916 200-00-01;+7 916 200-00-03;vera@example.org
4;Титов Глеб Олегович;07.08.1985;;+7 916 200-00-04;;
5;Ульянова Дарья Ивановна;09.10.1970;770100001107;+7 916 200-00-05;;
6;Ульянова Дарья Ивановна;09.10.1970;770100001107;+7 916 200-00-06;;
7;Фокина Елена Марковна;11.12.1965;%s;+7 916 200-00-07;;
8;Фокина %s
9;Цветкова Жанна Львовна;13.01.1960;;+7 916 200-00-09;;
10;Шубина Зоя Глебовна;14.02.1955;;+7 916 200-00-10;;
11;Щукина Инна Борисовна;15.03.1950;;+7 916 200-00-11;;
12;Юдина Клара Петровна;16.04.1945;;+7 916 200-00-12;;
13;Яшина Лидия Романовна;17.05.1940;;+7 916 200-00-13;;
14;Бокова Майя Фёдоровна;18.06.1935;;+7 916 200-00-14;;maya@example.org
`, inn, map[bool]string{true: "Е.;;;+7 916 200-00-08;;", false: "Елена Марковна;11.12.1965;" + inn + ";+7 916 200-00-08;;"}[inn == ""])
}

// heardOf lists the silent people whose number a text holds, in any form.
func heardOf(text string) []string {
	text = between.ReplaceAllString(text, "")
	var out []string
	for phone, why := range silent {
		if strings.Contains(text, phone) {
			out = append(out, why)
		}
	}
	return out
}

// listText gives what a person could read in a list.
func listText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(path, ".xlsx") {
		return string(text)
	}
	f, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, r := range rows {
		out += strings.Join(r, "|") + "\n"
	}
	return out
}

// A person who objected, or never agreed, is on no list, whatever the segment,
// channel, profile or day; and no other verb gives the number away.
func TestNoWayOutForThoseWhoDidNotAgree(t *testing.T) {
	b := attackBank(t)
	b.does(0, "run")
	client := func(key string) string {
		return strings.TrimSpace(b.query("SELECT client_id FROM identities WHERE stream = 'core/clients' AND key = '" + key + "'"))
	}
	if client("5") != client("6") || client("7") == client("8") || client("1") == client("3") {
		t.Fatalf("the bank is not as the test needs it:\n%s", b.query("SELECT key, client_id, display_name FROM identities JOIN clients USING (client_id)"))
	}
	retired := client("8")
	b.does(0, "consent", "set", client("1"), "--state", "objection", "--origin", "call", "--reason", "asked so")
	b.does(0, "consent", "set", "--phone", "8 916 200 00 10", "--state", "objection", "--channel", "phone", "--origin", "call", "--reason", "asked so")
	b.does(0, "consent", "set", "--phone", "8 916 200 00 10", "--state", "objection", "--channel", "sms", "--origin", "call", "--reason", "asked so")
	b.does(0, "consent", "set", retired, "--state", "objection", "--origin", "call", "--reason", "asked so")
	n := 0
	attack := func(when string) {
		lists := 0
		for _, seg := range []string{"everybody", "offers", "narrow", "other"} {
			for _, channel := range []string{"phone", "sms", "email"} {
				for _, profile := range []string{"dialler", "people", "book"} {
					for _, day := range []string{"", "2026-01-15", "2027-06-01"} {
						first := when == "before the next run"
						if profile != "dialler" && (day != "" || seg != "everybody" || !first) || !first && (day != "" || seg == "offers" || seg == "other") {
							continue // the first time all days and forms, then what a run may change
						}
						n++
						out := b.path(fmt.Sprintf("list%d.csv", n))
						if profile == "book" {
							out = b.path(fmt.Sprintf("list%d.xlsx", n))
						}
						args := []string{"--json", "--purpose", "marketing", "segment", "export", seg, "--channel", channel, "--profile", profile, "--out", out}
						if day != "" {
							args = append(args, "--as-of", day)
						}
						said, also := b.does(0, args...)
						if got := heardOf(said + also); len(got) > 0 {
							t.Errorf("%s: %v gives away: %v", when, args, got)
						}
						if _, err := os.Stat(out); err != nil {
							continue
						}
						lists++
						text := listText(t, out)
						if got := heardOf(text); len(got) > 0 {
							t.Errorf("%s: %s for %s by %s to %s holds: %v", when, seg, day, channel, profile, got)
						}
						if when != "before the next run" && strings.Contains(between.ReplaceAllString(text, ""), bound) {
							t.Errorf("%s: %s by %s holds one who was one client with her who objected", when, seg, channel)
						}
						if channel == "phone" && strings.Contains(between.ReplaceAllString(text, ""), silentOnPhone) {
							t.Errorf("%s: %s by %s holds one who refused calls in a note", when, seg, channel)
						}
						if channel != "email" && !strings.Contains(between.ReplaceAllString(text, ""), "9162000002") {
							t.Errorf("%s: who agreed is not on the list: %s", when, said)
						}
					}
				}
			}
		}
		if lists < 5 {
			t.Errorf("%s: only %d lists left", when, lists)
		}
	}
	attack("before the next run")
	b.write("in/clients_2026-03-02.csv", attackClients("500100732259"))
	b.does(0, "run")
	if client("7") != client("8") {
		t.Fatal("the two halves were not merged")
	}
	attack("after a merge")
	b.write("in/clients_2026-03-03.csv", attackClients(""))
	b.does(0, "run")
	attack("after a split")
	b.write("in/clients_2026-03-04.csv", strings.ReplaceAll(attackClients(""), "1;Лебедева Алла Юрьевна;01.02.1980;;+7 916 200-00-01", "1;Лебедева Алла Юрьевна;01.02.1980;;+7 916 200-00-77"))
	b.does(0, "run")
	attack("after she has another number, and the old one stands with a friend")
	askEveryVerb(t, b, retired)
	lookForSilent(t, b)
}

// askEveryVerb tries to get a number out of the verbs that answer.
func askEveryVerb(t *testing.T, b bank, retired string) {
	t.Helper()
	hear := func(args ...string) {
		var out, errOut bytes.Buffer
		code := run(append([]string{"-C", b.dir}, args...), strings.NewReader(""), &out, &errOut)
		if code == 70 {
			t.Errorf("clientbase %s: %s", strings.Join(args, " "), errOut.String())
		}
		if got := heardOf(out.String() + errOut.String()); len(got) > 0 {
			t.Errorf("clientbase %s gives away: %v", strings.Join(args, " "), got)
		}
	}
	for _, table := range b.tables() {
		for _, format := range []string{"csv", "json", "table"} {
			hear("query", "--format", format, "--limit", "0", "SELECT * FROM "+table)
		}
		b.does(0, "query", "--format", "parquet", "--out", b.path("out.parquet"), "SELECT * FROM "+table)
		hear("read", b.path("out.parquet"))
	}
	ids := append(strings.Fields(b.query("SELECT client_id FROM clients")), retired)
	for _, id := range ids {
		for _, json := range [][]string{nil, {"--json"}} {
			hear(append(json[:len(json):len(json)], "trace", id)...)
			hear(append(json[:len(json):len(json)], "find", id)...)
			hear(append(json[:len(json):len(json)], "segment", "lists", id)...)
		}
	}
	for phone := range silent {
		for _, json := range [][]string{nil, {"--json"}} {
			hear(append(json[:len(json):len(json)], "find", phone[len(phone)-4:])...) // the question itself may be repeated: ask by the tail
		}
	}
	for _, json := range [][]string{nil, {"--json"}} {
		hear(append(json[:len(json):len(json)], "segment", "lists")...)
		hear(append(json[:len(json):len(json)], "consent", "list")...)
	}
	for _, l := range strings.Fields(lists(b)) {
		hear("segment", "recall", l)
		hear("--json", "segment", "recall", l)
	}
	b.does(1, "segment", "export", "everybody", "--channel", "fax", "--profile", "dialler", "--out", b.path("x.csv"))
	b.does(1, "segment", "export", "everybody", "--channel", "phone", "--profile", "nobody", "--out", b.path("x.csv"))
	b.does(1, "segment", "export", "everybody", "--channel", "phone", "--profile", "dialler", "--out", "-")
	b.does(1, "segment", "export", "everybody", "--channel", "phone", "--profile", "dialler", "--out", b.path("list1.csv"))
	b.does(1, "segment", "export", "everybody", "--channel", "phone", "--profile", "dialler")
}

// lists gives the ids of all lists that left.
func lists(b bank) string {
	b.t.Helper()
	out, _ := b.does(0, "segment", "lists")
	var ids []string
	for _, line := range strings.Split(out, "\n")[1:] {
		if f := strings.Fields(line); len(f) > 0 {
			ids = append(ids, f[0])
		}
	}
	if len(ids) < 20 {
		b.t.Errorf("only %d lists are recorded", len(ids))
	}
	return strings.Join(ids, " ")
}

// lookForSilent searches every file but the deliveries.
func lookForSilent(t *testing.T, b bank) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(b.dir, path)
		if err != nil || d.IsDir() || strings.HasPrefix(rel, "in/") {
			return err
		}
		text, err := os.ReadFile(path)
		seen++
		if got := heardOf(string(text)); len(got) > 0 {
			t.Errorf("%s gives away: %v", rel, got)
		}
		return err
	})
	if err != nil || seen < 50 {
		t.Errorf("%d files searched, %v", seen, err)
	}
}
