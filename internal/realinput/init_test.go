package realinput

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

const russianTable = `Код клиента;Фамилия;Имя;Отчество;Дата рождения;Телефон;Эл. почта;ИНН;СНИЛС;Адрес;Пол;Прим.
1001;Пробнева;Анна;Тестовна;17.05.1980;8 (916) 000-11-22;anna@proba-bank.ru;500100732259;112-233-445 95;г. Москва, ул. Пробная, д. 1, кв. 2;Ж;
1002;Образцов;Егор;Тестович;25.12.1975;+7 916 000-33-44;egor@proba-bank.ru;;;г. Тула, ул. Пробная, д. 3;М;важный
1003;Третьяк;Олег;Тестович;03.04.1991;89160005566;;;;г. Тула, пр. Пробный, д. 5;М;
`

const englishTable = `customer_id,first_name,last_name,date_of_birth,phone,email,city,zip,gender
C1,Anna,Sample,1980-05-17,+44 20 7946 0143,anna@proba-bank.ru,London,WC2N 5DU,F
C2,Peter,Specimen,1975-12-25,+44 20 7946 0144,peter@proba-bank.ru,Leeds,LS1 1UR,M
C3,Mary,Example,1991-04-13,+44 20 7946 0145,mary@proba-bank.ru,Bath,BA1 1SU,F
`

// What init writes runs at once and has no fault.
func TestInitRunsAtOnce(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	s.want(0, "init", "bank")
	s.dir = filepath.Join(s.dir, "bank")
	for _, verb := range []string{"validate", "doctor", "plan"} {
		s.want(0, verb)
	}
	rep := s.river()
	if rep.Clients.Persons == 0 || rep.Clients.Organisations == 0 {
		t.Errorf("the sample gives no clients: %+v", rep.Clients)
	}
	up := shell{t: t, dir: filepath.Dir(s.dir)}
	if r := up.want(1, "init", "bank"); !strings.Contains(r.err, "try: ") {
		t.Errorf("init over a project: %s", r.err)
	}
}

// A drafted project has no fault, reads its file, and has recognised what the
// columns mean.
func TestInitFromFile(t *testing.T) {
	cp1251, err := charmap.Windows1251.NewEncoder().String(russianTable)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, text, sql, want string }{
		{"russian", "clients_ru.csv", cp1251, "SELECT surname, given_name, patronymic, birth_date, gender, city, inn FROM clients ORDER BY ALL",
			"Образцов|Егор|Тестович|1975-12-25|m|Тула|\nПробнева|Анна|Тестовна|1980-05-17|f|Москва|•••2259\nТретьяк|Олег|Тестович|1991-04-03|m|Тула|"},
		{"english", "people.csv", englishTable, "SELECT surname, given_name, birth_date, gender, city, postcode FROM clients ORDER BY ALL",
			"Example|Mary|1991-04-13|f|Bath|BA1 1SU\nSample|Anna|1980-05-17|f|London|WC2N 5DU\nSpecimen|Peter|1975-12-25|m|Leeds|LS1 1UR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := project(t, map[string]string{c.file: c.text})
			s.want(0, "init", "bank", "--from", c.file)
			draft := filepath.Join(s.dir, "bank", "sources", strings.TrimSuffix(c.file, ".csv")+".yaml")
			golden(t, "draft_"+c.name+".yaml", strings.ReplaceAll(slurp(t, draft), s.dir, "DIR"))
			s.dir = filepath.Join(s.dir, "bank")
			s.want(0, "validate")
			s.want(0, "plan")
			if rep := s.river(); rep.Clients.Records != 3 {
				t.Errorf("%+v, want 3 records", rep.Clients)
			}
			s.expect("clients", c.sql, c.want)
			s.expect("contact points", "SELECT attr, count(*) FROM contact_points WHERE attr <> 'address' AND status IN ('ok', 'corrected') GROUP BY ALL ORDER BY 1",
				map[string]string{"russian": "email|2\nphone|3", "english": "email|3\nphone|3"}[c.name])
		})
	}
}

