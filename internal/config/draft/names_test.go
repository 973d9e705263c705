package draft

import "testing"

func TestIdentifier(t *testing.T) {
	for name, want := range map[string]string{"clients": "clients", "клиенты 2026-03-01": "klienty", "Рахунки_31.01.2026": "rakhunki", "2026_report": "report",
		"CLIENT 20260131 v2": "client_v2", "": "source", "???": "source", "public.CLIENTS": "public_clients",
		"1abc": "abc", "a--b": "a_b"} {
		if got := Identifier(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestPattern(t *testing.T) {
	for name, want := range map[string]string{"clients_2026-01-31.csv": "clients_????-??-??.csv", "клиенты 31.01.2026.xlsx": "клиенты ??.??.????.xlsx",
		"c20260131.csv": "c????????.csv", "clients.csv": "", "c_120260131.csv": "", "c[1]_2026-01-31.csv": "", "phone_89161234567.csv": ""} {
		got, ok := Pattern(name)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
