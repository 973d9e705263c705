package formats

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Limits of IPM framing.
const (
	ipmMaxMessage = 6000 // longest record in practice; more means wrong framing
	ipmMinMessage = 20   // MTI and bitmap
	ipmBlock      = 1014 // bytes of a block
	ipmBlockData  = 1012 // data bytes of a block; two fillers follow
	ipmFill       = 0x40
)

// ipmFraming is what detection found in the first bytes of a file.
type ipmFraming struct {
	blocked bool
	page    CodePage
	certain bool // the code page was named, or is ASCII
}

// frameError refuses a file at a byte.
type frameError struct {
	at  int64
	msg string
}

func (e *frameError) Error() string { return fmt.Sprintf("byte %d: %s", e.at, e.msg) }

// detectIPM reads the framing of a file from its first bytes. charset and
// blocked are the declared values, "" or "auto" to detect. whole says that
// head is the whole file; size is the file's size or -1.
func detectIPM(head []byte, whole bool, size int64, charset, blocked string) (ipmFraming, error) {
	var f ipmFraming
	plain, plainPage := walkIPM(head)
	unblocked := deblock(head)
	inBlocks, blockPage := 0, ASCII
	if unblocked != nil {
		inBlocks, blockPage = walkIPM(unblocked)
	}
	page := plainPage
	switch blocked {
	case "yes", "true", "1014":
		f.blocked, page = true, blockPage
		if inBlocks == 0 && unblocked == nil {
			return f, &frameError{0, fmt.Sprintf("not in blocks of %d bytes: the fillers 40 40 are missing", ipmBlock)}
		}
	case "no", "false":
	default:
		// A filler-like pair of spaces may stand at byte 1013 of a plain file
		// by chance, so the better walk over the messages decides.
		if inBlocks > plain || inBlocks == plain && inBlocks > 0 && size > 0 && size%ipmBlock == 0 {
			f.blocked, page = true, blockPage
		}
	}
	if plain == 0 && inBlocks == 0 {
		return f, &frameError{0, describeHead(head, whole)}
	}
	switch charset {
	case "", "auto":
		f.page, f.certain = page, page.Name == "ascii"
	case "cp500", "ebcdic":
		f.page, f.certain = CP500, true
	case "cp037":
		f.page, f.certain = CP037, true
	case "ascii":
		f.page, f.certain = ASCII, true
	default:
		return f, &frameError{0, "unknown charset: auto, cp500, cp037 or ascii"}
	}
	if (f.page.Zero == '0') != (page.Zero == '0') {
		return f, &frameError{4, fmt.Sprintf("the contract says %s, but the message type is written in %s", f.page.Name, page.Name)}
	}
	return f, nil
}

func describeHead(head []byte, whole bool) string {
	switch {
	case len(head) == 0:
		return "the file is empty"
	case len(head) < 4+ipmMinMessage && whole:
		return fmt.Sprintf("the file has %d bytes: too short for one IPM message", len(head))
	}
	n := binary.BigEndian.Uint32(head)
	if n > ipmMaxMessage || n < ipmMinMessage {
		return fmt.Sprintf("the first length is %d; an IPM message has %d–%d bytes", n, ipmMinMessage, ipmMaxMessage)
	}
	return "the first message has no message type in EBCDIC or ASCII digits"
}

// deblock removes the fillers of whole blocks; nil when a filler is missing.
func deblock(b []byte) []byte {
	if len(b) < ipmBlock {
		return nil
	}
	out := make([]byte, 0, len(b))
	for len(b) >= ipmBlock {
		if b[ipmBlockData] != ipmFill || b[ipmBlockData+1] != ipmFill {
			return nil
		}
		out = append(out, b[:ipmBlockData]...)
		b = b[ipmBlock:]
	}
	return append(out, b[:min(len(b), ipmBlockData)]...)
}

// walkIPM counts messages from the start of b whose length and message type
// are plausible, and tells their character set. A message cut by the end of b
// counts; a fault later ends the walk.
func walkIPM(b []byte) (n int, page CodePage) {
	page = CP500
	for len(b) >= 8 {
		l := int(binary.BigEndian.Uint32(b))
		if l < ipmMinMessage || l > ipmMaxMessage {
			return n, page
		}
		p, ok := mtiPage(b[4:8])
		if !ok {
			return n, page
		}
		if n == 0 {
			page = p
		}
		n++
		if len(b) < 4+l {
			return n, page
		}
		b = b[4+l:]
	}
	return n, page
}

func mtiPage(b []byte) (CodePage, bool) {
	for _, p := range []CodePage{CP500, ASCII} {
		if n, ok := p.Number(b); ok && n >= 1000 && n < 2000 {
			return p, true
		}
	}
	return CP500, false
}

