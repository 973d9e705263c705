package formats

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// column collects one Utf8 column in Arrow's own layout; its buffers move into
// the array when the batch is cut.
type column struct {
	off   []int32
	data  []byte
	valid []byte // bitmap, bit set = value given
	nulls int
	rows  int
}

// fresh readies the column for a batch about as large as the last.
func (c *column) fresh() {
	rows, size := cap(c.off), cap(c.data)
	if len(c.data)*4 < size {
		size = len(c.data) * 2
	}
	*c = column{off: append(make([]int32, 0, rows), 0), data: make([]byte, 0, size), valid: make([]byte, 0, rows/8+1)}
}

// add appends a cell and gives its bytes in the column for masking in place.
func (c *column) add(v []byte, null bool) []byte {
	if c.rows&7 == 0 {
		c.valid = append(c.valid, 0)
	}
	start := len(c.data)
	if null {
		c.nulls++
	} else {
		c.valid[c.rows>>3] |= 1 << (c.rows & 7)
		c.data = append(c.data, v...)
	}
	c.off = append(c.off, int32(len(c.data)))
	c.rows++
	return c.data[start:]
}

// array hands the column over.
func (c *column) array() arrow.Array {
	if len(c.off) == 0 {
		c.off = []int32{0}
	}
	offs := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(c.off))), len(c.off)*4)
	d := array.NewData(arrow.BinaryTypes.String, c.rows,
		[]*memory.Buffer{memory.NewBufferBytes(c.valid), memory.NewBufferBytes(offs), memory.NewBufferBytes(c.data)}, nil, c.nulls, 0)
	defer d.Release()
	return array.NewStringData(d)
}
