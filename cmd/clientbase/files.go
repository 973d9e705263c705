package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// target opens where a result goes: a file, or standard output for "". done
// flushes and closes it.
func (a *app) target(path string) (w io.Writer, done func() error, err error) {
	if path == "" || path == "-" {
		b := bufio.NewWriterSize(a.out, 1<<16)
		return b, func() error { return outputError("standard output", b.Flush()) }, nil
	}
	f, err := disk.Create(path)
	if err != nil {
		return nil, nil, errs.Wrap(errs.Input, "write", path, err, "check the folder and its rights")
	}
	b := bufio.NewWriterSize(f, 1<<16)
	return b, func() error { return outputError(path, errors.Join(b.Flush(), f.Close())) }, nil
}

func outputError(path string, err error) error {
	if err == nil {
		return nil
	}
	return errs.Wrap(errs.Retry, "write", path, err, "check the free space")
}

// source opens a file, or standard input for "-".
func (a *app) source(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.in), nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.Input, "open", path, "no such file", "check the name; - reads standard input")
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "open", path, err, "check the rights of the file")
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, errs.New(errs.Input, "open", path, "it is a folder", "name one file")
	}
	return f, nil
}
