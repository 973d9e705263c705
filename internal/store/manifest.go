package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Manifest describes one snapshot completely. The caller of Publish fills the
// first part; the store fills the second. Its SHA-256 is part of the snapshot
// id, so nothing in it, and no file it names, can change unnoticed.
type Manifest struct {
	Run      string           `json:"run"`
	Created  time.Time        `json:"created"`           // the run's instant, given by the caller
	Program  string           `json:"program"`           // version of the program
	Config   string           `json:"config"`            // hash of the configuration
	Model    string           `json:"model"`             // hash of the model
	Journal  int64            `json:"journal"`           // journal position folded in
	Cursors  string           `json:"cursors,omitempty"` // name of the state file that holds the cursors
	Streams  []StreamState    `json:"streams"`
	Counts   map[string]int64 `json:"counts,omitempty"` // the run's closing balance
	Comments []string         `json:"comments,omitempty"`
	Held     []HeldBy         `json:"held,omitempty"`        // why it had to be released by a person
	Rollback string           `json:"rollback_to,omitempty"` // the snapshot whose content this one has again

	Format      int                `json:"format"`
	Seq         int                `json:"seq"`
	Previous    string             `json:"previous,omitempty"` // the one in force before, also when it was rebuilt from nothing
	Tables      map[string]int64   `json:"tables"`             // rows per table, counted from the closed file
	RowRoot     string             `json:"row_root,omitempty"` // see Settings.RowRoot
	ClientBase  int64              `json:"client_base"`        // size of client.duckdb when it was last built anew
	LineageBase int                `json:"lineage_base"`       // generation that explains clients without an entry of their own
	Attrs       []schemas.Attr     `json:"attrs"`
	Kinds       []schemas.FactKind `json:"kinds"`
	Facts       []FactFile         `json:"facts"`
	Files       []FileSum          `json:"files"`
}

// StreamState is the state of one stream in a snapshot.
type StreamState struct {
	Stream     string `json:"stream"`
	Mode       string `json:"mode,omitempty"`
	AsOf       string `json:"as_of,omitempty"` // ISO day or instant
	Deliveries int64  `json:"deliveries"`
	Records    int64  `json:"records"`
	Facts      int64  `json:"facts"`
}

// FactFile is one month of facts of one kind and stream.
type FactFile struct {
	File    string   `json:"file"`
	Kind    string   `json:"kind"`
	Stream  string   `json:"stream"`
	Month   string   `json:"month"` // 2026-01, or "undated"
	Rows    int64    `json:"rows"`
	Columns []string `json:"columns"`
	Root    string   `json:"root,omitempty"` // SHA-256 tree over the canonical rows
}

// FileSum is the size and SHA-256 of one file of the snapshot.
type FileSum struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const manifestFormat = 1

func (m Manifest) spec() Spec {
	s := Spec{Dict: schemas.NewDictionary(m.Attrs...), Facts: m.Kinds}
	for _, st := range m.Streams {
		s.Streams = append(s.Streams, st.Stream)
	}
	return s
}

// names lists the tables and views of client.duckdb, so that a reader need not
// ask the engine.
func (m Manifest) names() []string {
	out := append(sortedKeys(m.Tables), tokenViews...)
	for _, k := range m.Kinds {
		if !k.Monthly {
			out = append(out, ViewName(k))
		}
	}
	return out
}

// encode gives the manifest's bytes and the snapshot id that they make.
func (m Manifest) encode() ([]byte, string, error) {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, "", err
	}
	b = append(b, '\n')
	return b, snapshotID(m.Seq, b), nil
}

func snapshotID(seq int, manifest []byte) string {
	h := sha256.Sum256(manifest)
	return fmt.Sprintf("%06d-%s", seq, hex.EncodeToString(h[:])[:12])
}

// readManifest reads and checks the manifest of a snapshot against its id.
func readManifest(d Dirs, id string) (Manifest, error) {
	var m Manifest
	b, err := os.ReadFile(filepath.Join(d.snapshot(id), manifestName))
	if err != nil {
		return m, errs.Wrap(errs.Integrity, "open snapshot", id, err, "restore the snapshot's folder from a backup")
	}
	if err := json.Unmarshal(b, &m); err != nil || m.Format != manifestFormat {
		return m, errs.Hidden(errs.Integrity, "open snapshot", id, "manifest.json is not of this format", err, "restore the snapshot's folder from a backup")
	}
	if snapshotID(m.Seq, b) != id {
		return m, errs.New(errs.Integrity, "open snapshot", id, "manifest.json does not fit the snapshot's id", "the file was edited: restore it from a backup")
	}
	return m, nil
}
