package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/duckdb/duckdb-go/v2"
)

// benchClients is 20,000 so that benchmarks run with the tests cannot rot;
// CLIENTBASE_BENCH_CLIENTS=1000000 gives the figures of README.
func benchClients() int {
	if n, err := strconv.Atoi(os.Getenv("CLIENTBASE_BENCH_CLIENTS")); err == nil && n > 0 {
		return n
	}
	return 20000
}

// wideBatches makes clients lo..hi-1 with 20 filled columns, in batches.
func wideBatches(lo, hi int, mark string) []arrow.RecordBatch {
	cols := testSpec().clientColumns()
	var out []arrow.RecordBatch
	for ; lo < hi; lo += 65536 {
		end := min(lo+65536, hi)
		var fields []arrow.Field
		var arrs []arrow.Array
		for c, col := range cols[:20] {
			typ := arrow.DataType(arrow.BinaryTypes.String)
			switch col.typ {
			case "INTEGER":
				typ = arrow.PrimitiveTypes.Int32
			case "DATE":
				typ = arrow.FixedWidthTypes.Date32
			}
			b := array.NewBuilder(memory.DefaultAllocator, typ)
			for i := lo; i < end; i++ {
				switch b := b.(type) {
				case *array.Int32Builder:
					b.Append(int32(i))
				case *array.Date32Builder:
					b.Append(arrow.Date32(i % 20000))
				case *array.StringBuilder:
					switch {
					case c == 1:
						b.Append(cid(i))
					case i%7 == c%7:
						b.AppendNull()
					default:
						b.Append(mark + strconv.Itoa(i*2654435761%(1000<<uint(c%10))))
					}
				}
			}
			fields = append(fields, arrow.Field{Name: col.name, Type: typ, Nullable: true})
			arrs = append(arrs, b.NewArray())
		}
		out = append(out, array.NewRecordBatch(arrow.NewSchema(fields, nil), arrs, int64(end-lo)))
	}
	return out
}

func BenchmarkInsert(b *testing.B) {
	ctx := context.Background()
	recs := wideBatches(0, benchClients(), "value-")
	b.Run("parquet", func(b *testing.B) {
		for b.Loop() {
			s := begin(b, testDirs(b), "run", nil)
			for _, r := range recs {
				must(b, s.Insert(ctx, "clients", r))
			}
			must(b, s.Checks(ctx, nil))
			s.Abort()
		}
		rate(b)
	})
	b.Run("appender", func(b *testing.B) {
		for b.Loop() {
			db, err := sql.Open("duckdb", filepath.Join(b.TempDir(), "x.duckdb"))
			must(b, err)
			c, err := db.Conn(ctx)
			must(b, err)
			must(b, define(ctx, c, testSpec()))
			must(b, c.Raw(func(dc any) error { return appendRows(dc.(driver.Conn), recs) }))
			_, err = c.ExecContext(ctx, "CHECKPOINT")
			must(b, err)
			must(b, c.Close())
			must(b, db.Close())
		}
		rate(b)
	})
}

func appendRows(dc driver.Conn, recs []arrow.RecordBatch) error {
	names := make([]string, recs[0].NumCols())
	for i, f := range recs[0].Schema().Fields() {
		names[i] = f.Name
	}
	a, err := duckdb.NewAppenderWithColumns(dc, "", "", "clients", names)
	if err != nil {
		return err
	}
	row := make([]driver.Value, len(names))
	for _, r := range recs {
		for i := range int(r.NumRows()) {
			for k, col := range r.Columns() {
				row[k] = nil
				if col.IsNull(i) {
					continue
				}
				switch c := col.(type) {
				case *array.Int32:
					row[k] = c.Value(i)
				case *array.Date32:
					row[k] = c.Value(i).ToTime()
				case *array.String:
					row[k] = c.Value(i)
				}
			}
			if err := a.AppendRow(row...); err != nil {
				return err
			}
		}
	}
	return a.Close()
}

func rate(b *testing.B) {
	b.ReportMetric(float64(benchClients())*float64(b.N)/b.Elapsed().Seconds(), "clients/s")
}

