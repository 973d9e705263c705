package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// told are statements that make the engine quote a value of a row in what it
// says; %s stands for the column.
var told = []string{
	"SELECT CAST(%s AS INTEGER) FROM secret", "SELECT CAST(%s AS DATE) FROM secret", "SELECT CAST(%s AS TIMESTAMPTZ) FROM secret", "SELECT CAST(%s AS UUID) FROM secret",
	"SELECT CAST(%s AS BOOLEAN) FROM secret", "SELECT CAST(%s AS DECIMAL(4,2)) FROM secret", "SELECT CAST(%s AS TINYINT) FROM secret", "SELECT CAST(%s AS INTEGER[]) FROM secret",
	"SELECT CAST(%s AS STRUCT(a INTEGER)) FROM secret", "SELECT CAST(%s AS INTERVAL) FROM secret", "SELECT CAST(%s AS BLOB) FROM secret", "SELECT CAST(%s AS JSON) FROM secret",
	"SELECT CAST(%s AS ENUM('a', 'b')) FROM secret", "SELECT error(%s) FROM secret", "SELECT strptime(%s, '%%d.%%m.%%Y') FROM secret", "SELECT date_part(%s, DATE '2020-01-01') FROM secret",
	"SELECT DATE '2020-01-01' + CAST(%s AS INTERVAL) FROM secret", "SELECT TIMESTAMP '2020-01-01' AT TIME ZONE %s FROM secret", "SELECT regexp_matches('x', '(' || %s) FROM secret",
	"SELECT from_hex(%s) FROM secret", "SELECT from_base64(%s) FROM secret", "SELECT printf('%%d', %s) FROM secret", "SELECT json_extract(%s, '$.a') FROM secret",
	"SELECT map([%s, %[1]s], [1, 2]) FROM secret", "SELECT nextval(%s) FROM secret", "SELECT current_setting(%s) FROM secret", "SELECT CAST(%s AS BIT) FROM secret",
	"INSERT INTO strict SELECT %s, 1 FROM secret", "INSERT INTO strict SELECT %s, 2 FROM secret UNION ALL SELECT %[1]s, 2 FROM secret", "INSERT INTO checked SELECT %s FROM secret",
	"INSERT INTO child SELECT %s FROM secret", "UPDATE secret SET v = 1 / length(%s) || CAST(%[1]s AS INTEGER)", "SELECT * FROM (SELECT %s AS k, 1 AS n FROM secret) PIVOT (sum(n) FOR k IN ('a', 1 / 0))",
	"SELECT CASE WHEN %s > '' THEN error('row ' || %[1]s) END FROM secret", "SELECT list_value(1, 2)[CAST(%s AS BIGINT)] FROM secret", "SELECT (SELECT %s FROM secret UNION ALL SELECT %[1]s FROM secret)",
	"COPY (SELECT CAST(%s AS INTEGER) FROM secret) TO '/nowhere/x.csv'", "SELECT strftime(DATE '2020-01-01', '%%' || %s) FROM secret", "EXECUTE x(%s)",
}

// Whatever the engine says of a row, what comes out of the store says nothing
// of its values: names, phones, mail addresses and documents drawn at random, in
// Cyrillic and in words that could be names of columns.
func TestEngineErrorsQuoteNoValue(t *testing.T) {
	ctx := context.Background()
	db, err := openEngine(ctx, Settings{Threads: 1}, "")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	for _, q := range []string{"CREATE TABLE secret (v VARCHAR)", "CREATE TABLE strict (v VARCHAR PRIMARY KEY, n INTEGER)", "CREATE TABLE checked (v VARCHAR CHECK (length(v) < 2))",
		"CREATE TABLE parent (v VARCHAR PRIMARY KEY)", "CREATE TABLE child (v VARCHAR REFERENCES parent (v))"} {
		_, err := db.ExecContext(ctx, q)
		must(t, err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	letters := func(from rune, n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = from + rune(r.IntN(26))
		}
		return string(out)
	}
	failed, quoted := 0, 0
	for range 4 {
		for _, value := range []string{fmt.Sprintf("+7916%07d", r.IntN(1e7)), fmt.Sprintf("%010d", r.IntN(1e9)), letters('a', 9) + "@" + letters('a', 6) + ".example", letters('A', 12), letters('а', 8) + " " + letters('а', 7),
			`{"` + letters('a', 9) + `"`, letters('a', 8) + "_" + letters('a', 4)} {
			_, err := db.ExecContext(ctx, "DELETE FROM secret")
			must(t, err)
			_, err = db.ExecContext(ctx, "INSERT INTO secret VALUES (?)", value)
			must(t, err)
			for _, q := range told {
				q = fmt.Sprintf(strings.ReplaceAll(q, "%s", "%[1]s"), "v") // every place is the same column
				err := func() error {
					rows, err := db.QueryContext(ctx, q)
					if err != nil {
						return err
					}
					defer func() { _ = rows.Close() }()
					for rows.Next() {
					}
					return rows.Err()
				}()
				if err == nil {
					continue
				}
				failed++
				said := wrap("query", "snapshot", err).Error()
				for _, part := range parts(value) {
					if strings.Contains(err.Error(), part) {
						quoted++
					}
					if strings.Contains(said, part) {
						t.Errorf("%s: says %q of %q", q, said, value)
					}
				}
			}
			_, err = db.ExecContext(ctx, "DELETE FROM strict")
			must(t, err)
		}
	}
	t.Logf("%d statements failed, the engine quoted %d parts of values", failed, quoted)
	if failed < 800 || quoted < 800 {
		t.Errorf("only %d statements failed, with %d quotes", failed, quoted)
	}
}

// parts are the pieces of a value that tell it.
func parts(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(`+@. {"`, r) })
}
