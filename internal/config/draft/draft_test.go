package draft

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/config"
	"clientbase/internal/opaque"
)

var update = flag.Bool("update", false, "rewrite testdata/*.yaml")

func column(name string, cells ...string) Column {
	c := Column{Name: name}
	for _, t := range cells {
		c.Values = append(c.Values, opaque.Of(t))
	}
	return c
}

// testChecks stand in for the real rules: the draft only asks them.
func testChecks() Checks {
	endsIn := func(last string) func(string) bool {
		return func(t string) bool { return strings.HasSuffix(digits(t), last) }
	}
	return Checks{INN: endsIn("1"), SNILS: endsIn("2"), OGRN: endsIn("3"), RNOKPP: endsIn("4"), EDRPOU: endsIn("5"), PAN: endsIn("6"),
		IBAN: func(t string) bool { return strings.HasSuffix(t, "7") }}
}

func TestHeadingsAreUnique(t *testing.T) {
	seen := map[string]Role{}
	for _, h := range headings() {
		for p := range strings.SplitSeq(h.phrases, "|") {
			p = strings.TrimSpace(p)
			if other, ok := seen[p]; ok {
				t.Errorf("%q stands for %s and %s", p, other, h.role)
			}
			if n := normalise(p); n != p {
				t.Errorf("%q is not normalised: %q", p, n)
			}
			seen[p] = h.role
		}
	}
}

func TestByHeading(t *testing.T) {
	for name, want := range map[string]Role{
		"CUST_NAME": "full_name", "FIO": "full_name", "Ф.И.О.": "full_name", "ПІБ": "full_name", "ClientName": "full_name", "cust_nm": "",
		"BIRTH_DT": "birth_date", "Дата рождения": "birth_date", "Дата народження": "birth_date", "date_of_birth": "birth_date", "soc_dob": "birth_date",
		"DOC_SER": DocSeries, "DOC_NUM": DocNumber, "Серия и номер паспорта": "passport",
		"LAST_NAME": "surname", "cust_surname": "surname", "Прізвище": "surname", "given_name": "given_name", "По батькові": "patronymic",
		"PHONE2": "phone", "Моб. телефон": "phone", "Мобильный телефон": "phone", "MSISDN": "phone", "phone_3": "phone", "E-mail": "email", "Эл. почта": "email",
		"CLIENT_ID": Key, "КодКлиента": Key, "ACC_NUM": Account, "Счёт": Account, "CARD_NO": Card, "LAST_UPD": Modified,
		"ИНН клиента": "inn", "P_INN": "inn", "ЄДРПОУ": "edrpou", "адреса": "address", "street_number": House, "postcode": "postcode",
		"№ клиента": Key, "Дата рожд.": "birth_date", "Паспорт (серия, номер)": "passport", "Тел. моб.": "phone", "sex_cd": "gender", "Остаток, руб.": Balance,
		"Согласие на рекламу": Consent, "qwerty": "", "": "", "X": "",
	} {
		if got := byHeading(name); got != want {
			t.Errorf("%q is taken for %q, want %q", name, got, want)
		}
	}
}

