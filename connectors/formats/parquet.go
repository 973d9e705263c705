package formats

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// ParquetFormat is the entry of Parquet files in the guess list.
func ParquetFormat() Format {
	return Format{
		Name:      "parquet",
		Doc:       "Parquet file",
		Container: true,
		Guess: func(_ string, head []byte) int {
			if bytes.HasPrefix(head, []byte("PAR1")) || bytes.HasPrefix(head, parquetSealed) {
				return 99
			}
			return 0
		},
		Open: OpenParquet,
	}
}

// parquetSealed is how a file begins whose footer is encrypted too (Parquet modular
// encryption, "PARE" in the place of "PAR1").
var parquetSealed = []byte("PARE")

// sheetRow is the position of a row of a container: its number.
func sheetRow(n int64) connectors.Position {
	return connectors.Position{Kind: connectors.AtMessage, A: n, Line: n}
}

// OpenParquet reads a Parquet file in batches. Values are given as text: dates as
// 2006-01-02, decimals with their scale, nested columns as JSON. Positions are
// row numbers (AtMessage).
func OpenParquet(in Input, _ Options) (r Reader, err error) {
	defer func() { // a crafted footer may make the library panic
		if v := recover(); v != nil {
			r, err = nil, notParquet(in.Name, nil)
		}
	}()
	if in.At == nil || in.Size < 0 {
		return nil, errs.New(errs.Input, "read", in.Name, "a Parquet file cannot be read from a pipe", "give the file by its name")
	}
	var magic [4]byte
	if _, err := in.At.ReadAt(magic[:], 0); err == nil && bytes.Equal(magic[:], parquetSealed) {
		return nil, errs.New(errs.Input, "read", in.Name, "the Parquet file is encrypted", "ask for it without encryption; with its key DuckDB reads it (`PRAGMA add_parquet_key`) and can write it anew")
	}
	pf, err := file.NewParquetReader(io.NewSectionReader(in.At, 0, in.Size))
	if err != nil {
		return nil, notParquet(in.Name, err)
	}
	fr, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{BatchSize: 4096}, memory.DefaultAllocator)
	if err != nil {
		return nil, notParquet(in.Name, err)
	}
	rr, err := fr.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return nil, notParquet(in.Name, err)
	}
	p := &parquetReader{name: in.Name, f: pf, rr: rr, info: Info{Charset: scan.Opaque}}
	for _, f := range rr.Schema().Fields() {
		p.names = append(p.names, f.Name)
	}
	p.names = headings(p.names)
	p.fields = make([]Field, len(p.names))
	return p, nil
}

func notParquet(name string, err error) error {
	return errs.Hidden(errs.Integrity, "read", name, "the Parquet file is damaged or of a kind that cannot be read", err, "check the transfer")
}

type parquetReader struct {
	name   string
	f      *file.Reader
	rr     pqarrow.RecordReader
	rec    arrow.RecordBatch
	at     int
	row    int64
	names  []string
	fields []Field
	info   Info
	end    error
}

// Columns names the columns.
func (p *parquetReader) Columns() []string { return p.names }

// Info gives the findings.
func (p *parquetReader) Info() Info { return p.info }

// Next gives the next row.
func (p *parquetReader) Next() (row Row, err error) {
	if p.end != nil {
		return Row{}, p.end
	}
	defer func() {
		if v := recover(); v != nil {
			row, p.end = Row{}, notParquet(fmt.Sprintf("%s row %d", p.name, p.row+1), nil)
			err = p.end
		}
	}()
	for p.rec == nil || p.at >= int(p.rec.NumRows()) {
		if !p.rr.Next() {
			p.end = io.EOF
			if err := p.rr.Err(); err != nil && err != io.EOF {
				p.end = notParquet(fmt.Sprintf("%s row %d", p.name, p.row+1), err)
			}
			p.rr.Release()
			_ = p.f.Close()
			return Row{}, p.end
		}
		p.rec, p.at = p.rr.RecordBatch(), 0
	}
	p.row++
	for i := range p.fields {
		c := p.rec.Column(i)
		if c.IsNull(p.at) {
			p.fields[i] = Field{Null: true}
			continue
		}
		p.fields[i] = Field{Value: cellText(c, p.at)}
	}
	p.at++
	return Row{Fields: p.fields, Line: p.row, Pos: sheetRow(p.row)}, nil
}

func cellText(c arrow.Array, i int) []byte {
	switch c := c.(type) {
	case *array.String:
		return []byte(c.Value(i))
	case *array.LargeString:
		return []byte(c.Value(i))
	case *array.Binary:
		return bytes.ToValidUTF8(c.Value(i), []byte("\uFFFD"))
	case *array.Decimal128:
		return []byte(c.Value(i).ToString(c.DataType().(arrow.DecimalType).GetScale()))
	case *array.Decimal256:
		return []byte(c.Value(i).ToString(c.DataType().(arrow.DecimalType).GetScale()))
	case *array.Date32:
		return []byte(c.Value(i).FormattedString())
	}
	return []byte(c.ValueStr(i))
}
