package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/lookup"
)

// Staging is a snapshot being built by one run. Its methods may be called from
// several goroutines; work on one staging is done one call at a time. After
// Publish or Abort it is not usable.
type Staging struct {
	dirs     Dirs
	run      string
	dir, tmp string
	seq      int
	prev     *Snapshot
	spec     Spec
	set      Settings

	mu     sync.Mutex
	db     *sql.DB
	conn   *sql.Conn
	mounts *mounts // non-nil: attached read-only for checks
	leaves leaves
	spools map[string]*spool
	facts  map[string]*spool // by kind and stream
	months map[string]*month // by file name
	counts []FactCount
	find   *lookup.Builder // this run's search terms; nil until there are any
	seals  *sealing        // of files that are finished; nil until there are any
	cloned errgroup.Group  // brings what was copied to the disk
	down   errgroup.Group  // takes the engine down
	base   int64           // size of client.duckdb when last built anew
	blind  bool            // what the derived tables stand on changed without a note of where
	unsure bool            // rows were written or clients removed without a note of which
	n      int             // spool files made
	turn   int64           // notes made of references
	done   bool

	naming sync.Mutex      // state files are named while the engine works
	fresh  map[string]bool // state and lineage files written by this run
}

// spool holds rows of one table on their way into DuckDB.
type spool struct {
	*ParquetFile
	table string
	keys  []string
	kind  string // facts only
	strm  string
}

const spoolRows = 2 << 20 // rows held back per table before they go into DuckDB

var runForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// Begin makes staging/<run> and tmp/<run>. With prev it starts from that
// snapshot's content: client.duckdb is copied, facts and lineage are
// hard-linked, state files stay readable through OldState; prev must stay open
// until Publish or Abort. The caller holds the run lock.
func Begin(ctx context.Context, d Dirs, run string, prev *Snapshot, spec Spec, set Settings) (*Staging, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	if !runForm.MatchString(run) {
		return nil, errs.New(errs.Bug, "begin", "run", "the run id is not a plain file name", "")
	}
	if !d.Key.Valid() {
		return nil, errs.New(errs.Config, "begin", "key", "no key to sign the pointer with", "create the project's keys with `clientbase init`")
	}
	if _, err := os.Stat(d.staging(run)); err == nil {
		return nil, errs.New(errs.Locked, "begin", "run "+run, "the run id is in use", "wait for the other run to end")
	}
	all, err := List(d)
	if err != nil {
		return nil, err
	}
	s := &Staging{dirs: d, run: run, dir: d.staging(run), tmp: d.tmp(run), prev: prev, spec: spec, set: set, seq: 1,
		spools: map[string]*spool{}, facts: map[string]*spool{}, months: map[string]*month{}, fresh: map[string]bool{}}
	if len(all) > 0 {
		s.seq = all[len(all)-1].Manifest.Seq + 1
	}
	if err := s.begin(ctx); err != nil {
		s.Abort()
		return nil, wrap("begin", "run "+run, err)
	}
	return s, nil
}

