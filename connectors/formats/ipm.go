package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"clientbase/internal/errs"
)

// IPMFormat is the entry of Mastercard IPM clearing files in the guess list.
func IPMFormat() Format {
	return Format{
		Name: "ipm",
		Doc:  "Mastercard IPM clearing file (EBCDIC or ASCII, plain or 1014-blocked)",
		Guess: func(_ string, head []byte) int {
			fr, err := detectIPM(head, len(head) < GuessBytes, -1, "", "")
			if err != nil {
				return 0
			}
			if n, _ := walkIPM(head); n > 2 || fr.blocked {
				return 98
			}
			return 80
		},
		Open: func(in Input, o Options) (Reader, error) { return OpenIPM(in, o, "auto") },
	}
}

// OpenIPM reads a Mastercard IPM clearing file. o.Charset is cp500, cp037, ascii
// or auto; blocked is yes, no or auto. Detection reads the first 64 KiB; a file
// that is no IPM file, or not of the declared kind, is refused.
//
// A row is a message; header and trailer messages (1644 with function code 697
// or 695) are gaps. A message that cannot be decoded is a bad row. A file is
// refused when it is cut, when its framing is lost, or when the count in its
// trailer (PDS 0306) is another than that of its messages. The sum in the
// trailer (PDS 0301) is only reported, because banks compute it differently.
func OpenIPM(in Input, o Options, blocked string) (Reader, error) {
	br := bufio.NewReaderSize(in.R, GuessBytes)
	head, err := br.Peek(GuessBytes)
	if err != nil && err != io.EOF {
		return nil, unreadable(in.Name, err)
	}
	fr, err := detectIPM(head, err == io.EOF, in.Size, o.Charset, blocked)
	if err != nil {
		return nil, ipmRefusal(in.Name, err)
	}
	r := &ipmReader{
		name: in.Name, page: fr.page,
		f:     ipmFrames{r: br, blocked: fr.blocked, mask: fr.page.Mask},
		names: IPMColumns(),
	}
	r.fields = make([]Field, len(r.names))
	r.index = make(map[string]int, len(r.names))
	for i, n := range r.names {
		r.index[n] = i
	}
	r.cuts = make([][2]int, len(r.names))
	for de := range r.column {
		r.column[de] = -1
		if c := ipmTable[de].column; c != "" {
			r.column[de] = r.index[c]
		}
	}
	r.info = Info{Charset: fr.page.Scan, PAN: []string{"pan"}}
	layout := "plain"
	if fr.blocked {
		layout = "1014 blocking"
	}
	r.note("IPM, " + fr.page.Name + ", " + layout)
	if !fr.certain {
		r.note("EBCDIC code page not declared: cp500 taken; cp037 differs in seven characters")
	}
	return r, nil
}

func ipmRefusal(name string, err error) error {
	var fe *frameError
	if !errors.As(err, &fe) {
		return unreadable(name, err)
	}
	return errs.New(errs.Integrity, "read", fmt.Sprintf("%s byte %d", name, fe.at), fe.msg,
		"check that the transfer was binary and complete, and the declared charset and blocked")
}

type ipmReader struct {
	name   string
	page   CodePage
	f      ipmFrames
	m      ipmMessage
	names  []string
	index  map[string]int
	column [129]int // column of each element, -1 = none
	info   Info

	fields []Field
	cuts   [][2]int // bytes of each field in arena; -1 = null
	arena  []byte
	end    error // what Next gives from now on

	count   int64 // messages since the last trailer
	sum     uint64
	fileID  []byte
	header  bool // a header is open
	headers int
	closed  int64 // trailers seen
	refused int
	iccCut  int
	cards   int
	odd43   int
}

func (r *ipmReader) note(s string) { r.info.Notes = append(r.info.Notes, s) }

// Columns gives IPMColumns.
func (r *ipmReader) Columns() []string { return r.names }

// Info gives the findings so far.
func (r *ipmReader) Info() Info { return r.info }

