package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"clientbase/internal/errs"
)

// put writes a file that is whole or absent: temporary name, sync, rename. The
// caller syncs the folder.
func put(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return diskError("write", path, err)
	}
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return diskError("write", path, err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return diskError("write", path, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return diskError("write", path, err)
	}
	return nil
}

// putSynced is put with the folder.
func putSynced(path string, b []byte) error {
	if err := put(path, b); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// appendSynced adds to a file; a file that it made is synced with its folder.
func appendSynced(path string, b []byte) error {
	_, err := os.Stat(path)
	made := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return diskError("write", path, err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return diskError("write", path, err)
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
		return nil, 0, diskError("read", path, err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return nil, 0, diskError("read", path, err)
	}
	tail = make([]byte, min(int64(n), st.Size()))
	if _, err := f.ReadAt(tail, st.Size()-int64(len(tail))); err != nil {
		return nil, 0, diskError("read", path, err)
	}
	return tail, st.Size(), nil
}

func cutFile(path string, to int64) error {
	if err := os.Truncate(path, to); err != nil {
		return diskError("write", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return diskError("sync folder", dir, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return diskError("sync folder", dir, err)
	}
	return nil
}

func diskError(op, path string, err error) error {
	return errs.Wrap(errs.Retry, op, path, err, "check the disk and the rights of the data folder, then do it again")
}
