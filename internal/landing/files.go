package landing

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"clientbase/internal/errs"
)

// WriteFile writes a file so that it is either whole or absent after a power
// cut: temporary name, fsync, rename, fsync of the folder. Mode 0600.
func WriteFile(path string, content []byte) error {
	return writeAtomic(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

func writeAtomic(path string, fill func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return diskError("write", path, err)
	}
	tmp, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return diskError("write", path, err)
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	if err = fill(tmp); err != nil {
		return diskError("write", path, err)
	}
	if err = tmp.Sync(); err != nil {
		return diskError("sync", path, err)
	}
	if err = tmp.Close(); err != nil {
		return diskError("close", path, err)
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return diskError("rename", path, err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return diskError("sync folder", dir, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return diskError("sync folder", dir, err)
	}
	return nil
}

func diskError(op, path string, err error) error {
	if _, ok := errs.Of(err); ok {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errs.Wrap(errs.Retry, op, path, err, "free disk space and run again; nothing was published")
	}
	return errs.Wrap(errs.Retry, op, path, err, "check the disk and the rights of the data folder, then run again")
}

// Seal writes an encrypted, compressed file: zstd inside age, under an
// identity of its own kept in keys. fill writes the clear content.
func (k *Keys) Seal(path, id string, fill func(io.Writer) error) error {
	to, err := k.recipientFor(id)
	if err != nil {
		return err
	}
	return writeAtomic(path, func(w io.Writer) error {
		locked, err := age.Encrypt(w, to)
		if err != nil {
			return err
		}
		packed, err := k.packers.get(locked)
		if err != nil {
			return err
		}
		if err := fill(packed); err != nil {
			return err
		}
		if err := packed.Close(); err != nil {
			return err
		}
		k.packers.put(packed)
		return locked.Close()
	})
}

// Unseal opens a file written by Seal. The caller closes it.
func (k *Keys) Unseal(path, id string) (io.ReadCloser, error) {
	with, err := k.identityOf(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(errs.Integrity, "open", path, err, "restore the file from backup")
	}
	clear, err := age.Decrypt(f, with)
	if err != nil {
		_ = f.Close()
		return nil, errs.Hidden(errs.Integrity, "decrypt", path, "the file does not fit its key, or was changed", err, "restore it from backup")
	}
	unpacked, err := k.unpackers.get(clear)
	if err != nil {
		_ = f.Close()
		return nil, errs.Hidden(errs.Integrity, "unpack", path, "damaged", err, "restore it from backup")
	}
	return &sealed{unpacked, f, k}, nil
}

// sealed reads an unsealed file; after Close it reads nothing more.
type sealed struct {
	unpacked *zstd.Decoder
	file     *os.File
	keys     *Keys
}

func (s *sealed) Read(b []byte) (int, error) {
	if s.unpacked == nil {
		return 0, os.ErrClosed
	}
	return s.unpacked.Read(b)
}

func (s *sealed) WriteTo(w io.Writer) (int64, error) {
	if s.unpacked == nil {
		return 0, os.ErrClosed
	}
	return s.unpacked.WriteTo(w)
}

func (s *sealed) Close() error {
	if s.unpacked == nil {
		return nil
	}
	s.keys.unpackers.put(s.unpacked)
	s.unpacked = nil
	return s.file.Close()
}