// Next gives the next message.
func (r *ipmReader) Next() (Row, error) {
	if r.end != nil {
		return Row{}, r.end
	}
	from := r.f.fileAt(r.f.data)
	if r.f.number == 0 {
		from = 0
	}
	switch err := r.f.next(); {
	case err == io.EOF || err == errNoEndMark:
		if err := r.finish(err); err != nil {
			r.end = ipmRefusal(r.name, err)
			return Row{}, r.end
		}
		r.end = io.EOF
		if r.f.read > from {
			return Row{Gap: true, Off: from, End: r.f.read}, nil
		}
		return Row{}, io.EOF
	case err != nil:
		r.end = ipmRefusal(r.name, err)
		return Row{}, r.end
	}
	r.count++
	_, to := r.f.pos(0, len(r.f.msg))
	row := Row{Off: from, End: to, Line: r.f.number}
	fault := decodeIPM(&r.f, r.page, &r.m)
	r.refused += r.m.refused + r.m.icc
	r.cards += r.m.cards
	row.Blank = r.f.blanks
	if fault != nil {
		row.Err = &RowError{Reason: fault.reason, Detail: fault.detail}
		return row, nil
	}
	if n, ok := r.page.Number(r.m.elem[4]); ok {
		r.sum = (r.sum + uint64(n)) % 1e16
	}
	if gap, err := r.control(); err != nil {
		r.end = ipmRefusal(r.name, err)
		return Row{}, r.end
	} else if gap {
		row.Gap = true
		return row, nil
	}
	if r.m.iccCut {
		r.iccCut++
	}
	row.Blank = r.f.blanks[r.m.panCut:] // the builder masks DE2, cell and bytes alike
	r.fill()
	row.Fields = r.fields
	return row, nil
}

// control handles headers and trailers.
func (r *ipmReader) control() (gap bool, err error) {
	if r.m.mti != "1644" {
		return false, nil
	}
	at := r.f.fileAt(r.f.msgAt)
	switch n, _ := r.page.Number(r.m.elem[24]); n {
	case 697:
		if r.header {
			return true, &frameError{at, fmt.Sprintf("message %d is a second header before the trailer of the first", r.f.number)}
		}
		r.header, r.count, r.sum = true, 1, 0
		r.headers++
		r.fileID = r.fileID[:0]
		if v, ok := r.m.pdsValue("0105"); ok {
			r.fileID = bytes.TrimRight(r.page.AppendText(r.fileID, v), " ")
			if len(r.fileID) >= 9 {
				if day, err := time.Parse("060102", string(r.fileID[3:9])); err == nil {
					r.info.AsOf = day
				}
			}
		}
		return true, nil
	case 695:
		if v, ok := r.m.pdsValue("0306"); ok {
			want, isNumber := r.page.Number(bytes.TrimRight(v, string([]byte{r.page.Space})))
			if !isNumber {
				return true, &frameError{at, "the count of messages in the trailer (PDS 0306) is not a number"}
			}
			if int64(want) != r.count {
				return true, &frameError{at, fmt.Sprintf("the trailer counts %d messages (PDS 0306), the file has %d", want, r.count)}
			}
		} else {
			r.note("the trailer has no count of messages (PDS 0306): not checked")
		}
		if v, ok := r.m.pdsValue("0105"); ok && r.header && len(r.fileID) > 0 {
			if id := bytes.TrimRight(r.page.AppendText(nil, v), " "); !bytes.Equal(id, r.fileID) {
				return true, &frameError{at, "the file id of the trailer (PDS 0105) is another than that of the header"}
			}
		}
		if v, ok := r.m.pdsValue("0301"); ok {
			if want, isNumber := r.page.Number(v); isNumber && uint64(want) != r.sum {
				r.note("the sum of amounts in the trailer (PDS 0301) is another than the sum of DE4")
			}
		}
		if !r.header {
			r.note("a trailer without a header")
		}
		r.header, r.count, r.sum = false, 0, 0
		r.closed++
		return true, nil
	}
	return false, nil
}

// finish checks the file as a whole.
func (r *ipmReader) finish(how error) error {
	if r.header {
		return &frameError{r.f.read, fmt.Sprintf("the file ends after message %d without the trailer of its header: it is cut", r.f.number)}
	}
	if how == errNoEndMark {
		if r.closed == 0 {
			return &frameError{r.f.read, fmt.Sprintf("the file ends after message %d without trailer and without the zero length that ends a file: it is cut", r.f.number)}
		}
		r.note("the zero length that ends a file is missing; the trailer is there")
	}
	if r.closed == 0 {
		r.note("no header and trailer: the count of messages is not checked")
	} else if r.count > 0 {
		r.note(strconv.FormatInt(r.count, 10) + " messages after the last trailer")
	}
	for _, c := range []struct {
		n    int
		text string
	}{
		{r.refused, "tracks, PIN blocks or chip card data blanked"},
		{r.cards, "card numbers outside DE2 masked"},
		{r.iccCut, "messages whose DE55 ends inside a tag"},
		{r.odd43, "messages whose DE43 has another form than name\\address\\city\\place: kept as the name"},
	} {
		if c.n > 0 {
			r.note(strconv.Itoa(c.n) + " " + c.text)
		}
	}
	return nil
}
