package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

func TestUpsertKeepsTheLastOfAKey(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	key := []string{"stream"}
	must(t, s.Upsert(ctx, "streams", key, batch("stream", list("a/b", "a/c"), "mode", list("full", "full"), "records", list(1, 1))))
	must(t, s.Upsert(ctx, "streams", key, batch("stream", list("a/b", "a/b"), "mode", list("delta", "delta"), "records", list(2, 3))))
	must(t, s.Upsert(ctx, "streams", key, batch("stream", list("a/c"), "mode", list(nil)))) // other columns: flushes
	must(t, s.Upsert(ctx, "account", []string{"fact_id"}, batch("fact_id", list(tok("f", "a1")), "batch_no", list(9), "row_no", list(1), "account", list(tok("account", "1")), "holder", list(tok("record", "3")), "status", list("closed"))))
	_, err := s.Publish(ctx, testManifest("run2"))
	must(t, err)
	sn := open(t, d)
	if d := cmp.Diff([][]string{{"a/b", "delta", "3"}, {"a/c", "<nil>", "<nil>"}}, table(t, sn, "SELECT stream, mode, records FROM streams ORDER BY 1")); d != "" {
		t.Error(d)
	}
	if got := table(t, sn, "SELECT count(*), count(DISTINCT fact_id), max(batch_no) FROM client_accounts"); strings.Join(got[0], " ") != "3 3 9" {
		t.Errorf("accounts: %v", got)
	}
	if got := table(t, sn, "SELECT client_id FROM client_accounts WHERE status = 'closed'"); got[0][0] != cid(3) {
		t.Errorf("holder: %v", got)
	}
}

func TestInsertErrors(t *testing.T) {
	ctx := context.Background()
	for name, rec := range map[string]arrow.RecordBatch{
		"unknown column": batch("client_no", list(1), "client_id", list("x"), "nosuch", list("Канарейкин")),
		"wrong type":     batch("client_no", list("Канарейкин"), "client_id", list("x")),
		"missing key":    batch("client_no", list(1), "display_name", list("Канарейкин")),
	} {
		s := begin(t, testDirs(t), "run1", nil)
		err := s.Insert(ctx, "clients", rec)
		if err == nil { // what the engine is asked for all rows at once, it says at the end
			_, err = s.Publish(ctx, testManifest("run1"))
		}
		if k := errs.Exit(err); k != 70 && k != 3 {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), "Канарейкин") {
			t.Errorf("%s: the error quotes data: %v", name, err)
		}
		s.Abort()
		wantKind(t, s.Insert(ctx, "clients", rec), errs.Bug) // closed
	}
}

func TestFailingChecksStopAPublication(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	err := s.Checks(ctx, []Check{
		{Name: "three clients", SQL: "SELECT count(*) FROM clients", Want: 3},
		{Name: "five transactions", SQL: "SELECT count(*) FROM transactions", Want: 5},
		{Name: "four clients", SQL: "SELECT count(*) FROM clients", Want: 4, Hint: "look"},
	})
	wantKind(t, err, errs.Integrity)
	if strings.Count(err.Error(), "\n") != 0 || !strings.Contains(err.Error(), "counted 3, expected 4") {
		t.Error(err)
	}
	// still usable: the missing client arrives, and a second with its number
	must(t, s.Insert(ctx, "clients", clientsBatch(4, 5, func(int) string { return "x" })))
	must(t, s.Checks(ctx, []Check{{Name: "four clients", SQL: "SELECT count(*) FROM clients", Want: 4}}))
	must(t, s.Insert(ctx, "clients", clientsBatch(4, 5, func(int) string { return "x" })))
	_, err = s.Publish(ctx, testManifest("run2"))
	wantKind(t, err, errs.Integrity)
	if !strings.Contains(err.Error(), "client_no is unique") {
		t.Error(err)
	}
	if now := open(t, d); now.info.ID != old.info.ID {
		t.Error("the pointer moved")
	}
}

func TestStateIsCarriedOver(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	for _, n := range []string{"a", "b"} {
		must(t, os.WriteFile(s.StateFile(n), []byte("one"), 0o600))
	}
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	one := open(t, d)
	s = begin(t, d, "run2", one)
	b, err := os.ReadFile(s.OldState("a"))
	must(t, err)
	must(t, os.WriteFile(s.StateFile("a"), append(b, "+two"...), 0o600))
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	two := open(t, d)
	for sn, want := range map[*Snapshot]string{one: "one one", two: "one+two one"} {
		a, err := os.ReadFile(sn.StateFile("a"))
		must(t, err)
		b, err := os.ReadFile(sn.StateFile("b"))
		must(t, err)
		if got := string(a) + " " + string(b); got != want {
			t.Errorf("state %q, want %q", got, want)
		}
		must(t, sn.Verify())
	}
	if two.StateFile("nosuch") != "" {
		t.Error("a state file that is not there")
	}
}

