package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"
)

// Rows travel from the sandbox as values with a tag each: what the writers of
// results and Parquet can tell apart, and nothing else. Kinds of the engine
// that they print as text (intervals, maps) travel as that text.
const (
	tagNull byte = iota
	tagFalse
	tagTrue
	tagInt
	tagUint
	tagFloat32
	tagFloat64
	tagText
	tagBytes
	tagTime
	tagDecimal
	tagBig
	tagList
	tagStruct
)

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendCell adds one value as Rows.Values gives it.
func appendCell(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, tagNull)
	case bool:
		if v {
			return append(b, tagTrue)
		}
		return append(b, tagFalse)
	case uint64:
		return binary.AppendUvarint(append(b, tagUint), v)
	case float32:
		return binary.BigEndian.AppendUint32(append(b, tagFloat32), math.Float32bits(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, tagFloat64), math.Float64bits(v))
	case string:
		return appendText(append(b, tagText), v)
	case []byte:
		return appendText(append(b, tagBytes), string(v))
	case time.Time:
		_, east := v.Zone()
		b = binary.AppendVarint(append(b, tagTime), v.Unix())
		return binary.AppendVarint(binary.AppendUvarint(b, uint64(v.Nanosecond())), int64(east))
	case Decimal:
		return appendText(append(b, tagDecimal), string(v))
	case *big.Int:
		return appendText(append(b, tagBig), v.String())
	case []any:
		b = binary.AppendUvarint(append(b, tagList), uint64(len(v)))
		for _, e := range v {
			b = appendCell(b, e)
		}
		return b
	case map[string]any:
		b = binary.AppendUvarint(append(b, tagStruct), uint64(len(v)))
		for _, k := range sortedKeys(v) {
			b = appendCell(appendText(b, k), v[k])
		}
		return b
	}
	if n, ok := integer(v); ok {
		return binary.AppendVarint(append(b, tagInt), n)
	}
	return appendText(append(b, tagText), fmt.Sprint(v))
}

var errCell = errors.New("a value from the sandbox is cut or of no known kind")

// cellReader reads values one after the other; the first fault stays in err.
type cellReader struct {
	b   []byte
	err error
}

func (c *cellReader) uvarint() uint64 {
	n, used := binary.Uvarint(c.b)
	if used <= 0 {
		c.err, c.b = errCell, nil
		return 0
	}
	c.b = c.b[used:]
	return n
}

func (c *cellReader) varint() int64 {
	n, used := binary.Varint(c.b)
	if used <= 0 {
		c.err, c.b = errCell, nil
		return 0
	}
	c.b = c.b[used:]
	return n
}

func (c *cellReader) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.err, c.b = errCell, nil
		return make([]byte, min(n, 8))
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cellReader) text() string { return string(c.take(c.uvarint())) }

// count is how many parts follow; each takes a byte at least.
func (c *cellReader) count() int {
	n := c.uvarint()
	if n > uint64(len(c.b)) {
		c.err, c.b = errCell, nil
		return 0
	}
	return int(n)
}

func (c *cellReader) cell() any {
	if c.err != nil {
		return nil
	}
	switch c.take(1)[0] {
	case tagNull:
		return nil
	case tagFalse:
		return false
	case tagTrue:
		return true
	case tagInt:
		return c.varint()
	case tagUint:
		return c.uvarint()
	case tagFloat32:
		return math.Float32frombits(binary.BigEndian.Uint32(c.take(4)))
	case tagFloat64:
		return math.Float64frombits(binary.BigEndian.Uint64(c.take(8)))
	case tagText:
		return c.text()
	case tagBytes:
		return []byte(c.text())
	case tagTime:
		sec, nano, east := c.varint(), c.uvarint(), c.varint()
		t := time.Unix(sec, int64(nano)).UTC()
		if east != 0 {
			t = t.In(time.FixedZone("", int(east)))
		}
		return t
	case tagDecimal:
		return Decimal(c.text())
	case tagBig:
		if n, ok := new(big.Int).SetString(c.text(), 10); ok {
			return n
		}
	case tagList:
		out := make([]any, c.count())
		for i := range out {
			out[i] = c.cell()
		}
		return out
	case tagStruct:
		n := c.count()
		out := make(map[string]any, n)
		for range n {
			k := c.text()
			out[k] = c.cell()
		}
		return out
	}
	c.err = errCell
	return nil
}
