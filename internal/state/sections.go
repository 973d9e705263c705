package state

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"
	"unsafe"

	"clientbase/internal/errs"
)

// A section file is a list of named arrays: name, element size, count, bytes
// in little-endian order, and an end mark. It is written inside an encrypted,
// compressed file, so it has no checksum of its own.

type sectionWriter struct {
	w   *bufio.Writer
	err error
}

func newSectionWriter(w io.Writer) *sectionWriter {
	s := &sectionWriter{w: bufio.NewWriterSize(w, 1<<20)}
	_, s.err = s.w.WriteString("CBS1")
	return s
}

func (s *sectionWriter) head(name string, size, count int) {
	if s.err != nil {
		return
	}
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(name)))
	b = append(b, name...)
	b = binary.AppendUvarint(b, uint64(size))
	b = binary.AppendUvarint(b, uint64(count))
	_, s.err = s.w.Write(b)
}

func (s *sectionWriter) close() error {
	s.head("", 0, 0)
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// fixed lists the element types that sections may hold: plain numbers whose
// memory is their file form on the little-endian machines we build for.
type fixed interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int32 | ~int64 | ~bool | ~float32
}

func put[T fixed](s *sectionWriter, name string, v []T) {
	var one T
	size := int(unsafe.Sizeof(one))
	s.head(name, size, len(v))
	if s.err == nil && len(v) > 0 {
		_, s.err = s.w.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*size))
	}
}

func putStrings(s *sectionWriter, name string, v []string) {
	var b []byte
	for _, t := range v {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	put(s, name, b)
}

// sections is a read section file.
type sections struct {
	size map[string]int
	body map[string][]byte
}

func readSections(r io.Reader, thing string) (*sections, error) {
	damaged := func(err error) error {
		return errs.Hidden(errs.Integrity, "read state", thing, "damaged", err, "go back with an older snapshot, or rebuild: `clientbase run --full-refresh`")
	}
	in := bufio.NewReaderSize(r, 1<<20)
	var magic [4]byte
	if _, err := io.ReadFull(in, magic[:]); err != nil || string(magic[:]) != "CBS1" {
		return nil, damaged(err)
	}
	out := &sections{size: map[string]int{}, body: map[string][]byte{}}
	for {
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return nil, damaged(err)
		}
		name := make([]byte, n)
		if _, err := io.ReadFull(in, name); err != nil {
			return nil, damaged(err)
		}
		size, err := binary.ReadUvarint(in)
		if err != nil {
			return nil, damaged(err)
		}
		count, err := binary.ReadUvarint(in)
		if err != nil {
			return nil, damaged(err)
		}
		if n == 0 {
			return out, nil
		}
		if former(string(name)) {
			if _, err := in.Discard(int(size * count)); err != nil {
				return nil, damaged(err)
			}
			continue
		}
		// uint64 backing keeps every element type aligned; what comes later is
		// appended where there is room left, and there is some in front.
		words := make([]uint64, front/8+(int(size*count)+7)/8+spare(int(size*count)/8))
		body := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))[front : front+size*count]
		if _, err := io.ReadFull(in, body); err != nil {
			return nil, damaged(err)
		}
		out.size[string(name)], out.body[string(name)] = int(size), body
	}
}

// former tells of a section that older programs wrote and nothing reads any more:
// where in its field a cell stood.
func former(name string) bool {
	return strings.HasSuffix(name, "/lo") || strings.HasSuffix(name, "/hi")
}

// front is how many bytes of a section's memory stand before it, all of them 0: the
// offsets that begin a list need not be put before the others by copying them.
const front = 8

// spare is how many elements a list of n is given room for beyond its own: a
// delta is small, and a list that has no room is copied whole.
func spare(n int) int { return n/16 + 64 }

// get appends the named array to dst, which is taken as it lies when there is
// nothing before it. A missing section appends nothing.
func get[T fixed](s *sections, name string, dst []T) []T {
	body := s.body[name]
	var one T
	size := int(unsafe.Sizeof(one))
	if len(body) == 0 || s.size[name] != size {
		return dst
	}
	if len(dst) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(body))), cap(body)/size)[:len(body)/size]
	}
	v := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(body))), len(body)/size)
	return append(dst, v...)
}

func getStrings(s *sections, name string) []string {
	body := get[uint8](s, name, nil)
	var out []string
	for len(body) > 0 {
		n, k := binary.Uvarint(body)
		if k <= 0 || uint64(len(body)-k) < n {
			return out
		}
		out = append(out, string(body[k:k+int(n)]))
		body = body[k+int(n):]
	}
	return out
}