// BenchmarkDelta publishes 1 % of the clients changed into a base with
// references, accounts, history and transactions, and asks a few questions.
func BenchmarkDelta(b *testing.B) {
	ctx := context.Background()
	n := benchClients()
	d := testDirs(b)
	s := begin(b, d, "run0", nil)
	t0 := time.Now()
	fillBase(b, s, n)
	fill := time.Since(t0)
	s.set.OnStep = stepTimer(b, "first")
	_, err := s.Publish(ctx, testManifest("run0"))
	must(b, err)
	b.ReportMetric(time.Since(t0).Seconds(), "first-s")
	b.Logf("fill %v, published after %v", fill, time.Since(t0))
	i := 0
	for b.Loop() {
		i++
		prev := open(b, d)
		t := time.Now()
		s := begin(b, d, fmt.Sprintf("run%d", i), prev)
		b.Logf("begin %v", time.Since(t))
		k := max(n/100, 1)
		nos := make([]int32, k)
		for j := range nos {
			nos[j] = int32(j)
		}
		must(b, s.DeleteClients(ctx, nos))
		b.Logf("deleted %v", time.Since(t))
		fillClients(b, s, 0, k, fmt.Sprintf("delta%d-", i))
		fillTx(b, s, i+1, n, k)
		must(b, s.Checks(ctx, nil))
		b.Logf("filled %v", time.Since(t))
		s.set.OnStep = stepTimer(b, "delta")
		_, err := s.Publish(ctx, testManifest(s.run))
		must(b, err)
		b.Logf("delta published %v", time.Since(t))
		must(b, prev.Close())
	}
	sn := open(b, d)
	for _, q := range []string{"SELECT count(*) FROM clients", "SELECT count(*), count(client_id) FROM transactions", "SELECT * FROM transactions WHERE client_id = '" + cid(n/2) + "'",
		"SELECT resolution, count(*) FROM transactions GROUP BY 1", "SELECT c.party, sum(amount) FROM clients c JOIN transactions USING (client_id) GROUP BY 1"} {
		t := time.Now()
		rows := table(b, sn, q)
		b.Logf("%v  %s (%d rows)", time.Since(t), q, len(rows))
	}
}

func stepTimer(b *testing.B, what string) func(string) error {
	last, t := "", time.Now()
	return func(step string) error {
		if last != "" {
			b.Logf("  %s %s %v", what, last, time.Since(t))
		}
		last, t = step, time.Now()
		return nil
	}
}

func fillBase(b *testing.B, s *Staging, n int) {
	ctx := context.Background()
	fillClients(b, s, 0, n, "value-")
	for lo := 0; lo < n; lo += 65536 {
		hi := min(lo+65536, n)
		var id, bn, acc, hold []any
		for i := lo; i < hi; i++ {
			id, bn = append(id, tok("f", "a", strconv.Itoa(i))), append(bn, 1)
			acc, hold = append(acc, tok("account", strconv.Itoa(i))), append(hold, tok("record", strconv.Itoa(i)))
		}
		must(b, s.Upsert(ctx, "account", []string{"fact_id"}, batch("fact_id", id, "batch_no", bn, "row_no", bn, "account", acc, "holder", hold)))
	}
	fillTx(b, s, 1, n, n*10)
}

func fillClients(b *testing.B, s *Staging, lo, hi int, mark string) {
	ctx := context.Background()
	for _, r := range wideBatches(lo, hi, mark) {
		must(b, s.Insert(ctx, "clients", r))
	}
	for ; lo < hi; lo += 65536 {
		end := min(lo+65536, hi)
		var token, kind, no, one, id, key []any
		for i := lo; i < end; i++ {
			token, kind, no, one = append(token, tok("record", strconv.Itoa(i))), append(kind, "record"), append(no, i), append(one, 1)
			id, key = append(id, cid(i)), append(key, strconv.Itoa(i))
		}
		must(b, s.Insert(ctx, "refs", batch("token", token, "kind", kind, "client_no", no, "holders", one)))
		must(b, s.Insert(ctx, "identities", batch("record_no", no, "client_no", no, "client_id", id, "stream", kind, "key", key)))
	}
}

// fillTx makes k transactions over 24 months.
func fillTx(b *testing.B, s *Staging, batchNo, clients, k int) {
	ctx := context.Background()
	start := at("2024-01-01 00:00")
	for lo := 0; lo < k; lo += 65536 {
		var txs []any
		var bn, rn, ts, acc, cur []any
		for i := lo; i < min(lo+65536, k); i++ {
			txs, bn, rn = append(txs, tok("f", strconv.Itoa(batchNo), strconv.Itoa(i))), append(bn, batchNo), append(rn, i)
			ts, acc = append(ts, start+arrow.Timestamp(int64(i%730)*86400_000_000)), append(acc, tok("account", strconv.Itoa(i%clients)))
			cur = append(cur, "RUB")
		}
		must(b, s.AppendFacts(ctx, "transaction", "core/tx", batch("fact_id", txs, "batch_no", bn, "row_no", rn, "at", ts, "account", acc, "currency", cur)))
	}
}
