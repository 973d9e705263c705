package pipeline

import (
	"crypto/rand"
	"encoding/hex"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// lockRun takes the data folder's run lock. The operating system drops it when
// the process dies, so no stale lock ever has to be cleared by hand.
func lockRun(data string) (unlock func(), err error) {
	if err := disk.MkdirAll(data); err != nil {
		return nil, errs.Wrap(errs.Input, "open data folder", data, err, "check the path and its rights")
	}
	l := flock.New(filepath.Join(data, "run.lock"), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, errs.Wrap(errs.Retry, "lock", data, err, "check the rights of the data folder")
	}
	if !ok {
		return nil, errs.New(errs.Locked, "lock", data, "another run is working on this data folder", "wait until it has ended; `clientbase doctor` says whether one is at work")
	}
	return func() { _ = l.Unlock() }, nil
}

// runID names a run by its instant and four random bytes. It is never part of
// a published value.
func runID(now time.Time) string {
	var b [4]byte
	_, _ = rand.Read(b[:])
	return now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}
