package formats

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// page is what a record says about one address.
type page struct {
	status  int    // HTTP status; 200 for resources
	content string // media type in lower case
	params  map[string]string
	body    []byte // transfer and content encodings undone
	headEnd int    // where the body begins in the block, packed or not
	plainAt int    // where body stands in the block; -1 when it was encoded
}

var errTooLong = errors.New("longer than the limit")

// readHTTP takes a response block apart. The body is bounded by warcMaxPayload.
func readHTTP(block []byte) (*page, error) {
	headEnd := bytes.Index(block, []byte("\r\n\r\n"))
	if headEnd < 0 {
		return nil, errors.New("no end of the HTTP header")
	}
	headEnd += 4
	src := bytes.NewReader(block)
	resp, err := http.ReadResponse(bufio.NewReaderSize(src, 4096), nil)
	if err != nil {
		return nil, errors.New("no HTTP response")
	}
	defer func() { _ = resp.Body.Close() }()
	p := &page{status: resp.StatusCode, headEnd: headEnd, plainAt: headEnd}
	p.content, p.params, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	p.body = block[headEnd:]
	if len(resp.TransferEncoding) > 0 {
		// Writers often undo the chunks and keep the header: then the body stands.
		if b, err := readLimited(resp.Body); err == nil {
			p.body, p.plainAt = b, -1
		} else if errors.Is(err, errTooLong) {
			return nil, err
		}
	}
	codings := strings.Split(strings.ToLower(resp.Header.Get("Content-Encoding")), ",")
	for i := len(codings) - 1; i >= 0; i-- {
		b, err := unpack(strings.TrimSpace(codings[i]), p.body)
		if err != nil {
			return nil, err
		}
		if b != nil {
			p.body, p.plainAt = b, -1
		}
	}
	return p, nil
}

// unpack undoes one content coding; nil means that the body already is plain.
func unpack(coding string, body []byte) ([]byte, error) {
	var r io.Reader
	switch coding {
	case "", "identity":
		return nil, nil
	case "gzip", "x-gzip":
		if !IsGzip(body) {
			return nil, nil
		}
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, errors.New("damaged gzip body")
		}
		r = z
	case "deflate":
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			r = z
		} else {
			r = flate.NewReader(bytes.NewReader(body))
		}
	case "br":
		r = brotli.NewReader(bytes.NewReader(body))
	default:
		return nil, errors.New("unknown content coding")
	}
	b, err := readLimited(r)
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, fmt.Errorf("damaged %s body", coding)
	}
	return b, err
}

func readLimited(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, warcMaxPayload+1))
	if len(b) > warcMaxPayload {
		return nil, errTooLong
	}
	return b, err
}

// mayHoldLD reports whether a media type may hold JSON-LD, and whether it is
// JSON itself.
func mayHoldLD(content string) (ok, isJSON bool) {
	switch content {
	case "text/html", "application/xhtml+xml":
		return true, false
	case "application/ld+json", "application/json":
		return true, true
	}
	return false, false
}
