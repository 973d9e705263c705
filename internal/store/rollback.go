package store

import (
	"errors"
	"path/filepath"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Rollback publishes the content of an older snapshot again: a new snapshot
// with the next number whose files are hard links to the old ones and whose
// manifest says the same of the content (journal position included), but names
// the run that rolled back, the instant, and CURRENT as the one before. The old
// snapshot's bytes are read and compared first. The caller has the run lock.
//
//	link      staging/<run> filled with links     a cut: Recover removes it
//	manifest, rename, pointer                     as in a publication
func Rollback(d Dirs, run, to string, now time.Time, onStep func(string) error) (Info, error) {
	set := Settings{OnStep: onStep}
	cur, _, err := readCurrent(d)
	if err != nil {
		return Info{}, err
	}
	if held, ok, err := Held(d); err != nil {
		return Info{}, err
	} else if ok {
		return Info{}, errs.New(errs.Integrity, "roll back to", to, held.ID+" is held and was built from the snapshot in force", "`clientbase snapshot release` or `clientbase snapshot discard` first")
	}
	if to == cur {
		return Info{}, errs.New(errs.Input, "roll back to", to, "it is the snapshot in force", "`clientbase snapshot list` shows the others")
	}
	old, err := OpenAt(d, to) // the lease keeps the files
	if err != nil {
		return Info{}, err
	}
	defer func() { _ = old.Close() }()
	if seqOf(to) > seqOf(cur) {
		return Info{}, errs.New(errs.Input, "roll back to", to, "it was never published", "`clientbase snapshot list` shows what was")
	}
	if err := old.Verify(); err != nil {
		return Info{}, err
	}
	dir := d.staging(run)
	defer func() { _ = disk.RemoveAll(dir) }() // renamed away when it was published
	info, err := rollback(d, set, dir, old, run, cur, now)
	return info, wrap("roll back to", to, err)
}

func rollback(d Dirs, set Settings, dir string, old *Snapshot, run, cur string, now time.Time) (Info, error) {
	all, err := List(d)
	if err != nil {
		return Info{}, err
	}
	if err := set.step("link"); err != nil {
		return Info{}, err
	}
	m := old.info.Manifest
	for _, f := range m.Files {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := disk.MkdirAll(filepath.Dir(to)); err != nil {
			return Info{}, err
		}
		if err := disk.LinkOrClone(filepath.Join(old.dir, filepath.FromSlash(f.Name)), to); err != nil {
			return Info{}, err
		}
	}
	if err := disk.WriteBytes(filepath.Join(dir, leaseName), nil); err != nil {
		return Info{}, err
	}
	_, dirs, err := tree(dir)
	if err != nil {
		return Info{}, err
	}
	for _, sub := range dirs {
		err = errors.Join(err, disk.SyncDir(sub))
	}
	if err != nil {
		return Info{}, err
	}
	m.Run, m.Created, m.Seq, m.Previous, m.Rollback, m.Held = run, now.UTC(), all[len(all)-1].Manifest.Seq+1, cur, old.info.ID, nil
	return set.install(d, dir, m, currentName)
}