func TestRecogniseByContent(t *testing.T) {
	for _, c := range []struct {
		col  Column
		role Role
		typ  string
		fmt  string
	}{
		{column("a", "a@b.cd", "x.y@z.org", "q@w.e"), "email", "text", ""},
		{column("a", "+7 916 123-45-67", "8 (916) 1234567", "89161234567"), "phone", "text", ""},
		{column("a", "9161234567", "9031112233", "9039998877"), "phone", "int", ""},
		{column("a", "77010000111", "77010000121", "77010000131"), "phone", "int", ""},
		{column("a", "770100001111", "770100001211", "770100001311"), "inn", "int", ""},
		{column("a", "112-000-011 02", "112-000-011 12", "112-000-011 22"), "snils", "text", ""},
		{column("a", "4000000000000006", "4000000000000016", "4000000000000026"), Card, "text", ""},
		{column("a", "40817810000000000001", "40817810000000000002", "40817810000000000003"), Account, "text", ""},
		{column("a", "UA213223130000026007233566007", "UA213223130000026007233566017", "UA213223130000026007233566027"), "iban", "text", ""},
		{column("a", "Проба Анна Ивановна", "Проба Олег Петрович", "Тестов Иван"), "full_name", "text", ""},
		{column("a", "Anna Probe", "Oleg Probe", "Ivan Testov"), "full_name", "text", ""},
		{column("a", "Ивановна", "Петрович", "Сергеевна"), "patronymic", "text", ""},
		{column("a", `ООО "Проба"`, "АО Тест", "Probe LLC"), "org_name", "text", ""},
		{column("a", "г. Тверь, ул. Новая, д. 1", "Москва, пр-т Мира, 5", "101000, Москва, ул. Старая, 3"), "address", "text", ""},
		{column("a", "М", "Ж", "Ж", ""), "gender", "text", ""},
		{column("a", "03.04.1990", "25.12.1985", "01.01.1970"), "", "date", "dmy"},
		{column("a", "03/04/1990", "12/25/1985", "01/01/1970"), "", "date", "mdy"},
		{column("a", "03.04.1990", "05.12.1985", "01.01.1970"), "", "date", ""},
		{column("a", "1990-04-03", "1985-12-25", "1970-01-01"), "", "date", "ymd"},
		{column("a", "19900403", "19851225", "19700101"), "", "date", "ymd"},
		{column("a", "2026-01-02 10:00:00", "2026-01-03T11:00:00", "2026-01-04 12:00:00"), "", "timestamp", "ymd"},
		{column("a", "12,50", "1 300,00", "-7"), "", "decimal", ""},
		{column("a", "1", "2", "3"), "", "int", ""},
		{column("a", "x", "y", "z"), "", "text", ""},
		{column("a"), "", "text", ""},
	} {
		g := Recognise([]Column{c.col}, testChecks())[0]
		if g.Role != c.role || g.Type != c.typ || g.Format != c.fmt {
			t.Errorf("cells like %s: %q %s %q, want %q %s %q (%s)", shapes(c.col), g.Role, g.Type, g.Format, c.role, c.typ, c.fmt, g.Why)
		}
	}
}

func shapes(c Column) string {
	var out []string
	for _, v := range c.Values {
		out = append(out, opaque.Shape(v.Reveal()))
	}
	return fmt.Sprint(out)
}

func TestCellsOverruleHeadings(t *testing.T) {
	got := Recognise([]Column{
		column("PHONE", "a@b.cd", "x.y@z.org", "q@w.e"),
		column("EMAIL", "нет", "да", "нет"),
		column("BIRTH_DT", "да", "нет", "да"),
		column("NAME", "Проба Анна Ивановна", "Проба Олег Петрович", "Тестов Иван"),
		column("CLIENT", "Anna Probe", "Oleg Probe", "Ivan Testov"),
	}, testChecks())
	want := []Role{"email", "", "", "full_name", ""}
	for i := range got {
		if got[i].Role != want[i] {
			t.Errorf("%s: %q, want %q (%s)", got[i].Column, got[i].Role, want[i], got[i].Why)
		}
	}
}

