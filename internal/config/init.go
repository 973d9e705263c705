package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"clientbase/examples"
	"clientbase/internal/errs"
)

// Init writes the commented example project into dir, which is made when it
// does not exist, and gives the names of the written files. It writes nothing
// when any of the files is already there.
func Init(dir string) ([]string, error) {
	tree, err := examples.Starter()
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "init", dir, err, "")
	}
	var names []string
	err = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "init", dir, err, "")
	}
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Lstat(path); err == nil {
			return nil, errs.New(errs.Config, "init", dir, name+" is already there", "choose an empty folder; nothing was written")
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, errs.Wrap(errs.Config, "init", dir, err, "choose a folder that you may write to")
		}
	}
	for _, name := range names {
		if err := copyOut(tree, name, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return nil, errs.Wrap(errs.Config, "init", dir, err, "choose a folder that you may write to")
		}
	}
	return names, nil
}

// copyOut writes one file and refuses to replace another.
func copyOut(tree fs.FS, name, path string) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
