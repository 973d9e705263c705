package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/store"
)

// Options are those of Take.
type Options struct {
	Project string // the project folder
	Data    string // the data folder
	To      string // a folder that is not there, or empty; or a file that is not there, named *.tar.zst
	KeysTo  string // a file for the keys; "" = none are written
	Program string
	Now     time.Time
}

// taker copies one data folder.
type taker struct {
	o    Options
	land *landing.Store
	to   sink
	m    Manifest
	held []func() // leases, let go at the end
}

// Take makes a backup. On an error the folder has no manifest, and there is no file.
func Take(ctx context.Context, o Options) (*Manifest, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	land, err := landing.Open(o.Data)
	if err != nil {
		return nil, err
	}
	t := &taker{o: o, land: land, m: Manifest{Format: format, Made: o.Now.UTC(), Program: o.Program}}
	defer t.release()
	if packed(o.To) {
		err = disk.Write(o.To, func(w io.Writer) error {
			to, err := newArchive(w, o.Now)
			if err != nil {
				return err
			}
			return t.all(ctx, to)
		})
	} else {
		err = t.all(ctx, folder{o.To})
	}
	if err != nil {
		return nil, err
	}
	if o.KeysTo != "" {
		if err := writeKeys(filepath.Join(o.Data, "keys"), o.KeysTo, o.Now); err != nil {
			return nil, err
		}
	}
	return &t.m, nil
}

// all copies everything, and the manifest behind it.
func (t *taker) all(ctx context.Context, to sink) error {
	t.to = to
	for _, step := range []func(context.Context) error{t.published, t.acts, t.rest, t.project} {
		if err := step(ctx); err != nil {
			return disk.Problem("back up", t.o.Data, err)
		}
	}
	slices.SortFunc(t.m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	t.m.Keyless = keyless(filepath.Join(t.o.Data, "keys"), t.m.Files)
	text, err := t.m.text(t.land.Keys.Project())
	if err == nil {
		err = to.end(text)
	}
	if err != nil {
		return disk.Problem("back up", t.o.To, err)
	}
	return nil
}

func (o *Options) check() error {
	if inside(o.To, o.Data) || inside(o.Data, o.To) {
		return errs.New(errs.Config, "back up", o.To, "a backup lies apart from the data folder", "name a folder outside of "+o.Data)
	}
	if packed(o.To) {
		if _, err := os.Lstat(o.To); err == nil {
			return errs.New(errs.Config, "back up", o.To, "there is a file of that name", "choose another")
		}
	} else if err := vacant(o.To); err != nil {
		return err
	}
	if o.KeysTo == "" {
		return nil
	}
	if inside(o.KeysTo, o.To) || inside(o.KeysTo, o.Data) {
		return errs.New(errs.Config, "back up", o.KeysTo, "keys lie apart from what they open", "name a file outside of the backup and of the data folder, best on another medium")
	}
	if _, err := os.Lstat(o.KeysTo); err == nil {
		return errs.New(errs.Config, "back up", o.KeysTo, "there is a file of that name", "choose another: an older key backup may open what this one does not")
	}
	return nil
}

// inside tells whether path is dir or lies below it.
func inside(path, dir string) bool {
	a, err1 := filepath.Abs(path)
	b, err2 := filepath.Abs(dir)
	if err1 != nil || err2 != nil {
		return false
	}
	return a == b || strings.HasPrefix(a, b+string(filepath.Separator))
}

// vacant fails unless dir is absent or empty.
func vacant(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return errs.Wrap(errs.Input, "open folder", dir, err, "name a folder that is not there yet, or an empty one")
	}
	return errs.New(errs.Config, "open folder", dir, "it is not empty", "name a folder that is not there yet, or an empty one")
}

func (t *taker) release() {
	for _, f := range t.held {
		f()
	}
	t.held = nil
}

// shut takes the lock of a folder that is appended to, where there is one.
func (t *taker) shut(ctx context.Context, path string) (open func(), err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	l := flock.New(path)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if ok, err := l.TryRLockContext(ctx, 20*time.Millisecond); err != nil || !ok {
		return nil, errs.Wrap(errs.Retry, "back up", path, err, "somebody has been writing there for a minute: try again")
	}
	return func() { _ = l.Unlock() }, nil
}

// published keeps the snapshots, takes down the pointer and copies the ledger:
// whatever the ledger says was published is then older than the pointer, or is
// a publication that was cut.
func (t *taker) published(ctx context.Context) error {
	dirs := store.Dirs{Data: t.o.Data, Key: t.land.Keys.Project()}
	kept, err := t.logged(ctx, dirs)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if k.Held || k.Manifest.Seq > seqOf(kept, t.m.Snapshot) {
			continue
		}
		if k.ID != t.m.Snapshot {
			sn, err := store.OpenAt(dirs, k.ID)
			if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
				continue // collected meanwhile
			}
			if err != nil {
				return err
			}
			t.held = append(t.held, func() { _ = sn.Close() })
		}
		if err := t.copyTree(filepath.Join(t.o.Data, "snapshots", k.ID), "data/snapshots/"+k.ID, always); err != nil {
			return err
		}
	}
	return nil
}

