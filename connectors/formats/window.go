package formats

import (
	"bytes"
	"errors"
	"io"

	"clientbase/internal/scan"
)

// window is a growing view of a text file: unread bytes buf[r:w], refilled on
// demand, with the offset of buf[r] in the received file. UTF-16 is transcoded on
// the way in, and offsets are counted back.
type window struct {
	src  io.Reader
	buf  []byte
	r, w int
	off  int64 // received offset of buf[r]
	wide bool  // received as UTF-16
	err  error // sticky; io.EOF at the end
}

const windowStart = 256 << 10

func newWindow(src io.Reader) *window { return &window{src: src, buf: make([]byte, windowStart)} }

// rest is what is unread and in memory.
func (v *window) rest() []byte { return v.buf[v.r:v.w] }

func (v *window) eof() bool { return v.err != nil }

// failure gives a reading error that is not the end of the file.
func (v *window) failure() error {
	if v.err == nil || errors.Is(v.err, io.EOF) {
		return nil
	}
	return v.err
}

// more reads further; the unread bytes move, so views into rest are lost.
func (v *window) more() {
	if v.err != nil {
		return
	}
	if v.r > 0 {
		v.w = copy(v.buf, v.buf[v.r:v.w])
		v.r = 0
	}
	if v.w == len(v.buf) {
		v.buf = append(v.buf, make([]byte, len(v.buf))...)
	}
	n, err := v.src.Read(v.buf[v.w:])
	v.w += n
	v.err = err
}

// atLeast reads until n bytes are unread or the file ends.
func (v *window) atLeast(n int) {
	for v.w-v.r < n && v.err == nil {
		v.more()
	}
}

// span is the received length of a piece of text.
func (v *window) span(text []byte) int64 {
	if !v.wide {
		return int64(len(text))
	}
	n := int64(0)
	for _, c := range text {
		if c&0xC0 != 0x80 {
			n += 2
		}
		if c >= 0xF0 {
			n += 2
		}
	}
	return n
}

// skip marks n bytes as read.
func (v *window) skip(n int) {
	v.off += v.span(v.buf[v.r : v.r+n])
	v.r += n
}

// transcoder turns UTF-16 into UTF-8.
type transcoder struct {
	src io.Reader
	cs  scan.Charset
	in  []byte // undecoded tail of a read
	out []byte
	err error
}

func (t *transcoder) Read(p []byte) (int, error) {
	for len(t.out) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		buf := make([]byte, 64<<10)
		n, err := t.src.Read(buf)
		t.in = append(t.in, buf[:n]...)
		t.err = err
		whole := len(t.in) &^ 1
		if err == nil && whole >= 2 && isHighSurrogate(t.in[whole-2:whole], t.cs) {
			whole -= 2
		}
		if err != nil {
			whole = len(t.in)
		}
		t.out, _ = scan.Decode(t.out[:0], t.in[:whole], t.cs)
		t.in = append(t.in[:0], t.in[whole:]...)
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

func isHighSurrogate(unit []byte, cs scan.Charset) bool {
	hi := unit[1]
	if cs == scan.UTF16BE {
		hi = unit[0]
	}
	return hi >= 0xD8 && hi <= 0xDB
}

// head gives the first bytes of src for looking at, and a reader of everything.
func head(src io.Reader, n int) ([]byte, io.Reader, error) {
	buf := make([]byte, n)
	k, err := io.ReadFull(src, buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, err
	}
	return buf[:k], io.MultiReader(bytes.NewReader(buf[:k]), src), nil
}
