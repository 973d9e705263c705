package outbound

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientbase/schemas"
)

const diallerYAML = `recipient: {ru: "Автодозвон", en: "Dialler"}
for: machine
encoding: cp1251
separator: ","
phone: digits
channels: [phone, sms]
columns: [{ID: contact_id}, {PHONE: contact}, given_name, city]
expires_in_days: 14
max_holders: 2
`

func TestAProfileIsRead(t *testing.T) {
	dict := schemas.Builtin()
	dir := t.TempDir()
	if list, faults, err := LoadProfiles(dir, dict); len(list)+len(faults) > 0 || err != nil {
		t.Fatal("no folder is no profiles:", list, faults, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "recipients"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"dialler": diallerYAML, "broken": "for: robot\n"} {
		if err := os.WriteFile(filepath.Join(dir, "recipients", name+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, faults, err := LoadProfiles(dir, dict)
	if err != nil || len(list) != 1 || len(faults) != 3 {
		t.Fatal(list, faults, err)
	}
	p := list[0]
	if p.ID != "dialler" || p.Human || p.Encoding != "cp1251" || p.Separator != ',' || !p.Header || p.Phone != "digits" || p.Expires != 14 || p.MaxHolders != 2 ||
		p.Recipient.Ru != "Автодозвон" || !slices.Equal(p.Channels, []string{Phone, SMS}) || p.Columns[1] != (Column{"PHONE", Contact}) || p.Columns[2] != (Column{"given_name", "given_name"}) {
		t.Errorf("%+v", p)
	}
	if _, err := FindProfile(list, "dailler"); err == nil || !strings.Contains(err.Error(), "did you mean dialler?") {
		t.Error(err)
	}
}

func TestFaultsOfAProfileSayWhereAndWhat(t *testing.T) {
	dict := schemas.Builtin()
	const head = "recipient: D\nfor: machine\n"
	for _, c := range []struct{ text, want string }{
		{head + "columns: [contact_id, contact, passport]", "3:32 columns[2]: passport cannot leave"},
		{head + "columns: [contact_id, contact, phone]", "3:32 columns[2]: phone cannot leave"},
		{head + "columns: [contact_id, contact, address]", "3:32 columns[2]: address cannot leave"},
		{head + "columns: [contact_id, contact, note]", "3:32 columns[2]: note cannot leave"},
		{head + "columns: [contact_id, contact, client_id]", "3:32 columns[2]: a client id never leaves"},
		{head + "columns: [contact_id, contact, {X: client_no}]", "3:36 columns[2]: a client id never leaves"},
		{head + "columns: [contact_id, contact, citty]", "did you mean city?"},
		{head + "columns: [contact]", "the column contact_id is missing"},
		{head + "columns: [contact_id, city, city, contact]", "two columns are called city"},
		{head + "columns: contact", "a list is expected here"},
		{head + "columns: [contact_id, contact]\nphone: local", "4:8 phone: unknown word local"},
		{head + "columns: [contact_id, contact]\nchannels: [fax]", "4:12 channels[0]: unknown word fax"},
		{head + "columns: [contact_id, contact]\nexpires_in_days: 0", "a whole number from 1 to 366"},
		{head + "columns: [contact_id, contact]\nseparator: ab", "the separator is one sign"},
		{head + "columns: [contact_id, contact]\nformat: xlsx\nencoding: utf-8", "a workbook has neither"},
		{head + "columns: [contact_id, contact]\nfor: human", "key for stands here twice"},
		{head + "columns: [contact_id, contact]\nexpires: 3", "did you mean expires_in_days?"},
		{"for: machine\ncolumns: [contact_id, contact]", "key recipient is missing"},
		{"recipient: {ru: Д}\nfor: machine\ncolumns: [contact_id, contact]", "both languages are needed"},
		{"- a", "a map is expected"},
		{"a: [", "it is not YAML"},
		{"", "a map is expected"},
	} {
		_, faults := parseProfile("recipients/d.yaml", []byte(c.text), Fields(dict))
		var said []string
		for _, f := range faults {
			said = append(said, fmt.Sprintf("%d:%d %s: %s (%s)", f.Line, f.Col, f.Path, f.Msg, f.Hint))
		}
		if !strings.Contains(strings.Join(said, "\n"), c.want) {
			t.Errorf("%s\nsays %q, want %q", c.text, said, c.want)
		}
	}
	if _, faults := parseProfile("recipients/D x.yaml", []byte(diallerYAML), Fields(dict)); len(faults) != 1 {
		t.Error(faults)
	}
}
