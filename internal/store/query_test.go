package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clientbase/internal/errs"
)

// hostile reads testdata/hostile.sql: statements that must be refused, and those
// that must only end.
func hostile(t *testing.T, path, out string) (refused, ends []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/hostile.sql")
	must(t, err)
	into := &refused
	for l := range strings.Lines(string(text)) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case l == "## ends":
			into = &ends
		case l == "", strings.HasPrefix(l, "#"):
		case l == "(empty)":
			*into = append(*into, "")
		default:
			*into = append(*into, strings.NewReplacer("PATH", path, "OUT", out, "⏎", "\n", "⇥", "\t").Replace(l))
		}
	}
	if len(refused) < 200 || len(ends) < 20 {
		t.Fatalf("only %d and %d statements", len(refused), len(ends))
	}
	return refused, ends
}

// tryAll runs statements, several at a time: each is a process of its own.
func tryAll(sn *Snapshot, list []string, opt QueryOptions, each func(q string, took time.Duration, err error)) {
	todo, done := make(chan string), make(chan struct{})
	var mu sync.Mutex
	for range 3 {
		go func() {
			for q := range todo {
				start := time.Now()
				r, err := sn.Query(context.Background(), q, opt)
				if err == nil {
					for r.Next() {
					}
					err = r.Err()
					_ = r.Close()
				}
				mu.Lock()
				each(q, time.Since(start), err)
				mu.Unlock()
			}
			done <- struct{}{}
		}()
	}
	for _, q := range list {
		todo <- q
	}
	close(todo)
	for range 3 {
		<-done
	}
}

func TestSandboxRefuses(t *testing.T) {
	_, sn := published(t)
	dir := t.TempDir()
	path, out := filepath.Join(dir, "secret.csv"), filepath.Join(dir, "out")
	refused, ends := hostile(t, path, out)
	t.Chdir(dir)
	must(t, os.WriteFile(path, []byte("a,b\n1,canary\n"), 0o600))
	must(t, os.WriteFile(path+".csv", []byte("a,b\n1,canary\n"), 0o600))
	tryAll(sn, refused, QueryOptions{Timeout: 10 * time.Second}, func(q string, _ time.Duration, err error) {
		if err == nil {
			t.Errorf("accepted: %s", q)
			return
		}
		e, ok := errs.Of(err)
		if !ok || e.Kind != errs.Config {
			t.Errorf("%s: %v", q, err)
		}
		if strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "canary") {
			t.Errorf("the error quotes: %v", err)
		}
	})
	limits := QueryOptions{Timeout: 300 * time.Millisecond, Memory: 64 << 20, MaxRows: 1000, Threads: 2}
	tryAll(sn, ends, limits, func(q string, took time.Duration, err error) {
		if e, ok := errs.Of(err); err != nil && (!ok || e.Kind != errs.Retry && e.Kind != errs.Config) {
			t.Errorf("%s: %v", q, err)
		}
		if took > 30*time.Second { // on a busy machine; the process is killed 2 s after its time
			t.Errorf("%s took %v", q, took)
		}
	})
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 2 {
		t.Errorf("files were made: %v", left)
	}
	if got := table(t, sn, "SELECT count(*) FROM clients"); got[0][0] != "3" {
		t.Errorf("clients: %v", got)
	}
	must(t, sn.Verify())
}

