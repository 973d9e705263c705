package proof

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

// goneSnapshots tells of snapshots that were in force once, are not there, and of
// which nothing says that they were removed: no run by keep_snapshots, no erasure
// and, where keys can be read, no act of a person. Those from before a restore are
// passed over: a backup need not hold them.
func (v *verifier) goneSnapshots(context.Context) error {
	removed := map[string]bool{}
	reports, err := pipeline.Reports(v.p.Data)
	if err != nil {
		return err
	}
	for _, r := range reports {
		for _, id := range r.Removed {
			removed[id] = true
		}
	}
	if v.out.Keys {
		dirs, err := pipeline.DirsOf(v.p.Data)
		if err != nil {
			return err
		}
		list, err := journal.Open(v.p.Data, dirs.Key).Read(0)
		if err != nil {
			return nil // told by withKeys
		}
		for i := range list {
			if list[i].Kind == journal.KindSnapshot {
				removed[list[i].Subject] = true
			}
		}
	}
	for _, e := range v.published {
		_, erased := v.destroyed["snapshots/"+e.id]
		if e.leaf < v.restored || v.aborted[e.id] || removed[e.id] || erased {
			continue
		}
		if want, ok := v.inForce(); ok && want.id == e.id {
			continue // told by snapshots
		}
		_, err := os.Stat(filepath.Join(v.p.Data, "snapshots", e.id))
		switch {
		case err == nil || !errors.Is(err, fs.ErrNotExist):
		case v.out.Keys:
			v.note("snapshot %s, published as leaf %d, is not there, and neither a run nor an act says that it was removed: ask who did it", e.id, e.leaf)
		default:
			v.note("snapshot %s, published as leaf %d, is not there, and no run says that it removed it; whether a person did, the journal says to who has keys", e.id, e.leaf)
		}
	}
	return nil
}

// keyFiles tells of keys that are not those of this folder: the one that signs the
// ledger, and those of the commitments to records, which an erasure empties and
// never takes away.
func (v *verifier) keyFiles(key opaque.Key) error {
	if err := ledger.Open(v.p.Data, key).KeyFits(); err != nil {
		e, ok := errs.Of(err)
		if !ok || e.Kind == errs.Bug {
			return err
		}
		v.found(ledger.KeyChanged, "keys/ledger.key", "%s: nothing more can be put on record", e.Msg)
	}
	missing, err := pipeline.MissingRecordKeys(v.p.Data)
	if err != nil {
		return err
	}
	for _, path := range missing {
		rel, err := filepath.Rel(v.p.Data, path)
		if err != nil {
			rel = path
		}
		v.found(ledger.FileMissing, strings.ReplaceAll(rel, string(filepath.Separator), "/"), "the keys of the commitments to records are not there, and no request takes such a file away")
	}
	return nil
}
