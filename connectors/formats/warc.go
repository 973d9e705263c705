package formats

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// WARCFormat is the entry of web archives in the guess list.
func WARCFormat() Format {
	return Format{
		Name: "warc",
		Doc:  "web archive (WARC 1.0, 1.1; plain or gzip per record): people and organisations from its pages",
		Guess: func(_ string, head []byte) int {
			if IsGzip(head) {
				m, err := NewMembers(bytes.NewReader(head))
				if err != nil {
					return 0
				}
				first := make([]byte, 7)
				if _, err := io.ReadFull(m, first); err != nil {
					return 0
				}
				head = first
			}
			if bytes.HasPrefix(head, []byte("WARC/1.")) {
				return 99
			}
			return 0
		},
		Open: func(in Input, o Options) (Reader, error) { return OpenWARC(in, o, nil) },
	}
}

// OpenWARC reads a web archive: a row is a person, organisation or bank account
// that JSON-LD on one of its pages describes (columns LDColumns), found in the
// 2xx responses and resources of types HTML and JSON.
//
// Positions are spans of the payload of a record: the HTTP body with transfer and
// content encodings undone. A script that is no JSON is a bad row. A cut file
// gives what is whole, then one bad row ("truncated") with the rest. A gzip file
// whose records are not compressed one by one is refused.
//
// in.R may be the gzip file itself: then the received bytes cannot be masked and
// Info().Charset is scan.Opaque. To have the bytes, unpack below: read in.R from a
// Members and give it as members; nil for plain files.
func OpenWARC(in Input, _ Options, members *Members) (Reader, error) {
	br := bufio.NewReaderSize(in.R, 64<<10)
	r := &warcReader{name: in.Name, names: LDColumns(), info: Info{Charset: scan.UTF8}}
	head, err := br.Peek(8)
	if len(head) == 0 {
		if err != nil && err != io.EOF {
			return nil, unreadable(in.Name, err)
		}
		return nil, errs.New(errs.Input, "read", in.Name, "the file is empty", "check the transfer")
	}
	if IsGzip(head) {
		if members, err = NewMembers(br); err != nil {
			return nil, errs.New(errs.Integrity, "read", in.Name, "the gzip header is damaged", "check the transfer")
		}
		br = bufio.NewReaderSize(members, 64<<10)
		r.info.Charset = scan.Opaque
	}
	r.s = warcScanner{br: br, members: members}
	r.fields = make([]Field, len(r.names))
	return r, nil
}

type warcReader struct {
	name   string
	names  []string
	info   Info
	s      warcScanner
	queue  []Row // steps of the current record that were not given yet
	party  []LDParty
	fields []Field
	at     int64 // number of the record of party
	skip   int64 // bytes of the current block still to be passed over
	end    error

	pages, records       int
	tooLong, undecodable int
	masked               int
}

// Columns gives LDColumns.
func (r *warcReader) Columns() []string { return r.names }

// Info gives the findings so far.
func (r *warcReader) Info() Info { return r.info }

// Next gives the next step.
func (r *warcReader) Next() (Row, error) {
	for {
		switch {
		case len(r.queue) > 0:
			row := r.queue[0]
			r.queue = r.queue[1:]
			return row, nil
		case len(r.party) > 0:
			return r.row(), nil
		case r.end != nil:
			return Row{}, r.end
		}
		from := r.s.at
		err := r.step()
		switch {
		case err == nil:
		case err == io.EOF:
			r.finish()
			r.end = io.EOF
		case errors.Is(err, errWARCCut):
			r.queue = append(r.queue, Row{Off: from, End: r.s.at, Err: &RowError{Reason: "truncated",
				Detail: fmt.Sprintf("the file ends at byte %d inside record %d", r.s.at, max(r.s.number, 1))}, Line: r.s.number})
			r.info.Notes = append(r.info.Notes, fmt.Sprintf("the file is cut at byte %d, inside record %d; what is whole before was read", r.s.at, max(r.s.number, 1)))
			r.finish()
			r.end = io.EOF
		default:
			r.end = warcRefusal(r.name, r.s.number+1, err)
		}
	}
}

func warcRefusal(name string, record int64, err error) error {
	var fe *frameError
	if _, ok := errs.Of(err); ok {
		return err // the place that gives the bytes has said what is wrong
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errWARCOnce):
		return errs.New(errs.Integrity, "read", fmt.Sprintf("%s record %d", name, record), err.Error(), "gzip -d the file and give the .warc")
	case errors.As(err, &fe):
		return errs.New(errs.Integrity, "read", fmt.Sprintf("%s byte %d", name, fe.at), fe.msg, "check that this is a complete WARC file")
	}
	return errs.Hidden(errs.Integrity, "read", fmt.Sprintf("%s record %d", name, record), "the file is damaged", err, "check the transfer")
}

func (r *warcReader) finish() {
	for _, c := range []struct {
		n    int
		text string
	}{
		{r.records, "records"}, {r.pages, "pages read for JSON-LD"},
		{r.tooLong, fmt.Sprintf("pages longer than %d bytes: not read", warcMaxPayload)},
		{r.undecodable, "pages whose HTTP body could not be decoded: not read"},
		{r.masked, "card numbers masked in pages"},
	} {
		if c.n > 0 {
			r.info.Notes = append(r.info.Notes, strconv.Itoa(c.n)+" "+c.text)
		}
	}
}