// A draft from a table of a real server; the address is used and written nowhere.
func TestInitFromDatabase(t *testing.T) {
	d := newDatabase(t, 50)
	s := shell{t: t, dir: t.TempDir(), env: []string{"CORE_DSN=" + d.address()}}
	r := s.want(1, "init", "bank", "--from", d.address())
	if !strings.Contains(r.err, "bank.clients") {
		t.Errorf("without --table the tables are named:\n%s", r.err)
	}
	secretStays(t, r, "a-secret-word-88", "reader_of_trial")
	r = s.want(0, "init", "bank", "--from", d.address(), "--table", "bank.clients")
	secretStays(t, r, "a-secret-word-88", "reader_of_trial")
	draft := slurp(t, filepath.Join(s.dir, "bank", "sources", "clients.yaml"))
	secretStays(t, result{out: draft + slurp(t, filepath.Join(s.dir, "bank", "clientbase.yaml"))}, "a-secret-word-88", "reader_of_trial", "127.0.0.1")
	golden(t, "draft_table.yaml", draft)
	s.dir = filepath.Join(s.dir, "bank")
	s.want(0, "validate")
	d.silent(s, 0, "plan")
	if rep := s.river(); rep.Clients.Records != 50 {
		t.Errorf("%+v, want 50 records", rep.Clients)
	}
}

// All faults of all files at once, each with file, line, path and advice.
func TestValidateListsEverything(t *testing.T) {
	s := project(t, map[string]string{
		"clientbase.yaml": "version: 1\nproject: {ru: \"Проба\", en: \"Trial\"}\nzone: Europe/Moskow\nmax_quarantine: 5\ntrsut: {phone: {core: 60}}\n",
		"dictionary.yaml": "attributes:\n  hobby: {kind: colour, party: person, pii: none, ru: \"хобби\", en: \"hobby\"}\n  pet: {kind: text, party: person, pii: none, en: \"pet\"}\n",
		"sources/core.yaml": `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {path: "in/*.csv", format: delimted, delimiter: ";;"}
    mode: fulll
    key: [ID]
    columns: {CLIENT_ID: text, NAME: text, BORN: {type: dat}}
    party:
      kind: person
      map: {full_name: NAMES, birthdate: BORN, phone: NAME}
  accounts:
    from: {path: "in/accounts.csv", format: delimited}
    mode: full
    key: [ACC]
    columns: {ACC: text, OWNER: text}
    facts:
      - fact: acount
        fields: {account: {ref: account, column: ACC}}
      - fact: account
        fields:
          account: {ref: account, column: ACC}
          holder: {ref: record, of: core/client, column: OWNER}
`,
		"sources/web.yaml":  "source: web\nkind: web\ntitle: {ru: \"Сайт\", en: \"Site\"}\nstreams:\n  pages:\n    from: {path: \"in/*.warc\", format: warc}\n    mode: delta\n    key: [id]\n    columns: {id: text, name: text}\n    party: {kind: person, map: {full_name: name}}\n",
		"sources/twin.yaml": "source: core\nkind: fax\ntitle: {ru: \"Факс\", en: \"Fax\"}\nstreams: {}\n",
		"sources/yaml.yaml": "source: [\n",
	})
	r := s.want(1, "validate")
	golden(t, "validate.txt", strings.ReplaceAll(r.out+r.err, s.dir, "DIR"))
	place := regexp.MustCompile(`^[a-z/]+\.yaml:\d+(:\d+)?: .+`)
	for _, l := range strings.Split(strings.TrimSpace(r.out), "\n") {
		if !place.MatchString(l) && !strings.HasPrefix(l, " ") {
			t.Errorf("a fault without its place: %s", l)
		}
	}
	if again := s.want(1, "run"); strings.Contains(again.err, "published") {
		t.Error("a project with faults runs")
	}
	if j := s.want(1, "validate", "--json"); strings.Count(j.out, `"line":`) != strings.Count(j.out, "\n") {
		t.Errorf("as JSON, one object with a line for each fault:\n%s", j.out)
	}
}
