package web

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// files makes the slices of WARC or NDJSON files.
type files struct {
	env connectors.Env
	c   Config
	s   *schemas.Stream
}

// slice reads one file.
func (f *files) slice(p places.File, done *places.Done) connectors.Slice {
	var members *formats.Members
	packed := &meter{h: sha256.New()}
	return formats.NewFileSlice(formats.FileSettings{
		Info:  connectors.SliceInfo{Name: p.Name, Size: p.Size, Unit: "bytes", AsOf: p.AsOf, Detail: f.c.Format},
		Thing: f.s.ID() + " " + p.Name,
		Card:  f.env.Card, PAN: panColumns(f.s),
		Place: func(ctx context.Context) (formats.Input, io.Closer, error) {
			r, file, err := places.Open(ctx, p)
			if err != nil {
				return formats.Input{}, nil, err
			}
			in := formats.Input{Name: p.Name, R: r, At: file, Size: p.Size}
			if f.c.Format == "warc" && startsGzip(file) {
				// Unpacked below the tape, so that the landed bytes can be masked.
				packed.r = r
				if members, err = formats.NewMembers(bufio.NewReader(packed)); err != nil {
					return in, file, errs.New(errs.Integrity, "read", f.s.ID()+" "+p.Name, "the gzip header is damaged", "check the transfer")
				}
				in = formats.Input{Name: p.Name, R: members, Size: -1}
			}
			return in, file, nil
		},
		Format: func(in formats.Input) (formats.Reader, error) {
			if f.c.Format == "ndjson" {
				return formats.NewNDJSON(in, formats.Options{Charset: "auto"})
			}
			return formats.OpenWARC(in, formats.Options{}, members)
		},
		Before: done.Cursor,
		Done: func(size int64, sum [32]byte) connectors.Cursor {
			if members != nil { // the cursor speaks of the file as it lies there
				size, sum = packed.total()
			}
			done.Add(p, size, sum)
			return done.Cursor()
		},
	})
}

func startsGzip(file *os.File) bool {
	head := make([]byte, 3)
	_, err := file.ReadAt(head, 0)
	return err == nil && formats.IsGzip(head)
}

func panColumns(s *schemas.Stream) (out []string) {
	for _, c := range s.Columns {
		if c.PAN {
			out = append(out, c.Name)
		}
	}
	return out
}

// meter counts and sums what is read through it.
type meter struct {
	r io.Reader
	h hash.Hash
	n int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	_, _ = m.h.Write(p[:n])
	m.n += int64(n)
	return n, err
}

func (m *meter) total() (int64, [32]byte) {
	if _, err := io.Copy(io.Discard, m); err != nil && !errors.Is(err, io.EOF) {
		return -1, [32]byte{}
	}
	return m.n, [32]byte(m.h.Sum(nil))
}
