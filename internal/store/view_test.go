package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/opaque"
)

// A role's form of a snapshot holds no name, no full date and no token or id of
// the snapshot, and still joins within itself.
func TestAViewMasks(t *testing.T) {
	d, sn := published(t)
	ctx := context.Background()
	key := opaque.NewKey([]byte(strings.Repeat("v", 32)))
	plain := func(q string) string { return joined(table(t, sn, q)) }
	dir, err := sn.View(ctx, "auditor", key, "select * from transactions")
	must(t, err)
	ask := func(q string) string {
		t.Helper()
		r, err := sn.Query(ctx, q, QueryOptions{View: dir})
		must(t, err)
		defer func() { _ = r.Close() }()
		var b strings.Builder
		_, err = WriteCSV(&b, r)
		must(t, err)
		_, rest, _ := strings.Cut(b.String(), "\n")
		return rest
	}
	secrets := map[string]bool{}
	for _, q := range []string{"SELECT client_id FROM clients", "SELECT display_name FROM clients", "SELECT surname FROM clients", "SELECT birth_date::VARCHAR FROM clients WHERE birth_date <> date_trunc('year', birth_date)",
		"SELECT token::VARCHAR FROM contact_points WHERE token IS NOT NULL", "SELECT key FROM identities", "SELECT fact_id::VARCHAR FROM transactions", "SELECT value FROM attribute_history WHERE attr IN ('surname', 'display_name') AND value IS NOT NULL"} {
		for _, v := range strings.Fields(strings.ReplaceAll(plain(q), ",", "\n")) {
			if len(v) > 3 && v != "<nil>" {
				secrets[v] = true
			}
		}
	}
	if len(secrets) < 8 {
		t.Fatalf("the snapshot has only %v", secrets)
	}
	for _, tab := range []string{"clients", "contact_points", "attribute_history", "identities", "identity_events", "retired_ids", "transactions", "client_accounts", "client_cards", "match_edges", "households"} {
		got := ask("SELECT * FROM " + tab)
		for s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%s gives %q", tab, s)
			}
		}
	}
	for _, q := range []string{"SELECT count(*) FROM clients", "SELECT count(*) FROM transactions JOIN clients USING (client_id)", "SELECT count(*) FROM client_accounts WHERE resolution = 'attached'",
		"SELECT count(*) FROM clients JOIN identities USING (client_id)", "SELECT count(*) FROM lifecycle", "SELECT party, count(*) FROM clients GROUP BY party", "SELECT sum(amount) FROM transactions"} {
		if a, b := plain(q), strings.TrimSpace(ask(q)); a != b {
			t.Errorf("%s: %s, masked %s", q, a, b)
		}
	}
	// a form is made once, and goes with its snapshot
	before, err := os.Stat(filepath.Join(dir, clientName))
	must(t, err)
	_, err = sn.View(ctx, "auditor", key, "SELECT * FROM clients")
	must(t, err)
	if after, err := os.Stat(filepath.Join(dir, clientName)); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("made again: %v", err)
	}
	checkSeals(t, d, sn, key, dir)
	must(t, dropViews(d))
	if _, err := os.Stat(dir); err != nil {
		t.Error("removed while its snapshot is there")
	}
	must(t, os.Rename(sn.dir, sn.dir+"x"))
	must(t, dropViews(d))
	if _, err := os.Stat(dir); err == nil {
		t.Error("kept without its snapshot")
	}
	must(t, os.Rename(sn.dir+"x", sn.dir))
}

// checkSeals changes a form in each way that somebody without keys can.
func checkSeals(t *testing.T, d Dirs, sn *Snapshot, key opaque.Key, dir string) {
	t.Helper()
	faults := func() (out []string) {
		t.Helper()
		list, err := CheckViews(d, func(string) opaque.Key { return key })
		must(t, err)
		for _, f := range list {
			out = append(out, filepath.Base(f.Path))
		}
		return out
	}
	if got := faults(); len(got) > 0 {
		t.Errorf("a form as it was made: %q", got)
	}
	months, err := filepath.Glob(filepath.Join(dir, "facts-*.duckdb"))
	must(t, err)
	if len(months) == 0 {
		t.Fatal("the form has no month")
	}
	client, month := filepath.Join(dir, clientName), months[0]
	read := func(path string) []byte {
		b, err := os.ReadFile(path)
		must(t, err)
		return b
	}
	for _, file := range []string{client, month, filepath.Join(dir, manifestName)} {
		was := read(file)
		other := append([]byte(nil), was...)
		other[len(other)/2] ^= 1
		must(t, os.WriteFile(file, other, 0o600))
		if got := faults(); len(got) != 1 || got[0] != filepath.Base(file) {
			t.Errorf("%s changed: %q", filepath.Base(file), got)
		}
		must(t, os.WriteFile(file, was, 0o600))
	}
	must(t, os.WriteFile(month, read(client), 0o600)) // a file of the form with its own seal under another name
	must(t, os.WriteFile(month+sealEnd, read(client+sealEnd), 0o600))
	if got := faults(); len(got) != 1 || got[0] != filepath.Base(month) {
		t.Errorf("a file under another's name: %q", got)
	}
	must(t, os.Remove(client+sealEnd))
	if got := faults(); len(got) != 2 {
		t.Errorf("a seal taken away: %q", got)
	}
	must(t, os.Remove(month+sealEnd))
	_, err = sn.View(context.Background(), "auditor", key, "select * from transactions") // what has no seal is made anew
	must(t, err)
	if got := faults(); len(got) > 0 {
		t.Errorf("made anew: %q", got)
	}
}

func joined(rows [][]string) string {
	var out []string
	for _, r := range rows {
		out = append(out, strings.Join(r, ","))
	}
	return strings.Join(out, "\n")
}
