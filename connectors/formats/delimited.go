package formats

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// Delimited reads CSV and its kin. Values are what stands between the
// separators: blanks around unquoted values are dropped, quoted ones are kept as
// they are; an unquoted empty cell is null, a quoted one is empty. Numbers and dates
// are left as text, decimal commas included.
//
// A row with a stray quote costs its own line only: reading goes on at the next
// line. A quoted value may hold line ends as long as the row fits MaxLine.
type Delimited struct {
	name    string
	d       Dialect
	v       *window
	cs      decider
	rowCS   scan.Charset  // of the current row
	way     scan.Mangling // in which the current row had been mangled
	mixed   rowTally      // rows that were not read as the file's charset
	header  *linePattern
	trailer *linePattern

	cols   []string
	fields []Field
	arena  []byte // decoded and unescaped values of the current row
	line   int64  // lines read
	rows   int64  // data rows, bad ones included
	good   int64
	first  *Row // the first bad row, for a file without any good one
	asOf   time.Time
	notes  []string
	spare  bool // a delimiter at the end of rows was noted
	skip   bool // inside a line that is too long
	ended  bool // the trailer was read
	want   int64
	err    error
}

// NewDelimited opens a delimited file by its dialect. It reads the header; an
// empty file is an errs.Input unless the dialect allows it.
func NewDelimited(in Input, d Dialect) (*Delimited, error) {
	if d.Newline == 0 {
		d.Newline = '\n'
	}
	if d.MaxLine <= 0 {
		d.MaxLine = DefaultMaxLine
	}
	r := &Delimited{name: in.Name, d: d, cs: decider{declared: d.Charset, cs: scan.UTF8}, want: -1}
	if err := r.patterns(); err != nil {
		return nil, err
	}
	sample, src, err := head(in.R, GuessBytes)
	if err != nil {
		return nil, unreadable(in.Name, err)
	}
	if len(sample) == 0 {
		if d.AllowEmpty {
			r.err = io.EOF
			r.cols = d.Columns
			return r, nil
		}
		return nil, errs.New(errs.Input, "read", in.Name, "the file is empty (0 bytes)", "ask the source for the file again")
	}
	r.open(sample, src)
	if err := r.begin(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Delimited) patterns() (err error) {
	if r.d.HeaderLine != "" {
		if r.header, err = compilePattern(r.d.HeaderLine); err != nil {
			return errs.Wrap(errs.Config, "read", r.name, err, "correct header_line")
		}
	}
	if r.d.Trailer != "" {
		if r.trailer, err = compilePattern(r.d.Trailer); err != nil {
			return errs.Wrap(errs.Config, "read", r.name, err, "correct trailer")
		}
	}
	return nil
}

// open settles what must be known before the first byte is parsed: a byte order
// mark, UTF-16, the kind of line ends.
func (r *Delimited) open(sample []byte, src io.Reader) {
	found := scan.Detect(sample)
	if found.BOM > 0 || found.Charset.Unit() == 2 {
		if r.d.Charset != "" && r.d.Charset != found.Charset {
			r.notes = append(r.notes, fmt.Sprintf("charset declared %s, found and read as %s: %s", r.d.Charset, found.Charset, found.Proof))
		} else if r.d.Charset == "" {
			r.notes = append(r.notes, "charset found: "+found.Proof)
		}
		r.cs.cs, r.cs.settled = found.Charset, true
	} else if r.d.Charset.Unit() == 2 {
		r.cs.cs, r.cs.settled = r.d.Charset, true
	}
	if r.cs.cs.Unit() == 2 {
		r.v = newWindow(&transcoder{src: src, cs: r.cs.cs})
		r.v.wide = true
		r.v.atLeast(3)
		if bytes.HasPrefix(r.v.rest(), []byte("\uFEFF")) {
			r.v.skip(3)
		}
	} else {
		r.v = newWindow(src)
		r.v.atLeast(3)
		if found.BOM == 3 {
			r.v.skip(3)
		}
	}
	if r.d.Newline == '\n' && !bytes.Contains(sample, []byte{'\n'}) && bytes.Contains(sample, []byte{'\r'}) {
		r.d.Newline = '\r'
		r.notes = append(r.notes, "lines end with CR alone")
	}
}

// begin passes over the title and reads the header line and the column names.
func (r *Delimited) begin() error {
	for range r.d.Skip {
		for long := true; long; {
			var line []byte
			var err error
			if line, long, err = r.nextLine(); err != nil {
				return err
			}
			r.consume(line)
		}
	}
	if r.header != nil {
		text, _, _ := r.nextLine()
		_, asOf, ok := r.header.match(string(trimEOL(r.text(text))))
		if !ok {
			return errs.New(errs.Integrity, "read", r.name, "the first line is not the declared header_line", "compare header_line with the file, or ask the source for the file again")
		}
		r.asOf = asOf
		r.consume(text)
	}
	if !r.d.Header {
		r.cols = r.d.Columns
		return nil
	}
	for {
		row, err := r.read(true)
		if err == io.EOF {
			return errs.New(errs.Input, "read", r.name, "the file has no header row", "set header: false, or ask the source for the file again")
		}
		if err != nil {
			return err
		}
		if row.Gap {
			continue
		}
		if row.Err != nil {
			return errs.New(errs.Input, "read", fmt.Sprintf("%s line %d (byte %d)", r.name, row.Line, row.Off), "the header row cannot be read: "+row.Err.Reason, "check delimiter and quote")
		}
		r.name2cols(row.Fields)
		return nil
	}
}

func (r *Delimited) name2cols(fields []Field) {
	seen := map[string]int{}
	if n := len(fields); n > 1 && len(fields[n-1].Value) == 0 {
		fields = fields[:n-1] // a delimiter at the end of each line
		r.spare = true
	}
	for i, f := range fields {
		name := strings.TrimSpace(string(f.Value))
		if name == "" {
			name = fmt.Sprintf("c%d", i+1)
		}
		if seen[name]++; seen[name] > 1 {
			r.notes = append(r.notes, fmt.Sprintf("column name %q stands %d times; the later is %s_%d", name, seen[name], name, seen[name]))
			name = fmt.Sprintf("%s_%d", name, seen[name])
		}
		r.cols = append(r.cols, name)
	}
}

// Columns names the columns in file order.
func (r *Delimited) Columns() []string { return r.cols }

// Info gives charset, date of the header line and findings.
func (r *Delimited) Info() Info {
	return Info{Charset: r.cs.cs, AsOf: r.asOf, Notes: append(r.notes[:len(r.notes):len(r.notes)], r.cs.notes...)}
}

// Next gives the next row, bad row or gap; see Reader.
func (r *Delimited) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	row, err := r.read(false)
	if err == io.EOF {
		err = r.finish()
	}
	if err != nil {
		r.err = err
		return Row{}, err
	}
	if row.Gap {
		return row, nil
	}
	r.rows++
	if row.Err == nil {
		r.good++
	} else if r.first == nil {
		first := row
		r.first = &first
	}
	return row, nil
}

