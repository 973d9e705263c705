package store

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// values makes lineage of clients lo..hi-1: attrs values each, a loser per value.
func values(lo, hi, attrs int, field string) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, ValueSchema())
	for c := lo; c < hi; c++ {
		for a := range attrs {
			for w := range 2 {
				b.Field(0).(*array.Int32Builder).Append(int32(c))
				b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("attr%02d", a))
				b.Field(2).(*array.Int64Builder).Append(int64(c*3 + w))
				b.Field(3).(*array.StringBuilder).Append(field)
				b.Field(4).(*array.StringBuilder).Append("phone@1")
				b.Field(5).(*array.StringBuilder).Append("trust")
				b.Field(6).(*array.BooleanBuilder).Append(w == 0)
				b.Field(7).(*array.Date32Builder).Append(arrow.Date32(19000 + c%100))
			}
		}
	}
	return b.NewRecordBatch()
}

func records(batchNo int32, nos ...int64) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, RecordSchema())
	for _, n := range nos {
		b.Field(0).(*array.Int64Builder).Append(n)
		b.Field(1).(*array.StringBuilder).Append("core/clients")
		b.Field(2).(*array.StringBuilder).Append(fmt.Sprint(n))
		b.Field(3).(*array.Int32Builder).Append(1)
		b.Field(4).(*array.Int32Builder).Append(1)
		b.Field(5).(*array.Int64Builder).Append(n)
		b.Field(6).(*array.Int32Builder).Append(batchNo)
		b.Field(7).(*array.Int64Builder).Append(n)
		b.Field(8).(*array.BinaryBuilder).Append([]byte{1, 2, 3})
	}
	return b.NewRecordBatch()
}

func TestLineageGenerations(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	must(t, writeLineage(s, LineageValues, []arrow.RecordBatch{values(1, 4, 2, "OLD")}))
	must(t, writeLineage(s, LineageRecords, []arrow.RecordBatch{records(1, 11, 12, 13)}))
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	one := open(t, d)
	// client 2 changes, client 3 is merged away, client 4 is new, 1 untouched
	s = begin(t, d, "run2", one)
	must(t, s.DeleteClients(ctx, []int32{2, 3}))
	must(t, s.Insert(ctx, "clients", clientsBatch(2, 3, func(int) string { return "x" })))
	must(t, s.Insert(ctx, "clients", clientsBatch(4, 5, func(int) string { return "x" })))
	must(t, writeLineage(s, LineageValues, []arrow.RecordBatch{values(2, 3, 1, "NEW"), values(4, 5, 1, "NEW")}))
	must(t, writeLineage(s, LineageRecords, []arrow.RecordBatch{records(2, 12, 14)}))
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	two := open(t, d)
	for sn, want := range map[*Snapshot][4]string{one: {"4 OLD 1", "4 OLD 1", "4 OLD 1", "0"}, two: {"4 OLD 1", "2 NEW 2", "0", "2 NEW 2"}} {
		for i, w := range want {
			v, err := sn.Lineage(ctx, int32(i+1))
			must(t, err)
			got := fmt.Sprint(len(v))
			if len(v) > 0 {
				got = fmt.Sprint(len(v), " ", v[0].Field, " ", v[0].Generation)
				if !v[0].Winner || v[1].Winner || v[0].ClientNo != int32(i+1) || v[0].ValidFrom == "" {
					t.Errorf("client %d: %+v", i+1, v[:2])
				}
			}
			if got != w {
				t.Errorf("client %d of snapshot %d: %q, want %q", i+1, sn.info.Manifest.Seq, got, w)
			}
		}
	}
	for no, last := range map[int64]int32{11: 1, 12: 2, 14: 2} {
		found, err := two.Records(ctx, []int64{no})
		r := found[no]
		must(t, err)
		if len(r) != 1 || r[0].LastBatch != last || r[0].FirstBatch != 1 || string(r[0].Commitment) != "\x01\x02\x03" {
			t.Errorf("record %d: %+v", no, r)
		}
	}
	no, err := two.RecordNo(ctx, "core/clients", "1")
	if err != nil || no != 11 {
		t.Errorf("record of key 1: %d %v", no, err)
	}
}

// BenchmarkTrace finds one client in lineage of all clients × 20 attributes
// × 2 candidates.
func BenchmarkTrace(b *testing.B) {
	ctx := context.Background()
	d := testDirs(b)
	n := benchClients()
	s := begin(b, d, "run", nil)
	p, err := CreateLineage(s.LineageFile(LineageValues), LineageValues)
	must(b, err)
	for lo := 0; lo < n; lo += 10000 {
		must(b, p.Write(values(lo, min(lo+10000, n), 20, "FIELD")))
	}
	must(b, p.Close())
	st, err := os.Stat(p.path)
	must(b, err)
	_, err = s.Publish(ctx, testManifest("run"))
	must(b, err)
	sn := open(b, d)
	t := time.Now()
	_, err = sn.Lineage(ctx, 1)
	must(b, err)
	b.ReportMetric(float64(time.Since(t).Microseconds())/1000, "first-ms")
	i := 0
	for b.Loop() {
		i++
		v, err := sn.Lineage(ctx, int32(i*7919%n))
		if err != nil || len(v) != 40 {
			b.Fatal(len(v), err)
		}
	}
	b.ReportMetric(float64(st.Size())/float64(p.Rows()), "bytes/row")
}
