package formats

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/scan"
	"clientbase/schemas"
)

// FileConfig is the part of a `from:` node that says how files are written.
// Families that read files embed its keys by decoding into it.
type FileConfig struct {
	Path       string   `yaml:"path"`        // file, folder or pattern, relative to the project folder
	Format     string   `yaml:"format"`      // word of List()
	Charset    string   `yaml:"charset"`     // auto or a charset
	Delimiter  *string  `yaml:"delimiter"`   // one character or "tab"; not written = found by evidence
	Quote      *string  `yaml:"quote"`       // one character, "" = no quoting; default "
	Skip       int      `yaml:"skip"`        // lines (rows of a sheet) before the heading
	Sheet      string   `yaml:"sheet"`       // of a workbook; default the first visible one
	Header     *bool    `yaml:"header"`      // default true
	Columns    []string `yaml:"columns"`     // names when there is no header
	Trailer    string   `yaml:"trailer"`     // "T;{rows}"
	HeaderLine string   `yaml:"header_line"` // "H;{as_of:2006-01-02};…"
	Decimal    string   `yaml:"decimal"`     // "," or ".": values are delivered as they stand, and read by it where they become numbers
	MaxLine    int      `yaml:"max_line"`    // bytes
	Empty      string   `yaml:"empty"`       // "ok": an empty file is a delivery without rows
}

// Check gives the faults of what was decoded from node; allowed are the
// formats of the family, the first being the default.
func (c *FileConfig) Check(node *yaml.Node, allowed ...string) []connectors.Fault {
	var out []connectors.Fault
	bad := func(key, msg, hint string) { out = append(out, connectors.FaultAt(node, key, msg, hint)) }
	if c.Path == "" {
		bad("path", "path is missing", "path: in/clients_*.csv")
	}
	if c.Format == "" {
		c.Format = allowed[0]
	}
	known := false
	for _, a := range allowed {
		known = known || a == c.Format
	}
	if !known {
		bad("format", "unknown format "+c.Format, connectors.Suggest(c.Format, allowed))
	}
	if _, ok := scan.ParseCharset(c.Charset); !ok && c.Charset != "" && c.Charset != "auto" {
		names := []string{"auto"}
		for _, cs := range scan.Declarable() {
			names = append(names, string(cs))
		}
		bad("charset", "unknown charset", connectors.Suggest(c.Charset, names))
	}
	if c.Delimiter != nil {
		if d, ok := oneByte(*c.Delimiter); !ok || d == 0 || d == '\n' || d == '\r' || d == ' ' || d == '"' {
			bad("delimiter", "the delimiter is one ASCII character", `write ";", ",", "|" or tab`)
		}
	}
	if c.Quote != nil {
		if q, ok := oneByte(*c.Quote); !ok || q == '\n' || q == '\r' || q == '\t' {
			bad("quote", "the quote is one ASCII character, or empty for none", `write "\"" or ""`)
		}
	}
	if c.Header != nil && *c.Header && len(c.Columns) > 0 {
		bad("columns", "columns are named by the header", "take columns away or set header: false")
	}
	if c.Header != nil && !*c.Header && len(c.Columns) == 0 && c.Format == "delimited" {
		bad("header", "without a header the columns have no names", "add columns: [ID, NAME, …]")
	}
	if c.Skip < 0 || c.Skip > 1000 {
		bad("skip", "skip is a number of lines up to 1000", "skip: 2")
	}
	if c.Sheet != "" && c.Format != "xlsx" {
		bad("sheet", "only a workbook has sheets", "take it away, or write format: xlsx")
	}
	if msg := CheckPattern(c.Trailer); msg != "" {
		bad("trailer", msg, "")
	}
	if msg := CheckPattern(c.HeaderLine); msg != "" {
		bad("header_line", msg, "")
	}
	if c.Decimal != "" && c.Decimal != "," && c.Decimal != "." {
		bad("decimal", `the decimal sign is "," or "."`, "")
	}
	if c.MaxLine < 0 || c.MaxLine > 64<<20 {
		bad("max_line", "max_line is a number of bytes up to 67108864", "")
	}
	if c.Empty != "" && c.Empty != "ok" && c.Empty != "refuse" {
		bad("empty", "empty is ok or refuse", "")
	}
	return out
}

