package pipeline

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/opaque"
)

// What a table hands over is what the library's builders would have made.
func TestATableIsWhatTheBuildersMake(t *testing.T) {
	fields := []arrow.Field{field("text", textType), field("i32", arrow.PrimitiveTypes.Int32), field("i64", arrow.PrimitiveTypes.Int64), field("f32", arrow.PrimitiveTypes.Float32),
		field("flag", arrow.FixedWidthTypes.Boolean), field("day", dayType), field("micros", timeType), field("token", tokenType), field("bytes", arrow.BinaryTypes.Binary)}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	var got []arrow.RecordBatch
	tab := newTable("x", func(_ context.Context, rec arrow.RecordBatch) error {
		rec.Retain()
		got = append(got, rec)
		return nil
	}, fields...)
	const rows = 2*tableRows + 19
	texts := []string{"", "Иванов", "a", ""}
	for i := range rows {
		if text := texts[i%4]; text == "" {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.StringBuilder).Append(text)
		}
		tab.text(texts[i%4])
		if i%3 == 0 {
			tab.null().null().null().null()
			for c := 1; c <= 4; c++ {
				b.Field(c).AppendNull()
			}
		} else {
			tab.i32(int32(-i)).i64(int64(i) << 33).f32(float32(i) / 3).flag(i%2 == 0)
			b.Field(1).(*array.Int32Builder).Append(int32(-i))
			b.Field(2).(*array.Int64Builder).Append(int64(i) << 33)
			b.Field(3).(*array.Float32Builder).Append(float32(i) / 3)
			b.Field(4).(*array.BooleanBuilder).Append(i%2 == 0)
		}
		tab.day(int32(i % 5)).micros(int64(i) * 1e9)
		if i%5 == 0 {
			b.Field(5).AppendNull()
		} else {
			b.Field(5).(*array.Date32Builder).Append(arrow.Date32(i % 5))
		}
		b.Field(6).(*array.TimestampBuilder).Append(arrow.Timestamp(int64(i) * 1e9))
		if tok := (opaque.Token{byte(i), byte(i >> 8)}); tok.IsZero() {
			b.Field(7).AppendNull()
		} else {
			b.Field(7).(*array.FixedSizeBinaryBuilder).Append(tok[:])
		}
		tab.token(opaque.Token{byte(i), byte(i >> 8)}).null()
		b.Field(8).AppendNull()
		if err := tab.end(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tab.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := b.NewRecordBatch()
	defer want.Release()
	if len(got) != 3 {
		t.Fatalf("%d batches", len(got))
	}
	at := int64(0)
	for _, rec := range got {
		part := want.NewSlice(at, at+rec.NumRows())
		if !array.RecordEqual(part, rec) {
			t.Errorf("rows from %d differ", at)
		}
		at += rec.NumRows()
		part.Release()
		rec.Release()
	}
	if at != rows {
		t.Errorf("%d rows", at)
	}
}
