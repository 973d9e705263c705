package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"clientbase/internal/errs"
)

// packed tells whether a backup of this name is one file.
func packed(path string) bool { return strings.HasSuffix(path, ".tar.zst") }

// archive is a backup in one file: a tar in a stream of Zstandard, which any such
// program unpacks. Files stand in the order in which they were copied, the
// manifest behind them; a file that stands twice in the data folder is there once.
type archive struct {
	made time.Time
	pack *zstd.Encoder
	tar  *tar.Writer
	seen map[int64][]twin // by size
}

// twin is a file that is in the archive and may have a second name.
type twin struct {
	info os.FileInfo
	File
}

func newArchive(w io.Writer, made time.Time) (*archive, error) {
	pack, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) // the same bytes whatever the machine
	if err != nil {
		return nil, err
	}
	return &archive{made: made.UTC().Truncate(time.Second), pack: pack, tar: tar.NewWriter(pack), seen: map[int64][]twin{}}, nil
}

func (o *archive) head(name string, size int64) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: o.made, Format: tar.FormatPAX}
}

func (o *archive) add(from, name string, fixed bool) (f File, linked bool, err error) {
	in, err := os.Open(from)
	if err != nil {
		return f, false, err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return f, false, err
	}
	for _, t := range o.seen[info.Size()] {
		if fixed && os.SameFile(t.info, info) {
			h := o.head(name, 0)
			h.Typeflag, h.Linkname = tar.TypeLink, t.Name
			return File{Name: name, Size: t.Size, SHA256: t.SHA256}, true, o.tar.WriteHeader(h)
		}
	}
	if err := o.tar.WriteHeader(o.head(name, info.Size())); err != nil {
		return f, false, err
	}
	sum := sha256.New()
	_, err = io.CopyN(io.MultiWriter(o.tar, sum), in, info.Size()) // what is appended meanwhile is not in it
	if errors.Is(err, io.EOF) {
		return f, false, errs.New(errs.Retry, "back up", from, "it became shorter while it was copied", "run the same command again")
	}
	f = File{Name: name, Size: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))}
	if fixed {
		o.seen[f.Size] = append(o.seen[f.Size], twin{info, f})
	}
	return f, false, err
}

func (o *archive) end(manifest []byte) error {
	err := o.tar.WriteHeader(o.head(manifestName, int64(len(manifest))))
	if err == nil {
		_, err = o.tar.Write(manifest)
	}
	if err == nil {
		err = o.tar.Close()
	}
	return errors.Join(err, o.pack.Close())
}
