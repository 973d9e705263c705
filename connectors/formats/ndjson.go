package formats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// NDJSON reads one JSON object per line, or an array of objects. Keys are columns in the order in which
// they first appear, so the columns may grow. Objects inside are flattened
// ("client.name.first", eight levels deep); every array is kept as its JSON text. Numbers keep their source spelling. null and a missing key are null, ""
// is empty. A key that stands twice has its last value.
type NDJSON struct {
	lines  *Delimited // line splitting, charset, limits
	cols   []string
	index  map[string]int
	fields []Field
	arena  []byte
	key    []byte
	good   int64
	rows   int64
	wide   bool // the row names a column too many
	first  Row
	err    error
}

// NewNDJSON opens a file of JSON lines; an empty file is a file without rows.
func NewNDJSON(in Input, o Options) (*NDJSON, error) {
	d := Dialect{AllowEmpty: true, MaxLine: o.maxLine()}
	d.Charset, _ = charsetOf(o.Charset)
	in.R = &arrayLines{r: in.R, name: in.Name}
	rd, err := NewDelimited(in, d)
	if err != nil {
		return nil, err
	}
	return &NDJSON{lines: rd, index: map[string]int{}}, nil
}

// Columns names the keys seen so far.
func (n *NDJSON) Columns() []string { return n.cols }

// Info gives charset and findings.
func (n *NDJSON) Info() Info {
	info := n.lines.Info()
	info.Sparse = true
	return info
}

// Next gives the next object; see Reader.
func (n *NDJSON) Next() (Row, error) {
	if n.err != nil {
		return Row{}, n.err
	}
	row, err := n.read()
	if errors.Is(err, io.EOF) && n.good == 0 && n.rows > 0 {
		err = errs.New(errs.Input, "read", fmt.Sprintf("%s line %d (byte %d)", n.lines.name, n.first.Line, n.first.Off),
			fmt.Sprintf("none of %d lines could be read; the first fault is %s", n.rows, n.first.Err.Reason), "check that each line is one JSON object")
	}
	n.err = err
	return row, err
}

func (n *NDJSON) read() (Row, error) {
	row, line, err := n.lines.rawLine()
	if err != nil || row.Gap {
		return row, err
	}
	if n.rows++; row.Err == nil {
		row.Err = n.parse(row.Off, line)
	}
	if row.Err != nil {
		if n.good == 0 && n.first.Err == nil {
			n.first = row
		}
		return row, nil
	}
	n.good++
	row.Fields = n.fields
	return row, nil
}

// Limits of flattening: objects below flatLevels stay JSON text, and a row that
// names a column beyond flatColumns is refused, because its keys are data.
const (
	flatLevels  = 8
	flatColumns = 2048
)

var errDepth = &RowError{"bad_json", "objects nested deeper than 64"}

// parse reads one object into n.fields; off is the line's place in the file.
func (n *NDJSON) parse(off int64, line []byte) *RowError {
	if !utf8.Valid(line) {
		return &RowError{"bad_encoding", "bytes that utf-8 does not know"}
	}
	trimmed := bytes.TrimSpace(line)
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return &RowError{"bad_json", "the line is not an object"}
	}
	if depth(trimmed) > 64 {
		return errDepth
	}
	if !json.Valid(trimmed) {
		var v json.RawMessage
		var syntax *json.SyntaxError
		if err := json.Unmarshal(trimmed, &v); errors.As(err, &syntax) {
			return &RowError{"bad_json", fmt.Sprintf("malformed at byte %d of the line", syntax.Offset)}
		}
		return &RowError{"bad_json", "malformed"}
	}
	n.fields, n.arena = n.fields[:0], n.arena[:0]
	for range n.cols {
		n.fields = append(n.fields, Field{Null: true})
	}
	w := walker{b: line, off: off, wide: n.lines.v.wide, single: n.lines.cs.cs.SingleByte()}
	w.i = bytes.IndexByte(line, '{')
	n.object(&w, "", flatLevels)
	if n.wide {
		n.wide = false
		return &RowError{"too_many_fields", fmt.Sprintf("more than %d different keys in the file", flatColumns)}
	}
	return nil
}