// Even a statement that passed the judge would stand before a closed engine.
func TestSandboxEngineIsClosed(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	db, err := openEngine(ctx, Settings{}, "")
	must(t, err)
	defer func() { _ = db.Close() }()
	c, err := db.Conn(ctx)
	must(t, err)
	defer func() { _ = c.Close() }()
	_, err = mount(ctx, c, sn.dir, sn.info.Manifest.spec(), sn.info.Manifest.Facts, nil, nil)
	must(t, err)
	must(t, lock(ctx, c))
	for _, q := range []string{
		"COPY (SELECT 1) TO '" + out + "'", "COPY (SELECT 1) TO '" + out + "' (use_tmp_file false)", "EXPORT DATABASE '" + out + "'", "ATTACH '" + out + "' AS o", "INSTALL httpfs", "LOAD '" + out + "'",
		"SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM glob('/*')", "SELECT * FROM '/etc/passwd'", "DELETE FROM client.main.clients", "CREATE TABLE client.main.x (a int)",
		"SET threads = 1", "RESET lock_configuration", "SET lock_configuration = false", "SET enable_external_access = true", "SET temp_directory = '" + out + "'", "PRAGMA memory_limit = '9GB'",
	} {
		if _, err := c.ExecContext(ctx, q); err == nil {
			t.Errorf("the engine did: %s", q)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files were made: %v", left)
	}
}

func TestSandboxAllows(t *testing.T) {
	_, sn := published(t)
	for _, q := range []string{
		"SELECT 1", "select 1;", "FROM clients", "VALUES (1), (2)", "(SELECT 1)", "SELECT * FROM clients -- with a comment",
		"WITH a AS (SELECT client_id FROM clients), b AS MATERIALIZED (SELECT * FROM a) SELECT count(*) FROM b JOIN clients USING (client_id)",
		"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT sum(n) FROM r",
		"SELECT c.display_name, count(*) FILTER (WHERE amount > 0), sum(amount) FROM clients c LEFT JOIN transactions t ON t.client_id = c.client_id GROUP BY ALL ORDER BY ALL LIMIT 5 OFFSET 1",
		"SELECT date_trunc('month', at_time) m, round(avg(amount), 2), median(amount) FROM transactions GROUP BY m HAVING count(*) > 0",
		"SELECT extract(year FROM since), since - INTERVAL 1 MONTH, current_date, age(DATE '2024-01-01', since) FROM clients",
		"SELECT x, [1, 2][1], {'a': 1}.a, list_transform([1], y -> y + 1), 'a' LIKE 'b%', 'a' ILIKE 'A', regexp_matches('a', 'b') FROM range(3) t(x)",
		"SELECT *, row_number() OVER (PARTITION BY resolution ORDER BY at_time) AS rn FROM transactions QUALIFY rn = 1",
		"SELECT * EXCLUDE (client_no) FROM clients WHERE since BETWEEN '2020-01-01' AND '2030-01-01' AND surname IN ('а', 'б') AND NOT (party = 'x') AND inn IS NULL",
		"SELECT 1 UNION SELECT 2 EXCEPT SELECT 3 INTERSECT SELECT 4", "SELECT count(DISTINCT party), any_value(party), string_agg(party, ',') FROM clients",
		"SELECT DISTINCT ON (party) * FROM clients", "SELECT try_cast('x' AS INTEGER), CAST('1' AS DECIMAL(3,1)), '1'::BIGINT", "SELECT * FROM client_accounts NATURAL JOIN clients", "SELECT * FROM CLIENTS CROSS JOIN streams",
		"SELECT * FROM clients c WHERE EXISTS (SELECT 1 FROM transactions t WHERE t.client_id = c.client_id)", "SELECT COLUMNS('.*name') FROM clients", "SELECT CASE party WHEN 'person' THEN 1 ELSE 0 END FROM clients",
		"SELECT * FROM transactions ASOF JOIN balances USING (account, fact_id)", "SELECT unnest([1,2])", "SELECT count(*) FROM interactions", "SELECT * FROM client_links", "SELECT lower(display_name) COLLATE NOCASE FROM clients",
		"SELECT GROUPING(party), count(*) FROM clients GROUP BY ROLLUP (party)", "SELECT json_extract('{\"a\":1}', '$.a')", "SELECT strftime(since, '%Y') FROM clients", "SELECT * FROM clients USING SAMPLE 10 ROWS",
	} {
		r, err := sn.Query(context.Background(), q, QueryOptions{})
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		for r.Next() {
		}
		if r.Err() != nil {
			t.Errorf("%s: %v", q, r.Err())
		}
		must(t, r.Close())
	}
}

func TestQueryLimits(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	r, err := sn.Query(ctx, "SELECT * FROM range(100)", QueryOptions{MaxRows: 7})
	must(t, err)
	n := 0
	for r.Next() {
		n++
	}
	if n != 7 || !r.Cut() {
		t.Errorf("%d rows, cut %v", n, r.Cut())
	}
	must(t, r.Close())
	for _, q := range []string{"SELECT count(*) FROM range(100000000000) a", "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11"} {
		start := time.Now()
		r, err = sn.Query(ctx, q, QueryOptions{Timeout: 300 * time.Millisecond})
		if err == nil {
			for r.Next() {
			}
			err = r.Err()
			_ = r.Close()
		}
		wantKind(t, err, errs.Retry)
		if time.Since(start) > 10*time.Second {
			t.Errorf("%s took %v", q, time.Since(start))
		}
	}
	cctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(200*time.Millisecond, cancel)
	_, err = sn.Query(cctx, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11", QueryOptions{})
	wantKind(t, err, errs.Interrupted)
	_, err = sn.Query(ctx, "SELECT length(list(range)::VARCHAR) FROM range(1000000000)", QueryOptions{Memory: 100 << 20})
	wantKind(t, err, errs.Retry)
}

// One row, a table for a screen, and texts that a function makes are bounded.
func TestQueryLengths(t *testing.T) {
	_, sn := published(t)
	ctx := context.Background()
	for _, q := range []string{
		"SELECT repeat('x', 1000000000)", "SELECT repeat('x', 1e9::BIGINT)", "SELECT lpad('x', 1000000000, 'y')", "SELECT rpad(display_name, 100000, 'y') FROM clients",
		"SELECT repeat('x', client_no) FROM clients", "SELECT repeat(repeat('x', 9999), 9999)", "SELECT repeat(upper(rpad('x', 9999, 'y')), 9999)", "SELECT list_resize([1], 1000000000)",
		"SELECT printf('%1000000000d', 1)", "SELECT format('{:1000000000}', 1)", "SELECT printf(display_name, 1) FROM clients", "SELECT printf('%*d', 1000000000, 1)", "SELECT bar(1, 0, 1, 1000000000)",
	} {
		r, err := sn.Query(ctx, q, QueryOptions{})
		if err == nil {
			_ = r.Close()
		}
		wantKind(t, err, errs.Config)
	}
	if got := table(t, sn, "SELECT repeat('ab', 3) || lpad('7', 3, '0') || rpad('x', 2, '-') || printf('%05d', 42) || format('{:>3}', 'z')"); got[0][0] != "ababab007x-00042  z" {
		t.Errorf("%v", got)
	}
	long := "SELECT string_agg(repeat('x', 10000), '') AS a FROM range(200)" // 2 MB
	r, err := sn.Query(ctx, long, QueryOptions{MaxRow: 1 << 20})
	must(t, err)
	_, err = WriteCSV(io.Discard, r)
	wantKind(t, err, errs.Config)
	if !strings.Contains(fmt.Sprint(err), "row 1 of the result is larger than 1 MB") {
		t.Errorf("%v", err)
	}
	must(t, r.Close())
	r, err = sn.Query(ctx, "SELECT repeat('x', 10000) AS a, repeat('y', 10000) AS b FROM range(4000)", QueryOptions{})
	must(t, err)
	_, err = WriteTable(io.Discard, r)
	wantKind(t, err, errs.Config)
	must(t, r.Close())
	r, err = sn.Query(ctx, "SELECT repeat('x', 10000) AS a, repeat('y', 10000) AS b FROM range(4000)", QueryOptions{})
	must(t, err)
	if n, err := WriteCSV(io.Discard, r); n != 4000 || err != nil {
		t.Errorf("a stream is not bounded by what a screen holds: %d %v", n, err)
	}
	must(t, r.Close())
}

func TestQueryErrorsQuoteNothing(t *testing.T) {
	_, sn := published(t)
	for _, q := range []string{"SELECT display_name::INTEGER FROM clients", "SELECT strptime(display_name, '%Y') FROM clients", "SELECT \"Тестов 1\" FROM clients",
		"SELECT 'Тестов' + 1 FROM clients", "SELECT * FROM clients WHERE phone = '+79161234567'", "SELECT * FROM clients WHERE '+79161234567' = ", "SELECT nosuch(display_name) FROM clients", "SELECT 79161234567 FROM 79161234567"} {
		r, err := sn.Query(context.Background(), q, QueryOptions{})
		if err == nil {
			for r.Next() {
			}
			err = r.Err()
			_ = r.Close()
		}
		if err == nil {
			t.Errorf("no error: %s", q)
			continue
		}
		if m := err.Error(); strings.Contains(m, "Тестов") || strings.Contains(m, "7916") {
			t.Errorf("quotes data: %s", m)
		}
		wantKind(t, err, errs.Config)
	}
}

// Whoever mistypes a table or a column is told which may have been meant.
func TestQueryErrorsTellWhatWasMeant(t *testing.T) {
	_, sn := published(t)
	for q, near := range map[string]string{"SELECT sur_name FROM clients": "surname", "SELECT * FROM clints": "clients", "SELECT nothing_like_it FROM clients": "",
		"SELECT c.sur_name FROM clients c": "surname", "SELECT clients.Sur_name FROM clients": "surname", "SELECT c.nothing_like_it FROM clients c": ""} {
		_, err := sn.Query(context.Background(), q, QueryOptions{})
		wantKind(t, err, errs.Config)
		e, _ := errs.Of(err)
		if hint := "did you mean " + near + "?"; near != "" != strings.Contains(e.Hint, hint) || !strings.Contains(e.Hint, "--tables") {
			t.Errorf("%s: %s, try %s", q, e.Msg, e.Hint)
		}
		if strings.Contains(e.Msg, "Error:") || strings.Contains(e.Msg, "Values list") {
			t.Errorf("%s: %s", q, e.Msg)
		}
	}
}
