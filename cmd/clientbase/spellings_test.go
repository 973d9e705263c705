package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Two spellings of one mailbox are one contact point: a delta in which only one
// of its holders is touched counts the others, too, and a reference to the
// mailbox leads to nobody, whatever attribute holds it.
func TestHoldersOfSpellings(t *testing.T) {
	b := bank{t, filepath.Join(t.TempDir(), "bank")}
	b.write("clientbase.yaml", strings.ReplaceAll(mainYAML, "0.3", "0.9"))
	b.write("dictionary.yaml", `attributes:
  office_email: {kind: email, party: person, pii: contact, ru: "рабочая почта", en: "office e-mail"}
`)
	b.write("sources/core.yaml", `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
trust: 70
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true, charset: utf-8}
    mode: delta
    key: [ID]
    order: {as_of: name}
    columns: {ID: {required: true}, NAME: text, BIRTH: {type: date, format: dmy}, EMAIL: text, OFFICE: text}
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, email: EMAIL, office_email: OFFICE}
`)
	b.write("in/clients_2026-03-01.csv", `ID;NAME;BIRTH;EMAIL;OFFICE
1;Зимин Борис Ильич;03.04.1975;domik.semji@gmail.com;
2;Рогова Вера Павловна;05.06.1990;rogova@example.org;
3;Канарейкина Анна Петровна;05.06.1991;;zhuravli@example.org
`)
	b.does(0, "run")
	holders := func() string {
		return b.query("SELECT c.display_name, p.attr, p.holders FROM contact_points p JOIN clients c USING (client_id) ORDER BY 1, 2, p.masked")
	}
	if n := strings.Count(holders(), ",1\n"); n != 3 {
		t.Fatalf("alone: %s", holders())
	}
	b.write("in/clients_2026-03-02.csv", `ID;NAME;BIRTH;EMAIL;OFFICE
4;Цаплина Ольга Львовна;11.12.1969;domiksemji@gmail.com;
5;Уткин Игорь Маркович;01.02.1983;zhuravli@example.org;
`)
	b.does(0, "run")
	delta := holders()
	if strings.Count(delta, ",2\n") != 4 || strings.Count(delta, ",1\n") != 1 {
		t.Errorf("two hold a mailbox: %s", delta)
	}
	b.does(0, "run", "--from-landing")
	if again := holders(); again != delta {
		t.Errorf("a rebuild says %s, the delta %s", again, delta)
	}
}
