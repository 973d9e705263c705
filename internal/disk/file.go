package disk

import (
	"errors"
	"io/fs"
	"os"
)

// errUnsynced is what a File says after a failed Sync.
var errUnsynced = errors.New("what was written before could not be forced to disk")

// File is a file being written. Not safe for concurrent use.
type File struct {
	f   *os.File
	bad bool // a Sync failed
}

// Create makes a file, or empties the one that is there; it can be read, too.
func Create(path string) (*File, error) {
	return open(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
}

// CreateNew makes a file that must not be there.
func CreateNew(path string) (*File, error) {
	return open(path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// OpenAppend opens a file, made when absent, whose writes go to its end.
func OpenAppend(path string) (*File, error) {
	return open(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND)
}

// OpenEdit opens a file, made when absent, to read it and to write into it.
func OpenEdit(path string) (*File, error) {
	return open(path, os.O_RDWR|os.O_CREATE)
}

// CreateTemp makes a new file in dir, named as os.CreateTemp does.
func CreateTemp(dir, pattern string) (*File, error) {
	o := op{call: "create", path: dir}
	if err := before(o); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	after(op{call: "create", path: f.Name()})
	return &File{f: f}, nil
}

func open(path string, flag int) (*File, error) {
	_, err := os.Lstat(path)
	if err == nil && flag&os.O_TRUNC == 0 {
		f, err := os.OpenFile(path, flag, 0o600)
		if err != nil {
			return nil, err
		}
		return &File{f: f}, nil
	}
	o := op{call: "create", path: path}
	if err := before(o); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	after(o)
	return &File{f: f}, nil
}

// Name is the path as given.
func (f *File) Name() string { return f.f.Name() }

// Stat describes the file.
func (f *File) Stat() (fs.FileInfo, error) { return f.f.Stat() }

// Read reads on.
func (f *File) Read(b []byte) (int, error) { return f.f.Read(b) }

// ReadAt reads at a place.
func (f *File) ReadAt(b []byte, at int64) (int, error) { return f.f.ReadAt(b, at) }

// Seek sets the place of the next Read or Write.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.f.Seek(offset, whence) }

// Write writes on.
func (f *File) Write(b []byte) (int, error) {
	n, fault := f.allow("write", b)
	if fault != nil {
		n, _ = f.f.Write(b[:n])
		return n, struck(fault)
	}
	return f.f.Write(b)
}

// WriteAt writes at a place.
func (f *File) WriteAt(b []byte, at int64) (int, error) {
	n, fault := f.allow("write", b)
	if fault != nil {
		n, _ = f.f.WriteAt(b[:n], at)
		return n, struck(fault)
	}
	return f.f.WriteAt(b, at)
}

// Truncate cuts the file, or makes it longer. It works after a failed Sync,
// to take back what does not count.
func (f *File) Truncate(size int64) error {
	if err := before(op{call: "truncate", path: f.Name()}); err != nil {
		return err
	}
	return f.f.Truncate(size)
}

// Sync forces what was written to disk. When it fails, the file takes no more.
func (f *File) Sync() error {
	if f.bad {
		return &fs.PathError{Op: "sync", Path: f.Name(), Err: errUnsynced}
	}
	o := op{call: "sync", path: f.Name()}
	err := before(o)
	if err == nil {
		err = f.f.Sync()
	}
	if err != nil {
		f.bad = true
		return err
	}
	after(o)
	return nil
}

// Close closes the file; it forces nothing to disk.
func (f *File) Close() error { return f.f.Close() }

// allow asks whether b may be written: how much of it, and what to say then.
func (f *File) allow(call string, b []byte) (int, error) {
	if f.bad {
		return 0, &fs.PathError{Op: call, Path: f.Name(), Err: errUnsynced}
	}
	return beforeWrite(f.Name(), len(b))
}
