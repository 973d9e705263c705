package disk

import (
	"bufio"
	"errors"
	"io"
	"path/filepath"
	"syscall"

	"clientbase/internal/errs"
)

// tempPrefix begins the names of files that are being written.
const tempPrefix = ".tmp-"

// Write writes a file so that it is either whole or absent after a power cut,
// and an older file of that name is there until the new one is: temporary
// name, fsync, rename, fsync of the folder, which is made when absent. fill
// gives the content; its errors pass through when they are the program's own.
func Write(path string, fill func(io.Writer) error) error {
	if err := write(path, fill, true); err != nil {
		return err
	}
	if err := SyncDir(filepath.Dir(path)); err != nil {
		return Problem("sync folder", filepath.Dir(path), err)
	}
	return nil
}

// WriteBytes is Write of bytes at hand.
func WriteBytes(path string, b []byte) error {
	return Write(path, bytesAtHand(b))
}

// Put is WriteBytes for one of many files in a folder: the caller syncs the
// folder when all of them are there.
func Put(path string, b []byte) error { return write(path, bytesAtHand(b), true) }

// Stage is Write for a file of a folder under construction: nothing is forced to
// disk. Whoever gives the folder its name syncs all files and folders in it
// before that.
func Stage(path string, fill func(io.Writer) error) error { return write(path, fill, false) }

// StageBytes is Stage of bytes at hand.
func StageBytes(path string, b []byte) error { return Stage(path, bytesAtHand(b)) }

func bytesAtHand(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

func write(path string, fill func(io.Writer) error, sync bool) (err error) {
	dir := filepath.Dir(path)
	if err := MkdirAll(dir); err != nil {
		return Problem("write", path, err)
	}
	f, err := CreateTemp(dir, tempPrefix+"*")
	if err != nil {
		return Problem("write", path, err)
	}
	hold(f.f)
	closed := false
	defer func() {
		if !closed {
			_ = f.Close()
		}
		if err != nil {
			_ = Remove(f.Name())
		}
	}()
	buf := bufio.NewWriterSize(f, 1<<16)
	err = fill(buf)
	if err == nil {
		err = buf.Flush()
	}
	if err != nil {
		return Problem("write", path, err)
	}
	if sync {
		if err = f.Sync(); err != nil {
			return Problem("sync", path, err)
		}
	}
	if err = Rename(f.Name(), path); err != nil {
		return Problem("rename", path, err)
	}
	closed = true
	if err := f.Close(); err != nil {
		return Problem("close", path, err)
	}
	return nil
}

// Problem says what failed on disk and what to try. An error that says so
// already passes through.
func Problem(op, path string, err error) error {
	if _, ok := errs.Of(err); ok {
		return err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errs.Wrap(errs.Retry, op, path, err, "free disk space and run again; nothing was published")
	case errors.Is(err, syscall.EIO), errors.Is(err, errUnsynced):
		return errs.Wrap(errs.Retry, op, path, err, "the disk did not keep what was written: look at its state (the system's log, SMART) before you run again; nothing was published")
	}
	return errs.Wrap(errs.Retry, op, path, err, "check the disk and the rights of the data folder, then run again")
}
