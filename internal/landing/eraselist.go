package landing

import (
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"clientbase/internal/disk"
)

// Streams lists the streams of which something has landed, configured or not.
func (s *Store) Streams() ([]string, error) {
	root := filepath.Join(s.dir, "landing")
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err == nil && strings.Count(filepath.ToSlash(rel), "/") == 1 {
			out = append(out, filepath.ToSlash(rel))
			return fs.SkipDir
		}
		return err
	})
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, disk.Problem("list landing of", root, err)
	}
	sort.Strings(out)
	return out, nil
}

// Head is what a landed batch says of itself without its rows.
type Head struct {
	Rows       int
	Generation int            // how often erasures rewrote it
	Gone       map[int]string // erased rows, with why
	Done       map[string]Done
}

// Head reads the head of a batch.
func (s *Store) Head(stream, id string) (Head, error) {
	in, err := s.Keys.Unseal(s.batchPath(stream, id), id)
	if err != nil {
		return Head{}, err
	}
	defer in.Close()
	h, _, err := readHead(in, stream+" "+id)
	return Head{h.Rows, h.Gen, h.Gone, h.Done}, err
}

// BlankQuarantined blanks the bytes of the rows of a quarantine that hit: their
// place, reason and number stay, and the erasure that blanked them. It gives how
// many there were. When there are any, the file gets a new identity and the old
// one is destroyed.
func (s *Store) BlankQuarantined(f QuarantineFile, erasure string, hit func(QuarantineRow) bool) (int, error) {
	rows, err := s.Quarantined(f)
	if err != nil {
		return 0, err
	}
	n := 0
	out := s.Spool()
	defer out.Close()
	for _, row := range rows {
		if len(row.Raw) > 0 && hit(row) {
			row.Raw, row.Pos.Key, row.Blank = nil, "", erasure
			n++
		}
		if err := out.Add(row); err != nil {
			return n, err
		}
	}
	path := filepath.Join(s.quarantineDir(f.Stream), f.ID+".age")
	if n == 0 {
		return 0, s.Keys.Retire(f.ID)
	}
	if err := s.ahead(path); err != nil {
		return 0, err
	}
	return n, s.Keys.Reseal(path, f.ID, out.writeTo)
}
