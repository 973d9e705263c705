package pipeline

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Statuses of a run that has not come to its end. The first is written when a
// run begins; a reader says "interrupted" of it once its process is gone.
const (
	statusRunning     = "running"
	statusInterrupted = "interrupted"
)

// beginReport writes down that a run is at work, so that one that is killed
// leaves a line in `runs list`. The lock beside the report dies with the
// process; nobody else ever takes it for long.
func beginReport(data string, r *Report) (end func(), err error) {
	if err := disk.MkdirAll(runsDir(data)); err != nil {
		return nil, errs.Wrap(errs.Retry, "begin run", data, err, "check the rights of the data folder")
	}
	stale, _ := filepath.Glob(markerOf(data, "*")) // whoever holds the run lock is the only run
	for _, path := range stale {
		_ = disk.Remove(path)
	}
	l := flock.New(markerOf(data, r.Run), flock.SetPermissions(0o600))
	if err := l.Lock(); err != nil {
		return nil, errs.Wrap(errs.Retry, "begin run", data, err, "check the free space and the rights of the data folder")
	}
	end = func() {
		_ = disk.Remove(l.Path())
		_ = l.Unlock()
	}
	r.Status = statusRunning
	err = saveReport(data, r)
	r.Status = "failed"
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

func markerOf(data, run string) string { return filepath.Join(runsDir(data), run+".lock") }

// settleRunning says of a report that was begun and never ended whether its run is
// still at work.
func (r *Report) settleRunning(data string) {
	if r.Status != statusRunning {
		return
	}
	path := markerOf(data, r.Run)
	if _, err := os.Stat(path); err == nil {
		l := flock.New(path)
		if ok, err := l.TryRLock(); !ok || err != nil {
			return
		}
		_ = l.Unlock()
	}
	r.Status, r.Exit = statusInterrupted, errs.Exit(errs.New(errs.Interrupted, "", "", "", ""))
	r.Error, r.Hint = "the process ended before the run did; nothing was published by it", "run again: what has landed is kept"
}
