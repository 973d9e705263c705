package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"clientbase/internal/errs"
	"clientbase/internal/lookup"
)

// Snapshot is one published state, open for reading. It holds a lease, so the
// files stay until Close, whatever is published meanwhile. Safe for
// concurrent use.
type Snapshot struct {
	dirs  Dirs
	dir   string
	info  Info
	lease *flock.Flock

	mu     sync.Mutex
	reader *Reader
	over   Overlay
	laid   *laid // over, as searches need it; nil until one does
	index  *lookup.Index
}

// Open opens the current snapshot. It checks the pointer's signature, the
// manifest against the id, and the presence and size of every file; Verify
// reads the bytes too.
func Open(d Dirs) (*Snapshot, error) {
	for try := 0; ; try++ {
		id, _, err := readCurrent(d)
		if err != nil {
			return nil, err
		}
		sn, err := OpenAt(d, id)
		if err == nil || try == 5 {
			return sn, err
		}
		// the snapshot may have been collected between the two steps
		if now, _, _ := readCurrent(d); now == id {
			if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
				return nil, errs.New(errs.Integrity, "open snapshot", id, "CURRENT names it and it is not there", "restore the snapshot's folder from a backup")
			}
			return nil, err
		}
	}
}

// OpenAt opens a kept snapshot by its id.
func OpenAt(d Dirs, id string) (*Snapshot, error) {
	if !idForm.MatchString(id) {
		return nil, errs.New(errs.Input, "open snapshot", id, "not a snapshot id", "the ids are the names of folders in data/snapshots")
	}
	dir := d.snapshot(id)
	if _, err := os.Stat(dir); err != nil {
		return nil, errs.New(errs.Input, "open snapshot", id, "no such snapshot", "the ids are the names of folders in data/snapshots")
	}
	lease := flock.New(filepath.Join(dir, leaseName), flock.SetFlag(os.O_RDONLY))
	ok, err := lease.TryRLock()
	if err != nil {
		return nil, errs.Wrap(errs.Integrity, "open snapshot", id, err, "the lease file is missing; use another snapshot")
	}
	if !ok {
		_ = lease.Close()
		return nil, errs.New(errs.Retry, "open snapshot", id, "it is being removed", "use another snapshot")
	}
	m, err := readManifest(d, id)
	if err != nil {
		_ = lease.Close()
		return nil, err
	}
	for _, f := range m.Files {
		n, err := fileSize(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if err != nil || n != f.Size {
			_ = lease.Close()
			return nil, errs.New(errs.Integrity, "open snapshot", id+"/"+f.Name, "the file is missing or has another size than in the manifest", "restore it or use another snapshot")
		}
	}
	cur, _, _ := readCurrent(d)
	return &Snapshot{dirs: d, dir: dir, lease: lease, info: Info{ID: id, Current: cur == id, Manifest: m}}, nil
}

// Info gives the id and manifest.
func (sn *Snapshot) Info() Info { return sn.info }

// StateFile gives the path of a state file, "" when the snapshot has none of
// this name. It must not be written to.
func (sn *Snapshot) StateFile(name string) string {
	for _, f := range sn.info.Manifest.Files {
		if f.Name == "state/"+name {
			return filepath.Join(sn.dir, "state", name)
		}
	}
	return ""
}

// Verify reads every file and compares it with the manifest; it names each
// file that differs and each file the manifest does not know.
func (sn *Snapshot) Verify() error {
	var bad errs.List
	known := map[string]bool{leaseName: true, manifestName: true}
	for _, f := range sn.info.Manifest.Files {
		if known[f.Name] {
			bad.Add(errs.New(errs.Integrity, "verify", sn.info.ID+"/"+f.Name, "the manifest lists it twice", "restore the snapshot"))
		}
		known[f.Name] = true
		n, sum, err := sumFile(filepath.Join(sn.dir, filepath.FromSlash(f.Name)))
		if err != nil {
			bad.Add(errs.Wrap(errs.Integrity, "verify", sn.info.ID+"/"+f.Name, err, "restore the file"))
		} else if n != f.Size || sum != f.SHA256 {
			bad.Add(errs.New(errs.Integrity, "verify", sn.info.ID+"/"+f.Name, "its bytes differ from the manifest", "restore the file"))
		}
	}
	files, _, err := tree(sn.dir)
	if err != nil {
		return wrap("verify", sn.info.ID, err)
	}
	for _, f := range files {
		if !known[f] {
			bad.Add(errs.New(errs.Integrity, "verify", sn.info.ID+"/"+f, "the manifest does not know this file", "remove it"))
		}
	}
	return bad.Err()
}

// Close ends all reading and releases the lease; the engine goes down beside what
// comes next. Safe to call twice.
func (sn *Snapshot) Close() error {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	var err error
	if r := sn.reader; r != nil {
		go func() { _ = r.close() }() // it wrote nothing, and to take it down takes as long as a point read
		sn.reader = nil
	}
	if sn.index != nil {
		err = errors.Join(err, sn.index.Close())
		sn.index = nil
	}
	if sn.lease != nil {
		err = errors.Join(err, sn.lease.Close())
		sn.lease = nil
	}
	return wrap("close snapshot", sn.info.ID, err)
}

// Reader answers the program's own queries: parameterised SQL over the
// documented tables and views and the internal ones (refs, as
// client.main.<table>), read-only, outside the analyst's sandbox. Safe for
// concurrent use.
type Reader struct {
	db   *sql.DB
	conn *sql.Conn
	m    *mounts
	mu   sync.Mutex // guards mounting

	leaves leaves
}

// Reader gives the snapshot's reader, opened on first use and owned by the
// snapshot. Never pass it SQL that a person typed: that is what Query is for.
func (sn *Snapshot) Reader(ctx context.Context) (*Reader, error) {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	if sn.lease == nil {
		return nil, errs.New(errs.Bug, "read snapshot", sn.info.ID, "the snapshot is closed", "")
	}
	if sn.reader != nil {
		return sn.reader, nil
	}
	db, err := sn.dirs.readerEngine(ctx)
	if err != nil {
		return nil, wrap("read snapshot", sn.info.ID, err)
	}
	r := &Reader{db: db}
	if r.conn, err = db.Conn(ctx); err == nil {
		r.leaves.conn = r.conn
		r.m, err = mount(ctx, r.conn, sn.dir, sn.info.Manifest.spec(), sn.info.Manifest.Facts, map[string]bool{}, sn.info.Manifest.names())
	}
	if err == nil {
		err = r.m.overlay(ctx, sn.over)
	}
	if err != nil {
		_ = r.close()
		return nil, wrap("read snapshot", sn.info.ID, err)
	}
	sn.reader = r
	return r, nil
}

// need mounts fact views on first use: month files are many.
func (r *Reader) need(ctx context.Context, want func(view string) bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return wrap("read snapshot", "", r.m.need(ctx, want))
}

// Query runs one parameterised statement.
func (r *Reader) Query(ctx context.Context, q string, args ...any) (*Rows, error) {
	if err := r.need(ctx, func(view string) bool { return mentions(q, view) }); err != nil {
		return nil, err
	}
	if strings.Contains(q, "attached.") {
		r.mu.Lock()
		err := r.m.settle(ctx)
		r.mu.Unlock()
		if err != nil {
			return nil, wrap("read snapshot", "", err)
		}
	}
	rows, err := r.db.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, wrap("read snapshot", "", err)
	}
	return newRows(rows, 0, nil)
}

// mentions reports whether a query names a view; the lean form of a view and the
// table of client.duckdb do not count as the view.
func mentions(q, view string) bool {
	if strings.HasPrefix(view, lean("")) {
		return strings.Contains(q, view)
	}
	return strings.Contains(strings.NewReplacer(lean(view), "", "client.main."+view, "").Replace(q), view)
}

func (r *Reader) close() error {
	var err error
	if r.conn != nil {
		err = r.conn.Close()
	}
	return errors.Join(err, r.db.Close())
}
