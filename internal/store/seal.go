package store

import (
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/disk"
)

// sealing sums and syncs the files of a staging that are finished, beside the
// engine's work on others: half of the bytes of a snapshot are at rest while its
// tables are still checked and derived. It is asked to by one goroutine.
type sealing struct {
	dir  string
	g    errgroup.Group
	room chan struct{} // one entry for each sum under way

	begun map[string]bool
	mu    sync.Mutex
	sums  map[string]FileSum
}

// sealers is how many files are summed at a time.
const sealers = 2

func newSealing(dir string) *sealing {
	return &sealing{dir: dir, room: make(chan struct{}, sealers), begun: map[string]bool{}, sums: map[string]FileSum{}}
}

// add takes finished files, each once.
func (w *sealing) add(names ...string) {
	for _, name := range names {
		if w.begun[name] {
			continue
		}
		w.begun[name] = true
		path := filepath.Join(w.dir, filepath.FromSlash(name))
		w.g.Go(func() error { return disk.SyncFile(path) })
		w.g.Go(func() error {
			w.room <- struct{}{}
			defer func() { <-w.room }()
			size, sum, err := sumFile(path)
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sums[name] = FileSum{Name: name, Size: size, SHA256: sum}
			return err
		})
	}
}

// sealer gives what seals the files of the staging.
func (s *Staging) sealer() *sealing {
	if s.seals == nil {
		s.seals = newSealing(s.dir)
	}
	return s.seals
}

// unseal waits for what is being sealed and forgets it: files will change.
func (s *Staging) unseal() error {
	if s.seals == nil {
		return nil
	}
	err := s.seals.g.Wait()
	s.seals = nil
	return err
}

// own lists the files of the staging so far that are not the previous snapshot's:
// those were summed and synced when they were written.
func (s *Staging) own() (own []string, kept map[string]FileSum, err error) {
	files, _, err := tree(s.dir)
	if err != nil {
		return nil, nil, err
	}
	kept = map[string]FileSum{}
	if s.prev != nil {
		for _, f := range s.prev.Info().Manifest.Files {
			kept[f.Name] = f
		}
	}
	for _, f := range files {
		path := filepath.FromSlash(f)
		if _, ok := kept[f]; ok && sameFile(filepath.Join(s.dir, path), filepath.Join(s.prev.dir, path)) {
			continue
		}
		delete(kept, f)
		own = append(own, f)
	}
	return own, kept, nil
}

// sealTables begins to seal what settle closed: the tables and the lineage.
func (s *Staging) sealTables() error {
	own, _, err := s.own()
	if err != nil {
		return err
	}
	for _, f := range own {
		if f != derivedName && (!strings.Contains(f, "/") && strings.HasSuffix(f, ".duckdb") || strings.HasPrefix(f, "lineage/")) {
			s.sealer().add(f)
		}
	}
	return nil
}

// sealReady begins to seal the state files, once all are there.
func (s *Staging) sealReady() error {
	own, _, err := s.own()
	if err != nil {
		return err
	}
	for _, f := range own {
		if strings.HasPrefix(f, "state/") {
			s.sealer().add(f)
		}
	}
	return nil
}

// seal ends with all files summed and synced, then syncs the folders, and
// completes the manifest.
func (s *Staging) seal(m *Manifest) error {
	own, kept, err := s.own()
	if err != nil {
		return err
	}
	w := s.sealer()
	for _, f := range own {
		if f != leaseName {
			w.add(f)
		}
	}
	if err := w.g.Wait(); err != nil {
		return err
	}
	files, dirs, err := tree(s.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if was, ok := kept[f]; ok {
			m.Files = append(m.Files, was)
		} else if f != leaseName {
			m.Files = append(m.Files, w.sums[f])
		}
	}
	for _, d := range dirs {
		if err := disk.SyncDir(d); err != nil {
			return err
		}
	}
	m.Format, m.Seq, m.ClientBase, m.LineageBase = manifestFormat, s.seq, s.base, s.lineageBase()
	m.Attrs, m.Kinds = s.spec.Dict.Attrs, s.spec.Facts
	if s.prev != nil {
		m.Previous = s.prev.Info().ID
	}
	return nil
}
