package landing

import (
	"bufio"
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// A packer compresses what is written to it. After Close it may be Reset for another
// file.
type packer interface {
	io.WriteCloser
	Reset(to io.Writer)
}

// packers keep compressors between files: one holds megabytes of tables, and a
// landing has tens of thousands of small files. Safe for concurrent use; the zero
// value is ready.
type packers struct{ tight, quick sync.Pool }

// get gives a compressor into w: a tight one is zstd, the others are S2, which takes
// a quarter more room and half the time, to write and to read.
func (p *packers) get(w io.Writer, tight bool) (packer, error) {
	if e, ok := p.pool(tight).Get().(packer); ok {
		e.Reset(w)
		return e, nil
	}
	if !tight {
		return s2.NewWriter(w, s2.WriterConcurrency(1)), nil
	}
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
}

// put takes back a compressor that was closed without an error.
func (p *packers) put(e packer, tight bool) {
	e.Reset(nil)
	p.pool(tight).Put(e)
}

func (p *packers) pool(tight bool) *sync.Pool {
	if tight {
		return &p.tight
	}
	return &p.quick
}

// unpackers are packers for reading.
type unpackers struct{ tight, quick sync.Pool }

// zstdMagic is how each zstd frame begins (RFC 8878, section 3.1.1).
var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// get gives what undoes the compression of r, whichever it is, and how to hand it
// back when nobody reads from it any more.
func (p *unpackers) get(r *bufio.Reader) (unpacked io.Reader, done func(), err error) {
	if magic, _ := r.Peek(len(zstdMagic)); !bytes.Equal(magic, zstdMagic) {
		d, ok := p.quick.Get().(*s2.Reader)
		if ok {
			d.Reset(r)
		} else {
			d = s2.NewReader(r)
		}
		return d, func() { d.Reset(nil); p.quick.Put(d) }, nil
	}
	d, ok := p.tight.Get().(*zstd.Decoder)
	if ok {
		err = d.Reset(r)
	} else {
		d, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	}
	if err != nil {
		return nil, nil, err
	}
	return d, func() {
		if d.Reset(nil) == nil {
			p.tight.Put(d)
		}
	}, nil
}
