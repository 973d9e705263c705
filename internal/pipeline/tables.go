package pipeline

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/opaque"
)

// table builds rows of one store table column by column and hands them over in
// batches. Cells of a row are given left to right, then end closes the row. It
// writes Arrow's own memory form: the builders of the library cost as much as
// all the rest of survivorship.
type table struct {
	name   string
	schema *arrow.Schema
	cols   []tableColumn
	col    int
	rows   int
	put    func(context.Context, arrow.RecordBatch) error
}

// tableColumn is one column in Arrow's memory form.
type tableColumn struct {
	width int // bytes of a value; 0 = text, -1 = one bit
	data  []byte
	off   []byte // text: where each value ends, four bytes each
	valid []byte // one bit a row
	nulls int
}

const tableRows = 1 << 16

var (
	textType  = arrow.BinaryTypes.String
	tokenType = &arrow.FixedSizeBinaryType{ByteWidth: 16}
	dayType   = arrow.FixedWidthTypes.Date32
	timeType  = &arrow.TimestampType{Unit: arrow.Microsecond}
)

func newTable(name string, put func(context.Context, arrow.RecordBatch) error, cols ...arrow.Field) *table {
	t := &table{name: name, put: put, schema: arrow.NewSchema(cols, nil), cols: make([]tableColumn, len(cols))}
	for i, f := range cols {
		c := &t.cols[i]
		switch typ := f.Type.(type) {
		case *arrow.BooleanType:
			c.width = -1
		case arrow.FixedWidthDataType:
			c.width = typ.Bytes()
		}
		c.fresh()
	}
	return t
}

// fresh makes room for as much as was handed over last.
func (c *tableColumn) fresh() {
	room := func(b []byte) []byte { return make([]byte, 0, len(b)+len(b)/8) }
	c.data, c.valid, c.nulls = room(c.data), room(c.valid), 0
	if c.width == 0 {
		c.off = append(room(c.off), 0, 0, 0, 0)
	}
}

// mark notes whether the cell of a row holds a value.
func (c *tableColumn) mark(row int, ok bool) {
	c.valid = setBit(c.valid, row, ok)
	if !ok {
		c.nulls++
	}
}

func setBit(bits []byte, row int, v bool) []byte {
	if row&7 == 0 {
		bits = append(bits, 0)
	}
	if v {
		bits[row>>3] |= 1 << (row & 7)
	}
	return bits
}

// next gives the column of the cell to come and notes whether it holds a value.
func (t *table) next(ok bool) *tableColumn {
	c := &t.cols[t.col]
	t.col++
	c.mark(t.rows, ok)
	return c
}

func (t *table) text(s string) *table {
	c := t.next(s != "")
	c.data = append(c.data, s...)
	c.off = binary.LittleEndian.AppendUint32(c.off, uint32(len(c.data)))
	return t
}

func (t *table) i32(v int32) *table { return t.word(v, true) }

func (t *table) i64(v int64) *table {
	c := t.next(true)
	c.data = binary.LittleEndian.AppendUint64(c.data, uint64(v))
	return t
}

func (t *table) f32(v float32) *table { return t.word(int32(math.Float32bits(v)), true) }

func (t *table) word(v int32, ok bool) *table {
	c := t.next(ok)
	c.data = binary.LittleEndian.AppendUint32(c.data, uint32(v))
	return t
}

func (t *table) flag(v bool) *table {
	c := t.next(true)
	c.data = setBit(c.data, t.rows, v)
	return t
}

// day writes days since 1970; 0 is null, no client was born on that day
// without a doubt and no delivery speaks of it.
func (t *table) day(v int32) *table { return t.word(v, v != 0) }

func (t *table) date(v int32, ok bool) *table { return t.word(v, ok) }

func (t *table) micros(v int64) *table { return t.i64(v) }

func (t *table) token(v opaque.Token) *table {
	c := t.next(!v.IsZero())
	c.data = append(c.data, v[:]...)
	return t
}

// null leaves a cell without a value.
func (t *table) null() *table {
	c := t.next(false)
	switch {
	case c.width < 0:
		c.data = setBit(c.data, t.rows, false)
	case c.width == 0:
		c.off = binary.LittleEndian.AppendUint32(c.off, uint32(len(c.data)))
	default:
		c.data = append(c.data, make([]byte, c.width)...)
	}
	return t
}

// end closes the row and hands over a full batch.
func (t *table) end(ctx context.Context) error {
	t.col = 0
	t.rows++
	if t.rows >= tableRows {
		return t.flush(ctx)
	}
	return nil
}

// flush hands over what is left.
func (t *table) flush(ctx context.Context) error {
	if t.rows == 0 {
		return nil
	}
	cols := make([]arrow.Array, len(t.cols))
	for i := range t.cols {
		cols[i] = t.cols[i].array(t.schema.Field(i).Type, t.rows)
		defer cols[i].Release()
	}
	rec := array.NewRecordBatch(t.schema, cols, int64(t.rows))
	defer rec.Release()
	t.rows = 0
	return t.put(ctx, rec)
}

// array hands the column's memory over and begins anew.
func (c *tableColumn) array(typ arrow.DataType, rows int) arrow.Array {
	bufs := []*memory.Buffer{nil}
	if c.nulls > 0 {
		bufs[0] = memory.NewBufferBytes(c.valid)
	}
	if c.width == 0 {
		bufs = append(bufs, memory.NewBufferBytes(c.off))
	}
	data := array.NewData(typ, rows, append(bufs, memory.NewBufferBytes(c.data)), nil, c.nulls, 0)
	defer data.Release()
	c.fresh()
	return array.MakeFromData(data)
}

func field(name string, typ arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: typ, Nullable: true}
}