// object walks a valid object at w.i.
func (n *NDJSON) object(w *walker, prefix string, levels int) {
	w.i++ // {
	for {
		w.blank()
		if w.b[w.i] == '}' {
			w.i++
			return
		}
		if w.b[w.i] == ',' {
			w.i++
			continue
		}
		k0 := w.i
		w.value()
		n.key = append(append(n.key[:0], prefix...), unquote(w.b[k0:w.i])...)
		w.blank()
		w.i++ // :
		w.blank()
		if w.b[w.i] == '{' && levels > 0 {
			if inner := w.b[w.i:]; len(inner) > 1 && !emptyObject(inner) {
				n.object(w, string(n.key)+".", levels-1)
				continue
			}
		}
		v0 := w.i
		w.value()
		n.set(w, v0, w.i)
	}
}

func (n *NDJSON) set(w *walker, lo, hi int) {
	raw := w.b[lo:hi]
	f := Field{}
	f.Off, f.End = w.span(lo, hi)
	switch raw[0] {
	case 'n':
		f.Null = true
	case '"':
		if bytes.IndexByte(raw, '\\') < 0 {
			f.Value = raw[1 : len(raw)-1]
			break
		}
		at := len(n.arena)
		n.arena = append(n.arena, unquote(raw)...)
		f.Value = n.arena[at:len(n.arena):len(n.arena)]
	default:
		f.Value = raw
	}
	i, ok := n.index[string(n.key)]
	if !ok {
		if i = len(n.cols); i == flatColumns {
			n.wide = true
			return
		}
		name := string(n.key)
		n.index[name] = i
		n.cols = append(n.cols, name)
		n.fields = append(n.fields, Field{})
	}
	n.fields[i] = f
}

// walker steps over valid JSON and knows where it stands in the file.
type walker struct {
	b      []byte
	i      int
	off    int64
	wide   bool
	single bool
}

func (w *walker) blank() {
	for w.b[w.i] == ' ' || w.b[w.i] == '\t' || w.b[w.i] == '\r' || w.b[w.i] == '\n' {
		w.i++
	}
}

// value steps over one value.
func (w *walker) value() {
	open := 0
	for {
		switch c := w.b[w.i]; {
		case c == '"':
			for w.i++; w.b[w.i] != '"'; w.i++ {
				if w.b[w.i] == '\\' {
					w.i++
				}
			}
			w.i++
		case c == '{' || c == '[':
			open++
			w.i++
		case c == '}' || c == ']':
			open--
			w.i++
		case open > 0:
			w.i++
		default:
			for w.i < len(w.b) && bytes.IndexByte([]byte(",}] \t\r\n"), w.b[w.i]) < 0 {
				w.i++
			}
		}
		if open == 0 {
			return
		}
	}
}

// span is the place of [lo,hi) in the received file.
func (w *walker) span(lo, hi int) (int64, int64) {
	if !w.wide && !w.single {
		return w.off + int64(lo), w.off + int64(hi)
	}
	cs := scan.CP1251 // any single-byte charset: one byte per character
	if w.wide {
		cs = scan.UTF16LE
	}
	s := scan.RawSpan(w.b, scan.Span{Lo: lo, Hi: hi}, cs)
	return w.off + int64(s.Lo), w.off + int64(s.Hi)
}

func unquote(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return raw[1 : len(raw)-1]
	}
	return []byte(s)
}

func emptyObject(b []byte) bool {
	t := bytes.TrimLeft(b[1:], " \t\r\n")
	return len(t) > 0 && t[0] == '}'
}

// depth is the deepest nesting of objects and arrays.
func depth(b []byte) int {
	d, top, in := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case in && c == '\\':
			i++
		case c == '"':
			in = !in
		case in:
		case c == '{' || c == '[':
			d++
			top = max(top, d)
		case c == '}' || c == ']':
			d--
		}
	}
	return top
}
