package main

import (
	"os/user"
	"strings"
	"testing"

	"clientbase/internal/access"
)

// What a question says of a person does not show in its shape; what it asked does.
func TestAShapedQuestionNamesNobody(t *testing.T) {
	for _, c := range []struct{ verb, asked, want string }{
		{"find", "Ушакова 1985-03-12", "Л{7} 9{4}-9{2}-9{2}"},
		{"find", "+79161234567", "+9{11}"},
		{"find", "ivanova@mail.ru", "L{7}@L{4}.L{2}"},
		{"find", "ivanova", "L{7}"},
		{"find", "123456789012", "9{12}"},
		{"find", "001b024572e8", "001b024572e8"},
		{"segment why", "warm_leads Ушакова", "warm_leads Л{7}"},
		{"segment why", "warm_leads anna ivanova", "L{4}_L{5} L{4} L{7}"},
		{"segment list", "", ""},
		{"trace", "001b024572e8", "001b024572e8"},
		{"query", "SELECT count(*) FROM clients WHERE surname = 'O''Hara' AND n_records > 3", "SELECT count(*) FROM clients WHERE surname = 'L'{2}L{4}' AND n_records > 3"},
		{"query", "SELECT 1 -- Ivanova\n, $$Анна$$, \"Анна\", 79161234567 /* Anna */", "SELECT 1 -{2} L{7}\n, ${2}Л{4}${2}, \"Л{4}\", 9{11} /* L{4} */"},
		{"query", "SELECT * FROM clients WHERE client_id = '001b024572e8289a3b889b32e91415b1'", "SELECT * FROM clients WHERE client_id = '001b024572e8289a3b889b32e91415b1'"},
		{"query", "SELECT 'Ушако", "SELECT 'Л{5}"},
	} {
		var r access.Read
		r.Verb, r.Asked = c.verb, c.asked
		if got := shapedRead(r).Asked; got != c.want {
			t.Errorf("%s %q: %q, want %q", c.verb, c.asked, got, c.want)
		}
	}
	var r access.Read
	r.Verb, r.Flags = "find", []string{"--born=1985-03-12", "--limit=3"}
	if got := strings.Join(shapedRead(r).Flags, " "); got != "--born=9{4}-9{2}-9{2} --limit=3" || r.Flags[0] != "--born=1985-03-12" {
		t.Errorf("flags %q, and the entry has %q", got, r.Flags)
	}
}

// Who sees no names sees none that others typed: not in the log of reads, not
// among values set by hand.
func TestAnAuditorSeesNoNamesThatOthersTyped(t *testing.T) {
	b := newBank(t)
	b.does(0, "run")
	b.does(0, "find", "Зимин")
	b.does(0, "query", "SELECT count(*) FROM clients WHERE surname = 'Лебедева'")
	b.does(0, "override", "set", "--record", "core/clients:3", "--attr", "surname", "--value", "Кукушкин", "--reason", "told")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	main := b.read("clientbase.yaml")
	for role, sees := range map[string]bool{"dpo": true, "auditor": false} {
		b.write("clientbase.yaml", main+"roles: {"+me.Username+": "+role+"}\n")
		said := ""
		for _, verb := range [][]string{{"access", "list"}, {"override", "list"}, {"journal", "list"}} {
			out, _ := b.does(0, verb...)
			js, _ := b.does(0, append([]string{"--json"}, verb...)...)
			said += out + js
		}
		for _, name := range []string{"Зимин", "Лебедева", "Кукушкин"} {
			if strings.Contains(said, name) != sees {
				t.Errorf("%s, as %s:\n%s", name, role, said)
			}
		}
	}
}
