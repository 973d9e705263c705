package realinput

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const oddSources = `source: crm
kind: corebank
title: {ru: "Учёт", en: "CRM"}
streams:
  leads:
    from: {path: "in/leads*.ndjson", format: ndjson}
    mode: delta
    key: ["lead.id"]
    order: {as_of: "column:lead.at"}
    columns:
      "lead.id": {required: true}
      "lead.at": {type: timestamp}
      "lead.contact.fio": text
      "lead.contact.phones": text
      "lead.contact.email": text
      rate: decimal
    party:
      kind: person
      map: {full_name: "lead.contact.fio", phone: "lead.contact.phones", email: "lead.contact.email"}
  balances:
    from: {path: "in/balances_*.csv", format: delimited, delimiter: ";", decimal: ",", skip: 2}
    mode: events
    key: [ACC, DAY]
    order: {as_of: arrival}
    columns: {ACC: {required: true}, DAY: {type: date, format: dmy}, REST: decimal}
    facts:
      - fact: balance
        fields: {account: {ref: account, column: ACC}, day: DAY, amount: REST}
`

// Files as they come from people and from JSON exports: objects in objects, keys
// that most lines lack, a title above the heading, amounts with groups, and a
// business date that a column tells.
func TestRiverOverOddFiles(t *testing.T) {
	s := project(t, map[string]string{"clientbase.yaml": plainProject + "max_quarantine: 0.5\n", "sources/crm.yaml": oddSources,
		"in/leads.ndjson": `{"lead": {"id": 1, "at": "2026-03-01T10:00:00", "contact": {"fio": "Пробнева Анна Тестовна", "phones": ["+7 916 000-11-22", "8 (916) 000-33-44"]}}, "rate": 92.3456}
{"lead": {"id": 2, "at": "2026-03-02T10:00:00", "contact": {"fio": "Образцов Егор Тестович", "phones": []}}}
`,
		"in/balances_2020-01-01.csv": "Остатки на счетах;;\nна 1 марта\nACC;DAY;REST\nA1;01.03.2026;1.234,50\nA2;01.03.2026;1.000\nA3;01.03.2026;(7,10)\nA4;01.03.2026;1,005\n"})
	s.want(0, "validate")
	r := s.want(0, "plan")
	if !strings.Contains(r.out, "column lead.contact.email is in no row") || strings.Contains(r.out, "exit 4") || strings.Contains(r.out, "2020-01-01  ") && strings.Contains(r.out, "as of 2020-01-01") {
		t.Errorf("plan:\n%s", r.out)
	}
	if rep := s.river(); rep.Clients.Records != 2 {
		t.Errorf("%+v, want 2 records", rep.Clients)
	}
	s.expect("people", "SELECT surname, as_of FROM clients ORDER BY 1", "Образцов|2026-03-02\nПробнева|2026-03-02")
	s.expect("phones in a list", "SELECT count(*) FROM contact_points WHERE attr = 'phone' AND status IN ('ok', 'corrected')", "2")
	s.expect("amounts", "SELECT amount FROM balances ORDER BY 1", "-7.10\n1000.00\n1234.50")
	if r := s.want(0, "quarantine", "list"); !strings.Contains(r.out, "bad_amount 1") {
		t.Errorf("a third decimal is not rounded away:\n%s", r.out)
	}
	// The same key under another name is a rename, not an empty column.
	write(t, filepath.Join(s.dir, "in", "leads2.ndjson"), `{"lead": {"id": 3, "at": "2026-03-03T10:00:00", "contact": {"fio": "Третьяк Олег Тестович", "mobiles": ["+7 916 000-55-66"]}}, "rate": 1}`+"\n")
	if r := s.want(4, "run"); !strings.Contains(r.err, "lead.contact.phones is missing") {
		t.Errorf("%s", r.err)
	}
}

// A workbook as people make it becomes a source by init alone.
func TestInitFromWorkbook(t *testing.T) {
	s := project(t, nil)
	f := excelize.NewFile()
	for i, row := range [][]any{{"Выгрузка клиентов"}, {}, {"№ клиента", "Ф.И.О.", "Дата рожд.", "Тел. моб."}, {17, "Пробнева Анна Тестовна", "17.05.1980", "8 916 000-11-22"},
		{18, "Образцов Егор Тестович", "25.12.1975", "8 916 000-33-44"}, {19, "Третьяк Олег Тестович", "03.04.1991", "8 916 000-55-66"}} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(filepath.Join(s.dir, "Клиенты 2026-03-01.xlsx")); err != nil {
		t.Fatal(err)
	}
	s.want(0, "init", "bank", "--from", "Клиенты 2026-03-01.xlsx")
	golden(t, "draft_workbook.yaml", strings.ReplaceAll(slurp(t, filepath.Join(s.dir, "bank", "sources", "klienty.yaml")), s.dir, "DIR"))
	s.dir = filepath.Join(s.dir, "bank")
	s.want(0, "validate")
	if rep := s.river(); rep.Clients.Records != 3 {
		t.Errorf("%+v, want 3 records", rep.Clients)
	}
	s.expect("clients", "SELECT surname, birth_date FROM clients ORDER BY 1", "Образцов|1975-12-25\nПробнева|1980-05-17\nТретьяк|1991-04-03")
}

// An address is never repeated, whatever is wrong with it.
func TestInitNeverRepeatsAnAddress(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	for _, from := range []string{"mysql://reader:a-secret-word-88@core/abs", "host=127.0.0.1 port=1 user=reader password=a-secret-word-88 dbname=abs connect_timeout=1",
		"postgres://reader:a-secret-word-88@127.0.0.1:1/abs?connect_timeout=1"} {
		r := s.run("init", "bank", "--from", from, "--table", "abs.clients")
		if r.code == 0 || r.code == 70 || !strings.Contains(r.err, "try: ") {
			t.Errorf("exit %d\n%s", r.code, r.err)
		}
		secretStays(t, r, "a-secret-word-88", "127.0.0.1", "draft/draft")
	}
}
