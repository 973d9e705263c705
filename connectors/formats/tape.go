package formats

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
)

// Tape is the way from a place to a reader: an io.Reader that keeps what was
// read until the builder takes it, and sums it. It never holds more than the reader
// is ahead of the builder.
type Tape struct {
	r   io.Reader
	sum hash.Hash
	buf []byte
	at  int64 // offset of buf[0] in the file
	err error // sticky end or failure of r
}

// NewTape starts a tape over r.
func NewTape(r io.Reader) *Tape { return &Tape{r: r, sum: sha256.New()} }

// Read gives the next bytes and keeps a copy of them.
func (t *Tape) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.r.Read(p)
	t.buf = append(t.buf, p[:n]...)
	_, _ = t.sum.Write(p[:n])
	t.err = err
	return n, err
}

// bytes gives the kept bytes [lo,hi) of the file for masking in place.
func (t *Tape) bytes(lo, hi int64) []byte {
	lo, hi = max(lo-t.at, 0), min(hi-t.at, int64(len(t.buf)))
	if lo >= hi {
		return nil
	}
	return t.buf[lo:hi:hi]
}

// end is the offset after the last byte read.
func (t *Tape) end() int64 { return t.at + int64(len(t.buf)) }

// take gives away the kept bytes before offset hi. The caller owns them.
func (t *Tape) take(hi int64) []byte {
	n := min(hi-t.at, int64(len(t.buf)))
	if n <= 0 {
		return nil
	}
	out := make([]byte, n)
	copy(out, t.buf)
	t.buf = t.buf[:copy(t.buf, t.buf[n:])]
	t.at += n
	return out
}

// drain reads up to n bytes that the reader left behind (padding after the last
// record) and reports whether the file ended.
func (t *Tape) drain(n int) (ended bool, err error) {
	p := make([]byte, 32<<10)
	for n > 0 {
		k, err := t.Read(p)
		n -= k
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// Size counts the bytes read; Sum is their SHA-256. Both speak of the whole
// file once it is read to its end.
func (t *Tape) Size() int64 { return t.end() }

// Sum is the SHA-256 of the bytes read so far, unmasked.
func (t *Tape) Sum() [32]byte {
	var out [32]byte
	t.sum.Sum(out[:0])
	return out
}
