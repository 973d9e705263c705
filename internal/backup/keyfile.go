package backup

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// keyFile is the copy of a key folder in one file. Under a master key every
// entry is sealed as it is in the folder; without one it lies open.
type keyFile struct {
	Format int               `json:"format"`
	What   string            `json:"what"`
	Made   time.Time         `json:"made"`
	Files  map[string]string `json:"files"` // name below data/keys → base64
}

const whatKeys = "keys of a clientbase data folder: keep them apart from its backups"

func writeKeys(dir, to string, now time.Time) error {
	k := keyFile{Format: format, What: whatKeys, Made: now.UTC(), Files: map[string]string{}}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || passing(e.Name()) {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(p)
		k.Files[filepath.ToSlash(rel)] = base64.StdEncoding.EncodeToString(text)
		return err
	})
	if err != nil {
		return disk.Problem("back up keys", dir, err)
	}
	text, err := json.MarshalIndent(k, "", " ") // maps are written by name
	if err != nil {
		return errs.Wrap(errs.Bug, "back up keys", to, err, "report it")
	}
	return disk.WriteBytes(to, append(text, '\n'))
}

func readKeys(from string) (*keyFile, error) {
	text, err := os.ReadFile(from)
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read keys", from, err, "name the file that `clientbase backup --keys-to` wrote")
	}
	if info, err := os.Stat(from); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, errs.New(errs.Config, "read keys", from, "other users can read it", "chmod 600 "+from)
	}
	k := &keyFile{}
	if err := json.Unmarshal(text, k); err != nil || k.Format != format || k.What != whatKeys {
		return nil, errs.New(errs.Input, "read keys", from, "not a key backup", "name the file that `clientbase backup --keys-to` wrote")
	}
	return k, nil
}

// put writes the keys into a new folder.
func (k *keyFile) put(dir string) error {
	names := make([]string, 0, len(k.Files))
	for name := range k.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := base64.StdEncoding.DecodeString(k.Files[name])
		if err != nil || !fs.ValidPath(name) {
			return errs.New(errs.Integrity, "restore keys", path.Base(name), "the key backup is damaged", "take another copy of it")
		}
		if err := disk.WriteBytes(filepath.Join(dir, filepath.FromSlash(name)), text); err != nil {
			return err
		}
	}
	return nil
}

// identityOf gives the id of the identity that opens a sealed file of a backup.
// State files of snapshots are sealed under one identity for all, and are not
// among them.
func identityOf(name string) (id string, ok bool) {
	id, ok = strings.CutSuffix(path.Base(name), ".age")
	return id, ok && strings.HasPrefix(name, "data/") && !strings.HasPrefix(name, "data/snapshots/")
}

// keyless lists the sealed files whose identities are not in a key folder.
func keyless(keys string, files []File) []string {
	var out []string
	for _, f := range files {
		id, sealed := identityOf(f.Name)
		if !sealed {
			continue
		}
		if _, err := os.Stat(filepath.Join(keys, "files", id+".key")); err != nil {
			out = append(out, f.Name)
		}
	}
	return out
}
