package scratch

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// mapped makes a file of zeros without a name and maps it. Its blocks are taken
// at once: a full disk is an error here, not a fault later. It does not go
// through internal/disk: no part of a data folder, nothing to be synced or found.
func mapped(dir string, size int64) ([]byte, error) {
	f, err := os.CreateTemp(dir, "clientbase-scratch-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // the mapping holds the file
	if err := os.Remove(f.Name()); err != nil {
		return nil, err
	}
	err = syscall.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) {
		_, err = io.CopyN(f, zeros{}, size)
	}
	if err != nil {
		return nil, err
	}
	return syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
}

// zeros is an endless source of them.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// letGo and unmap cannot fail on what mapped gave.
func letGo(data []byte) { _ = syscall.Madvise(data, syscall.MADV_DONTNEED) }
func unmap(data []byte) { _ = syscall.Munmap(data) }