func oneByte(s string) (byte, bool) {
	switch {
	case s == "tab" || s == `\t`:
		return '\t', true
	case s == "":
		return 0, true
	case len(s) == 1 && s[0] < utf8.RuneSelf:
		return s[0], true
	}
	return 0, false
}

// Open starts the declared format over a file. The configuration was checked.
func (c *FileConfig) Open(in Input) (Reader, error) {
	if c.Format != "delimited" {
		f, ok := ByName(List(), c.Format)
		if !ok {
			return nil, errs.New(errs.Config, "read", in.Name, "unknown format "+c.Format, "run validate")
		}
		return f.Open(in, Options{Charset: c.Charset, MaxLine: c.MaxLine, Skip: c.Skip, Sheet: c.Sheet})
	}
	d := Dialect{Skip: c.Skip, Quote: '"', Header: c.Header == nil && len(c.Columns) == 0 || c.Header != nil && *c.Header, Columns: c.Columns,
		Trailer: c.Trailer, HeaderLine: c.HeaderLine, MaxLine: c.MaxLine, AllowEmpty: c.Empty == "ok"}
	if c.Quote != nil {
		d.Quote, _ = oneByte(*c.Quote)
	}
	if cs, ok := scan.ParseCharset(c.Charset); ok {
		d.Charset = cs
	}
	var note string
	if c.Delimiter != nil {
		d.Delimiter, _ = oneByte(*c.Delimiter)
	} else {
		sample, src, err := head(in.R, GuessBytes)
		if err != nil {
			return nil, unreadable(in.Name, err)
		}
		s := Sniff(sample)
		d.Delimiter, in.R = s.Delimiter, src
		note = fmt.Sprintf("delimiter found: %s", strings.TrimSpace(s.Proof))
	}
	rd, err := NewDelimited(in, d)
	if err != nil {
		return nil, err
	}
	if note != "" {
		rd.notes = append(rd.notes, note)
	}
	return rd, nil
}

// Place opens one file: its bytes from the beginning; at gives random access,
// nil when the file is packed.
type Place = func(ctx context.Context) (r io.Reader, at io.ReaderAt, c io.Closer, err error)

// Placed is a Place as FileSettings want it. thing names the file in messages,
// size is that of the file, container says that the format needs random access.
func Placed(thing string, size int64, container bool, place Place) func(ctx context.Context) (Input, io.Closer, error) {
	return func(ctx context.Context) (Input, io.Closer, error) {
		r, at, c, err := place(ctx)
		if err != nil {
			return Input{}, nil, err
		}
		in := Input{Name: thing, R: r, At: at, Size: size}
		if at == nil {
			in.Size = -1
		}
		if at == nil && container {
			_ = c.Close()
			return in, nil, errs.New(errs.Input, "read", thing, "this format cannot be read while it is packed", "deliver it unpacked: workbooks and Parquet files are packed in themselves")
		}
		return in, c, nil
	}
}

// Slice makes the slice of one file of a stream. before gives the cursor until
// the file was read to its end, done the one after it.
func (c FileConfig) Slice(env connectors.Env, s *schemas.Stream, info connectors.SliceInfo, place Place,
	before func() connectors.Cursor, done func(size int64, sum [32]byte) connectors.Cursor) connectors.Slice {
	var pan []string
	for _, col := range s.Columns {
		if col.PAN {
			pan = append(pan, col.Name)
		}
	}
	f, _ := ByName(List(), c.Format)
	info.Unit, info.Detail = "bytes", c.Format
	thing := s.ID() + " " + info.Name
	return NewFileSlice(FileSettings{Info: info, Thing: thing, Format: c.Open, Container: f.Container, PAN: pan, Card: env.Card, Before: before, Done: done,
		Place: Placed(thing, info.Size, f.Container, place)})
}
