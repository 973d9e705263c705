package formats

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"clientbase/internal/errs"
)

// PageFormat is the entry of single pages and documents with JSON-LD.
func PageFormat() Format {
	return Format{
		Name:      "page",
		Doc:       "one HTML page with JSON-LD, or one JSON-LD document: its people and organisations",
		Container: true,
		Guess: func(_ string, head []byte) int {
			text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
			switch {
			case len(text) == 0:
			case text[0] == '<' && bytes.Contains(text, []byte("application/ld+json")):
				return 80
			case (text[0] == '{' || text[0] == '[') && bytes.Contains(text, []byte(`"@context"`)):
				return 92 // a document on one line is no NDJSON
			}
			return 0
		},
		Open: OpenPage,
	}
}

// OpenPage reads a saved page as a web archive of one record, so that it gives
// the rows that a crawl of the page would give. Positions are bytes of the page.
func OpenPage(in Input, o Options) (Reader, error) {
	body, err := io.ReadAll(io.LimitReader(in.R, warcMaxPayload+1))
	if err != nil {
		return nil, unreadable(in.Name, err)
	}
	if len(body) > warcMaxPayload {
		return nil, errs.New(errs.Input, "read", in.Name, fmt.Sprintf("the page is longer than %d bytes", warcMaxPayload), "a page is a document, not a table: give the table")
	}
	kind := "text/html"
	if t := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))); len(t) > 0 && t[0] != '<' {
		kind, body = "application/ld+json", t
	}
	name := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return '_'
		}
		return r
	}, in.Name)
	head := fmt.Sprintf("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:page>\r\nWARC-Target-URI: file:%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", name, kind, len(body))
	return OpenWARC(Input{Name: in.Name, Size: -1, R: io.MultiReader(strings.NewReader(head), bytes.NewReader(body), strings.NewReader("\r\n\r\n"))}, o, nil)
}
