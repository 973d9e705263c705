package store

import (
	"bufio"
	"errors"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"clientbase/internal/disk"
)

// rowGroup is DuckDB's own row group size, so that scans split the same way.
const rowGroup = 122880

// ParquetFile writes Arrow record batches of one schema to a Parquet file.
// A FixedSizeBinary(16) column is written as UUID. Not safe for concurrent use.
type ParquetFile struct {
	path string
	f    *disk.File
	buf  *bufio.Writer
	w    *pqarrow.FileWriter
	in   *arrow.Schema
	out  *arrow.Schema
	rows int64
}

// createSpool makes an uncompressed file that is read once and removed:
// measured faster than a compressed one and than the driver's appender.
func createSpool(path string, schema *arrow.Schema) (*ParquetFile, error) {
	return newParquet(path, schema, parquet.WithCompression(compress.Codecs.Uncompressed), parquet.WithStats(false), parquet.WithDictionaryDefault(false))
}

func newParquet(path string, schema *arrow.Schema, props ...parquet.WriterProperty) (*ParquetFile, error) {
	f, err := disk.CreateNew(path)
	if err != nil {
		return nil, err
	}
	out := uuidSchema(schema)
	props = append([]parquet.WriterProperty{parquet.WithMaxRowGroupLength(rowGroup), parquet.WithVersion(parquet.V2_LATEST)}, props...)
	buf := bufio.NewWriterSize(f, 1<<16) // Arrow writes in crumbs
	w, err := pqarrow.NewFileWriter(out, buf, parquet.NewWriterProperties(props...), pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, errors.Join(err, f.Close(), disk.Remove(path))
	}
	return &ParquetFile{path: path, f: f, buf: buf, w: w, in: schema, out: out}, nil
}

// Write appends a batch; the caller keeps it.
func (p *ParquetFile) Write(rec arrow.RecordBatch) error {
	cols := make([]arrow.Array, rec.NumCols())
	for i, c := range rec.Columns() {
		cols[i] = c
		if t, ok := p.out.Field(i).Type.(arrow.ExtensionType); ok && c.DataType().ID() == arrow.FIXED_SIZE_BINARY {
			e := array.NewExtensionArrayWithStorage(t, c)
			defer e.Release()
			cols[i] = e
		}
	}
	b := array.NewRecordBatch(p.out, cols, rec.NumRows())
	defer b.Release()
	p.rows += rec.NumRows()
	return wrap("write", "a Parquet file", p.w.WriteBuffered(b))
}

// Rows counts the rows written so far.
func (p *ParquetFile) Rows() int64 { return p.rows }

// Close finishes the file; without it the file is not readable.
func (p *ParquetFile) Close() error {
	err := p.w.Close()
	if cerr := errors.Join(p.buf.Flush(), p.f.Close()); !errors.Is(cerr, os.ErrClosed) {
		err = errors.Join(err, cerr)
	}
	return wrap("write", "a Parquet file", err)
}

// uuidSchema turns FixedSizeBinary(16) fields into UUID.
func uuidSchema(s *arrow.Schema) *arrow.Schema {
	fields := make([]arrow.Field, s.NumFields())
	for i, f := range s.Fields() {
		if t, ok := f.Type.(*arrow.FixedSizeBinaryType); ok && t.ByteWidth == 16 {
			f.Type = extensions.NewUUIDType()
		}
		fields[i] = f
	}
	return arrow.NewSchema(fields, nil)
}
