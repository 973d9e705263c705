package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

var testKey = opaque.NewKey([]byte("0123456789abcdef0123456789abcdef"))

func testDirs(t testing.TB) Dirs { return Dirs{Data: filepath.Join(t.TempDir(), "data"), Key: testKey} }

func testSpec() Spec {
	return Spec{Dict: schemas.Builtin(), Facts: schemas.FactKinds(), Streams: []string{"core/clients"}}
}

// tok makes a token as the pipeline does.
func tok(parts ...string) opaque.Token { return testKey.Token(parts...) }

func day(s string) arrow.Date32 {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return arrow.Date32FromTime(d)
}

func at(s string) arrow.Timestamp {
	d, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return arrow.Timestamp(d.UnixMicro())
}

// batch makes a record batch from named columns; the type of the first
// non-nil value decides the column's type, text where there is none.
func batch(cols ...any) arrow.RecordBatch {
	var fields []arrow.Field
	var arrs []arrow.Array
	var n int64
	for i := 0; i < len(cols); i += 2 {
		vals := cols[i+1].([]any)
		n = int64(len(vals))
		typ := arrow.DataType(arrow.BinaryTypes.String)
		for _, v := range vals {
			switch v.(type) {
			case int:
				typ = arrow.PrimitiveTypes.Int64
			case bool:
				typ = arrow.FixedWidthTypes.Boolean
			case float64:
				typ = arrow.PrimitiveTypes.Float64
			case arrow.Date32:
				typ = arrow.FixedWidthTypes.Date32
			case arrow.Timestamp:
				typ = &arrow.TimestampType{Unit: arrow.Microsecond}
			case opaque.Token:
				typ = &arrow.FixedSizeBinaryType{ByteWidth: 16}
			case decimal128.Num:
				typ = &arrow.Decimal128Type{Precision: 18, Scale: 2}
			}
		}
		b := array.NewBuilder(memory.DefaultAllocator, typ)
		for _, v := range vals {
			switch v := v.(type) {
			case nil:
				b.AppendNull()
			case int:
				b.(*array.Int64Builder).Append(int64(v))
			case bool:
				b.(*array.BooleanBuilder).Append(v)
			case float64:
				b.(*array.Float64Builder).Append(v)
			case string:
				b.(*array.StringBuilder).Append(v)
			case arrow.Date32:
				b.(*array.Date32Builder).Append(v)
			case arrow.Timestamp:
				b.(*array.TimestampBuilder).Append(v)
			case opaque.Token:
				b.(*array.FixedSizeBinaryBuilder).Append(v[:])
			case decimal128.Num:
				b.(*array.Decimal128Builder).Append(v)
			default:
				panic(fmt.Sprintf("no column type for %T", v))
			}
		}
		fields = append(fields, arrow.Field{Name: cols[i].(string), Type: typ, Nullable: true})
		arrs = append(arrs, b.NewArray())
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrs, n)
}

func list(v ...any) []any { return v }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (cause %v)", err, cause(err))
	}
}

func cause(err error) error {
	if e, ok := errs.Of(err); ok {
		return e.Unwrap()
	}
	return nil
}

func wantKind(t testing.TB, err error, k errs.Kind) {
	t.Helper()
	e, ok := errs.Of(err)
	if !ok || e.Kind != k {
		t.Fatalf("got error %v, want kind %v", err, k)
	}
}

func cid(n int) string { return fmt.Sprintf("%032x", n*2654435761) }

// clientsBatch makes synthetic clients lo..hi-1 with the names given by name.
func clientsBatch(lo, hi int, name func(int) string) arrow.RecordBatch {
	var no, id, party, disp, recs, since []any
	for i := lo; i < hi; i++ {
		no, id, party = append(no, i), append(id, cid(i)), append(party, "person")
		disp, recs, since = append(disp, name(i)), append(recs, 1+i%3), append(since, day("2020-01-01")+arrow.Date32(i%1000))
	}
	return batch("client_no", no, "client_id", id, "party", party, "display_name", disp, "surname", disp, "n_records", recs, "since", since)
}

