package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"clientbase/internal/disk"
)

// everLived is a bank with holdings that begin, end and begin again, visits,
// calls and consents.
func everLived(t *testing.T) *Snapshot {
	t.Helper()
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	must(t, s.Insert(ctx, "streams", batch("stream", list("core/clients"), "as_of", list(day("2024-06-01")))))
	must(t, s.Insert(ctx, "batches", batch("batch_no", list(1, 2), "batch_id", list("a", "b"), "stream", list("core/accounts", "cards/cards"), "as_of", list(day("2024-05-01"), nil))))
	must(t, s.Upsert(ctx, "product", []string{"fact_id"}, batch("fact_id", list(tok("f", "p1"), tok("f", "p2"), tok("f", "p3"), tok("f", "p4")), "batch_no", list(1, 1, 1, 2),
		"holder", list(tok("record", "1"), tok("record", "1"), tok("record", "3"), nil), "account", list(nil, nil, nil, tok("account", "1")),
		"product", list("deposit", "loan", "loan", "savings"), "status", list("closed", "active", nil, "active"),
		"since", list(day("2021-01-01"), day("2023-01-01"), nil, day("2024-05-01")), "until", list(day("2022-01-01"), nil, day("2024-03-01"), day("2030-01-01")))))
	must(t, s.Upsert(ctx, "consent", []string{"fact_id"}, batch("fact_id", list(tok("f", "k1")), "party", list(tok("record", "2")), "state", list("grant"), "since", list(day("2019-05-05")))))
	must(t, s.AppendFacts(ctx, "interaction", "web/visits", batch("fact_id", list(tok("f", "v1"), tok("f", "v2"), tok("f", "v3")), "batch_no", list(1, 1, 1), "row_no", list(1, 2, 3),
		"at", list(at("2018-01-05 10:00"), at("2018-03-05 10:00"), at("2025-01-01 00:00")), "kind", list("visit", "call", "visit"), "party", list(tok("record", "1"), tok("record", "1"), tok("record", "3")))))
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	return open(t, d)
}

// leanRows reads a lean form through a reader or a mount of a folder.
func leanRows(t *testing.T, sn *Snapshot, view string) string {
	t.Helper()
	ctx := context.Background()
	r, err := sn.Reader(ctx)
	must(t, err)
	rows, err := r.Query(ctx, "SELECT * FROM memory.attached."+view+" ORDER BY ALL")
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	out := ""
	for rows.Next() {
		v, err := rows.Values()
		must(t, err)
		out += fmt.Sprintln(v...)
	}
	must(t, rows.Err())
	return out
}

// withoutDerived copies a snapshot's files but for the derived tables, as an
// older version of the program would have left them.
func withoutDerived(t *testing.T, sn *Snapshot) *Snapshot {
	t.Helper()
	dir := t.TempDir()
	for _, f := range sn.info.Manifest.Files {
		if f.Name == derivedName {
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, f.Name)), 0o700))
		must(t, disk.Clone(filepath.Join(sn.dir, f.Name), filepath.Join(dir, f.Name)))
	}
	must(t, disk.Clone(filepath.Join(sn.dir, manifestName), filepath.Join(dir, manifestName)))
	old := &Snapshot{dirs: sn.dirs, dir: dir, info: sn.info, lease: sn.lease}
	t.Cleanup(func() { old.lease = nil; _ = old.Close() })
	return old
}

