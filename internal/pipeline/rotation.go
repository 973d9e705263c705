package pipeline

import (
	"context"
	"path/filepath"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
)

// NoteRotation puts into the ledger that the keys of a data folder were wrapped
// by another master key, unless it says so already: a cut may fall between the
// wrapping and the note, and whoever comes next makes it good. It reports
// whether it noted anything.
func NoteRotation(ctx context.Context, data string, who journal.Actor) (bool, error) {
	dir := filepath.Join(data, "keys")
	id, err := landing.Rotated(dir)
	if err != nil || id == "" {
		return false, err
	}
	keys, err := landing.OpenKeys(dir)
	if err != nil {
		return false, err
	}
	leaf := ledger.Leaf{Kind: ledger.Rotated, Actor: who.User, Role: who.Role, Subject: "master key " + id[:12]}
	l := ledger.Open(data, keys.Project())
	if n, err := l.Size(); err != nil {
		return false, err
	} else if n > 0 {
		_, last, ok, err := l.Last(func(x ledger.Leaf) bool { return x.Kind == ledger.Rotated })
		if err != nil || ok && last.Subject == leaf.Subject {
			return false, err
		}
	}
	_, err = l.Append(ctx, leaf)
	return err == nil, err
}

// useMaster brings the keys under the master key of the configuration. What the
// ledger was not told of a rotation goes there first: afterwards nothing shows
// that there was one.
func (r *river) useMaster(ctx context.Context) error {
	if _, err := NoteRotation(ctx, r.p.Data, r.o.Actor); err != nil {
		return err
	}
	return landing.UseMaster(filepath.Join(r.p.Data, "keys"), r.p.Master)
}
