package pipeline

import (
	"context"

	"clientbase/internal/store"
)

// collect removes the oldest snapshots beyond those that the project keeps. One
// that somebody reads stays until a later run.
func (r *river) collect(context.Context) error {
	if r.p.KeepSnapshots == 0 || r.report.Status != "published" {
		return nil
	}
	gone, err := store.Collect(r.dirs, r.p.KeepSnapshots)
	if r.report.Removed = append(r.report.Removed, gone...); err != nil { // what is published is published: the next run tries again
		r.report.note("", "an old snapshot could not be removed: %s", err)
	}
	return nil
}

// Surplus lists the snapshots that RemoveSnapshots would remove, oldest first.
func Surplus(p *Project, keep int) ([]store.Info, error) {
	if !HasKey(p.Data) {
		return nil, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	return store.Surplus(dirs, keep)
}

// RemoveSnapshots removes the oldest snapshots until keep are left; the current
// one, a held one and those that are being read stay. Each removal is an act in
// the journal: what was known then cannot be asked for any more.
func RemoveSnapshots(ctx context.Context, p *Project, act Act, keep int) (gone []string, err error) {
	err = underLock(p.Data, func() error {
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return err
		}
		list, err := store.Surplus(dirs, keep)
		if err != nil {
			return err
		}
		a, err := readSettled(p.Data, dirs.Key)
		if err != nil {
			return err
		}
		for i := range list {
			if err := a.on(ctx, p.Data, dirs.Key, act, "remove", list[i].ID); err != nil {
				return err
			}
		}
		gone, err = store.Collect(dirs, keep)
		return err
	})
	return gone, err
}
