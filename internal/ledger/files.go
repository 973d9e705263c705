package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"clientbase/internal/disk"
)

// appendSynced adds to a file; a file that it made is synced with its folder.
func appendSynced(path string, b []byte) error {
	_, err := os.Stat(path)
	made := errors.Is(err, fs.ErrNotExist)
	f, err := disk.OpenAppend(path)
	if err != nil {
		return disk.Problem("write", path, err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return disk.Problem("write", path, err)
	}
	if made {
		return syncDir(filepath.Dir(path))
	}
	return nil
}

// tailOf reads the last n bytes of a file, fewer when it is shorter; a file
// that is not there is empty.
func tailOf(path string, n int) (tail []byte, end int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, disk.Problem("read", path, err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return nil, 0, disk.Problem("read", path, err)
	}
	tail = make([]byte, min(int64(n), st.Size()))
	if _, err := f.ReadAt(tail, st.Size()-int64(len(tail))); err != nil {
		return nil, 0, disk.Problem("read", path, err)
	}
	return tail, st.Size(), nil
}

// writeAt makes b the end of a file, from a byte on, and syncs it.
func writeAt(path string, from int64, b []byte) error {
	f, err := disk.OpenEdit(path)
	if err != nil {
		return disk.Problem("write", path, err)
	}
	err = f.Truncate(from)
	if err == nil {
		_, err = f.WriteAt(b, from)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return disk.Problem("write", path, err)
	}
	return syncDir(filepath.Dir(path))
}

func cutFile(path string, to int64) error {
	f, err := disk.OpenEdit(path)
	if err != nil {
		return disk.Problem("write", path, err)
	}
	if err := errors.Join(f.Truncate(to), f.Close()); err != nil {
		return disk.Problem("write", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	if err := disk.SyncDir(dir); err != nil {
		return disk.Problem("sync folder", dir, err)
	}
	return nil
}
