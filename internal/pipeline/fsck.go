package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/store"
)

// Names of what Fsck finds besides what Verify does.
const (
	doesNotAddUp  = "does not add up"
	notConsistent = "not consistent"
)

// Fsck is Verify and then, from the bytes alone: tables and months counted
// again, keys, references, the lineage of every value, the row root, what has
// landed against what was written of it, and the balances of all runs. id names
// a snapshot; "" is the one in force. It gives how many things were checked.
func Fsck(ctx context.Context, p *Project, o VerifyOptions, id string) (*Verified, int, error) {
	out, err := Verify(ctx, p, o)
	if err != nil {
		return out, 0, err
	}
	f := &fscker{p: p, out: out}
	for _, step := range []func(context.Context) error{f.landed, f.balances} {
		if err := step(ctx); err != nil {
			return out, f.done, err
		}
	}
	err = f.snapshot(ctx, id)
	return out, f.done, err
}

type fscker struct {
	p    *Project
	out  *Verified
	done int
}

func (f *fscker) found(name, thing, what string, args ...any) {
	f.out.Findings = append(f.out.Findings, ledger.Finding{Name: name, Thing: thing, What: fmt.Sprintf(what, args...)})
}

// landed holds every delivery against its batches and its quarantine.
func (f *fscker) landed(context.Context) error {
	land := landing.At(f.p.Data)
	set, err := land.Quarantines()
	if err != nil {
		return err
	}
	aside := map[string]landing.QuarantineFile{}
	for _, q := range set {
		aside[q.ID] = q
		n := int64(0)
		for _, k := range q.Reasons {
			n += k
		}
		if f.done++; n != int64(q.Rows) {
			f.found(doesNotAddUp, "quarantine "+q.ID, "%d rows, and the reasons add up to %d", q.Rows, n)
		}
	}
	streams, err := landedStreams(f.p.Data)
	if err != nil {
		return err
	}
	for _, stream := range streams {
		list, err := land.Deliveries(stream)
		if err != nil {
			return err
		}
		for i := range list {
			f.delivery(&list[i], aside)
		}
	}
	return nil
}

func (f *fscker) delivery(d *landing.Delivery, aside map[string]landing.QuarantineFile) {
	thing, rows := "landing/"+d.Stream+"/"+d.ID, int64(0)
	for _, b := range d.Batches {
		f.done++
		rows += int64(b.Rows)
		path := filepath.Join(f.p.Data, "landing", filepath.FromSlash(d.Stream), b.ID+".age")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			f.found(ledger.FileMissing, thing, "its batch %s is not there", b.ID)
		}
	}
	if f.done++; rows != d.Rows {
		f.found(doesNotAddUp, thing, "%d rows, and its batches have %d", d.Rows, rows)
	}
	if q, ok := aside[d.ID+"-read"]; d.Bad > 0 && (!ok || int64(q.Rows) != d.Bad) {
		f.found(doesNotAddUp, thing, "%d rows could not be read, and %d stand in quarantine", d.Bad, q.Rows)
	}
}

// landedStreams lists source/stream of what has landed, whether or not the
// configuration still knows it.
func landedStreams(data string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(data, "landing", "*", "*"))
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "list", "landing", err, "")
	}
	var out []string
	for _, path := range found {
		if st, err := os.Stat(path); err == nil && st.IsDir() {
			rel, err := filepath.Rel(filepath.Join(data, "landing"), path)
			if err != nil {
				return nil, errs.Wrap(errs.Bug, "list", "landing", err, "")
			}
			out = append(out, filepath.ToSlash(rel))
		}
	}
	return out, nil
}

// balances: each run read what it loaded, merged, set aside and filtered.
func (f *fscker) balances(context.Context) error {
	list, err := Reports(f.p.Data)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Status != "published" && r.Status != "held" {
			continue
		}
		for _, b := range r.Balances {
			if f.done++; !b.Even() {
				f.found(doesNotAddUp, "runs/"+r.Run, "%s: read %d, loaded %d + merged %d + quarantined %d + filtered %d", b.Stream, b.Read, b.Loaded, b.Merged, b.Quarantined, b.Filtered)
			}
		}
	}
	return nil
}

// snapshot counts in the files of a snapshot.
func (f *fscker) snapshot(ctx context.Context, id string) error {
	dirs, err := dirsOf(f.p.Data)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		return nil // nothing was ever built
	}
	if err != nil {
		return err
	}
	s, err := f.open(dirs, id)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		f.found(notConsistent, "CURRENT", "%s", e.Msg)
		return nil
	}
	if err != nil || s == nil {
		return err
	}
	defer func() { _ = s.Close() }()
	flaws, done, err := s.Recheck(ctx)
	f.done += done
	for _, x := range flaws {
		f.found(notConsistent, "snapshots/"+s.Info().ID+" "+x.Thing, "%s", x.What)
	}
	if err != nil {
		return err
	}
	pos, err := journal.Open(f.p.Data, dirs.Key).Position()
	if err != nil {
		return err
	}
	if f.done++; pos < s.Info().Manifest.Journal {
		f.found(ledger.JournalShortened, "journal/journal.cbj", "it ends at entry %d, the snapshot holds acts up to %d", pos, s.Info().Manifest.Journal)
	}
	return nil
}

func (f *fscker) open(dirs store.Dirs, id string) (*store.Snapshot, error) {
	if id == "" {
		if !store.Published(dirs) {
			return nil, nil
		}
		return store.Open(dirs)
	}
	list, err := store.List(dirs)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if strings.HasPrefix(s.ID, id) {
			return store.OpenAt(dirs, s.ID)
		}
	}
	return nil, errs.New(errs.Input, "fsck", id, "no such snapshot", "`clientbase snapshot list` shows what is kept")
}
