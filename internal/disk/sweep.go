package disk

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Sweep removes what interrupted calls of Write left below root, but for the
// named folders of root. A file that a living process is writing stays.
func Sweep(root string, but ...string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // removed meanwhile
			}
			return err
		}
		if e.IsDir() {
			if filepath.Dir(path) == filepath.Clean(root) && slices.Contains(but, e.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasPrefix(e.Name(), tempPrefix) || held(path) {
			return nil
		}
		if err := Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}
