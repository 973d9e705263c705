package outbound

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// moveFile gives a synced file its final name; where that lies on another file
// system the bytes are copied beside it first, so that the name never stands
// for half a list.
func moveFile(from, to string) error {
	err := disk.Rename(from, to)
	if errors.Is(err, syscall.EXDEV) {
		in, err := os.Open(from)
		if err != nil {
			return err
		}
		defer func() { _ = in.Close() }()
		return disk.Write(to, func(w io.Writer) error {
			_, err := io.Copy(w, in)
			return err
		})
	}
	if err != nil {
		return err
	}
	return disk.SyncDir(filepath.Dir(to))
}

// diskError says what failed on disk; what a writer of sheets says may quote a
// cell and is not printed.
func diskError(path string, err error) error {
	if e, ok := errs.Of(err); ok {
		return e
	}
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errs.New(errs.Retry, "export", path, "the disk is full", "free space and run again; no list was delivered")
	case errors.Is(err, fs.ErrNotExist):
		return errs.New(errs.Retry, "export", path, "its folder is gone: does the folder of --out exist, did a run start meanwhile?", "run the same command again; no list was delivered")
	case errors.As(err, &at):
		return errs.New(errs.Retry, "export", path, at.Err.Error(), "check the folder and its rights; no list was delivered")
	case errors.As(err, &link):
		return errs.New(errs.Retry, "export", path, link.Err.Error(), "check the folder and its rights; no list was delivered")
	}
	return errs.Hidden(errs.Retry, "export", path, "writing failed", err, "check the disk and run again; no list was delivered")
}
