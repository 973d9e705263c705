package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Recover is called at start-up by the holder of the run lock: it removes what
// an interrupted run or act left (staging, tmp, files that were being written,
// a snapshot that was never pointed to, the mark of a held snapshot
// that was released). It finishes only what is on record, see settleRecord. It
// must not run while another run is building.
func Recover(d Dirs) error {
	for _, p := range []string{filepath.Join(d.Data, "staging"), filepath.Join(d.Data, "tmp")} {
		if err := disk.RemoveAll(p); err != nil {
			return errs.Wrap(errs.Retry, "recover", p, err, "check the rights of the data folder")
		}
	}
	if err := disk.Sweep(d.Data, "snapshots"); err != nil {
		return errs.Wrap(errs.Retry, "recover", d.Data, err, "check the rights of the data folder")
	}
	if err := settleRecord(context.Background(), d); err != nil {
		return err
	}
	cur, _, err := readCurrent(d)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		return err
	}
	held, err := recoverHeld(d, cur)
	if err != nil {
		return err
	}
	ents, _ := os.ReadDir(d.snapshots())
	for _, e := range ents {
		unseen := idForm.MatchString(e.Name()) && seqOf(e.Name()) > seqOf(cur) && e.Name() != held
		if !unseen && !strings.HasSuffix(e.Name(), ".gone") {
			continue
		}
		if err := disk.RemoveAll(filepath.Join(d.snapshots(), e.Name())); err != nil {
			return errs.Wrap(errs.Retry, "recover", e.Name(), err, "check the rights of the data folder")
		}
	}
	return dropViews(d)
}

// recoverHeld gives the held snapshot. A mark whose snapshot was published or
// is gone is the remains of a release or of a removal by hand.
func recoverHeld(d Dirs, cur string) (string, error) {
	held, err := readHeld(d)
	if err != nil || held == "" {
		return "", err
	}
	if _, err := os.Stat(d.snapshot(held)); err == nil && seqOf(held) > seqOf(cur) {
		return held, nil
	}
	return "", removeHeld(d)
}

// Surplus gives the oldest snapshots beyond keep, without the current one and a
// held one: those that Collect removes unless somebody reads them.
func Surplus(d Dirs, keep int) ([]Info, error) {
	all, err := List(d)
	if err != nil {
		return nil, err
	}
	var out []Info
	for i := 0; i < len(all) && len(all)-len(out) > max(keep, 1); i++ {
		if !all[i].Current && !all[i].Held {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Collect removes the oldest snapshots until keep are left. The current one,
// a held one and those that a reader has a lease on stay. It gives the ids removed;
// no power cut brings them back: an erasure counts on it.
func Collect(d Dirs, keep int) ([]string, error) {
	all, err := Surplus(d, keep)
	if err != nil {
		return nil, err
	}
	var gone []string
	for i := range all {
		dir := d.snapshot(all[i].ID)
		lk := flock.New(filepath.Join(dir, leaseName))
		if ok, err := lk.TryLock(); err != nil || !ok {
			_ = lk.Close()
			continue
		}
		err := disk.Rename(dir, dir+".gone")
		_ = lk.Close()
		if err != nil {
			return gone, errs.Wrap(errs.Retry, "collect snapshots", all[i].ID, err, "check the rights of the data folder")
		}
		if err := disk.RemoveAll(dir + ".gone"); err != nil {
			return gone, errs.Wrap(errs.Retry, "collect snapshots", all[i].ID, err, "check the rights of the data folder")
		}
		gone = append(gone, all[i].ID)
	}
	if err := disk.SyncDir(d.snapshots()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return gone, errs.Wrap(errs.Retry, "collect snapshots", d.snapshots(), err, "look at the state of the disk before you run again")
	}
	return gone, dropViews(d)
}
