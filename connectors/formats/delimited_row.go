package formats

import (
	"bytes"
	"fmt"
	"io"

	"clientbase/internal/errs"
)

// nextLine gives the next line with its end ("" at the end of the file); long
// means that MaxLine bytes came without a line end.
func (r *Delimited) nextLine() (line []byte, long bool, err error) {
	from := 0
	for {
		rest := r.v.rest()
		if i := bytes.IndexByte(rest[from:], r.d.Newline); i >= 0 {
			if from+i > r.d.MaxLine {
				return rest[:r.d.MaxLine], true, nil
			}
			return rest[:from+i+1], false, nil
		}
		if len(rest) > r.d.MaxLine {
			return rest[:r.d.MaxLine], true, nil
		}
		if r.v.eof() {
			if err := r.v.failure(); err != nil {
				return nil, false, unreadable(r.name, err)
			}
			return rest, false, nil
		}
		from = len(rest)
		r.v.more()
	}
}

// consume marks a line as read.
func (r *Delimited) consume(line []byte) {
	if n := len(line); n > 0 && line[n-1] == r.d.Newline {
		r.line++
	} else if n > 0 && r.v.eof() && n == len(r.v.rest()) {
		r.line++
	}
	r.v.skip(len(line))
}

// read gives the next step without counting it.
func (r *Delimited) read(header bool) (Row, error) {
	for {
		line, long, err := r.nextLine()
		if err != nil {
			return Row{}, err
		}
		if len(line) == 0 {
			return Row{}, io.EOF
		}
		if r.skip {
			return r.skipLong(line, long), nil
		}
		if r.settle(line) {
			continue // the line moved
		}
		row := Row{Off: r.v.off, Line: r.line + 1}
		if long {
			r.skip = true
			row.Err = &RowError{"line_too_long", fmt.Sprintf("more than %d bytes without a line end", r.d.MaxLine)}
			return r.end(row, line), nil
		}
		body := trimEOL(line)
		if blankLine(body) || len(body) == 1 && body[0] == 0x1A {
			row.Gap = true
			return r.end(row, line), nil
		}
		if r.ended {
			return Row{}, errs.New(errs.Integrity, "read", fmt.Sprintf("%s line %d (byte %d)", r.name, row.Line, row.Off), "there are rows after the trailer line", "ask the source for the file again")
		}
		if r.trailer != nil && r.isTrailer(body) {
			row.Gap = true
			return r.end(row, line), nil
		}
		return r.row(row, line, body, header), nil
	}
}

func (r *Delimited) isTrailer(body []byte) bool {
	if !bytes.HasPrefix(body, []byte(r.trailer.prefix)) && ascii(body) {
		return false
	}
	rows, asOf, ok := r.trailer.match(string(r.text(body)))
	if !ok {
		return false
	}
	r.ended, r.want = true, rows
	if !asOf.IsZero() {
		r.asOf = asOf
	}
	return true
}

// skipLong passes over the rest of a line that is too long, piece by piece.
func (r *Delimited) skipLong(line []byte, long bool) Row {
	row := Row{Gap: true, Off: r.v.off, Line: r.line + 1}
	r.skip = long
	return r.end(row, line)
}

func (r *Delimited) end(row Row, line []byte) Row {
	r.consume(line)
	row.End = r.v.off
	return row
}

// row parses one row that begins with line.
func (r *Delimited) row(row Row, line, body []byte, header bool) Row {
	r.fields, r.arena = r.fields[:0], r.arena[:0]
	r.judge(body)
	ok := true
	if r.d.Quote == 0 || bytes.IndexByte(body, r.d.Quote) < 0 {
		ok = r.split(body)
	} else {
		var fault string
		var used int
		fault, used, ok = r.quoted()
		line = r.v.rest()[:firstLine(r.v.rest(), r.d.Newline)] // quoted may have moved the window
		if fault == "" && used > len(line) && !header && len(r.cols) > 0 && !r.fits() {
			fault = "unterminated_quote" // two stray quotes that swallowed the lines between them
		}
		if fault != "" {
			row.Err = &RowError{fault, "a quote opens a value and does not close before a delimiter or line end"}
			return r.end(row, line)
		}
		r.line += int64(bytes.Count(r.v.rest()[:max(used-1, 0)], []byte{r.d.Newline}))
		line = r.v.rest()[:used]
	}
	if !ok || bytes.IndexByte(line, 0) >= 0 {
		row.Err = &RowError{"bad_encoding", fmt.Sprintf("bytes that %s does not know", r.cs.cs)}
		return r.end(row, line)
	}
	if !header {
		r.check(&row)
	}
	row = r.end(row, line)
	row.Fields = r.fields
	return row
}

// check compares the number of fields with the columns.
func (r *Delimited) check(row *Row) {
	if r.cols == nil {
		for i := range r.fields {
			r.cols = append(r.cols, fmt.Sprintf("c%d", i+1))
		}
	}
	n := len(r.fields)
	switch {
	case n == len(r.cols):
	case r.fits():
		r.fields = r.fields[:n-1]
		if !r.spare {
			r.spare = true
			r.notes = append(r.notes, "rows end with a delimiter")
		}
	case n > len(r.cols):
		row.Err = &RowError{"too_many_fields", fmt.Sprintf("%d fields, %d expected", n, len(r.cols))}
	default:
		row.Err = &RowError{"too_few_fields", fmt.Sprintf("%d fields, %d expected", n, len(r.cols))}
	}
}

// fits: as many fields as columns, or one more that is empty.
func (r *Delimited) fits() bool {
	n := len(r.fields)
	return n == len(r.cols) || n == len(r.cols)+1 && n > 1 && r.fields[n-1].Null
}

