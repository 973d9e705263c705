package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

const (
	manifestName = "backup.json"
	format       = 1
)

// Manifest says what a backup holds.
type Manifest struct {
	Format   int       `json:"format"`
	Made     time.Time `json:"made"`
	Program  string    `json:"program"`
	Snapshot string    `json:"snapshot"`          // in force; "" = nothing was published yet
	Pointer  string    `json:"pointer"`           // the line of CURRENT
	Journal  int64     `json:"journal"`           // its last entry
	Ledger   int64     `json:"ledger"`            // its number of leaves
	Keyless  []string  `json:"keyless,omitempty"` // sealed files whose keys were gone already
	Files    []File    `json:"files"`             // by name
	Seal     string    `json:"seal"`              // token of all of this under the project key
	Bytes    int64     `json:"bytes"`             // of all files
	Linked   int       `json:"linked"`            // files that share their bytes: with the data folder, or in one file with another
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"` // below the backup, in slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// seal makes the token that binds the manifest to the project key.
func (m *Manifest) seal(key opaque.Key) (string, error) {
	c := *m
	c.Seal = ""
	text, err := json.Marshal(c)
	if err != nil {
		return "", errs.Wrap(errs.Bug, "back up", manifestName, err, "report it")
	}
	return key.Derive("backup").Token("backup", string(text)).String(), nil
}

// text seals the manifest and gives it as it is written.
func (m *Manifest) text(key opaque.Key) ([]byte, error) {
	var err error
	if m.Seal, err = m.seal(key); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "back up", manifestName, err, "report it")
	}
	return append(text, '\n'), nil
}

// readManifest reads the manifest of a backup that is a folder.
func readManifest(dir string) ([]byte, error) {
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, errs.New(errs.Input, "read backup", dir, "there is no "+manifestName+": it is no backup, or one that was cut before its end", "name the folder or the file that `clientbase backup --to` made; a backup that was cut is worth nothing")
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read backup", path, err, "check the path and its rights")
	}
	return text, nil
}

func parseManifest(backup string, text []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil || m.Format != format {
		return nil, errs.New(errs.Integrity, "read backup", backup, "its "+manifestName+" is none that this program reads", "take another backup")
	}
	return m, nil
}

// sumOf gives size and SHA-256 of a file.
func sumOf(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}
