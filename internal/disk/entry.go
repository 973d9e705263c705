package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Rename gives a file or folder another name, replacing a file of that name.
func Rename(from, to string) error {
	o := op{call: "rename", path: from, to: to}
	if err := before(o); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	after(o)
	return nil
}

// Remove removes a file or an empty folder.
func Remove(path string) error {
	o := op{call: "remove", path: path}
	if err := before(o); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	after(o)
	return nil
}

// Erase removes a file that must not come back, and waits until the disk knows;
// an absent one may have been removed by a process that could not wait.
func Erase(path string) error {
	if err := Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := SyncDir(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// RemoveAll removes a folder with all that is in it; an absent one is no error.
func RemoveAll(path string) error {
	if err := before(op{call: "removeall", path: path}); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// Link gives a file a second name, which must be free.
func Link(from, to string) error {
	o := op{call: "link", path: from, to: to}
	if err := before(o); err != nil {
		return err
	}
	if err := os.Link(from, to); err != nil {
		return err
	}
	after(o)
	return nil
}

// MkdirAll makes a folder and those above it, and syncs the folder above each
// that it made.
func MkdirAll(path string) error {
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: path, Err: fs.ErrExist}
		}
		return nil
	}
	up := filepath.Dir(path)
	if up != path {
		if err := MkdirAll(up); err != nil {
			return err
		}
	}
	o := op{call: "mkdir", path: path}
	if err := before(o); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); errors.Is(err, fs.ErrExist) {
		return nil // somebody else was quicker
	} else if err != nil {
		return err
	}
	after(o)
	return SyncDir(up)
}

// MkdirTemp makes a new folder in dir, named as os.MkdirTemp does.
func MkdirTemp(dir, pattern string) (string, error) {
	if err := before(op{call: "mkdir", path: dir}); err != nil {
		return "", err
	}
	path, err := os.MkdirTemp(dir, pattern)
	if err == nil {
		after(op{call: "mkdir", path: path})
	}
	return path, err
}

// SyncDir forces the entries of a folder to disk.
func SyncDir(path string) error { return syncPath("syncdir", path) }

// SyncFile forces a file to disk that somebody else wrote.
func SyncFile(path string) error { return syncPath("sync", path) }

func syncPath(call, path string) error {
	o := op{call: call, path: path}
	if err := before(o); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	after(o)
	return nil
}

// Clone copies a file to a new one, unsynced. Between files the kernel copies,
// and shares blocks on file systems that can.
func Clone(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := CreateNew(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if n, fault := beforeWrite(to, int(info.Size())); fault != nil {
		_, _ = io.CopyN(out.f, in, int64(n))
		return struck(fault)
	}
	_, err = io.Copy(out.f, in)
	return err
}

// LinkOrClone hard-links a file, or copies it where links are not possible.
func LinkOrClone(from, to string) error {
	err := Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return Clone(from, to)
}