// ipmFrames cuts a file into messages.
type ipmFrames struct {
	r       *bufio.Reader
	blocked bool
	read    int64  // bytes of the file consumed
	data    int64  // bytes of the data stream consumed, without fillers
	msg     []byte // the current message, without fillers; masked in place
	msgAt   int64  // its first byte (after the length) in the data stream
	number  int64  // its 1-based number
	blanks  []Span // bytes of the current message, in the file, that were masked
	mask    byte
	scratch []byte
	done    bool
}

// fileAt gives the file offset of an offset in the data stream.
func (f *ipmFrames) fileAt(data int64) int64 {
	if !f.blocked {
		return data
	}
	return data + 2*(data/ipmBlockData)
}

// pos gives the bytes [a,b) of the file that hold bytes [lo,hi) of the message.
func (f *ipmFrames) pos(lo, hi int) (a, b int64) {
	a = f.fileAt(f.msgAt + int64(lo))
	if hi <= lo {
		return a, a
	}
	return a, f.fileAt(f.msgAt+int64(hi)-1) + 1
}

// hide overwrites bytes [lo,hi) of the current message with the mask and
// notes where they stand in the file.
func (f *ipmFrames) hide(lo, hi int) {
	for i := lo; i < hi; i++ {
		f.msg[i] = f.mask
		at := f.fileAt(f.msgAt + int64(i))
		if n := len(f.blanks); n > 0 && f.blanks[n-1].Hi == at {
			f.blanks[n-1].Hi++
		} else {
			f.blanks = append(f.blanks, Span{at, at + 1})
		}
	}
}

var errNoEndMark = errors.New("no end mark")

// next reads one message into f.msg. It gives io.EOF after the zero length and
// its padding, errNoEndMark when the file ends on a message border without it,
// and a *frameError for anything else that is wrong with the file.
func (f *ipmFrames) next() error {
	if f.done {
		return io.EOF
	}
	f.blanks = f.blanks[:0]
	var rdw [4]byte
	start := f.fileAt(f.data)
	switch n, err := f.fill(rdw[:]); {
	case err == io.EOF && n == 0:
		f.done = true
		return errNoEndMark
	case err == io.EOF:
		return &frameError{start, fmt.Sprintf("the file ends inside the length of message %d", f.number+1)}
	case err != nil:
		return err
	}
	l := binary.BigEndian.Uint32(rdw[:])
	switch {
	case l == 0:
		f.done = true
		return f.padding()
	case l == 0x40404040:
		f.done = true
		if err := f.padding(); err != io.EOF {
			return err
		}
		return errNoEndMark
	case l > ipmMaxMessage || l < ipmMinMessage:
		return &frameError{start, fmt.Sprintf("message %d declares %d bytes; an IPM message has %d–%d: the framing is lost", f.number+1, l, ipmMinMessage, ipmMaxMessage)}
	}
	f.number++
	f.msgAt = f.data
	f.msg = slices.Grow(f.msg[:0], int(l))[:l]
	if n, err := f.fill(f.msg); err == io.EOF {
		return &frameError{start, fmt.Sprintf("the file is cut inside message %d: %d of %d bytes are there", f.number, n, l)}
	} else if err != nil {
		return err
	}
	return nil
}

// fill reads len(dst) bytes of the data stream. It gives io.EOF, with the
// count read, when the file ends first.
func (f *ipmFrames) fill(dst []byte) (int, error) {
	got := 0
	for got < len(dst) {
		want := len(dst) - got
		if f.blocked {
			in := f.data % ipmBlockData
			if in == 0 && f.data > 0 && f.read != f.fileAt(f.data) {
				if err := f.filler(); err != nil {
					return got, err
				}
			}
			want = min(want, int(ipmBlockData-in))
		}
		n, err := io.ReadFull(f.r, dst[got:got+want])
		got, f.data, f.read = got+n, f.data+int64(n), f.read+int64(n)
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

// filler consumes the two bytes that end a block.
func (f *ipmFrames) filler() error {
	var b [2]byte
	at := f.read
	n, err := io.ReadFull(f.r, b[:])
	f.read += int64(n)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return &frameError{at, fmt.Sprintf("the last block is cut: it has %d of %d bytes", ipmBlockData+n, ipmBlock)}
	case err != nil:
		return err
	case b[0] != ipmFill || b[1] != ipmFill:
		return &frameError{at, fmt.Sprintf("the filler 40 40 of block %d is missing", f.data/ipmBlockData)}
	}
	return nil
}

// padding checks that only fill bytes follow the end of the messages.
func (f *ipmFrames) padding() error {
	for {
		b, err := f.r.ReadByte()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		f.read++
		if b != ipmFill && b != 0 {
			return &frameError{f.read - 1, "data follows the end of the messages"}
		}
	}
	if f.blocked && f.read%ipmBlock != 0 {
		return &frameError{f.read, fmt.Sprintf("the last block is cut: the file has %d bytes, not a multiple of %d", f.read, ipmBlock)}
	}
	return io.EOF
}
