package landing

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"clientbase/connectors"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// QuarantineRow is a row set aside: where it stands, why, and its bytes.
type QuarantineRow struct {
	Class  string              `json:"class"`  // quality | contract | schema_drift | partial
	Reason string              `json:"reason"` // closed words
	Detail string              `json:"detail"` // column names and numbers, never values
	Pos    connectors.Position `json:"pos"`
	Raw    []byte              `json:"raw,omitempty"`
	Blank  string              `json:"blank,omitempty"` // the erasure that took Raw
}

// QuarantineFile says how many rows of one delivery were set aside, and why.
// It holds no client value and is readable without keys.
type QuarantineFile struct {
	ID       string           `json:"id"` // "<delivery id>-<stage>"
	Stream   string           `json:"stream"`
	Delivery string           `json:"delivery"`
	Stage    string           `json:"stage"` // read | load
	Rows     int              `json:"rows"`
	Reasons  map[string]int64 `json:"reasons"`
}

func (s *Store) quarantineDir(stream string) string {
	return filepath.Join(s.dir, "quarantine", filepath.FromSlash(stream))
}

func (s *Store) quarantineBase(stream, id string) string {
	return filepath.Join(s.quarantineDir(stream), id)
}

// PutQuarantine writes the rows of one delivery and stage, replacing what
// stood there: the same delivery gives the same quarantine. No rows removes it.
func (s *Store) PutQuarantine(stream, delivery, stage string, rows *Spool) error {
	id := delivery + "-" + stage
	base := s.quarantineBase(stream, id)
	if err := s.ahead(base+".json", base+".age"); err != nil {
		return err
	}
	if rows.Rows() == 0 {
		for _, path := range []string{base + ".json", base + ".age"} {
			if _, err := os.Lstat(path); os.IsNotExist(err) {
				continue
			}
			if err := disk.Erase(path); err != nil { // the rows may be those of an erased person
				return disk.Problem("remove", path, err)
			}
		}
		return nil
	}
	err := s.Keys.Seal(base+".age", id, func(w io.Writer) error {
		return rows.writeTo(w)
	})
	if err != nil {
		return err
	}
	file := QuarantineFile{ID: id, Stream: stream, Delivery: delivery, Stage: stage, Rows: rows.Rows(), Reasons: rows.reasons}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return errs.Wrap(errs.Bug, "write quarantine", stream, err, "")
	}
	return disk.WriteBytes(base+".json", append(text, '\n'))
}

// Quarantines lists all quarantine files, ordered by stream and id.
func (s *Store) Quarantines() ([]QuarantineFile, error) {
	root := filepath.Join(s.dir, "quarantine")
	var out []QuarantineFile
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var f QuarantineFile
		if err := json.Unmarshal(text, &f); err != nil {
			return errs.Wrap(errs.Integrity, "read quarantine", path, err, "restore the file from backup")
		}
		out = append(out, f)
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		return nil, disk.Problem("list", root, err)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Stream != out[j].Stream {
			return out[i].Stream < out[j].Stream
		}
		return out[i].ID < out[j].ID
	})
	return out, nil
}

// Quarantined reads the rows of one quarantine file into memory.
func (s *Store) Quarantined(f QuarantineFile) (out []QuarantineRow, err error) {
	err = s.EachQuarantined(f, func(row QuarantineRow) bool {
		out = append(out, row)
		return true
	})
	return out, err
}

// EachQuarantined visits the rows of one quarantine file in order, until visit
// returns false.
func (s *Store) EachQuarantined(f QuarantineFile, visit func(QuarantineRow) bool) error {
	r, err := s.Keys.Unseal(filepath.Join(s.quarantineDir(f.Stream), f.ID+".age"), f.ID)
	if err != nil {
		return err
	}
	defer r.Close()
	dec := json.NewDecoder(r)
	for {
		var row QuarantineRow
		if err := dec.Decode(&row); err == io.EOF {
			return nil
		} else if err != nil {
			return errs.Hidden(errs.Integrity, "read quarantine", f.ID, "damaged", err, "restore the file from backup")
		}
		if !visit(row) {
			return nil
		}
	}
}
