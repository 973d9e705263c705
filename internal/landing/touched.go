package landing

import (
	"maps"
	"path/filepath"
	"slices"
	"sync"
)

// touched are the files that a store wrote anew or removed. Every other file
// that is known already must be as it was.
type touched struct {
	mu    sync.Mutex
	paths map[string]bool
}

func (s *Store) touch(paths ...string) {
	s.touched.mu.Lock()
	defer s.touched.mu.Unlock()
	if s.touched.paths == nil {
		s.touched.paths = map[string]bool{}
	}
	for _, path := range paths {
		if rel, err := filepath.Rel(s.dir, path); err == nil {
			s.touched.paths[filepath.ToSlash(rel)] = true
		}
	}
}

// Touched lists the files, by path under the data folder, that this store has
// written or removed and that may have stood there before.
func (s *Store) Touched() []string {
	s.touched.mu.Lock()
	defer s.touched.mu.Unlock()
	return slices.Sorted(maps.Keys(s.touched.paths))
}
