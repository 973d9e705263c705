package realinput

import (
	"bufio"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// judged is one line of `clean`; texts are lists when a cell holds several values.
type judged struct {
	Line                     int
	Out, Status, Reason, Ext any
	Rule                     string
}

// clean judges values, one per line, through the program's standard input.
func clean(t *testing.T, kind, region string, values ...string) []judged {
	t.Helper()
	r := shell{t: t, stdin: strings.Join(values, "\n") + "\n"}.want(0, "clean", "-", "--as", kind, "--region", region)
	var out []judged
	sc := bufio.NewScanner(strings.NewReader(r.out))
	for sc.Scan() {
		var j judged
		if err := json.Unmarshal(sc.Bytes(), &j); err != nil {
			t.Fatal(err)
		}
		if j.Line != len(out)+1 {
			t.Fatalf("line %d comes as number %d", j.Line, len(out)+1)
		}
		out = append(out, j)
	}
	if len(out) != len(values) {
		t.Fatalf("%d lines for %d values", len(out), len(values))
	}
	return out
}

// list writes a text or a list of texts with ; between.
func list(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, list(x))
		}
		return strings.Join(parts, ";")
	}
	return "?"
}

// table reads a tab-separated sample without its heading.
func table(t *testing.T, parts ...string) [][]string {
	t.Helper()
	var rows [][]string
	for i, l := range strings.Split(strings.TrimRight(slurp(t, sample(t, parts...)), "\n"), "\n") {
		if i > 0 {
			rows = append(rows, strings.Split(strings.TrimRight(l, "\r"), "\t"))
		}
	}
	return rows
}

// Every worked number: what is valid passes, what is not is refused, also where
// the arithmetic holds and the digits repeat; what passed passes again unchanged.
func TestCleanIdentifiers(t *testing.T) {
	kinds := []struct{ kind, as, region string }{{"inn", "inn", "RU"}, {"ogrn", "ogrn", "RU"}, {"ogrnip", "ogrn", "RU"}, {"snils", "snils", "RU"},
		{"bik_account", "account", "RU"}, {"rnokpp", "rnokpp", "UA"}, {"edrpou", "edrpou", "UA"}, {"unp", "unp", "BY"}, {"iban", "iban", "RU"}}
	rows := table(t, "identifiers", "vectors.tsv")
	if len(rows) != 499 {
		t.Fatalf("%d rows, want 499", len(rows))
	}
	seen := 0
	for _, k := range kinds {
		t.Run(k.kind, func(t *testing.T) {
			var values, valid, why []string
			for _, r := range rows {
				if r[1] == k.kind {
					values, valid, why = append(values, r[0]), append(valid, r[2]), append(why, r[3])
				}
			}
			seen += len(values)
			var kept []string
			for i, j := range clean(t, k.as, k.region, values...) {
				passes := slices.Contains([]string{"ok", "corrected", "assumed"}, list(j.Status))
				if passes != (valid[i] == "yes") || passes != (list(j.Out) != "") || !strings.HasPrefix(j.Rule, k.as+"@") {
					t.Errorf("%s (%s): %+v", values[i], why[i], j)
				}
				if strings.Contains(why[i], "repeated_digit") && list(j.Status) == "ok" {
					t.Errorf("%s: one repeated digit passes", values[i])
				}
				if passes {
					kept = append(kept, list(j.Out))
				}
			}
			for i, j := range clean(t, k.as, k.region, kept...) {
				if k.kind != "bik_account" && (list(j.Out) != kept[i] || list(j.Status) != "ok") { // an account alone has no BIK to be checked with
					t.Errorf("%s, cleansed again: %+v", kept[i], j)
				}
			}
		})
	}
	luhn := 0
	for _, r := range rows {
		if r[1] == "luhn" { // numbers of other lengths than cards: refused, and never shown in full
			luhn++
			for _, j := range clean(t, "pan", "RU", r[0]) {
				if list(j.Status) == "ok" || strings.Contains(list(j.Out), r[0]) {
					t.Errorf("no card number passes as one: %+v", j)
				}
			}
		}
	}
	if seen+luhn != len(rows) {
		t.Errorf("%d of %d rows checked: a kind of the sample is not known here", seen+luhn, len(rows))
	}
}

// The phone inputs, each with its own default region.
func TestCleanPhones(t *testing.T) {
	rows := table(t, "contacts", "phone_probes.tsv")
	if len(rows) != 37 {
		t.Fatalf("%d rows, want 37", len(rows))
	}
	for _, region := range []string{"RU", "UA", "KZ", "BY"} {
		var values []string
		var want [][]string
		for _, r := range rows {
			if r[2] == region {
				values, want = append(values, r[1]), append(want, append(r, "", "", "")[:6])
			}
		}
		for i, j := range clean(t, "phone", region, values...) {
			w := want[i]
			if w[3] == "ok;ok" { // one word where all values have the same status
				w[3] = "ok"
			}
			if list(j.Status) != w[3] || list(j.Out) != w[4] || list(j.Ext) != w[5] {
				t.Errorf("probe %s %q in %s: %s %q ext %q, want %s %q ext %q", w[0], w[1], region, list(j.Status), list(j.Out), list(j.Ext), w[3], w[4], w[5])
			}
		}
	}
}

// A day and a month are told apart by the whole column, never by one value.
func TestCleanDatesByColumn(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   string
	}{
		{[]string{"03/04/1980", "25/12/1980"}, "1980-04-03|1980-12-25"},
		{[]string{"03/04/1980", "12/25/1980"}, "1980-03-04|1980-12-25"},
		{[]string{"03/04/1980"}, ""},
		{[]string{"03/04/1980", "12/25/1980", "25/12/1980"}, "|1980-12-25|1980-12-25"},
	} {
		var got []string
		for _, j := range clean(t, "date", "RU", c.values...) {
			got = append(got, list(j.Out))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%v: %v, want %s", c.values, got, c.want)
		}
	}
}
