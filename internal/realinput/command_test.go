package realinput

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const commandSource = `source: crm
kind: command
title: {ru: "Учёт", en: "CRM"}
streams:
  people:
    from: {run: ["./export.sh", "people.psv"], env_secrets: [CRM_TOKEN]}
    mode: full
    key: [id]
    columns: {id: {required: true}, fio: text, tel: text}
    party:
      kind: person
      map: {full_name: fio, phone: tel}
`

// The connector of a user who knows the shell: it reads a file of the project
// folder, wants its token, and says much on standard error.
const exportScript = `#!/bin/sh
set -e
test "$CRM_TOKEN" = "synthetic-token-77" || { echo "no token" >&2; exit 9; }
test -z "$OTHER_SECRET" || exit 8
echo "a client's name on standard error: Пробнев" >&2
awk -F'|' '{ printf "{\"id\":\"%s\",\"fio\":\"%s\",\"tel\":\"%s\"}\n", $1, $2, $3 }' "$1"
if test -e broken; then echo '{"id":"9","fio":"Лишний"'; fi
if test -e fail; then exit 3; fi
`

// A source of kind command runs in the project folder; when the program fails,
// nothing of what it printed is taken.
func TestRiverOverACommand(t *testing.T) {
	for _, tool := range []string{"sh", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP: no %s", tool)
		}
	}
	s := project(t, map[string]string{"clientbase.yaml": plainProject + "max_quarantine: 0.5\n", "sources/crm.yaml": commandSource, "export.sh": exportScript,
		"people.psv": "1|Пробнев Егор Тестович|8 916 000-11-22\n2|Образцова Анна Тестовна|8 916 000-33-44\n"},
		"CRM_TOKEN=synthetic-token-77", "OTHER_SECRET=not-for-the-program")
	if err := os.Chmod(filepath.Join(s.dir, "export.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	from := func(args ...string) shell { // run from elsewhere: the working folder is the project's all the same
		return shell{t: t, dir: t.TempDir(), env: s.env}
	}
	r := from().want(0, "-C", s.dir, "run")
	secretStays(t, r, "synthetic-token-77", "Пробнев", "not-for-the-program")
	s.expect("people", "SELECT surname, given_name, patronymic FROM clients ORDER BY 1", "Образцова|Анна|Тестовна\nПробнев|Егор|Тестович")

	write(t, filepath.Join(s.dir, "people.psv"), "1|Пробнев Егор Тестович|8 916 000-11-22\n3|Третьяк Олег Тестович|8 916 000-55-66\n")
	write(t, filepath.Join(s.dir, "fail"), "")
	r = s.want(1, "run")
	secretStays(t, r, "synthetic-token-77", "Третьяк", "Пробнев")
	for _, want := range []string{"crm/people", "exit", "3", "try: "} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the error lacks %q:\n%s", want, r.err)
		}
	}
	s.expect("the failed delivery is refused whole", "SELECT count(*), count(*) FILTER (surname = 'Третьяк') FROM clients", "2|0")

	if err := os.Remove(filepath.Join(s.dir, "fail")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.dir, "broken"), "")
	rep := s.river()
	if got := rep.read("crm/people"); got != "3 1 1 1 0" {
		t.Errorf("a line that is no JSON is set aside and the others are taken: %s", got)
	}
	s.expect("the delivery after", "SELECT surname FROM clients ORDER BY 1", "Образцова\nПробнев\nТретьяк")
	const closed = "SELECT key FROM identities WHERE closed IS NOT NULL"
	s.expect("a delivery with unreadable rows proves nobody missing", closed, "")
	if r := s.want(0, "quarantine", "list"); !strings.Contains(r.out, "crm/people") {
		t.Errorf("quarantine list:\n%s", r.out)
	}
	if err := os.Remove(filepath.Join(s.dir, "broken")); err != nil {
		t.Fatal(err)
	}
	if got := s.river().read("crm/people"); got != "2 0 2 0 0" {
		t.Errorf("the whole delivery again: %s", got)
	}
	s.expect("who is missing from a whole delivery is closed", closed, "2")

	write(t, filepath.Join(s.dir, "sources", "crm.yaml"), strings.Replace(commandSource, "./export.sh", "./no-such-program", 1))
	if r := s.want(1, "run"); !strings.Contains(r.err, "no-such-program") || !strings.Contains(r.err, "try: ") {
		t.Errorf("a program that is not there:\n%s", r.err)
	}
}

// secretStays fails when an output holds any of the texts.
func secretStays(t testing.TB, r result, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if strings.Contains(r.out, x) || strings.Contains(r.err, x) {
			t.Errorf("%q is printed:\n%s%s", x, tail(r.out), tail(r.err))
		}
	}
}