// The tables that a run leaves hold what the views compute, also under an
// overlay of consents, whether it came before the first read or after it.
func TestDerivedTablesAreTheViews(t *testing.T) {
	ctx := context.Background()
	sn := everLived(t)
	views := withoutDerived(t, sn)
	list := []string{"holdings", "firsts", "lifecycle", "interactions", "transactions"}
	compare := func(said string, a, b *Snapshot) {
		t.Helper()
		for _, v := range list {
			got, want := leanRows(t, a, v), leanRows(t, b, v)
			if got != want || want == "" {
				t.Errorf("%s: %s\nas tables:\n%s\nas views:\n%s", said, v, got, want)
			}
		}
	}
	compare("as published", sn, views)
	r, err := sn.Reader(ctx)
	must(t, err)
	if !r.m.derived || !r.m.isTable("lifecycle") {
		t.Error("the tables are not read")
	}
	if o, err := views.Reader(ctx); err != nil || o.m.derived {
		t.Error("the comparison reads the tables too", err)
	}
	before := leanRows(t, sn, "lifecycle")
	over := Overlay{Position: 1, Acts: 1, Changes: []Change{
		{Table: "consent", Key: tok("f", "k1").String()},
		{Table: "consent", Key: tok("f", "o1").String(), Add: true, Set: map[string]any{"stream": "journal/consents", "row_no": int64(1), "party": tok("record", "3").String(), "state": "objection", "since": "2017-03-02"}},
	}}
	must(t, sn.SetOverlay(ctx, over))
	must(t, views.SetOverlay(ctx, over))
	compare("under an overlay", sn, views)
	if leanRows(t, sn, "lifecycle") == before {
		t.Error("the overlay changed nothing: nothing was compared")
	}
	later := open(t, sn.dirs)
	must(t, later.SetOverlay(ctx, over))
	compare("opened under the overlay", later, views)
	for _, q := range []string{"SELECT * FROM holdings ORDER BY ALL", "SELECT * FROM lifecycle ORDER BY ALL"} {
		if got, want := fmt.Sprint(table(t, later, q)), fmt.Sprint(table(t, views, q)); got != want || len(want) < 10 {
			t.Errorf("%s\n%s\nwant %s", q, got, want)
		}
	}
}

// Search terms follow the clients of a delta, through layers and their joining.
func TestTheSearchIndexFollowsDeltas(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	terms := func(s *Staging, kv ...any) {
		t.Helper()
		var kind, term, no []any
		for i := 0; i < len(kv); i += 2 {
			kind, term, no = append(kind, "name"), append(term, kv[i]), append(no, kv[i+1])
		}
		rec := batch("kind", kind, "term", term, "client_no", no)
		must(t, s.AddTerms(ctx, int32Column(rec, 2)))
	}
	terms(s, "ivanof", 1, "petrof", 2, "sidorof", 3, "ivanof", 3)
	for i := range 300 { // a first layer that weighs something
		terms(s, fmt.Sprintf("name%d", i), 1)
	}
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	sn := open(t, d)
	find := func(sn *Snapshot, term string) string {
		t.Helper()
		f, err := sn.Finder()
		must(t, err)
		near, err := f.Near("name", term, 1)
		must(t, err)
		out := ""
		for _, w := range near {
			list, err := f.Clients("name", w.Text, nil)
			must(t, err)
			if len(list) > 0 {
				out += fmt.Sprintf("%s%d%v", w.Text, w.Far, list)
			}
		}
		return out
	}
	if got := find(sn, "ivanof"); got != "ivanof0[1 3]" {
		t.Error(got)
	}
	for run := 2; run < 10; run++ {
		s := begin(t, d, fmt.Sprint("run", run), sn)
		must(t, s.DeleteClients(ctx, []int32{3}))
		must(t, s.Insert(ctx, "clients", clientsBatch(3, 4, func(int) string { return "Тестов" })))
		must(t, s.Insert(ctx, "refs", batch("token", list(tok("record", "3")), "kind", list("record"), "client_no", list(3), "holders", list(1))))
		terms(s, fmt.Sprintf("novak%c", 'a'+run), 3)
		_, err := s.Publish(ctx, testManifest(fmt.Sprint("run", run)))
		must(t, err)
		sn = open(t, d)
		if got := find(sn, "ivanof") + find(sn, "novaka"); got != fmt.Sprintf("ivanof0[1]novak%c1[3]", 'a'+run) {
			t.Errorf("after run %d: %s", run, got)
		}
		if n := len(findFiles(sn.info.Manifest.Files)); n > 1+findLayers {
			t.Errorf("after run %d there are %d layers", run, n)
		}
		must(t, sn.Verify())
	}
	must(t, sn.SetOverlay(ctx, Overlay{Position: 1, Acts: 1, Terms: []Term{{"name", "ivanov", 2}, {"name", "ivanof", 1}}}))
	if got := find(sn, "ivanof"); got != "ivanof0[1]ivanov1[2]" {
		t.Error(got)
	}
}
