package realinput

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The bank tables of the PKDD'99 challenge through examples/berka: every figure
// that the tables are known for.
func TestBerka(t *testing.T) {
	tables := sample(t, "bank", "berka")
	s := shell{t: t, dir: t.TempDir(), env: []string{"BERKA_DIR=" + tables}}
	if err := os.CopyFS(s.dir, os.DirFS(filepath.Join(root(t), "examples", "berka"))); err != nil {
		t.Fatal(err)
	}
	s.want(0, "validate")
	s.want(0, "plan")
	rep := s.river()
	for stream, want := range map[string]string{
		"berka/clients": "5369 5369 0 0 0", "berka/dispositions": "5369 5369 0 0 0", "berka/accounts": "4500 4500 0 0 0",
		"berka/loans": "682 682 0 0 0", "berka/orders": "6471 6471 0 0 0", "berka_cards/cards": "892 892 0 0 0",
	} {
		if got := rep.read(stream); got != want {
			t.Errorf("%s: read loaded merged quarantined filtered %s, want %s", stream, got, want)
		}
	}
	if n := strings.Join(rep.Notes, "\n"); n != "" {
		t.Errorf("there is something to look at: %s", n)
	}
	// A birth date and a sex are no evidence: nobody becomes anybody else.
	if c := rep.Clients; c.Persons != 5369 || c.Organisations != 0 || c.Merged != 0 {
		t.Errorf("%+v, want 5369 people and no merge", c)
	}
	s.expect("sexes", "SELECT gender, count(*) FROM clients GROUP BY gender ORDER BY gender", "f|2645\nm|2724")
	// One person is born on 1970-01-01, a day that is everywhere a placeholder:
	// the value is set aside with that reason and not deleted.
	s.expect("born", "SELECT count(birth_date), min(birth_date), max(birth_date) FROM clients", "5368|1911-08-20|1987-09-27")
	s.expect("placeholder", "SELECT key FROM identities JOIN clients USING (client_id) WHERE birth_date IS NULL", "1801")
	if r := s.want(0, "trace", "--record", "berka/clients:1801", "--attr", "birth_date"); !strings.Contains(r.out, `"700101"`) || !strings.Contains(r.out, "not usable") {
		t.Errorf("trace hides the placeholder:\n%s", r.out)
	}
	s.expect("districts", "SELECT count(district), count(DISTINCT district) FROM clients", "5369|77")
	s.expect("accounts", "SELECT resolution, count(*), count(DISTINCT client_id) FROM client_accounts GROUP BY ALL", "attached|4500|4500")
	s.expect("second owners", `SELECT l.resolution, count(*), count(DISTINCT l.client_id), count(DISTINCT l.other_client_id),
		count(*) FILTER (a.gender <> b.gender), count(*) FILTER (a.district = b.district)
		FROM client_links l JOIN clients a ON a.client_id = l.client_id JOIN clients b ON b.client_id = l.other_client_id GROUP BY ALL`,
		"attached|869|869|869|869|869")
	s.expect("cards", "SELECT product, resolution, count(*) FROM client_cards GROUP BY ALL ORDER BY 1",
		"card_classic|attached|659\ncard_gold|attached|88\ncard_junior|attached|145")
	s.expect("loans", "SELECT status, resolution, count(*) FROM client_products WHERE product = 'loan' GROUP BY ALL ORDER BY 1",
		"in_debt|attached|45\nrepaid|attached|203\nrunning|attached|403\nunpaid|attached|31")
	s.expect("orders", "SELECT status, count(*) FROM client_products WHERE product = 'standing_order' GROUP BY ALL ORDER BY 1",
		"household|3502\ninsurance|532\nleasing|341\nloan_payment|717\nother|1379")
	s.expect("frequencies", "SELECT status, count(*) FROM client_products WHERE product = 'current_account' GROUP BY ALL ORDER BY 1",
		"monthly_statement|4167\nstatement_after_turnover|93\nweekly_statement|240")
	s.expect("sums", "SELECT product, sum(amount) FROM client_products WHERE amount IS NOT NULL GROUP BY ALL ORDER BY 1", sums(t, tables))
	everyValueIsItsOwn(t, s, tables)

	r := s.want(0, "trace", "--record", "berka/clients:1", "--attr", "birth_date")
	for _, want := range []string{"1970-12-13", "client.asc line 2, bytes 42–57", `"706213"`, "only value"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("trace of client 1 lacks %s:\n%s", want, r.out)
		}
	}
	// Files are not read twice; the command prints everything again, and nothing
	// of it is new.
	rep = s.river()
	if len(rep.Balances) != 1 || rep.read("berka_cards/cards") != "892 0 892 0 0" || rep.Clients.Persons != 5369 {
		t.Errorf("the second run: %+v", rep)
	}
}

// everyValueIsItsOwn decodes the client table a second time, by hand, and
// compares all of it: a value that went to a neighbour would show here.
func everyValueIsItsOwn(t *testing.T, s shell, tables string) {
	t.Helper()
	want := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(slurp(t, filepath.Join(tables, "client.asc"))), "\n") {
		if i == 0 {
			continue
		}
		f := strings.Split(strings.TrimSpace(strings.ReplaceAll(line, `"`, "")), ";")
		year, month, day, sex := "19"+f[1][:2], f[1][2:4], f[1][4:], "m"
		if month >= "50" {
			month, sex = string(month[0]-5)+month[1:], "f"
		}
		want[f[0]] = year + "-" + month + "-" + day + " " + sex + " " + f[2]
	}
	want["1801"] = " m 66"
	wrong := 0
	got := s.rows("SELECT key, birth_date, gender, district FROM identities JOIN clients USING (client_id)")
	for _, r := range got {
		if v := strings.Join(r[1:], " "); v != want[r[0]] {
			wrong++
			t.Logf("client %s: %q, the table says %q", r[0], v, want[r[0]])
		}
	}
	if len(got) != len(want) || wrong > 0 {
		t.Errorf("%d of %d clients differ from the table (%d expected)", wrong, len(got), len(want))
	}
}

// sums adds the amounts of loans and orders in tenths, as the tables have them.
func sums(t *testing.T, tables string) string {
	t.Helper()
	total := func(file string, column int) string {
		var cents int64
		for i, line := range strings.Split(strings.TrimSpace(slurp(t, filepath.Join(tables, file))), "\n") {
			if i == 0 {
				continue
			}
			whole, part, _ := strings.Cut(strings.Split(strings.TrimSpace(line), ";")[column], ".")
			cents += number(t, whole)*100 + number(t, (part + "00")[:2])
		}
		return decimal(cents)
	}
	return "loan|" + total("loan.asc", 3) + "\nstanding_order|" + total("order.asc", 4)
}
