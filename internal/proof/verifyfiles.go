package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// inode is one file on disk, whatever its names.
type inode struct{ dev, ino uint64 }

func readManifestOf(data, id string) (store.Manifest, error) {
	var m store.Manifest
	b, err := os.ReadFile(filepath.Join(data, "snapshots", id, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	return m, err
}

// snapshots holds every kept snapshot against its manifest and its leaf.
func (v *verifier) snapshots(ctx context.Context) error {
	root := filepath.Join(v.p.Data, "snapshots")
	ents, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.Wrap(errs.Input, "verify", "snapshots", err, "run as the user that owns the data folder")
	}
	onRecord := map[string]event{}
	for _, e := range append(append([]event{}, v.held...), v.published...) {
		onRecord[e.id] = e
	}
	there := map[string]bool{}
	for _, e := range ents {
		if err := ctx.Err(); err != nil {
			return errs.Wrap(errs.Interrupted, "verify", "snapshots", err, "")
		}
		if !e.IsDir() || strings.HasSuffix(e.Name(), ".gone") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		there[e.Name()] = true
		v.out.Snapshots++
		if err := v.snapshot(e.Name(), onRecord); err != nil {
			return err
		}
	}
	if want, ok := v.inForce(); ok && !there[want.id] {
		v.found(ledger.FileMissing, "snapshots/"+want.id, "the snapshot in force is not there")
	}
	return nil
}

func (v *verifier) snapshot(id string, onRecord map[string]event) error {
	dir, name := filepath.Join(v.p.Data, "snapshots", id), "snapshots/"+id
	b, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if errors.Is(err, fs.ErrNotExist) {
		v.found(ledger.FileMissing, name+"/manifest.json", "the manifest is not there")
		return nil
	}
	if err != nil {
		return errs.Wrap(errs.Input, "verify", name, err, "run as the user that owns the data folder")
	}
	sum := sha256.Sum256(b)
	hash := hex.EncodeToString(sum[:])
	rec, known := onRecord[id]
	_, short, _ := strings.Cut(id, "-")
	switch {
	case known && rec.hash != hash:
		v.found(ledger.ManifestChanged, name+"/manifest.json", "it is not the one that leaf %d has on record", rec.leaf)
	case !strings.HasPrefix(hash, short) || short == "":
		v.found(ledger.ManifestChanged, name+"/manifest.json", "it does not fit the name of its folder")
	case !known && len(v.published) > 0 && id > v.published[0].id:
		v.found(ledger.RecordMissing, name, "no leaf tells of it: it was never published or held by a run")
	case !known:
		v.note("%s was published before there was a ledger", id)
	}
	var m store.Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		v.found(ledger.ManifestChanged, name+"/manifest.json", "it cannot be read any more")
		return nil
	}
	return v.manifest(dir, name, m)
}

// manifest holds the files of a folder against their list.
func (v *verifier) manifest(dir, name string, m store.Manifest) error {
	listed := map[string]bool{"manifest.json": true, "lease": true}
	for _, f := range m.Files {
		if listed[f.Name] {
			v.found(ledger.ListedTwice, name+"/"+f.Name, "the manifest lists it twice")
			continue
		}
		listed[f.Name] = true
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			v.found(ledger.ManifestChanged, name+"/manifest.json", "it lists a file outside the snapshot")
			continue
		}
		sum, size, err := v.sum(filepath.Join(dir, filepath.FromSlash(f.Name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			v.found(ledger.FileMissing, name+"/"+f.Name, "the manifest lists it and it is not there")
		case err != nil:
			return errs.Wrap(errs.Input, "verify", name+"/"+f.Name, err, "run as the user that owns the data folder")
		case sum != f.SHA256 || size != f.Size:
			v.found(ledger.FileChanged, name+"/"+f.Name, "its bytes are not those that the manifest lists")
		}
	}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return errs.Wrap(errs.Input, "verify", name, err, "run as the user that owns the data folder")
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil && !e.IsDir() && !listed[filepath.ToSlash(rel)] {
			v.found(ledger.NotListed, name+"/"+filepath.ToSlash(rel), "the manifest does not know this file")
		}
		return err
	})
}

// sum hashes a file, once however many names it has.
func (v *verifier) sum(path string) (hash string, size int64, err error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	id, one := inodeOf(st)
	if one {
		if known, ok := v.sums[id]; ok {
			return known, st.Size(), nil
		}
	}
	if hash, err = pipeline.SumFile(path); err != nil {
		return "", 0, err
	}
	v.out.Files, v.out.Bytes = v.out.Files+1, v.out.Bytes+st.Size()
	if one {
		v.sums[id] = hash
	}
	return hash, st.Size(), nil
}

// files holds landing, quarantine, run reports and the rows of lists against
// the hashes that runs gave to the ledger.
func (v *verifier) files(ctx context.Context) error {
	listed, found := v.log.Listed(v.listings)
	v.out.Findings = append(v.out.Findings, found...)
	names := make([]string, 0, len(listed))
	for path := range listed {
		names = append(names, path)
	}
	sort.Strings(names)
	for _, path := range names {
		if err := ctx.Err(); err != nil {
			return errs.Wrap(errs.Interrupted, "verify", path, err, "")
		}
		f := listed[path]
		if f.Gone || !filepath.IsLocal(filepath.FromSlash(path)) {
			continue
		}
		sum, _, err := v.sum(filepath.Join(v.p.Data, filepath.FromSlash(path)))
		switch by := v.destroyed[path]; {
		case errors.Is(err, fs.ErrNotExist) && by != "":
			v.note("%s was destroyed: %s", path, by)
		case errors.Is(err, fs.ErrNotExist):
			v.found(ledger.FileMissing, path, "the ledger lists it and it is not there")
		case err != nil:
			return errs.Wrap(errs.Input, "verify", path, err, "run as the user that owns the data folder")
		case sum != f.Hash:
			v.found(ledger.FileChanged, path, "its bytes are not those that the ledger lists")
		}
	}
	since := 0
	if err := pipeline.Covered(v.p.Data, func(path string) error {
		if f, ok := listed[path]; !ok || f.Gone {
			since++
		}
		return nil
	}); err != nil {
		return err
	}
	if since > 0 && len(found) == 0 {
		v.note("%d files are younger than the last run that ended: the next run puts them on record", since)
	}
	return nil
}
