package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of WARC reading.
const (
	warcMaxHead    = 64 << 10 // bytes of a record's header
	warcMaxPayload = 16 << 20 // bytes of a page that is looked into, packed and unpacked
	warcResync     = 4 << 10  // how far a record with a wrong length may be off
)

// warcHead is the header of one record.
type warcHead struct {
	number  int64 // 1-based
	off     int64 // first byte of the record
	body    int64 // first byte of its block
	length  int64 // bytes of its block
	kind    string
	uri     string
	date    string
	content string // Content-Type
}

var (
	errWARCCut  = errors.New("the file ends inside a record")
	errWARCOnce = errors.New("whole-file gzip: the records are not compressed one by one")
)

// warcScanner walks the records of a WARC 1.0 or 1.1 file (ISO 28500). The
// block of a record is read or skipped by its owner between head and tail.
type warcScanner struct {
	br      *bufio.Reader
	at      int64    // bytes consumed
	number  int64    // records begun
	members *Members // of gzip; nil = plain
	gap     int64    // bytes by which the last record's length was wrong
}

// head reads the next header: io.EOF at the end, errWARCCut when the file ends
// inside it, errWARCOnce when a gzip member holds more than one record, a
// *frameError when there is no record.
func (s *warcScanner) head() (*warcHead, error) {
	if _, err := s.br.Peek(1); err != nil {
		if s.members != nil && s.members.Cut() {
			return nil, errWARCCut
		}
		return nil, cutOr(err, io.EOF)
	}
	if s.members != nil && !s.members.Border(s.at) {
		return nil, errWARCOnce
	}
	h := &warcHead{off: s.at, length: -1, number: s.number + 1}
	version, err := s.line()
	if err != nil {
		return nil, err
	}
	if v := strings.TrimSpace(version); v != "WARC/1.0" && v != "WARC/1.1" {
		return nil, &frameError{h.off, fmt.Sprintf("record %d does not begin with WARC/1.0 or WARC/1.1", h.number)}
	}
	s.number++
	var last *string
	for {
		l, err := s.line()
		if err != nil {
			return nil, err
		}
		if s.at-h.off > warcMaxHead {
			return nil, &frameError{h.off, fmt.Sprintf("the header of record %d is longer than %d bytes", h.number, warcMaxHead)}
		}
		l = strings.TrimRight(l, "\r\n")
		if l == "" {
			break
		}
		if l[0] == ' ' || l[0] == '\t' { // a folded line
			if last != nil {
				*last += " " + strings.TrimSpace(l)
			}
			continue
		}
		name, value, _ := strings.Cut(l, ":")
		value = strings.TrimSpace(value)
		last = nil
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "warc-type":
			h.kind, last = strings.ToLower(value), &h.kind
		case "warc-target-uri":
			h.uri, last = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">"), &h.uri
		case "warc-date":
			h.date = value
		case "content-type":
			h.content, last = value, &h.content
		case "content-length":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return nil, &frameError{h.off, fmt.Sprintf("the Content-Length of record %d is not a number", h.number)}
			}
			h.length = n
		}
	}
	if h.length < 0 {
		return nil, &frameError{h.off, fmt.Sprintf("record %d has no Content-Length", h.number)}
	}
	h.body = s.at
	return h, nil
}

// line reads up to and with the next line feed.
func (s *warcScanner) line() (string, error) {
	var b []byte
	for {
		part, err := s.br.ReadSlice('\n')
		s.at += int64(len(part))
		b = append(b, part...)
		switch {
		case err == nil:
			return string(b), nil
		case err == bufio.ErrBufferFull && len(b) <= warcMaxHead:
		case err == bufio.ErrBufferFull:
			return "", &frameError{s.at, fmt.Sprintf("a header line of record %d is longer than %d bytes", s.number+1, warcMaxHead)}
		default:
			return "", cutOr(err, errWARCCut)
		}
	}
}

// block appends n bytes of the block to dst.
func (s *warcScanner) block(dst []byte, n int64) ([]byte, error) {
	from := len(dst)
	w := bytes.NewBuffer(dst)
	m, err := io.CopyN(w, s.br, n)
	s.at += m
	if err != nil {
		return w.Bytes()[:from+int(m)], cutOr(err, errWARCCut)
	}
	return w.Bytes(), nil
}

// skip passes over n bytes of the block.
func (s *warcScanner) skip(n int64) error {
	for n > 0 {
		m, err := s.br.Discard(int(min(n, 1<<20)))
		s.at += int64(m)
		n -= int64(m)
		if err != nil {
			return cutOr(err, errWARCCut)
		}
	}
	return nil
}

// tail reads the blank lines after a block. When they are not there, the
// length was wrong: the next record is looked for nearby and the difference
// goes to gap.
func (s *warcScanner) tail() error {
	s.gap = 0
	for range 2 {
		b, err := s.br.Peek(2)
		if len(b) == 0 {
			return cutOr(err, nil) // the last line ends are often missing
		}
		switch {
		case b[0] == '\n':
			s.drop(1)
		case len(b) == 2 && b[0] == '\r' && b[1] == '\n':
			s.drop(2)
		case bytes.HasPrefix(b, []byte("WA")):
			return nil
		default:
			return s.resync()
		}
	}
	return nil
}

func (s *warcScanner) resync() error {
	b, err := s.br.Peek(warcResync)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF && len(b) == 0 {
		return err
	}
	i := bytes.Index(b, []byte("\r\n\r\nWARC/1."))
	switch {
	case i >= 0:
		s.gap = int64(i)
		s.drop(i + 4)
		return nil
	case err != nil && bytes.HasSuffix(b, []byte("\r\n\r\n")):
		s.gap = int64(len(b) - 4)
		s.drop(len(b))
		return nil
	}
	return &frameError{s.at, fmt.Sprintf("record %d is not followed by a blank line and no record begins within %d bytes", s.number, warcResync)}
}

func (s *warcScanner) drop(n int) {
	m, _ := s.br.Discard(n)
	s.at += int64(m)
}

// cutOr gives end for an end of file and errWARCCut for a cut gzip stream.
func cutOr(err, end error) error {
	switch {
	case err == nil, err == io.EOF:
		return end
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errWARCCut
	}
	return err
}
