package outbound

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"clientbase/internal/errs"
)

// moveFile gives a synced file its final name; where that lies on another file
// system the bytes are copied beside it first, so that the name never stands
// for half a list.
func moveFile(from, to string) error {
	err := os.Rename(from, to)
	if errors.Is(err, syscall.EXDEV) {
		part := filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+".part")
		if err = copySynced(from, part); err == nil {
			err = os.Rename(part, to)
		}
		if err != nil {
			_ = os.Remove(part)
		}
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func copySynced(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// writeSynced writes a new file beside a list; an existing one is replaced.
func writeSynced(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
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
