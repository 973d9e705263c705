package main

import (
	"bytes"
	"strings"
)

// listener runs verbs and remembers what they said.
type listener struct {
	bank
	heard []string
}

func (l *listener) verb(want int, args ...string) string {
	l.t.Helper()
	out, errOut := l.does(want, args...)
	for what, text := range map[string]string{"stdout": out, "stderr": errOut} {
		if got := bird.seen(text); len(got) > 0 {
			l.t.Errorf("clientbase %s gives away on %s: %v\n%s", strings.Join(args, " "), what, got, around(text))
		}
	}
	l.heard = append(l.heard, out, errOut)
	return out
}

// acts enters what people say of the canary, rightly and wrongly.
func (l *listener) acts() {
	rec := strings.TrimSpace(l.query("SELECT stream || ':' || key FROM identities JOIN clients USING (client_id) WHERE display_name LIKE 'Канарейкина%' ORDER BY 1 LIMIT 1"))
	say := []string{"--origin", "call", "--reason", "asked"}
	l.verb(0, "review", "--pair", "core/clients:1", "cards/holders:C1", "--say", "unsure", "--reason", "cannot tell")
	l.verb(1, "review", "--pair", "core/clients:1", "core/clients:3", "--say", "same", "--reason", bird.phone)
	l.verb(1, "review", "--pair", "core/clients:1", "core/clients:"+bird.phone, "--say", bird.phone)
	l.verb(0, append([]string{"consent", "set", "--phone", bird.phone, "--state", "objection"}, say...)...)
	l.verb(0, append([]string{"--json", "consent", "set", "--email", bird.email, "--state", "objection", "--channel", "email"}, say...)...)
	l.verb(0, append([]string{"consent", "set", "--record", rec, "--state", "objection"}, say...)...)
	l.verbAny(append([]string{"consent", "set", "--email", bird.email, "--state", "grant", "--for", "marketing"}, say...)...)
	for _, json := range [][]string{nil, {"--json"}} {
		for _, args := range [][]string{{"--phone", bird.phone + "9"}, {"--phone", bird.phone + ", " + bird.phone}, {"--email", bird.email + "@"}, {"--record", "core/clients:" + bird.phone}, {"--record", bird.phone},
			{bird.phone}, {"--phone", bird.phone, "--channel", bird.phone}, {"--phone", bird.phone, "--since", bird.phone}, {"--phone", bird.phone, "--for", bird.email}} {
			l.verbAny(append(append(append(json[:len(json):len(json)], "consent", "set", "--state", "objection"), args...), say...)...)
		}
		l.verb(1, append(json[:len(json):len(json)], "consent", "set", "--phone", bird.phone, "--state", "objection", "--origin", "call", "--reason", "never call "+bird.phone)...)
		l.verb(1, append(json[:len(json):len(json)], "consent", "undo", "1", "--reason", bird.email)...)
		for attr, value := range map[string]string{"phone": bird.phone, "email": bird.email, "passport": bird.passport, "inn": bird.inn, "address": "Москва, ул. " + bird.street + ", 5", "city": bird.phone,
			"job_title": "звонить " + bird.phone, "birth_date": bird.phone, "surname": bird.email, "note": "тел. " + bird.phone, "gender": bird.passport} {
			l.verbAny(append(json[:len(json):len(json)], "override", "set", "--record", rec, "--attr", attr, "--value", value, "--reason", "told")...)
		}
		l.verb(1, append(json[:len(json):len(json)], "override", "set", "--record", rec, "--attr", "city", "--value", "Казань", "--reason", bird.phone)...)
	}
}

// verbAny is verb for one that may end with any documented exit code but 70.
func (l *listener) verbAny(args ...string) {
	l.t.Helper()
	var out, errOut bytes.Buffer
	code := run(append([]string{"-C", l.dir}, args...), strings.NewReader(""), &out, &errOut)
	if code == 70 || code == 130 {
		l.t.Errorf("clientbase %s: exit %d\n%s", strings.Join(args, " "), code, errOut.String())
	}
	for what, text := range map[string]string{"stdout": out.String(), "stderr": errOut.String()} {
		if got := bird.seen(text); len(got) > 0 {
			l.t.Errorf("clientbase %s gives away on %s: %v\n%s", strings.Join(args, " "), what, got, around(text))
		}
	}
	l.heard = append(l.heard, out.String(), errOut.String())
}