func TestUnchangedMonthsAreShared(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	// January: only what is there already; February: one new
	must(t, s.AppendFacts(ctx, "transaction", "core/tx", txBatch(5, tx{"t1", "2024-01-05 10:00", "1", "", 1050}, tx{"n1", "2024-02-01 00:00", "1", "", 1}, tx{"n1", "2024-02-01 00:00", "1", "", 1})))
	counts, err := s.Facts(ctx)
	must(t, err)
	if d := cmp.Diff([]FactCount{{"transaction", "core/tx", "2024-01", 5, 0, 1}, {"transaction", "core/tx", "2024-02", 5, 1, 1}}, counts); d != "" {
		t.Error(d)
	}
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	now := open(t, d)
	for _, f := range now.info.Manifest.Facts {
		same := sameFile(filepath.Join(old.dir, f.File), filepath.Join(now.dir, f.File))
		if same != (f.Month == "2024-01") {
			t.Errorf("%s shared: %v", f.Month, same)
		}
	}
	must(t, old.Verify())
}

// The row root does not depend on the order of rows, on cuts, threads, client
// numbers or batches, and does depend on values.
func TestRowRoot(t *testing.T) {
	ctx := context.Background()
	root := func(shift, threads int, back bool, name string, eager bool) string {
		d := testDirs(t)
		s, err := Begin(ctx, d, "run", nil, testSpec(), Settings{Threads: threads, RowRoot: eager})
		must(t, err)
		for k := range 50 {
			i := k
			if back {
				i = 49 - k
			}
			b := clientsBatch(i*10, i*10+10, func(n int) string { return fmt.Sprint(name, n) })
			if shift > 0 { // another numbering of the same clients
				var no, id, party, disp, recs, since []any
				for n := i * 10; n < i*10+10; n++ {
					no, id, party, disp, recs, since = append(no, n+shift), append(id, cid(n)), append(party, "person"), append(disp, fmt.Sprint(name, n)), append(recs, 1+n%3), append(since, day("2020-01-01")+arrow.Date32(n%1000))
				}
				b = batch("client_no", no, "client_id", id, "party", party, "display_name", disp, "surname", disp, "n_records", recs, "since", since)
			}
			must(t, s.Insert(ctx, "clients", b))
			must(t, s.AppendFacts(ctx, "transaction", "core/tx", txBatch(1+i+shift, tx{fmt.Sprint("t", i), "2024-02-01 00:00", "1", "", int64(i)})))
		}
		info, err := s.Publish(ctx, testManifest("run"))
		must(t, err)
		if (info.Manifest.RowRoot != "") != eager {
			t.Error("row root in the manifest")
		}
		r, err := open(t, d).RowRoot(ctx)
		must(t, err)
		return r
	}
	want := root(0, 1, false, "Имя", true)
	for i, got := range []string{root(0, 2, true, "Имя", true), root(1000, 4, true, "Имя", false)} {
		if got != want {
			t.Errorf("variant %d: %s, want %s", i, got, want)
		}
	}
	if root(0, 1, false, "имя", false) == want {
		t.Error("another value, the same root")
	}
}

func TestDictionaryMayChange(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	spec := testSpec()
	var attrs []schemas.Attr
	for _, a := range spec.Dict.Attrs {
		if a.ID != "job_title" {
			attrs = append(attrs, a)
		}
	}
	attrs = append(attrs, schemas.Attr{ID: "loyalty", Kind: schemas.KindCode, Party: schemas.Both, PII: schemas.PIINone, Ru: "лояльность", En: "loyalty class"})
	spec.Dict = schemas.NewDictionary(attrs...)
	s, err := Begin(ctx, d, "run2", old, spec, Settings{})
	must(t, err)
	must(t, s.DeleteClients(ctx, []int32{1}))
	must(t, s.Insert(ctx, "clients", batch("client_no", list(1), "client_id", list(cid(1)), "loyalty", list("gold"))))
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	now := open(t, d)
	if got := table(t, now, "SELECT count(loyalty), count(*) FROM clients"); strings.Join(got[0], " ") != "1 3" {
		t.Error(got)
	}
	if _, err := now.Query(ctx, "SELECT job_title FROM clients", QueryOptions{}); err == nil {
		t.Error("a column that the dictionary no longer has")
	}
	spec.Dict = schemas.NewDictionary(schemas.Attr{ID: "since", Kind: schemas.KindDate})
	_, err = Begin(ctx, d, "run3", now, spec, Settings{})
	wantKind(t, err, errs.Config)
}

