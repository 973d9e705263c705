package places

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
)

// Opened is a file's bytes as a format reads them: unpacked where the file is
// packed by gzip, or by zip with one member. Positions in it are positions in the
// unpacked bytes.
type Opened struct {
	R    io.Reader
	At   io.ReaderAt // nil when the file is packed
	Size int64       // -1 when the file is packed

	file   *os.File
	member io.Closer
}

// OpenUnpacked opens a listed file. gzip is told by its first bytes, zip by the
// name, because workbooks are zip files, too. Packed files are streamed: nothing
// is unpacked to disk, and a file that unpacks to far more than any text does
// (see maxRatio) is refused.
func OpenUnpacked(ctx context.Context, f File) (*Opened, error) {
	r, file, err := Open(ctx, f)
	if err != nil {
		return nil, err
	}
	o := &Opened{R: r, At: file, Size: f.Size, file: file}
	var magic [3]byte
	n, _ := file.ReadAt(magic[:], 0)
	switch {
	case gzipped(magic[:n]):
		o.R, err = Gunzip(r, f.Name)
	case strings.EqualFold(filepath.Ext(f.Name), ".zip"):
		o.R, o.member, err = onlyMember(ctx, file, f)
	default:
		return o, nil
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	o.At, o.Size = nil, -1
	return o, nil
}

// Close closes the file.
func (o *Opened) Close() error {
	var err error
	if o.member != nil {
		err = o.member.Close()
	}
	return errors.Join(err, o.file.Close())
}

// lies gives size and sum of the file as it lies there, which is what a cursor
// compares; size and sum are those of the bytes that were read from R.
func (o *Opened) lies(size int64, sum [32]byte) (int64, [32]byte) {
	if o.At != nil {
		return size, sum
	}
	info, err := o.file.Stat()
	if err != nil {
		return -1, [32]byte{} // never equal to a file: it is read again
	}
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(o.file, 0, info.Size()))
	if err != nil {
		return -1, [32]byte{}
	}
	return n, [32]byte(h.Sum(nil))
}

func gzipped(head []byte) bool {
	return len(head) == 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8
}

// maxRatio is how much larger than the packed file its content may be, once it
// is larger than freeBytes. Tables pack five to fifty times; gzip can reach a
// thousand, with bytes that are all alike.
const (
	maxRatio  = 200
	freeBytes = 64 << 20
)

// Gunzip streams the content of gzip data. thing names it in messages.
func Gunzip(r io.Reader, thing string) (io.Reader, error) {
	count := &counter{r: r}
	z, err := gzip.NewReader(bufio.NewReaderSize(count, 64<<10))
	if err != nil {
		return nil, damaged(thing, err)
	}
	return &unpacked{r: z, thing: thing, packed: func() int64 { return count.n }}, nil
}

// onlyMember opens the one file in a zip archive.
func onlyMember(ctx context.Context, file *os.File, f File) (io.Reader, io.Closer, error) {
	z, err := zip.NewReader(file, f.Size)
	if err != nil {
		return nil, nil, damaged(f.Name, err)
	}
	var only *zip.File
	for _, m := range z.File {
		base := path.Base(m.Name)
		if m.FileInfo().IsDir() || strings.HasPrefix(m.Name, "__MACOSX/") || strings.HasPrefix(base, ".") {
			continue
		}
		if only != nil {
			return nil, nil, errs.New(errs.Input, "read", f.Name, "the archive holds more than one file", "pack each file by itself, or unpack the archive beside it")
		}
		only = m
	}
	switch {
	case only == nil:
		return nil, nil, errs.New(errs.Input, "read", f.Name, "the archive holds no file", "check the transfer")
	case only.Flags&1 != 0:
		return nil, nil, errs.New(errs.Input, "read", f.Name, "the archive is encrypted", "unpack it before it is delivered here")
	}
	m, err := only.Open()
	if err != nil {
		return nil, nil, damaged(f.Name, err)
	}
	size := int64(min(only.CompressedSize64, uint64(f.Size)))
	return &unpacked{r: ctxReader{ctx, m}, thing: f.Name, packed: func() int64 { return size }}, m, nil
}

// unpacked bounds what comes out of a packed file and names its failures.
type unpacked struct {
	r      io.Reader
	thing  string
	n      int64
	packed func() int64 // packed bytes that this is made of
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	if u.n > freeBytes && u.n/maxRatio > u.packed() {
		return 0, errs.New(errs.Input, "read", u.thing, "it unpacks to far more than any table does", "look at the file; if it is right, deliver it unpacked")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, damaged(u.thing, err)
	}
	return n, err
}

func damaged(thing string, err error) error {
	if _, ok := errs.Of(err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	msg := "the packed file is damaged"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		msg = "the packed file is cut"
	}
	return errs.Hidden(errs.Integrity, "read", thing, msg, err, "check the transfer, or ask the source for the file again")
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
