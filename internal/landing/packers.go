package landing

import (
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// packers and unpackers keep compressors between files: one holds megabytes of
// tables, and a landing has tens of thousands of small files. Safe for
// concurrent use; the zero value is ready.
type (
	packers   struct{ idle sync.Pool }
	unpackers struct{ idle sync.Pool }
)

func (p *packers) get(w io.Writer) (*zstd.Encoder, error) {
	if e, ok := p.idle.Get().(*zstd.Encoder); ok {
		e.Reset(w)
		return e, nil
	}
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
}

// put takes back an encoder that was closed without an error.
func (p *packers) put(e *zstd.Encoder) {
	e.Reset(nil)
	p.idle.Put(e)
}

func (p *unpackers) get(r io.Reader) (*zstd.Decoder, error) {
	if d, ok := p.idle.Get().(*zstd.Decoder); ok {
		if err := d.Reset(r); err == nil {
			return d, nil
		}
	}
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
}

// put takes back a decoder that nobody reads from any more.
func (p *unpackers) put(d *zstd.Decoder) {
	if d.Reset(nil) == nil {
		p.idle.Put(d)
	}
}
