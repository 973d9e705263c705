package pipeline

import (
	"context"
	"path/filepath"
	"strings"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// Diff compares two kept snapshots, named by the beginnings of their ids. after
// "" is the one in force, before "" the kept one before after.
func Diff(ctx context.Context, p *Project, before, after string) (*store.Difference, error) {
	all, err := Snapshots(p)
	if err != nil {
		return nil, err
	}
	b, err := keptAt(all, after, func(i int) bool { return all[i].Mark == "current" })
	if err != nil {
		return nil, err
	}
	a, err := keptAt(all, before, func(i int) bool { return i < b && all[i].Mark == "" })
	if err != nil {
		return nil, err
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	was, err := store.OpenAt(dirs, all[a].ID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = was.Close() }()
	now, err := store.OpenAt(dirs, all[b].ID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = now.Close() }()
	tmp := filepath.Join(p.Data, "tmp")
	if err := disk.MkdirAll(tmp); err != nil {
		return nil, errs.Wrap(errs.Retry, "compare", tmp, err, "check the rights of the data folder")
	}
	if tmp, err = disk.MkdirTemp(tmp, "diff-"); err != nil {
		return nil, errs.Wrap(errs.Retry, "compare", tmp, err, "check the free space")
	}
	defer func() { _ = disk.RemoveAll(tmp) }()
	return store.Compare(ctx, was, now, tmp, store.Settings{Memory: memoryWord(p.Memory), Threads: p.Threads})
}

// keptAt finds a kept snapshot by the beginning of its id, or the last one that
// fits when none is named.
func keptAt(all []Kept, id string, fits func(i int) bool) (int, error) {
	for i := len(all) - 1; i >= 0; i-- {
		if id == "" && fits(i) || id != "" && strings.HasPrefix(all[i].ID, id) {
			return i, nil
		}
	}
	if id == "" {
		return 0, errs.New(errs.Input, "open snapshot", "", "there is no earlier snapshot to compare with", "`clientbase snapshot list` shows what is kept; the next `clientbase run` makes another")
	}
	return 0, errs.New(errs.Input, "open snapshot", id, "no such snapshot", "`clientbase snapshot list` shows what is kept")
}
