package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
)

// TestLeavesAreWhatSQLSays compares sums of buckets with those that the engine
// computes by itself.
func TestLeavesAreWhatSQLSays(t *testing.T) {
	ctx := context.Background()
	db, err := openEngine(ctx, Settings{Threads: 2}, "")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	c, err := db.Conn(ctx)
	must(t, err)
	defer func() { must(t, c.Close()) }()
	_, err = c.ExecContext(ctx, `CREATE TABLE rows AS SELECT md5(i::VARCHAR) AS id, CASE WHEN i % 7 > 0 THEN 'Имя ' || i % 100 END AS name,
		DATE '2026-01-01' + (i % 400)::INTEGER AS day, i % 3 = 0 AS flag, 'same' AS same, i::DECIMAL(18,2) / 8 AS amount FROM range(30000) r(i)
		UNION ALL SELECT md5('0'), NULL, NULL, NULL, 'same', NULL FROM range(5)`)
	must(t, err)
	cols := []string{"id", "name", "day", "flag", "same", "amount"}
	l := &leaves{conn: c}
	for _, from := range []string{"rows", "(FROM rows WHERE name = 'Имя 5')", "(FROM rows WHERE false)"} {
		for range 2 {
			got, err := l.of(ctx, "id[1:2]", cols, from)
			must(t, err)
			rows, err := c.QueryContext(ctx, `SELECT b, sha256(string_agg(h, '' ORDER BY h)) FROM
				(SELECT id[1:2] AS b, sha256(`+canonical(cols)+`) AS h FROM `+from+`) GROUP BY b ORDER BY b`)
			must(t, err)
			var want []bucketSum
			for rows.Next() {
				var b bucketSum
				must(t, rows.Scan(&b.name, &b.sum))
				want = append(want, b)
			}
			must(t, rows.Close())
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %d buckets, %d by SQL, or others", from, len(got), len(want))
			}
		}
	}
	k, _ := testSpec().kind("card")
	_, err = c.ExecContext(ctx, "CREATE TABLE card AS SELECT NULL::UUID AS fact_id, '' AS stream WHERE false")
	must(t, err)
	for _, f := range k.Fields {
		_, err = c.ExecContext(ctx, "ALTER TABLE card ADD COLUMN "+ident(f.Name)+" VARCHAR")
		must(t, err)
	}
	none := sha256.Sum256(nil)
	if got, err := l.tableRoot(ctx, "card", k); err != nil || got != hex.EncodeToString(none[:]) {
		t.Error("the root of no rows", got, err)
	}
}
