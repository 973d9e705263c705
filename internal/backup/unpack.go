package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// unpacker brings the data of an archive into a folder. What it may not write
// there it refuses; that the bytes are right is seen with the manifest, at the end.
type unpacker struct {
	from, to string
	files    map[string]File
	manifest []byte // nil until it was met
}

// unpack reads an archive once, from its beginning to its end.
func (u *unpacker) unpack(ctx context.Context) error {
	f, err := os.Open(u.from)
	if err != nil {
		return errs.Wrap(errs.Input, "read backup", u.from, err, "check the path and its rights")
	}
	defer func() { _ = f.Close() }()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return u.damaged("it is no archive that backup made")
	}
	defer z.Close()
	t := tar.NewReader(z)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return u.damaged("it is no archive that backup made, or its bytes were changed or cut")
		}
		if u.manifest != nil {
			return u.damaged("something stands behind its manifest")
		}
		if err := u.entry(h, t); err != nil {
			return err
		}
	}
	if u.manifest == nil {
		return u.damaged("there is no " + manifestName + " at its end: it was cut")
	}
	return nil
}

func (u *unpacker) damaged(what string) error {
	return errs.New(errs.Integrity, "read backup", u.from, what, "take another copy of the backup")
}

// place gives where a name goes: "" for what is only looked at.
func (u *unpacker) place(name string) (string, error) {
	_, twice := u.files[name]
	rel, data := strings.CutPrefix(name, "data/")
	top, _, _ := strings.Cut(rel, "/")
	switch {
	case twice || name != path.Clean(name) || !filepath.IsLocal(filepath.FromSlash(name)) || top == "keys":
		return "", u.damaged("it holds a file that no backup holds, or holds it twice")
	case data:
		return filepath.Join(u.to, filepath.FromSlash(rel)), nil
	case strings.HasPrefix(name, "project/"):
		return "", nil
	}
	return "", u.damaged("it holds a file that no backup holds")
}

func (u *unpacker) entry(h *tar.Header, in io.Reader) error {
	in = source{in, u}
	if h.Name == manifestName && h.Typeflag == tar.TypeReg {
		var err error
		u.manifest, err = io.ReadAll(in)
		return err
	}
	to, err := u.place(h.Name)
	if err != nil {
		return err
	}
	if to != "" {
		if err := disk.MkdirAll(filepath.Dir(to)); err != nil {
			return err
		}
	}
	f := File{Name: h.Name}
	switch h.Typeflag {
	case tar.TypeReg:
		f.Size, f.SHA256, err = put(to, in)
	case tar.TypeLink:
		first, ok := u.files[h.Linkname]
		rel, data := strings.CutPrefix(h.Linkname, "data/")
		if !ok || !data || to == "" {
			return u.damaged("it links a file that is not in it")
		}
		f.Size, f.SHA256 = first.Size, first.SHA256
		err = disk.Link(filepath.Join(u.to, filepath.FromSlash(rel)), to)
	default:
		return u.damaged("it holds what is no file")
	}
	u.files[f.Name] = f
	return err
}

// put writes a file and gives its size and SHA-256; to "" it only reads.
func put(to string, in io.Reader) (n int64, hash string, err error) {
	sum := sha256.New()
	if to == "" {
		n, err = io.Copy(sum, in)
		return n, hex.EncodeToString(sum.Sum(nil)), err
	}
	out, err := disk.CreateNew(to)
	if err != nil {
		return 0, "", err
	}
	n, err = io.Copy(io.MultiWriter(out, sum), in)
	if err == nil {
		err = out.Sync()
	}
	return n, hex.EncodeToString(sum.Sum(nil)), errors.Join(err, out.Close())
}

// source words the errors of reading, so that those of writing stay apart.
type source struct {
	io.Reader
	u *unpacker
}

func (s source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = s.u.damaged("its bytes were changed or cut")
	}
	return n, err
}

// unpackedFits compares what came out of an archive with the manifest.
func (r *restorer) unpackedFits() error {
	for _, f := range r.m.Files {
		if r.packed.files[f.Name] != f {
			return errs.New(errs.Integrity, "restore", f.Name, "it is not there, or its bytes differ from the manifest", "take another copy of the backup")
		}
	}
	if n := len(r.packed.files) - len(r.m.Files); n != 0 {
		return errs.New(errs.Integrity, "restore", r.o.From, fmt.Sprintf("it holds %d files that its manifest does not name", n), "take another copy of the backup")
	}
	return r.leases()
}