func (s *Staging) begin(ctx context.Context) error {
	for _, p := range []string{filepath.Join(s.dir, "lineage"), filepath.Join(s.dir, findDir), filepath.Join(s.dir, "state"), s.tmp, s.dirs.snapshots()} {
		if err := disk.MkdirAll(p); err != nil {
			return err
		}
	}
	if s.prev != nil {
		if err := s.inherit(); err != nil {
			return err
		}
	}
	db, err := openEngine(ctx, s.set, s.tmp)
	if err != nil {
		return err
	}
	s.db = db
	if s.conn, err = db.Conn(ctx); err != nil {
		return err
	}
	s.leaves.conn = s.conn
	// On its own the engine makes a checkpoint after every larger statement, and
	// in each it packs rows of tables with holes anew. One checkpoint when all is
	// written is enough, and rebuild packs when it is worth it.
	for _, q := range []string{"SET checkpoint_threshold = '1TB'", "SET max_vacuum_tasks = 0"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := s.attach(ctx); err != nil {
		return err
	}
	for _, q := range []string{"USE client", "BEGIN"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := define(ctx, s.conn, s.spec); err != nil {
		return err
	}
	for _, q := range []string{"COMMIT", "USE memory"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if s.prev == nil {
		return nil
	}
	return errors.Join(s.watch(ctx), s.noteFresh(ctx))
}

// attach opens client.duckdb for writing, without a WAL: an interrupted
// staging is thrown away, never recovered.
func (s *Staging) attach(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, "ATTACH "+quote(filepath.Join(s.dir, clientName))+" AS client (RECOVERY_MODE 'no_wal_writes')")
	return err
}

// inherit takes over what the previous snapshot holds.
func (s *Staging) inherit() error {
	m := s.prev.Info().Manifest
	s.base = m.ClientBase
	client := filepath.Join(s.dir, clientName)
	if err := disk.Clone(filepath.Join(s.prev.dir, clientName), client); err != nil {
		return err
	}
	// most of it stays as it is: the checkpoint then waits for what the run wrote
	s.cloned.Go(func() error {
		if err := disk.SyncFile(client); err != nil {
			return err
		}
		return s.cloneDerived()
	})
	for _, f := range m.Facts {
		if err := disk.LinkOrClone(filepath.Join(s.prev.dir, f.File), filepath.Join(s.dir, f.File)); err != nil {
			return err
		}
		s.months[f.File] = &month{FactFile: f}
	}
	for _, f := range m.Files {
		if !strings.HasPrefix(f.Name, "lineage/") && !strings.HasPrefix(f.Name, findDir+"/") {
			continue
		}
		if err := disk.LinkOrClone(filepath.Join(s.prev.dir, f.Name), filepath.Join(s.dir, f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// Insert appends the rows of rec to a table, columns by name; a column that
// rec lacks becomes NULL, one that the table lacks is an error. Rows are
// buffered; the caller keeps rec. UUID columns are FixedSizeBinary(16) or
// text, DATE is Date32, TIMESTAMP is Timestamp(us), amounts Decimal128(18,2).
func (s *Staging) Insert(ctx context.Context, table string, rec arrow.RecordBatch) error {
	return s.Upsert(ctx, table, nil, rec)
}

// Upsert is Insert that first removes rows with the same key columns; within
// what is upserted the last row of a key wins.
func (s *Staging) Upsert(ctx context.Context, table string, keys []string, rec arrow.RecordBatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if rec.NumRows() == 0 {
		return nil
	}
	if table == "clients" {
		if err := s.addCards(rec); err != nil {
			return err
		}
	}
	sp := s.spools[table]
	if sp != nil && (!sp.in.Equal(rec.Schema()) || strings.Join(sp.keys, "\x00") != strings.Join(keys, "\x00")) {
		if err := s.flush(ctx, table); err != nil {
			return err
		}
		sp = nil
	}
	if sp == nil {
		pf, err := createSpool(s.spoolPath(), rec.Schema())
		if err != nil {
			return wrap("insert", table, err)
		}
		sp = &spool{ParquetFile: pf, table: table, keys: keys}
		s.spools[table] = sp
	}
	if err := sp.Write(rec); err != nil {
		return wrap("insert", table, err)
	}
	if sp.rows >= spoolRows {
		return s.flush(ctx, table)
	}
	return nil
}

func (s *Staging) spoolPath() string {
	s.n++
	return filepath.Join(s.tmp, fmt.Sprintf("spool-%06d.parquet", s.n))
}

// writable refuses calls after the end and returns from the read-only state of Checks.
func (s *Staging) writable(ctx context.Context) error {
	if s.done {
		return errs.New(errs.Bug, "build snapshot", "run "+s.run, "the staging is closed", "")
	}
	if s.mounts == nil {
		return nil
	}
	if err := s.mounts.close(ctx); err != nil {
		return wrap("build snapshot", "run "+s.run, err)
	}
	s.mounts = nil
	if err := s.unseal(); err != nil {
		return wrap("build snapshot", "run "+s.run, err)
	}
	return wrap("build snapshot", "run "+s.run, s.attach(ctx))
}

// StateFile gives the path at which this run writes a state file. A state
// file of the previous snapshot that is not written again is carried over.
func (s *Staging) StateFile(name string) string {
	s.naming.Lock()
	defer s.naming.Unlock()
	s.fresh["state/"+name] = true
	return filepath.Join(s.dir, "state", name)
}

// OldState gives the path of the previous snapshot's state file, "" when there
// is none. It must not be written to.
func (s *Staging) OldState(name string) string {
	if s.prev == nil {
		return ""
	}
	return s.prev.StateFile(name)
}

// Seq is the number that the snapshot will have.
func (s *Staging) Seq() int { return s.seq }

// Dir is the staging folder; TempDir is tmp/<run>, wiped at the end.
func (s *Staging) Dir() string { return s.dir }

// TempDir is the run's temporary folder, wiped by Publish and Abort.
func (s *Staging) TempDir() string { return s.tmp }

// Abort throws the staging away. CURRENT is untouched. Safe to call twice and
// after Publish.
func (s *Staging) Abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	_ = s.unseal() // what failed was said, or nobody asks
	s.goDown()
	_ = s.down.Wait() // it wrote all it had to
	_ = s.cloned.Wait()
	for _, sp := range s.spools {
		_ = sp.Close()
	}
	for _, sp := range s.facts {
		_ = sp.Close()
	}
	s.spools, s.facts = nil, nil
	_ = disk.RemoveAll(s.dir)
	_ = disk.RemoveAll(s.tmp)
	_ = disk.SyncDir(filepath.Dir(s.tmp)) // some of its files would come back in a power cut, and stay until another run
}

// goDown begins to take the engine down, which takes a while; nothing is asked of
// it any more.
func (s *Staging) goDown() {
	conn, db := s.conn, s.db
	s.conn, s.db = nil, nil
	s.down.Go(func() (err error) {
		if conn != nil {
			err = conn.Close()
		}
		if db != nil {
			err = errors.Join(err, db.Close())
		}
		return err
	})
}