// project loads a drafted source and gives its faults.
func faultsOf(t *testing.T, text string) []config.Fault {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"clientbase.yaml":   "version: 1\nproject: Bank\nregion: RU\n",
		"sources/core.yaml": "source: core\nkind: corebank\nstreams:\n  clients:\n    from: {path: x}\n    mode: full\n    key: [A]\n    columns: {A: text}\n    party: {kind: person, map: {full_name: A}}\n",
		"sources/new.yaml":  text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, faults, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestDraftsLoadAndHoldNoCell(t *testing.T) {
	tables := map[string][]Column{
		"clients": {
			column("CLIENT_ID", "00017", "00018", "00019"),
			column("LAST NAME", "Проба", "Пробин", "Тестов"), column("FIRST_NAME", "Анна", "Олег", "Иван"), column("OTCH", "Ивановна", "Петрович", ""),
			column("BIRTH_DT", "03.04.1991", "25.12.1985", "01.01.1971"), column("SEX", "1", "2", "1"),
			column("DOC_SER", "4509", "4510", "4511"), column("DOC_NUM", "111222", "333444", "555666"),
			column("ИНН: код", "770100001111", "770100001211", ""), column("Phone 1", "+79160000001", "", ""), column("Phone 2", "", "+79160000002", ""),
			column("CITY", "Тверь", "Псков", "Омск"), column("STREET", "Новая", "Старая", "Кривая"), column("HOUSE", "1", "2", "3"),
			column("LAST_UPD", "2026-01-02 10:00:00", "2026-01-03 11:00:00", "2026-01-04 12:00:00"), column("yes", "q", "w", "e"),
		},
		"companies": {
			column("ID", "1", "2", "3"), column("Наименование", `ООО "Проба"`, "АО Тест", "Probe LLC"), column("ИНН", "7701000111", "7701000121", "7701000131"),
			column("КПП", "770101001", "770101002", "770101003"), column("FIO", "Проба Анна Ивановна", "Пробин Олег Петрович", "Тестов Иван"),
		},
		"mixed": {
			column("ID", "1", "2", "3"), column("TYPE", "F", "J", "F"), column("ORG_NAME", "", "АО Тест", ""), column("FIO", "Проба Анна Ивановна", "", "Тестов Иван"),
		},
		"accounts":   {column("ACC", "40817810000000000001", "40817810000000000002", "40817810000000000003"), column("CLIENT_ID", "17", "17", "18"), column("OPEN_DATE", "13.01.2020", "14.01.2020", "15.01.2020")},
		"operations": {column("OP_DATE", "13.01.2026 10:00:00", "13.01.2026 11:00:00", "13.01.2026 11:30:00"), column("ACC", "40817810000000000001", "40817810000000000001", "40817810000000000003"), column("AMOUNT", "-1,50", "2,00", "2,00")},
		"cards":      {column("CARD_NO", "4000000000000006", "4000000000000016", "4000000000000026"), column("ACC", "40817810000000000001", "40817810000000000002", "40817810000000000003"), column("HOLDER", "ANNA PROBE", "OLEG PROBE", "IVAN TESTOV"), column("PHONE", "", "+79160000001", "")},
		"retail": {
			column("№ клиента", "17", "18", "19"), column("Ф.И.О.", "Проба Анна Ивановна", "Тестов Иван Ильич", "Пробный Пётр Ильич"), column("Дата рожд.", "13.01.1980", "01.02.1975", "03.04.1991"),
			column("Счёт", "40817810000000000001", "40817810000000000002", "40817810000000000003"), column("Остаток, руб.", "1 234,50", "7,10", "0"), column("Согласие на рекламу", "да", "нет", "да"),
			column("Изменено", "13.01.2026 10:00", "14.01.2026 11:00", "15.01.2026 12:00"),
		},
		"contacts": {column("c1", "a@b.cd", "x.y@z.org", "a@b.cd"), column("c2", "да", "да", "нет")},
	}
	for name, columns := range tables {
		t.Run(name, func(t *testing.T) {
			text := Source(Recognise(columns, testChecks()), Settings{Source: "new", Kind: "corebank", Stream: name,
				From: `{path: "in/x.csv", format: delimited}`, Seen: "x.csv, 3 rows", Dated: name == "retail", Clients: []Clients{{"core/clients", "CLIENT_ID"}}})
			for _, f := range faultsOf(t, text) {
				t.Error(f)
			}
			for _, c := range columns {
				for _, v := range c.Values {
					if s := v.Reveal(); len([]rune(s)) > 3 && strings.Contains(text, s) {
						t.Errorf("a cell of %s stands in the draft", c.Name)
					}
				}
			}
			golden(t, name, text)
		})
	}
}

// Formats with columns of their own are drafted without looking at cells.
func TestKnownFormatsHaveNoFault(t *testing.T) {
	for format, kind := range map[string]string{"asterisk_cdr": "callcentre", "ipm": "cards", "warc": "web"} {
		body, ok := Known(format)
		if !ok {
			t.Fatalf("%s is not known", format)
		}
		text := Source(nil, Settings{Source: "new", Kind: kind, Stream: "all", From: `{path: "in/x", format: ` + format + `}`, Seen: "x", Known: body})
		if kind == "web" { // what only a person can say
			text = strings.Replace(text, "# purpose: …", "purpose: p", 1)
			text = strings.Replace(text, "# legal_basis: …", "legal_basis: b", 1)
		}
		for _, f := range faultsOf(t, text) {
			t.Errorf("%s: %v", format, f)
		}
	}
	if _, ok := Known("delimited"); ok {
		t.Error("a delimited file is guessed")
	}
}

func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name+".yaml")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s differs from what is drafted now; look at it with -update and git diff:\n%s", path, text)
	}
}
