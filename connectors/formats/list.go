package formats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"clientbase/internal/scan"
)

// List gives every format in the order in which `read FILE` tries them.
func List() []Format {
	return []Format{ParquetFormat(), XLSXFormat(), WARCFormat(), IPMFormat(), PageFormat(), ndjsonFormat(), asteriskFormat(), delimitedFormat()}
}

func delimitedFormat() Format {
	return Format{
		Name: "delimited",
		Doc:  "CSV, TSV and their kin: any separator, quoting, charset",
		Guess: func(name string, head []byte) int {
			score := 0
			switch ext(name) {
			case "csv", "tsv", "asc", "psv":
				score = 60
			case "txt", "dat", "tab", "unl", "":
				score = 20
			}
			if !textual(head) || score < 60 && document(head) {
				return 0
			}
			rows := Sniff(head)
			if modal(sniffSample(head, rows)) > 0 {
				score += 20
			}
			return max(score, 5)
		},
		Open: func(in Input, o Options) (Reader, error) {
			sample, src, err := head(in.R, GuessBytes)
			if err != nil {
				return nil, unreadable(in.Name, err)
			}
			d := Sniff(sample)
			d.MaxLine = o.maxLine()
			if cs, ok := scan.ParseCharset(o.Charset); ok {
				d.Charset = cs
			} else {
				d.Charset = "" // the reader decides by more than the head
			}
			in.R = src
			if o.Skip > 0 {
				d.Skip = o.Skip
			}
			r, err := NewDelimited(in, d)
			if err == nil && d.Skip > 0 {
				r.notes = append(r.notes, fmt.Sprintf("the heading stands in line %d", d.Skip+1))
			}
			return r, err
		},
	}
}

// document: the text begins as XML, HTML or one JSON value over several lines,
// and is no table, whatever its commas and colons say.
func document(head []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
	if len(text) < 2 {
		return false
	}
	switch text[0] {
	case '<':
		return text[1] == '!' || text[1] == '?' || text[1]|0x20 >= 'a' && text[1]|0x20 <= 'z'
	case '{', '[':
		return bytes.IndexByte([]byte(" \t\r\n{[\""), text[1]) >= 0
	}
	return false
}

func sniffSample(head []byte, d Dialect) [][]string {
	found := scan.Detect(head)
	text, _ := scan.Decode(nil, head[found.BOM:], orUTF8(found.Charset))
	return sniffRows(text, d.Delimiter, d.Quote, d.Newline)
}

// ext is the last extension of a name in lower case.
func ext(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return strings.ToLower(name[i+1:])
	}
	return ""
}

// textual: few control bytes, or UTF-16.
func textual(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if scan.Detect(b).Charset.Unit() == 2 {
		return true
	}
	control := 0
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != 0x1A {
			control++
		}
	}
	return control*200 <= len(b)
}

func ndjsonFormat() Format {
	return Format{
		Name: "ndjson",
		Doc:  "one JSON object per line, or an array of objects",
		Guess: func(_ string, head []byte) int {
			line := bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
			line = bytes.TrimLeft(line, " \t\r\n")
			i := bytes.IndexByte(line, '\n')
			if i < 0 {
				i = len(line)
			}
			first := bytes.TrimSpace(line[:i])
			switch {
			case len(line) > 1 && line[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(line[1:], " \t\r\n"), []byte("{")):
				return 80
			case len(first) == 0 || first[0] != '{':
				return 0
			case json.Valid(first):
				return 90
			case len(head) >= GuessBytes && i == len(line) && utf8.Valid(first[:len(first)-min(4, len(first))]):
				return 40 // a first line longer than the sample
			}
			return 0
		},
		Open: func(in Input, o Options) (Reader, error) { return NewNDJSON(in, o) },
	}
}
