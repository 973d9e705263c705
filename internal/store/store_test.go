package store

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientbase/internal/errs"
)

func TestFirstSnapshotAnswers(t *testing.T) {
	d := testDirs(t)
	_, err := Open(d)
	wantKind(t, err, errs.Input)
	_, sn := published(t)
	got := table(t, sn, "SELECT client_no, display_name, since FROM clients ORDER BY client_no")
	if len(got) != 3 || got[0][1] != "Тестов 1" {
		t.Fatalf("clients: %v", got)
	}
}

// Account 1 has one holder, account 2 two; card 1 has a holder of its own,
// card 2 takes the account's.
func TestFactsFindTheirClients(t *testing.T) {
	_, sn := published(t)
	got := table(t, sn, "SELECT day(at_time), resolution, client_id, amount FROM transactions ORDER BY at_time")
	want := [][]string{
		{"5", "attached", cid(1), "10.50"}, {"6", "ambiguous", "<nil>", "-20.00"}, {"7", "attached", cid(2), "3.00"},
		{"8", "unresolved", "<nil>", "4.00"}, {"9", "attached", cid(1), "5.00"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
	if got := table(t, sn, "SELECT count(*) FROM transactions WHERE client_id = '"+cid(1)+"'"); got[0][0] != "2" {
		t.Fatalf("by client: %v", got)
	}
}

func TestDeltaKeepsTheOldSnapshot(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	must(t, s.DeleteClients(ctx, []int32{2}))
	must(t, s.Insert(ctx, "clients", clientsBatch(2, 3, func(int) string { return "Новов" })))
	must(t, s.AppendFacts(ctx, "transaction", "core/tx", txBatch(3, tx{"t1", "2024-01-05 10:00", "1", "", 1050}, tx{"t6", "2024-01-07 10:00", "1", "", 1})))
	counts, err := s.Facts(ctx)
	must(t, err)
	if d := cmp.Diff([]FactCount{{"transaction", "core/tx", "2024-01", 3, 1, 1}}, counts); d != "" {
		t.Fatal(d)
	}
	info, err := s.Publish(ctx, testManifest("run2"))
	must(t, err)
	if info.Manifest.Seq != 2 || info.Manifest.Previous != old.Info().ID {
		t.Fatalf("manifest: seq %d previous %s", info.Manifest.Seq, info.Manifest.Previous)
	}
	now := open(t, d)
	for sn, want := range map[*Snapshot][2]string{old: {"Тестов 2", "5"}, now: {"Новов", "6"}} {
		if got := table(t, sn, "SELECT display_name FROM clients WHERE client_no = 2"); got[0][0] != want[0] {
			t.Errorf("name: %v", got)
		}
		if got := table(t, sn, "SELECT count(*) FROM transactions"); got[0][0] != want[1] {
			t.Errorf("transactions: %v", got)
		}
		must(t, sn.Verify())
	}
}

func TestEveryColumnHasWords(t *testing.T) {
	_, sn := published(t)
	docs, err := sn.Tables(context.Background())
	must(t, err)
	if len(docs) < 15 || docs[0].Name != "clients" {
		t.Fatalf("%d tables, first %v", len(docs), docs[0].Name)
	}
	for _, d := range docs {
		if d.En == "" || d.Ru == "" {
			t.Errorf("%s has no words", d.Name)
		}
		for _, c := range d.Columns {
			if c.En == "" || c.Ru == "" || c.Type == "" {
				t.Errorf("%s.%s: %+v", d.Name, c.Name, c)
			}
		}
	}
	r, err := sn.Reader(context.Background())
	must(t, err)
	rows, err := r.Query(context.Background(), `SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE database_name = 'client' AND (comment IS NULL OR comment = '')`)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	for rows.Next() {
		v, _ := rows.Values()
		t.Errorf("no comment in the file: %v", v[0])
	}
}
