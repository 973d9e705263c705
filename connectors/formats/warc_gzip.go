package formats

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Members unpacks a gzip file and remembers where its members begin in the
// unpacked stream: a WARC file has one member per record.
type Members struct {
	br   *bufio.Reader
	z    *gzip.Reader
	at   int64
	from []int64 // beginnings of the latest members, in order
	cut  bool
	err  error
}

// IsGzip reports whether a file with these first bytes is compressed.
func IsGzip(head []byte) bool { return len(head) > 2 && head[0] == 0x1F && head[1] == 0x8B }

// NewMembers begins to unpack r.
func NewMembers(r io.Reader) (*Members, error) {
	m := &Members{br: bufio.NewReaderSize(r, 64<<10)}
	z, err := gzip.NewReader(m.br)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	m.z, m.from = z, []int64{0}
	return m, nil
}

// Read gives unpacked bytes. A cut file ends like a whole one; Cut tells.
func (m *Members) Read(p []byte) (int, error) {
	for m.err == nil {
		n, err := m.z.Read(p)
		m.at += int64(n)
		if err == io.EOF {
			if m.err = m.z.Reset(m.br); m.err == nil {
				m.z.Multistream(false)
				m.from = append(m.from, m.at)
			}
		} else if err != nil {
			m.err = err
		}
		if m.err == io.ErrUnexpectedEOF {
			m.cut, m.err = true, io.EOF
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, m.err
}

// Cut reports that the file ended inside a member.
func (m *Members) Cut() bool { return m.cut }

// Border reports whether a member begins at off of the unpacked stream, as far
// as it was read. Calls must come with growing off: earlier borders are forgotten.
func (m *Members) Border(off int64) bool {
	for len(m.from) > 0 && m.from[0] < off {
		m.from = m.from[1:]
	}
	return len(m.from) > 0 && m.from[0] == off
}
