package landing

import (
	"io"
	"os"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Seal writes an encrypted, compressed file: zstd inside age, under an
// identity of its own kept in keys. fill writes the clear content.
func (k *Keys) Seal(path, id string, fill func(io.Writer) error) error {
	return k.sealed(path, id, fill, disk.Write)
}

// SealStaged is Seal for a file of a folder under construction (disk.Stage).
func (k *Keys) SealStaged(path, id string, fill func(io.Writer) error) error {
	return k.sealed(path, id, fill, disk.Stage)
}

func (k *Keys) sealed(path, id string, fill func(io.Writer) error, write func(string, func(io.Writer) error) error) error {
	to, err := k.recipientFor(id)
	if err != nil {
		return err
	}
	if plain {
		return write(path, fill)
	}
	return write(path, func(w io.Writer) error {
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
	with, err := k.identitiesOf(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(errs.Integrity, "open", path, err, "restore the file from backup")
	}
	if plain {
		return f, nil
	}
	clear, err := age.Decrypt(f, with...)
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
