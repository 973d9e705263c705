package proof

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
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// Names of what Fsck finds besides what Verify does.
const (
	doesNotAddUp  = "does not add up"
	notConsistent = "not consistent"
)

// Fsck is Verify and then, from the bytes alone: tables and months counted
// again, keys, references, the lineage of every value, the row root, what has
// landed (with keys: every row) against what was written of it, and the balances
// of all runs. id names a snapshot; "" is the one in force. It gives how many
// things were checked.
func Fsck(ctx context.Context, p *pipeline.Project, o Options, id string) (*Result, int, error) {
	out, err := Verify(ctx, p, o)
	if err != nil {
		return out, 0, err
	}
	f := &fscker{p: p, out: out}
	if pipeline.HasKey(p.Data) {
		if f.land, err = landing.Open(p.Data); err != nil {
			return out, 0, err
		}
	}
	for _, step := range []struct {
		thing string
		do    func(context.Context) error
	}{
		{"landing", f.landed},
		{"runs", f.balances},
		{"snapshots", func(ctx context.Context) error { return f.snapshot(ctx, id) }},
	} {
		if err := f.judged(step.thing, step.do(ctx)); err != nil {
			return out, f.done, err
		}
	}
	return out, f.done, nil
}

type fscker struct {
	p    *pipeline.Project
	out  *Result
	land *landing.Store // nil without keys
	done int
}

// judged makes a finding of an error that says of a thing that it is damaged.
// Once something was found, what cannot be read is damaged too; other errors
// end the check.
func (f *fscker) judged(thing string, err error) error {
	e, ok := errs.Of(err)
	if !ok {
		return err
	}
	switch e.Kind {
	case errs.Integrity:
	case errs.Bug, errs.Retry:
		if len(f.out.Findings) == 0 {
			return err
		}
	default:
		return err
	}
	what, _, _ := strings.Cut(e.Error(), " (try: ")
	f.found(notConsistent, thing, "%s", what)
	return nil
}

func (f *fscker) found(name, thing, what string, args ...any) {
	f.out.Findings = append(f.out.Findings, ledger.Finding{Name: name, Thing: thing, What: fmt.Sprintf(what, args...)})
}

// landed holds every delivery against its batches and its quarantine; with keys
// the rows in both are counted.
func (f *fscker) landed(ctx context.Context) error {
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
		if err := f.judged("quarantine "+q.ID, f.countAside(q)); err != nil {
			return err
		}
	}
	streams, err := landedStreams(f.p.Data)
	if err != nil {
		return err
	}
	for _, stream := range streams {
		list, err := land.Deliveries(stream)
		if err := f.judged("landing/"+stream, err); err != nil {
			return err
		}
		counted := map[string]bool{}
		for i := range list {
			if err := f.delivery(ctx, &list[i], aside, counted); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fscker) delivery(ctx context.Context, d *landing.Delivery, aside map[string]landing.QuarantineFile, counted map[string]bool) error {
	thing, rows := "landing/"+d.Stream+"/"+d.ID, int64(0)
	for _, b := range d.Batches {
		f.done++
		rows += int64(b.Rows)
		path := filepath.Join(f.p.Data, "landing", filepath.FromSlash(d.Stream), b.ID+".age")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			f.found(ledger.FileMissing, thing, "its batch %s is not there", b.ID)
			continue
		}
		if err := ctx.Err(); err != nil {
			return errs.Wrap(errs.Interrupted, "fsck", thing, err, "")
		}
		if counted[b.ID] {
			continue
		}
		counted[b.ID] = true
		if err := f.judged(thing, f.countBatch(thing, d.Stream, b)); err != nil {
			return err
		}
	}
	if f.done++; rows != d.Rows {
		f.found(doesNotAddUp, thing, "%d rows, and its batches have %d", d.Rows, rows)
	}
	if q, ok := aside[d.ID+"-read"]; d.Bad > 0 && (!ok || int64(q.Rows) != d.Bad) {
		f.found(doesNotAddUp, thing, "%d rows could not be read, and %d stand in quarantine", d.Bad, q.Rows)
	}
	return nil
}

// countBatch counts the rows that were received; an erased row keeps its place.
func (f *fscker) countBatch(thing, stream string, ref landing.BatchRef) error {
	if f.land == nil {
		return nil
	}
	b, err := f.land.ReadBatch(stream, ref.ID)
	if err != nil {
		return err
	}
	defer b.Release()
	if n := b.Rows.NumRows(); n != int64(ref.Rows) {
		f.found(doesNotAddUp, thing, "its batch %s has %d rows, it says %d", ref.ID, n, ref.Rows)
	}
	return nil
}

func (f *fscker) countAside(q landing.QuarantineFile) error {
	if f.land == nil {
		return nil
	}
	n := 0
	if err := f.land.EachQuarantined(q, func(landing.QuarantineRow) bool { n++; return true }); err != nil {
		return err
	}
	if n != q.Rows {
		f.found(doesNotAddUp, "quarantine "+q.ID, "%d rows stand in it, it says %d", n, q.Rows)
	}
	return nil
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
	list, err := pipeline.Reports(f.p.Data)
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
	dirs, err := pipeline.DirsOf(f.p.Data)
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
