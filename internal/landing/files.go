package landing

import (
	"bufio"
	"io"
	"os"

	"filippo.io/age"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Seal writes an encrypted, compressed file: zstd inside age, under an
// identity of its own kept in keys. fill writes the clear content.
func (k *Keys) Seal(path, id string, fill func(io.Writer) error) error {
	return k.seal(path, id, true, fill, disk.Write)
}

// SealStaged is Seal for a file of a folder under construction (disk.Stage), which the
// runs to come read or write again: it is packed with S2 in the place of zstd.
func (k *Keys) SealStaged(path, id string, fill func(io.Writer) error) error {
	return k.seal(path, id, false, fill, disk.Stage)
}

func (k *Keys) seal(path, id string, tight bool, fill func(io.Writer) error, write func(string, func(io.Writer) error) error) error {
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
		packed, err := k.packers.get(locked, tight)
		if err != nil {
			return err
		}
		if err := fill(packed); err != nil {
			return err
		}
		if err := packed.Close(); err != nil {
			return err
		}
		k.packers.put(packed, tight)
		return locked.Close()
	})
}

// Unseal opens a file written by Seal or SealStaged. The caller closes it.
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
	clear, err := decrypt(f, with)
	if err != nil {
		_ = f.Close()
		return nil, errs.Hidden(errs.Integrity, "decrypt", path, "the file does not fit its key, or was changed", err, "restore it from backup")
	}
	unpacked, done, err := k.unpackers.get(clear)
	if err != nil {
		_ = f.Close()
		return nil, errs.Hidden(errs.Integrity, "unpack", path, "damaged", err, "restore it from backup")
	}
	return &sealed{unpacked, done, f}, nil
}

// readAtOnce is how much of a file is decrypted at a time: age makes a new buffer for
// every chunk of 64 KiB that it gives one after the other, and one for all that it is
// asked for by their place.
const readAtOnce = 1 << 20

// decrypt gives the clear bytes of a file. Its end is checked first: what was cut
// fails before anything is read.
func decrypt(f *os.File, with []age.Identity) (*bufio.Reader, error) {
	about, err := f.Stat()
	if err != nil {
		return nil, err
	}
	clear, size, err := age.DecryptReaderAt(f, about.Size(), with...)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(io.NewSectionReader(clear, 0, size), int(min(size, readAtOnce))), nil
}

// sealed reads an unsealed file; after Close it reads nothing more.
type sealed struct {
	unpacked io.Reader // nil = closed
	done     func()
	file     *os.File
}

func (s *sealed) Read(b []byte) (int, error) {
	if s.unpacked == nil {
		return 0, os.ErrClosed
	}
	return s.unpacked.Read(b)
}

func (s *sealed) Close() error {
	if s.unpacked == nil {
		return nil
	}
	s.done()
	s.unpacked = nil
	return s.file.Close()
}