// split cuts a line without quotes.
func (r *Delimited) split(body []byte) bool {
	ok := true
	if r.v.wide {
		return r.splitWide(body)
	}
	at, off := 0, r.v.off
	for {
		i := bytes.IndexByte(body[at:], r.d.Delimiter)
		hi := at + i
		if i < 0 {
			hi = len(body)
		}
		lo, end := r.trim(body, at, hi)
		v, good := r.decode(body[lo:end])
		ok = ok && good
		r.fields = append(r.fields, Field{Value: v, Null: lo == end, Off: off + int64(lo), End: off + int64(end)})
		if i < 0 {
			return ok
		}
		at = hi + 1
	}
}

// splitWide is split for UTF-16, where offsets in the text and in the file differ.
func (r *Delimited) splitWide(body []byte) bool {
	off := r.v.off
	for {
		i := bytes.IndexByte(body, r.d.Delimiter)
		hi := i
		if i < 0 {
			hi = len(body)
		}
		lo, end := r.trim(body, 0, hi)
		start := off + r.v.span(body[:lo])
		r.fields = append(r.fields, Field{Value: body[lo:end], Null: lo == end, Off: start, End: start + r.v.span(body[lo:end])})
		if i < 0 {
			return true
		}
		off += r.v.span(body[:hi+1])
		body = body[hi+1:]
	}
}

func (r *Delimited) trim(b []byte, lo, hi int) (int, int) {
	for lo < hi && (b[lo] == ' ' || b[lo] == '\t') {
		lo++
	}
	for hi > lo && (b[hi-1] == ' ' || b[hi-1] == '\t') {
		hi--
	}
	return lo, hi
}

// quoted parses a row with quotes from the window. It gives the length of
// the row with its line end, or the fault.
func (r *Delimited) quoted() (fault string, used int, ok bool) {
	for {
		r.fields, r.arena = r.fields[:0], r.arena[:0]
		fault, used, ok, more := r.quotedIn(r.v.rest())
		if !more {
			return fault, used, ok
		}
		if r.v.eof() || len(r.v.rest()) > r.d.MaxLine {
			return "unterminated_quote", used, ok
		}
		r.v.more()
	}
}

func (r *Delimited) quotedIn(b []byte) (fault string, used int, ok, more bool) {
	ok = true
	q, eof := r.d.Quote, r.v.eof()
	for i := 0; ; {
		lo := i
		for lo < len(b) && (b[lo] == ' ' || b[lo] == '\t' && r.d.Delimiter != '\t') {
			lo++
		}
		var f Field
		if lo < len(b) && b[lo] == q {
			v, end, fault := r.quotedValue(b, lo)
			if fault == "more" {
				return "", 0, ok, true
			}
			if fault != "" {
				return fault, 0, ok, false
			}
			f, i = Field{Value: v, Off: int64(lo), End: int64(end)}, end
			for i < len(b) && (b[i] == ' ' || b[i] == '\t' && r.d.Delimiter != '\t') {
				i++
			}
			if i == len(b) && !eof {
				return "", 0, ok, true
			}
			if i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n' {
				i++
			} else if i+1 == len(b) && b[i] == '\r' && !eof {
				return "", 0, ok, true
			} else if i+1 == len(b) && b[i] == '\r' {
				i++
			}
			if i < len(b) && b[i] != r.d.Delimiter && b[i] != r.d.Newline {
				return "bad_quote", 0, ok, false
			}
		} else {
			for i < len(b) && b[i] != r.d.Delimiter && b[i] != r.d.Newline {
				i++
			}
			if i == len(b) && !eof {
				return "", 0, ok, true
			}
			hi := i
			if hi > lo && b[hi-1] == '\r' {
				hi--
			}
			a, z := r.trim(b, min(lo, hi), hi)
			f = Field{Value: b[a:z], Null: a == z, Off: int64(a), End: int64(z)}
		}
		v, good := r.decode(f.Value)
		ok = ok && good
		f.Value = v
		f.Off, f.End = r.v.off+r.v.span(b[:f.Off]), r.v.off+r.v.span(b[:f.End])
		r.fields = append(r.fields, f)
		if i == len(b) {
			return "", i, ok, false
		}
		if i++; b[i-1] == r.d.Newline {
			return "", i, ok, false
		}
	}
}

// quotedValue reads from the opening quote at lo; end is behind the closing one.
func (r *Delimited) quotedValue(b []byte, lo int) (v []byte, end int, fault string) {
	q := r.d.Quote
	from, at := lo+1, len(r.arena)
	escaped := false
	for i := from; ; {
		k := bytes.IndexByte(b[i:], q)
		if k < 0 || i+k+1 == len(b) && !r.v.eof() {
			if r.v.eof() {
				return nil, 0, "unterminated_quote"
			}
			return nil, 0, "more"
		}
		i += k
		if i+1 < len(b) && b[i+1] == q {
			r.arena = append(r.arena, b[from:i+1]...)
			escaped = true
			i += 2
			from = i
			continue
		}
		if !escaped {
			return b[from:i], i + 1, ""
		}
		r.arena = append(r.arena, b[from:i]...)
		return r.arena[at:len(r.arena):len(r.arena)], i + 1, ""
	}
}

func trimEOL(line []byte) []byte {
	n := len(line)
	for n > 0 && (line[n-1] == '\n' || line[n-1] == '\r') {
		n--
	}
	return line[:n]
}

func firstLine(b []byte, nl byte) int {
	if i := bytes.IndexByte(b, nl); i >= 0 {
		return i + 1
	}
	return len(b)
}

func blankLine(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