// finish checks the trailer and that anything could be read at all.
func (r *Delimited) finish() error {
	switch {
	case r.trailer != nil && !r.ended:
		return errs.New(errs.Integrity, "read", r.name, fmt.Sprintf("the trailer line is missing after %d rows: the file is cut", r.rows), "ask the source for the whole file")
	case r.want >= 0 && r.want != r.rows:
		return errs.New(errs.Integrity, "read", r.name, fmt.Sprintf("the trailer says %d rows, the file has %d", r.want, r.rows), "ask the source for the file again")
	}
	r.notes = append(r.notes, r.mixed.notes(r.cs.cs)...)
	if r.good == 0 && r.rows > 0 {
		return errs.New(errs.Input, "read", fmt.Sprintf("%s line %d (byte %d)", r.name, r.first.Line, r.first.Off),
			fmt.Sprintf("none of %d rows could be read; the first fault is %s", r.rows, r.first.Err.Reason), "check delimiter, quote and charset of the source")
	}
	return io.EOF
}

// text decodes a line that is read as a whole.
func (r *Delimited) text(b []byte) []byte {
	if ascii(b) {
		return b
	}
	r.judge(b)
	if r.rowCS.SingleByte() {
		b, _ = scan.Decode(nil, b, r.rowCS)
	}
	return r.unmangle(b)
}

// decode gives a field's value in UTF-8; ok is false when the charset gives its bytes no meaning.
func (r *Delimited) decode(b []byte) ([]byte, bool) {
	if ascii(b) {
		return b, true
	}
	cs := r.rowCS
	if !cs.SingleByte() {
		if validUTF8(b) {
			return r.unmangle(b), true
		}
		if cs = scan.RowCharset(b, cs); !cs.SingleByte() { // a row glued together from two sources
			return b, false
		}
	}
	at := len(r.arena)
	out, ok := scan.Decode(r.arena, b, cs)
	r.arena = out
	return out[at:len(out):len(out)], ok
}

// settle makes sure that the charset is known before a line is decoded.
func (r *Delimited) settle(line []byte) (lost bool) {
	if r.cs.settled || ascii(line) {
		return false
	}
	r.v.atLeast(sampleSize)
	sample := r.v.rest()
	r.cs.settle(sample[:min(len(sample), sampleSize)])
	return true
}

func validUTF8(b []byte) bool { return utf8.Valid(b) }

// rawLine gives the next whole line, decoded and without its end, for formats
// that are one record per line. Long lines and blank ones come as bad row and gap.
func (r *Delimited) rawLine() (Row, []byte, error) {
	if r.err != nil {
		return Row{}, nil, r.err
	}
	for {
		line, long, err := r.nextLine()
		switch {
		case err != nil:
			return Row{}, nil, err
		case len(line) == 0:
			return Row{}, nil, io.EOF
		case r.skip:
			return r.skipLong(line, long), nil, nil
		case r.settle(line):
			continue
		}
		row := Row{Off: r.v.off, Line: r.line + 1}
		if long {
			r.skip = true
			row.Err = &RowError{"line_too_long", fmt.Sprintf("more than %d bytes without a line end", r.d.MaxLine)}
			return r.end(row, line), nil, nil
		}
		body := trimEOL(line)
		row.Gap = blankLine(body)
		row = r.end(row, line)
		return row, r.text(body), nil
	}
}
