package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/sheet"
)

// openAny guesses the format of a file and opens it as a slice; pipes are
// copied to a temporary file when the format needs to seek.
func (a *app) openAny(path, format string) (connectors.Slice, string, error) {
	src, err := a.source(path)
	if err != nil {
		return nil, "", err
	}
	br := bufio.NewReaderSize(src, formats.GuessBytes)
	head, err := br.Peek(formats.GuessBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = src.Close()
		return nil, "", errs.Wrap(errs.Input, "read", path, err, "check that the file can be read")
	}
	if len(head) == 0 {
		_ = src.Close()
		return nil, "", errs.New(errs.Input, "read", path, "the file is empty", "check the transfer that made it")
	}
	name, packed := filepath.Base(path), false
	f, ok := formats.Guess(formats.List(), name, head)
	if !ok && formats.IsGzip(head) {
		unpacked, err := places.Gunzip(br, path)
		if err != nil {
			_ = src.Close()
			return nil, "", err
		}
		packed, name = true, strings.TrimSuffix(name, ".gz")
		br = bufio.NewReaderSize(unpacked, formats.GuessBytes)
		if head, err = br.Peek(formats.GuessBytes); err != nil && !errors.Is(err, io.EOF) {
			_ = src.Close()
			return nil, "", err
		}
		f, ok = formats.Guess(formats.List(), name, head)
	}
	if format != "" {
		if f, ok = formats.ByName(formats.List(), format); !ok {
			_ = src.Close()
			return nil, "", unknownFormat(format)
		}
	}
	if !ok {
		_ = src.Close()
		return nil, "", errs.New(errs.Input, "read", path, "no known format fits", "save it as CSV, XLSX, Parquet or JSON; what is in it is shown by clientbase read --format "+formatNames())
	}
	in := formats.Input{Name: name, R: br, Size: -1}
	if file, isFile := src.(*os.File); isFile && !packed {
		if info, err := file.Stat(); err == nil {
			in.At, in.Size = file, info.Size()
		}
	}
	if f.Container && in.At == nil {
		_ = src.Close()
		return nil, "", errs.New(errs.Input, "read", path, "the format "+f.Name+" cannot be read from a pipe or packed by gzip", "save it to a file first, unpacked")
	}
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, "", errs.Wrap(errs.Bug, "read", path, err, "")
	}
	return formats.NewFileSlice(formats.FileSettings{
		Info: connectors.SliceInfo{Name: name, Size: in.Size, Unit: "bytes"}, Thing: path, Container: f.Container, Card: opaque.NewKey(key[:]),
		Place:  func(context.Context) (formats.Input, io.Closer, error) { return in, src, nil },
		Format: func(in formats.Input) (formats.Reader, error) { return f.Open(in, formats.Options{}) },
	}), f.Name, nil
}

// readFile writes every row of a file as JSON and counts rows and bad rows.
func (a *app) readFile(ctx context.Context, path, format string, limit int64, w io.Writer) (rows, bad int64, err error) {
	slice, _, err := a.openAny(path, format)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = slice.Close() }()
	escaped, whole := sheet.Escaped(path)
	if !whole {
		a.say("%s: it is not the file that %s speaks of: apostrophes before formulas stay\n", path, filepath.Base(path)+sheet.Suffix)
	}
	seen := map[string]bool{}
	for limit == 0 || rows+bad < limit {
		b, err := slice.Next(ctx)
		if errors.Is(err, io.EOF) {
			return rows, bad, nil
		}
		if err != nil {
			return rows, bad, err
		}
		for _, n := range b.Notes {
			if !seen[n] {
				seen[n] = true
				a.say("%s: %s\n", path, n)
			}
		}
		r, x, err := writeBatch(w, b, limit-rows-bad, escaped)
		rows, bad = rows+r, bad+x
		if b.Rows != nil {
			b.Rows.Release()
		}
		if err != nil {
			return rows, bad, errs.Wrap(errs.Retry, "write", "output", err, "check the free space")
		}
	}
	return rows, bad, nil
}

// writeBatch writes rows and bad rows in the order of the file; escaped says
// that cells have an apostrophe that is not theirs.
func writeBatch(w io.Writer, b connectors.Batch, room int64, escaped bool) (rows, bad int64, err error) {
	n := 0
	if b.Rows != nil {
		n = int(b.Rows.NumRows())
	}
	for i, j := 0, 0; i < n || j < len(b.Bad); {
		if room > 0 && rows+bad >= room {
			return rows, bad, nil
		}
		if i == n || (j < len(b.Bad) && before(b.Bad[j].Pos, b.Pos[i])) {
			x := b.Bad[j]
			j++
			bad++
			if err := writeLine(w, x.Pos, "error", []byte(quoteJSON(x.Reason+": "+x.Detail))); err != nil {
				return rows, bad, err
			}
			continue
		}
		if err := writeLine(w, b.Pos[i], "fields", rowJSON(b, i, escaped)); err != nil {
			return rows, bad, err
		}
		i++
		rows++
	}
	return rows, bad, nil
}

func before(a, b connectors.Position) bool {
	if a.Line != b.Line {
		return a.Line < b.Line
	}
	return a.A < b.A
}

// rowJSON is a row as a JSON object in the order of its columns.
func rowJSON(b connectors.Batch, i int, escaped bool) []byte {
	out := []byte{'{'}
	as := func(s string) string {
		if escaped {
			return sheet.Unescape(s)
		}
		return s
	}
	for c, f := range b.Rows.Schema().Fields() {
		if c > 0 {
			out = append(out, ',')
		}
		out = append(out, quoteJSON(as(f.Name))...)
		out = append(out, ':')
		col, ok := b.Rows.Column(c).(*array.String)
		switch {
		case !ok || col.IsNull(i):
			out = append(out, "null"...)
		default:
			out = append(out, quoteJSON(as(col.Value(i)))...)
		}
	}
	return append(out, '}')
}

func writeLine(w io.Writer, p connectors.Position, name string, value []byte) error {
	line := append([]byte(`{"pos":`), position(p)...)
	line = append(line, `,"`+name+`":`...)
	line = append(line, value...)
	_, err := w.Write(append(line, '}', '\n'))
	return err
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
