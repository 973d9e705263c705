package demobank

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"clientbase/internal/errs"
)

// file is one data file being written; errors are kept and told by close.
type file struct {
	f     *os.File
	w     *bufio.Writer
	enc   charset
	rows  int
	bytes int64
	line  []byte
	cells int
	sep   byte
	quote bool // quote every cell
	eol   string
}

func createFile(dir, name string) (*file, error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, errs.Wrap(errs.Input, "generate", name, err, "choose a folder that can be written")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, errs.Wrap(errs.Input, "generate", name, err, "choose a folder that can be written")
	}
	return newFile(f), nil
}

func newFile(f *os.File) *file {
	return &file{f: f, w: bufio.NewWriterSize(f, 1<<18), sep: ',', eol: "\n"}
}

// cell adds a delimited cell to the row being written.
func (f *file) cell(s string) {
	if f.cells > 0 {
		f.line = append(f.line, f.sep)
	}
	f.cells++
	if !f.quote && !strings.ContainsAny(s, "\"\r\n;,|") {
		f.line = f.enc.encode(f.line, s)
		return
	}
	f.line = append(f.line, '"')
	if strings.IndexByte(s, '"') >= 0 {
		s = strings.ReplaceAll(s, `"`, `""`)
	}
	f.line = f.enc.encode(f.line, s)
	f.line = append(f.line, '"')
}

func (f *file) row(cells ...string) {
	for _, c := range cells {
		f.cell(c)
	}
	f.endRow()
	f.rows++
}

// head writes a row that is not counted.
func (f *file) head(cells ...string) {
	f.row(cells...)
	f.rows--
}

func (f *file) endRow() {
	f.line = append(f.line, f.eol...)
	f.flushLine()
}

func (f *file) flushLine() {
	f.raw(f.line)
	f.line, f.cells = f.line[:0], 0
}

// text writes a line as it stands.
func (f *file) text(s string) {
	f.line = f.enc.encode(f.line, s)
	f.endRow()
}

func (f *file) raw(b []byte) {
	n, _ := f.w.Write(b) // bufio keeps the error for Flush
	f.bytes += int64(n)
}

func (f *file) trailer() { f.text("T;" + strconv.Itoa(f.rows)) }

func (f *file) close() error {
	err := f.w.Flush()
	if e := f.f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return errs.Wrap(errs.Retry, "generate", filepath.Base(f.f.Name()), err, "free some disk space and generate again")
	}
	return nil
}

// jsonLine builds one NDJSON object in the order in which fields are given.
type jsonLine struct{ b []byte }

func (j *jsonLine) field(name, value string) *jsonLine {
	if len(j.b) == 0 {
		j.b = append(j.b, '{')
	} else {
		j.b = append(j.b, ',')
	}
	j.b = append(appendJSON(j.b, name), ':')
	j.b = appendJSON(j.b, value)
	return j
}

func (j *jsonLine) end() string {
	s := string(append(j.b, '}'))
	j.b = j.b[:0]
	return s
}

// appendJSON appends a JSON string; only what JSON demands is escaped.
func appendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if strings.IndexFunc(s, func(r rune) bool { return r < 0x20 || r == '"' || r == '\\' }) < 0 {
		return append(append(dst, s...), '"')
	}
	var b bytes.Buffer
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < 0x20:
			b.WriteString(`\u00`)
			b.Write([]byte{"0123456789abcdef"[r>>4], "0123456789abcdef"[r&15]})
		default:
			b.WriteRune(r)
		}
	}
	return append(append(dst, b.Bytes()...), '"')
}
