package store

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const odd = `SELECT * FROM (VALUES
 (1, 'Іваненко', -1.50::DECIMAL(18,2), DATE '2024-02-29', TIMESTAMP '2024-01-02 03:04:05.000006', true, 9007199254740993, NULL, uuid_text::UUID, [1,2], ''),
 (22, '=cmd|''x''!A1, "q"', 0.05, NULL, NULL, NULL, -5, 'a
b', NULL, NULL, '漢字')) t(n, s, d, day, ts, b, big, maybe, u, l, e), (SELECT '00112233-4455-6677-8899-aabbccddeeff' AS uuid_text) x`

func query(t *testing.T, sn *Snapshot, q string) *Rows {
	t.Helper()
	q = strings.ReplaceAll(q, "uuid_text::UUID", "'00112233-4455-6677-8899-aabbccddeeff'::UUID")
	r, err := sn.Query(context.Background(), q, QueryOptions{})
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestWriteTableAligns(t *testing.T) {
	_, sn := published(t)
	var b bytes.Buffer
	n, err := WriteTable(&b, query(t, sn, "SELECT n, s, e FROM ("+odd+") ORDER BY n"))
	must(t, err)
	want := ` n  s                   e
──  ──────────────────  ────
 1  Іваненко            
22  =cmd|'x'!A1, "q"    漢字
`
	want = strings.ReplaceAll(want, "──────────────────", "────────────────")
	want = strings.ReplaceAll(want, "s                   e", "s                 e")
	want = strings.ReplaceAll(want, "Іваненко            ", "Іваненко          ")
	want = strings.ReplaceAll(want, `"q"    漢`, `"q"  漢`)
	if n != 2 || b.String() != want {
		t.Errorf("%d rows\n%s\nwant\n%s", n, b.String(), want)
	}
}

func TestWriteCSVIsExact(t *testing.T) {
	_, sn := published(t)
	var b bytes.Buffer
	_, err := WriteCSV(&b, query(t, sn, odd))
	must(t, err)
	rows, err := csv.NewReader(&b).ReadAll()
	must(t, err)
	want := []string{"1", "Іваненко", "-1.50", "2024-02-29", "2024-01-02T03:04:05.000006", "true", "9007199254740993", "", "00112233-4455-6677-8899-aabbccddeeff", "[1,2]", ""}
	if strings.Join(rows[1][:11], "|") != strings.Join(want, "|") {
		t.Errorf("%q", rows[1])
	}
	if rows[2][1] != `=cmd|'x'!A1, "q"` || rows[2][7] != "a\nb" {
		t.Errorf("%q", rows[2])
	}
	b.Reset()
	_, err = WriteSheetCSV(&b, query(t, sn, "SELECT s, d, '+7' AS p FROM ("+odd+") ORDER BY n"))
	must(t, err)
	people := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
	people.Comma = ';'
	if rows, err = people.ReadAll(); err != nil || rows[2][0][0] != '\'' || rows[1][1] != "-1.50" || rows[1][2] != "'+7" {
		t.Errorf("%q %v", rows, err)
	}
}

func TestWriteJSONIsExact(t *testing.T) {
	_, sn := published(t)
	var b bytes.Buffer
	_, err := WriteJSON(&b, query(t, sn, odd))
	must(t, err)
	line, _, _ := strings.Cut(b.String(), "\n")
	if !json.Valid([]byte(line)) || !strings.HasPrefix(line, `{"n":1,"s":"Іваненко","d":-1.50,"day":"2024-02-29","ts":"2024-01-02T03:04:05.000006","b":true,"big":9007199254740993,"maybe":null,`) {
		t.Error(line)
	}
}

func TestWriteParquetReadsBack(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	path := filepath.Join(t.TempDir(), "out.parquet")
	n, err := WriteParquetFile(path, query(t, sn, odd), ParquetOptions{})
	must(t, err)
	r, err := sn.Reader(ctx)
	must(t, err)
	back, err := r.Query(ctx, "SELECT n, s, d, day, ts, b, big, maybe, u, typeof(d), typeof(u), typeof(ts) FROM read_parquet(?) ORDER BY n", path)
	must(t, err)
	defer func() { _ = back.Close() }()
	var b bytes.Buffer
	_, err = WriteCSV(&b, back)
	must(t, err)
	rows, err := csv.NewReader(&b).ReadAll()
	must(t, err)
	want := "1|Іваненко|-1.50|2024-02-29|2024-01-02T03:04:05.000006|true|9007199254740993||00112233-4455-6677-8899-aabbccddeeff|DECIMAL(18,2)|UUID|TIMESTAMP"
	if n != 2 || strings.Join(rows[1], "|") != want {
		t.Errorf("%d %q", n, rows[1])
	}
}

// A file that leaves the house is unreadable without its key, as a whole; with
// it DuckDB reads every value.
func TestAnEncryptedParquetFileNeedsItsKey(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	path := filepath.Join(t.TempDir(), "out.parquet")
	key := []byte("0123456789abcdef0123456789abcdef")
	_, err := WriteParquetFile(path, query(t, sn, odd), ParquetOptions{Words: [][2]string{{"clientbase.recipient", "Dialler Ltd"}}, Key: key})
	must(t, err)
	bytesOf, err := os.ReadFile(path)
	must(t, err)
	for _, clear := range []string{"Іваненко", "maybe", "Dialler", "clientbase"} {
		if bytes.Contains(bytesOf, []byte(clear)) {
			t.Errorf("%q stands in it in clear", clear)
		}
	}
	db, err := openEngine(ctx, Settings{}, "")
	must(t, err)
	defer func() { _ = db.Close() }()
	c, err := db.Conn(ctx)
	must(t, err)
	defer func() { _ = c.Close() }()
	var n int
	var name string
	if err := one(ctx, c, "SELECT count(*) FROM read_parquet("+quote(path)+")", &n); err == nil {
		t.Error("read without a key")
	}
	for k, good := range map[string]bool{"0123456789abcdef0123456789abcdef": true, "0123456789abcdef0123456789abcdeX": false} {
		_, err = c.ExecContext(ctx, "PRAGMA add_parquet_key('"+map[bool]string{true: "right", false: "wrong"}[good]+"', '"+k+"')")
		must(t, err)
	}
	if err := one(ctx, c, "SELECT count(*) FROM read_parquet("+quote(path)+", encryption_config = {footer_key: 'wrong'})", &n); err == nil {
		t.Error("read with a wrong key")
	}
	must(t, one(ctx, c, "SELECT count(*), min(s) FROM read_parquet("+quote(path)+", encryption_config = {footer_key: 'right'})", &n, &name))
	if n != 2 || name == "" {
		t.Errorf("%d %q", n, name)
	}
}