// step reads a record, or goes on with a long one, and queues its steps.
func (r *warcReader) step() error {
	from := r.s.at
	if r.skip > 0 {
		n := min(r.skip, 1<<20)
		err := r.s.skip(n)
		r.skip -= n
		if err == nil && r.skip == 0 {
			err = r.tail()
		}
		if err != nil {
			return err
		}
		r.queue = append(r.queue, Row{Gap: true, Off: from, End: r.s.at})
		return nil
	}
	h, err := r.s.head()
	if err != nil {
		return err
	}
	r.records++
	media, params, _ := mime.ParseMediaType(h.content)
	isPage := h.kind == "response" && (media == "application/http" || media == "")
	if h.kind == "resource" {
		isPage, _ = mayHoldLD(media)
	}
	if isPage && h.length > warcMaxPayload {
		r.tooLong++
		isPage = false
	}
	if !isPage {
		if r.skip = h.length; r.skip == 0 {
			if err := r.tail(); err != nil {
				return err
			}
		}
		r.queue = append(r.queue, Row{Gap: true, Off: from, End: r.s.at})
		return nil
	}
	block, err := r.s.block(nil, h.length)
	if err != nil {
		return err
	}
	if err := r.tail(); err != nil {
		return err
	}
	p := &page{status: 200, content: media, params: params, body: block}
	if h.kind == "response" {
		if p, err = readHTTP(block); err != nil {
			if errors.Is(err, errTooLong) {
				r.tooLong++
			} else {
				r.undecodable++
			}
			r.queue = append(r.queue, Row{Gap: true, Off: from, End: r.s.at})
			return nil
		}
	}
	r.look(h, p, from)
	return nil
}

func (r *warcReader) tail() error {
	if err := r.s.tail(); err != nil {
		return err
	}
	if r.s.gap != 0 {
		r.info.Notes = append(r.info.Notes, fmt.Sprintf("record %d is %d bytes longer than its Content-Length says", r.s.number, r.s.gap))
	}
	return nil
}

// look masks the card numbers of a page and queues its parties and bad scripts.
func (r *warcReader) look(h *warcHead, p *page, from int64) {
	whole := Row{Gap: true, Off: from, End: r.s.at, Line: h.number}
	// The page is masked before anything is taken from it; where it stands plainly in
	// the block the same bytes are masked there, else the packed body goes as a whole.
	clear := bytes.Clone(p.body)
	if n := scan.MaskCards(clear); n > 0 {
		r.masked += n
		if p.plainAt >= 0 {
			at := h.body + int64(p.plainAt)
			for i := range clear {
				if clear[i] != p.body[i] {
					whole.Blank = append(whole.Blank, Span{at + int64(i), at + int64(i) + 1})
				}
			}
		} else {
			whole.Blank = append(whole.Blank, Span{h.body + int64(p.headEnd), h.body + h.length})
		}
	}
	ok, isJSON := mayHoldLD(p.content)
	if p.status < 200 || p.status > 299 || !ok {
		r.queue = append(r.queue, whole)
		return
	}
	r.pages++
	var scripts []LDScript
	if isJSON {
		scripts = []LDScript{LDDocument(clear)}
	} else {
		scripts = LDScripts(clear, mime.FormatMediaType(p.content, p.params))
	}
	at := from
	for i, s := range scripts {
		if s.Err == "" || isJSON && p.content == "application/json" {
			continue // a page of plain JSON need not be JSON-LD
		}
		bad := Row{Off: r.s.at, End: r.s.at, Line: h.number, Pos: connectors.Position{Kind: connectors.AtSpan, A: int64(s.Lo), B: int64(s.Hi), Line: h.number, Key: h.uri},
			Err: &RowError{Reason: "bad_json", Detail: fmt.Sprintf("record %d, script %d, byte %d: %s", h.number, i+1, s.ErrAt, s.Err)}}
		if p.plainAt >= 0 {
			base := h.body + int64(p.plainAt)
			bad.Off, bad.End = base+int64(s.Lo), base+int64(s.Hi)
			r.queue = append(r.queue, Row{Gap: true, Off: at, End: bad.Off, Blank: whole.Blank})
			bad.Blank = whole.Blank
			at = bad.End
		}
		r.queue = append(r.queue, bad)
	}
	// A bad script of a packed page has no bytes of its own: it follows the record.
	whole.Off = at
	i := 0
	for i < len(r.queue) && r.queue[i].Off < r.s.at {
		i++
	}
	r.queue = append(r.queue[:i:i], append([]Row{whole}, r.queue[i:]...)...)
	r.party = LDParties(scripts, h.uri, h.date)
	r.at = h.number
}

// row gives the next party of the current record. Rows have no bytes of their
// own in the file: those went with the record.
func (r *warcReader) row() Row {
	p := r.party[0]
	r.party = r.party[1:]
	for i, v := range p.Values {
		r.fields[i] = Field{Value: []byte(v), Null: v == "", Off: r.s.at, End: r.s.at}
	}
	return Row{Fields: r.fields, Off: r.s.at, End: r.s.at, Line: r.at,
		Pos: connectors.Position{Kind: connectors.AtSpan, A: int64(p.Lo), B: int64(p.Hi), Line: r.at, Key: p.Values[len(r.names)-3]}}
}