func TestGrownFileIsBuiltAnew(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	const n = 20000
	s := begin(t, d, "run0", nil)
	for _, r := range wideBatches(0, n, "a") {
		must(t, s.Insert(ctx, "clients", r))
	}
	_, err := s.Publish(ctx, testManifest("run0"))
	must(t, err)
	prev := open(t, d)
	rebuilt := 0
	for i := 1; i <= 8; i++ {
		s := begin(t, d, fmt.Sprint("run", i), prev)
		nos := make([]int32, n/3)
		for k := range nos {
			nos[k] = int32(k)
		}
		must(t, s.DeleteClients(ctx, nos))
		for _, r := range wideBatches(0, n/3, fmt.Sprint("b", i)) {
			must(t, s.Insert(ctx, "clients", r))
		}
		info, err := s.Publish(ctx, testManifest(s.run))
		must(t, err)
		if info.Manifest.ClientBase != prev.info.Manifest.ClientBase {
			rebuilt++
		}
		prev = open(t, d)
		if got := table(t, prev, "SELECT count(*), count(DISTINCT client_id) FROM clients"); strings.Join(got[0], " ") != "20000 20000" {
			t.Fatal(got)
		}
	}
	size, err := fileSize(filepath.Join(prev.dir, clientName))
	must(t, err)
	t.Logf("%d times anew, %d bytes, base %d", rebuilt, size, prev.info.Manifest.ClientBase)
	if rebuilt == 0 || size > prev.info.Manifest.ClientBase*2 {
		t.Errorf("rebuilt %d times, %d bytes over a base of %d", rebuilt, size, prev.info.Manifest.ClientBase)
	}
	if docs, err := prev.Tables(ctx); err != nil || len(docs) < 15 {
		t.Errorf("documentation after a rebuild: %d tables, %v", len(docs), err)
	}
}

func TestKeyedFactViews(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	base := func(id string) []any {
		return []any{"fact_id", list(tok("f", id)), "batch_no", list(1), "row_no", list(1)}
	}
	must(t, s.Upsert(ctx, "link", []string{"fact_id"}, batch(append(base("l1"), "from", list(tok("record", "2")), "to", list(tok("record", "3")), "kind", list("spouse"))...)))
	must(t, s.Upsert(ctx, "link", []string{"fact_id"}, batch(append(base("l2"), "from", list(tok("record", "3")), "account", list(tok("account", "1")), "kind", list("second_owner"))...)))
	must(t, s.Upsert(ctx, "consent", []string{"fact_id"}, batch(append(base("k1"), "phone", list(tok("phone", "+70000000001")), "state", list("objection"))...)))
	must(t, s.Upsert(ctx, "consent", []string{"fact_id"}, batch(append(base("k2"), "party", list(tok("record", "1")), "phone", list(tok("phone", "+70000000001")), "state", list("grant"))...)))
	_, err := s.Publish(ctx, testManifest("run2"))
	must(t, err)
	sn := open(t, d)
	if d := cmp.Diff([][]string{{"second_owner", cid(3), cid(1)}, {"spouse", cid(2), cid(3)}}, table(t, sn, "SELECT kind, client_id, other_client_id FROM client_links ORDER BY 1")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"grant", "attached", cid(1)}, {"objection", "ambiguous", "<nil>"}}, table(t, sn, "SELECT state, resolution, client_id FROM client_consents ORDER BY 1")); d != "" {
		t.Error(d)
	}
}

func TestBeginRefuses(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	must(t, s.Insert(ctx, "clients", clientsBatch(1, 2, func(int) string { return "x" })))
	_, err := Begin(ctx, d, "run1", nil, testSpec(), Settings{})
	wantKind(t, err, errs.Locked)
	_, err = Begin(ctx, d, "../run", nil, testSpec(), Settings{})
	wantKind(t, err, errs.Bug)
	_, err = Begin(ctx, Dirs{Data: d.Data}, "run2", nil, testSpec(), Settings{})
	wantKind(t, err, errs.Config)
	_, err = s.Publish(ctx, testManifest("run1")) // the first run was not disturbed
	must(t, err)
}

// The pipeline's workers hand over batches at the same time.
func TestConcurrentHandOver(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				n := w*200 + i*10
				if err := s.Insert(ctx, "clients", clientsBatch(n, n+10, func(int) string { return "x" })); err != nil {
					t.Error(err)
				}
				if err := s.AppendFacts(ctx, "transaction", fmt.Sprint("core/", w), txBatch(w, tx{fmt.Sprint("t", n), "2024-01-01 00:00", "", "", 1})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	must(t, s.Checks(ctx, []Check{{Name: "clients", SQL: "SELECT count(*) FROM clients", Want: 800}, {Name: "facts", SQL: "SELECT count(*) FROM transactions", Want: 80}}))
	s.Abort()
	s.Abort()
	if _, err := os.Stat(d.staging("run1")); err == nil {
		t.Error("staging is left")
	}
	_, err := Open(d)
	wantKind(t, err, errs.Input)
}
