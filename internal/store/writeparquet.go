package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"

	"clientbase/internal/disk"
)

// ParquetOptions are what a Parquet file says of itself, and its key.
type ParquetOptions struct {
	Words [][2]string // name and text, for the file's metadata
	Key   []byte      // 16, 24 or 32 bytes: everything is encrypted, footer and metadata included; nil = in clear
}

// WriteParquetFile writes the rows to a new Parquet file (zstd) with the
// columns' types; nested and rare types become text. With a key the file is
// encrypted as a whole, so that DuckDB reads it with add_parquet_key. The file
// appears under its name only when it is complete; an existing one is replaced.
func WriteParquetFile(path string, r *Rows, opt ParquetOptions) (int64, error) {
	fields := make([]arrow.Field, len(r.Columns))
	names := distinctNames(r.Columns)
	for i, c := range r.Columns {
		fields[i] = arrow.Field{Name: names[i], Type: arrowType(c.Type), Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	tmp := path + ".part"
	_ = disk.Remove(tmp)
	props := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Zstd), parquet.WithStats(true)}
	if opt.Key != nil {
		props = append(props, parquet.WithEncryptionProperties(parquet.NewFileEncryptionProperties(string(opt.Key))))
	}
	p, err := newParquet(tmp, schema, props...)
	if err != nil {
		return 0, wrap("write", "a Parquet file", err)
	}
	for _, w := range opt.Words {
		err = errors.Join(err, p.w.AppendKeyValueMetadata(w[0], w[1]))
	}
	n, cerr := copyRows(p, schema, r)
	if err = errors.Join(err, cerr, p.Close()); err == nil {
		err = errors.Join(disk.SyncFile(tmp), disk.Rename(tmp, path))
	}
	if err != nil {
		_ = disk.Remove(tmp)
	}
	return n, wrap("write", "a Parquet file", err)
}

func copyRows(p *ParquetFile, schema *arrow.Schema, r *Rows) (n int64, err error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	flush := func() error {
		rec := b.NewRecordBatch()
		defer rec.Release()
		return p.Write(rec)
	}
	for r.Next() {
		vals, err := r.Values()
		if err != nil {
			return n, err
		}
		for i, v := range vals {
			if err := appendValue(b.Field(i), v, r.Columns[i].Type); err != nil {
				return n, err
			}
		}
		if n++; n%16384 == 0 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	if err := r.Err(); err != nil {
		return n, err
	}
	return n, flush()
}

func arrowType(typ string) arrow.DataType {
	var p, s int32
	if _, err := fmt.Sscanf(typ, "DECIMAL(%d,%d)", &p, &s); err == nil && strings.HasSuffix(typ, ")") { // not a list of them
		return &arrow.Decimal128Type{Precision: p, Scale: s}
	}
	switch typ {
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean
	case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT":
		return arrow.PrimitiveTypes.Int32
	case "BIGINT", "UINTEGER":
		return arrow.PrimitiveTypes.Int64
	case "FLOAT":
		return arrow.PrimitiveTypes.Float32
	case "DOUBLE":
		return arrow.PrimitiveTypes.Float64
	case "HUGEINT":
		return &arrow.Decimal128Type{Precision: 38}
	case "DATE":
		return arrow.FixedWidthTypes.Date32
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case "UUID":
		return &arrow.FixedSizeBinaryType{ByteWidth: 16}
	}
	return arrow.BinaryTypes.String
}

func appendValue(b array.Builder, v any, typ string) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	ok := true
	switch b := b.(type) {
	case *array.BooleanBuilder:
		var x bool
		x, ok = v.(bool)
		b.Append(x)
	case *array.Int32Builder:
		x, good := integer(v)
		ok = good
		b.Append(int32(x))
	case *array.Int64Builder:
		x, good := integer(v)
		ok = good
		b.Append(x)
	case *array.Float32Builder:
		var x float32
		x, ok = v.(float32)
		b.Append(x)
	case *array.Float64Builder:
		var x float64
		x, ok = v.(float64)
		b.Append(x)
	case *array.Date32Builder:
		var x time.Time
		x, ok = v.(time.Time)
		b.Append(arrow.Date32FromTime(x))
	case *array.TimestampBuilder:
		var x time.Time
		x, ok = v.(time.Time)
		b.Append(arrow.Timestamp(x.UnixMicro()))
	case *array.Decimal128Builder:
		x, err := decimal128.FromString(plainText(v, typ), b.Type().(*arrow.Decimal128Type).Precision, b.Type().(*arrow.Decimal128Type).Scale)
		ok = err == nil
		b.Append(x)
	case *array.FixedSizeBinaryBuilder:
		u, err := hex.DecodeString(strings.ReplaceAll(plainText(v, typ), "-", ""))
		if ok = err == nil && len(u) == 16; ok {
			b.Append(u)
		}
	case *array.StringBuilder:
		b.Append(plainText(v, typ))
	default:
		ok = false
	}
	if !ok {
		return wrap("write", "a Parquet column", fmt.Errorf("no form of %T as %s", v, typ))
	}
	return nil
}

func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case uint8:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case *big.Int:
		return v.Int64(), v.IsInt64()
	}
	return 0, false
}
