package landing

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"clientbase/internal/disk"
)

// ahead says of the files among paths that stand there already that they are
// about to be written anew or removed. It is said before, because a cut may
// come right after; an error keeps the file as it is.
func (s *Store) ahead(paths ...string) error {
	if s.Ahead == nil {
		return nil
	}
	var there []string
	for _, path := range paths {
		switch _, err := os.Lstat(path); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return disk.Problem("look at", path, err)
		}
		rel, err := filepath.Rel(s.dir, path)
		if err != nil {
			return disk.Problem("look at", path, err)
		}
		there = append(there, filepath.ToSlash(rel))
	}
	if len(there) == 0 {
		return nil
	}
	return s.Ahead(there)
}

// AheadOfLoad says at once what loading these deliveries will write anew: what
// they set aside when they were loaded before.
func (s *Store) AheadOfLoad(list []Delivery) error {
	var paths []string
	for _, d := range list {
		base := s.quarantineBase(d.Stream, d.ID+"-load")
		paths = append(paths, base+".json", base+".age")
	}
	return s.ahead(paths...)
}
