package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientbase/internal/errs"
)

// Column is a result column.
type Column struct {
	Name string
	Type string // DuckDB type: VARCHAR, DATE, DECIMAL(18,2), UUID, …
}

// Rows is a result being read, one row at a time. Close it.
type Rows struct {
	Columns  []Column
	Reads    Reads // of a person's query
	Confined bool  // a person's query ran behind walls of the kernel

	sandbox *sandbox
	rows    rowSource
	max     int64 // 0 = no limit
	maxRow  int64 // bytes of one row; 0 = no limit
	n       int64
	cut     bool
	vals    []any
	err     error
	end     func() error
	wrap    func(error) error
}

// rowSource is where rows come from: the engine, or the sandbox's pipe.
type rowSource interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

func newRows(rows *sql.Rows, limit int64, end func() error) (*Rows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, errors.Join(wrap("query", "", err), rows.Close())
	}
	r := &Rows{rows: rows, max: limit, end: end, vals: make([]any, len(types)), wrap: wrapRead}
	for _, t := range types {
		r.Columns = append(r.Columns, Column{Name: t.Name(), Type: t.DatabaseTypeName()})
	}
	return r, nil
}

// Next moves to the next row; false at the end, at the row limit or on error.
func (r *Rows) Next() bool {
	if r.err != nil || r.rows == nil || !r.rows.Next() {
		if r.err == nil && r.rows != nil {
			r.err = r.wrap(r.rows.Err())
		}
		return false
	}
	if r.max > 0 && r.n == r.max {
		r.cut = true
		return false
	}
	r.n++
	return true
}

// Scan copies the row's columns, as database/sql does.
func (r *Rows) Scan(dest ...any) error { return r.wrap(r.rows.Scan(dest...)) }

func wrapRead(err error) error { return wrap("read snapshot", "", err) }

// Values gives the row's values: nil, bool, int64 and other integers, float64,
// string (also UUIDs and intervals), time.Time, duckdb decimals as Decimal, []any
// and map[string]any for nested types, with times in them as text. The slice is reused by the next call.
func (r *Rows) Values() ([]any, error) {
	p := make([]any, len(r.vals))
	for i := range r.vals {
		r.vals[i] = nil
		p[i] = &r.vals[i]
	}
	if err := r.rows.Scan(p...); err != nil {
		return nil, r.wrap(err)
	}
	for i, v := range r.vals {
		r.vals[i] = plainValue(v, r.Columns[i].Type)
	}
	if r.maxRow > 0 && rowBytes(r.vals) > r.maxRow {
		return nil, errs.New(errs.Config, "query", "", fmt.Sprintf("row %d of the result is larger than %d MB", r.n, r.maxRow>>20), "select fewer columns, or a part of the text: left(x, 1000)")
	}
	return r.vals, nil
}

// rowBytes estimates what values take in memory: the bytes of texts, eight for
// anything else.
func rowBytes(vals []any) (n int64) {
	for _, v := range vals {
		switch v := v.(type) {
		case string:
			n += int64(len(v))
		case []byte:
			n += int64(len(v))
		case []any:
			n += rowBytes(v)
		case map[string]any:
			for k, x := range v {
				n += int64(len(k)) + rowBytes([]any{x})
			}
		default:
			n += 8
		}
	}
	return n
}

// Decimal is an exact decimal number in text.
type Decimal string

// Err gives the error that ended reading, if any.
func (r *Rows) Err() error { return r.err }

// Cut reports that the row limit ended the result before its end.
func (r *Rows) Cut() bool {
	return r.cut || r.sandbox != nil && r.sandbox.end != nil && r.sandbox.end.Cut
}

// Count is how many rows were read so far.
func (r *Rows) Count() int64 { return r.n }

// Sum is a SHA-256 sum over the columns and rows read so far of a person's
// query, "" for others. Equal results in another order have equal sums.
func (r *Rows) Sum() string {
	if r.sandbox == nil {
		return ""
	}
	return r.sandbox.hash()
}

// Close ends the query. Safe to call twice.
func (r *Rows) Close() error {
	if r.rows == nil {
		return nil
	}
	err := r.rows.Close()
	r.rows = nil
	if r.end != nil {
		err = errors.Join(err, r.end())
	}
	return r.wrap(err)
}

func uuidText(b []byte) string {
	h := hex.EncodeToString(b)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// decimalText prints all digits of the scale: 10.50, not 10.5.
func decimalText(d duckdb.Decimal) Decimal {
	s := d.Value.String()
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if n := int(d.Scale); n > 0 {
		if len(s) <= n {
			s = strings.Repeat("0", n+1-len(s)) + s
		}
		s = s[:len(s)-n] + "." + s[len(s)-n:]
	}
	if neg {
		s = "-" + s
	}
	return Decimal(s)
}