// smallBase fills a staging with three clients, two accounts, one of them
// held by two clients, and a card.
func smallBase(t testing.TB, s *Staging) {
	t.Helper()
	ctx := context.Background()
	must(t, s.Insert(ctx, "clients", clientsBatch(1, 4, func(i int) string { return fmt.Sprintf("Тестов %d", i) })))
	must(t, s.Insert(ctx, "refs", batch(
		"token", list(tok("record", "1"), tok("record", "2"), tok("record", "3"), tok("phone", "+70000000001")),
		"kind", list("record", "record", "record", "phone"),
		"client_no", list(1, 2, 3, nil),
		"holders", list(1, 1, 1, 2))))
	must(t, s.Insert(ctx, "identities", batch(
		"record_no", list(11, 12, 13), "client_no", list(1, 2, 3), "client_id", list(cid(1), cid(2), cid(3)),
		"stream", list("core/clients", "core/clients", "core/clients"), "key", list("1", "2", "3"),
		"party", list("person", "person", "person"), "valid_from", list(day("2024-01-01"), day("2024-01-01"), day("2024-01-01")))))
	must(t, s.Upsert(ctx, "account", []string{"fact_id"}, batch(
		"fact_id", list(tok("f", "a1"), tok("f", "a2"), tok("f", "a2b")),
		"stream", list("core/accounts", "core/accounts", "core/accounts"), "batch_no", list(1, 1, 1), "row_no", list(1, 2, 3),
		"account", list(tok("account", "1"), tok("account", "2"), tok("account", "2")),
		"number", list("…0001", "…0002", "…0002"),
		"holder", list(tok("record", "1"), tok("record", "2"), tok("record", "3")))))
	must(t, s.Upsert(ctx, "card", []string{"fact_id"}, batch(
		"fact_id", list(tok("f", "c1"), tok("f", "c2")), "stream", list("cards/cards", "cards/cards"), "batch_no", list(2, 2), "row_no", list(1, 2),
		"card", list(tok("card", "1"), tok("card", "2")), "account", list(tok("account", "2"), tok("account", "1")),
		"holder", list(tok("record", "2"), nil))))
	must(t, s.AppendFacts(ctx, "transaction", "core/tx", txBatch(1,
		tx{"t1", "2024-01-05 10:00", "1", "", 1050}, tx{"t2", "2024-01-06 10:00", "2", "", -2000},
		tx{"t3", "2024-02-07 10:00", "2", "1", 300}, tx{"t4", "2024-02-08 10:00", "9", "", 400}, tx{"t5", "2024-02-09 00:00", "", "2", 500})))
}

type tx struct {
	id, at, account, card string
	cents                 int64
}

func txBatch(batchNo int, txs ...tx) arrow.RecordBatch {
	var ids, bn, rn, ts, acc, card, amount, cur []any
	ref := func(kind, v string) any {
		if v == "" {
			return nil
		}
		return tok(kind, v)
	}
	for i, x := range txs {
		ids, bn, rn = append(ids, tok("f", x.id)), append(bn, batchNo), append(rn, i+1)
		ts, acc, card = append(ts, at(x.at)), append(acc, ref("account", x.account)), append(card, ref("card", x.card))
		amount, cur = append(amount, decimal128.FromI64(x.cents)), append(cur, "RUB")
	}
	return batch("fact_id", ids, "batch_no", bn, "row_no", rn, "at", ts, "account", acc, "card", card, "amount", amount, "currency", cur)
}

func testManifest(run string) Manifest {
	return Manifest{Run: run, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Program: "test",
		Streams: []StreamState{{Stream: "core/clients", Mode: "full", AsOf: "2026-01-01", Deliveries: 1, Records: 3}}}
}

func begin(t testing.TB, d Dirs, run string, prev *Snapshot) *Staging {
	t.Helper()
	s, err := Begin(context.Background(), d, run, prev, testSpec(), Settings{})
	must(t, err)
	return s
}

// published makes a data folder with one snapshot of smallBase.
func published(t testing.TB) (Dirs, *Snapshot) {
	t.Helper()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	_, err := s.Publish(context.Background(), testManifest("run1"))
	must(t, err)
	return d, open(t, d)
}

func open(t testing.TB, d Dirs) *Snapshot {
	t.Helper()
	sn, err := Open(d)
	must(t, err)
	t.Cleanup(func() { _ = sn.Close() })
	return sn
}

// table runs an analyst's query and gives rows as text.
func table(t testing.TB, sn *Snapshot, q string) [][]string {
	t.Helper()
	r, err := sn.Query(context.Background(), q, QueryOptions{})
	must(t, err)
	defer func() { must(t, r.Close()) }()
	var out [][]string
	for r.Next() {
		v, err := r.Values()
		must(t, err)
		row := make([]string, len(v))
		for i, x := range v {
			row[i] = fmt.Sprint(x)
		}
		out = append(out, row)
	}
	must(t, r.Err())
	return out
}

// int32Column gives the batch with one of its columns as Int32.
func int32Column(rec arrow.RecordBatch, col int) arrow.RecordBatch {
	from := rec.Column(col).(*array.Int64)
	b := array.NewInt32Builder(memory.DefaultAllocator)
	for i := range from.Len() {
		b.Append(int32(from.Value(i)))
	}
	cols := append([]arrow.Array{}, rec.Columns()...)
	cols[col] = b.NewArray()
	fields := append([]arrow.Field{}, rec.Schema().Fields()...)
	fields[col].Type = arrow.PrimitiveTypes.Int32
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), cols, rec.NumRows())
}

// writeLineage writes all batches to this run's lineage file of a kind.
func writeLineage(s *Staging, what string, batches []arrow.RecordBatch) error {
	p, err := CreateLineage(s.LineageFile(what), what)
	if err != nil {
		return err
	}
	for _, b := range batches {
		if err := p.Write(b); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	return p.Close()
}
