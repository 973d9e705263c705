package cleanse

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

const maxCleanLine = 1 << 20

// lineSample is how much of a file is looked at to find its charset.
const lineSample = 128 << 10

// Lines hands over the lines of a file in UTF-8, without their ends and the
// mark at its beginning. The charset is found by what stands around the first
// line that is not ASCII; a row that reads clearly better in another one is read
// in that.
func Lines(ctx context.Context, name string, in io.Reader, do func(text string) error) error {
	r := bufio.NewReaderSize(in, lineSample)
	_, _ = r.Peek(2) // an error comes again with the first line
	sample, _ := r.Peek(r.Buffered())
	switch scan.Detect(sample).Charset {
	case scan.UTF16LE:
		r = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(r), lineSample)
	case scan.UTF16BE:
		r = bufio.NewReaderSize(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(r), lineSample)
	}
	cs := scan.Charset("")
	for n := 0; ; n++ {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.Wrap(errs.Input, "clean", name, err, "check that the file can be read")
		}
		if n == 0 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if cs == "" && !isASCII(line) {
			cs = charsetAround(line, r)
		}
		if err := do(inUTF8(line, cs)); err != nil {
			return err
		}
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// charsetAround finds the charset by a line and what has been read behind it.
func charsetAround(line []byte, r *bufio.Reader) scan.Charset {
	behind, _ := r.Peek(r.Buffered())
	sample := append(append(append([]byte(nil), line...), '\n'), behind...)
	if cs := scan.Detect(sample).Charset; cs != "" && cs != scan.ASCII && cs.Unit() == 1 {
		return cs
	}
	return scan.UTF8
}

// inUTF8 decodes a line of a file in cs.
func inUTF8(line []byte, cs scan.Charset) string {
	if isASCII(line) {
		return string(line)
	}
	if cs = scan.RowCharset(line, cs); !cs.SingleByte() {
		return string(line)
	}
	out, _ := scan.Decode(nil, line, cs)
	return string(out)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// readLine reads one line without its end; io.EOF only when nothing is left.
func readLine(r *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		part, err := r.ReadSlice('\n')
		if room := maxCleanLine - len(b); room > 0 {
			b = append(b, part[:min(len(part), room)]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(b) == 0) {
			return nil, err
		}
		return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\r'}), nil
	}
}