// logged does what must not be torn by a publication: pointer and ledger.
func (t *taker) logged(ctx context.Context, dirs store.Dirs) ([]store.Info, error) {
	open, err := t.shut(ctx, filepath.Join(t.o.Data, "ledger", "lock"))
	if err != nil {
		return nil, err
	}
	defer open()
	kept, err := store.List(dirs)
	if err != nil {
		return nil, err
	}
	if store.Published(dirs) {
		cur, err := store.Open(dirs)
		if err != nil {
			return nil, err
		}
		t.held = append(t.held, func() { _ = cur.Close() })
		line, err := os.ReadFile(filepath.Join(t.o.Data, "CURRENT"))
		if err != nil {
			return nil, err
		}
		t.m.Snapshot, t.m.Pointer = cur.Info().ID, string(line)
		if !strings.HasPrefix(t.m.Pointer, t.m.Snapshot+" ") || seqOf(kept, t.m.Snapshot) == 0 {
			return nil, errs.New(errs.Retry, "back up", t.o.Data, "a snapshot was published at this moment", "run the same command again")
		}
	}
	if t.m.Ledger, err = ledger.Open(t.o.Data, t.land.Keys.Project()).Size(); err != nil {
		return nil, err
	}
	return kept, t.copyTree(filepath.Join(t.o.Data, "ledger"), "data/ledger", func(rel string) bool { return strings.HasPrefix(rel, "tile/") })
}

func seqOf(kept []store.Info, id string) int {
	for _, k := range kept {
		if k.ID == id {
			return k.Manifest.Seq
		}
	}
	return 0
}

// acts copies the journal.
func (t *taker) acts(ctx context.Context) error {
	open, err := t.shut(ctx, filepath.Join(t.o.Data, "journal", "lock"))
	if err != nil {
		return err
	}
	defer open()
	if t.m.Journal, err = journal.Open(t.o.Data, t.land.Keys.Project()).Position(); err != nil {
		return err
	}
	return t.copyTree(filepath.Join(t.o.Data, "journal"), "data/journal", func(rel string) bool { return strings.HasPrefix(rel, "lists/") })
}

// apart are the folders and files of a data folder that are copied in another
// way, or not at all.
var apart = []string{"keys", "tmp", "staging", "snapshots", "ledger", "journal", "CURRENT", "HELD"}

// rest copies what has landed, quarantines, reports, and whatever else stands
// in the data folder.
func (t *taker) rest(context.Context) error {
	list, err := os.ReadDir(t.o.Data)
	if err != nil {
		return err
	}
	for _, e := range list {
		if slices.Contains(apart, e.Name()) {
			continue
		}
		if err := t.copyTree(filepath.Join(t.o.Data, e.Name()), "data/"+e.Name(), func(string) bool { return e.Name() == "landing" }); err != nil {
			return err
		}
	}
	return nil
}

// project copies the configuration.
func (t *taker) project(context.Context) error {
	return filepath.WalkDir(t.o.Project, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if inside(path, t.o.Data) || inside(path, t.o.To) || path != t.o.Project && strings.HasPrefix(e.Name(), ".") {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, manifestName)); err == nil {
				return fs.SkipDir // another backup
			}
			return nil
		}
		if ext := filepath.Ext(path); !e.Type().IsRegular() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		rel, err := filepath.Rel(t.o.Project, path)
		if err != nil {
			return err
		}
		return t.copyFile(path, "project/"+filepath.ToSlash(rel), false)
	})
}

func always(string) bool { return true }

// copyTree copies a file or a folder; link says which files never change under
// their names. What vanishes meanwhile was removed by a run and is left out.
func (t *taker) copyTree(from, to string, link func(rel string) bool) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if e.IsDir() || !e.Type().IsRegular() || passing(e.Name()) {
			return nil
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		name := to
		if rel != "." {
			name += "/" + filepath.ToSlash(rel)
		}
		if err := t.copyFile(path, name, link(filepath.ToSlash(rel))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// passing are files that belong to a process, not to the data.
func passing(name string) bool {
	return name == "lock" || name == "lease" || strings.HasSuffix(name, ".lock") || strings.HasPrefix(name, ".tmp-")
}

func (t *taker) copyFile(from, name string, fixed bool) error {
	f, linked, err := t.to.add(from, name, fixed)
	if err != nil {
		return err
	}
	if linked {
		t.m.Linked++
	}
	t.m.Bytes += f.Size
	t.m.Files = append(t.m.Files, f)
	return nil
}
