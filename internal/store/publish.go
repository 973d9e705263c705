package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Publish closes and checks the snapshot and makes it current; see the
// package comment for the steps. On any error the staging is removed, CURRENT
// is untouched and the error says what to do. m is completed by the store.
func (s *Staging) Publish(ctx context.Context, m Manifest) (Info, error) {
	info, err := s.publish(ctx, m, currentName)
	s.Abort() // removes tmp, and staging where it is still there
	return info, wrap("publish", "run "+s.run, err)
}

// publish ends with the pointer of the given name.
func (s *Staging) publish(ctx context.Context, m Manifest, pointer string) (Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return Info{}, errs.New(errs.Bug, "publish", "run "+s.run, "the staging is closed", "")
	}
	// build and close
	if err := s.set.step("close"); err != nil {
		return Info{}, err
	}
	if err := s.settle(ctx); err != nil {
		return Info{}, err
	}
	if err := s.keepState(); err != nil {
		return Info{}, err
	}
	s.sealer().g.Go(s.writeFind) // in a folder of its own
	if err := s.sealReady(); err != nil {
		return Info{}, err
	}
	// verify, on the files as they are read from now on
	if err := s.set.step("verify"); err != nil {
		return Info{}, err
	}
	if err := s.verify(ctx, &m); err != nil {
		return Info{}, err
	}
	if err := s.set.step("derive"); err != nil {
		return Info{}, err
	}
	if err := s.writeDerived(ctx); err != nil {
		return Info{}, err
	}
	// sync
	if err := s.set.step("sync"); err != nil {
		return Info{}, err
	}
	if err := disk.WriteBytes(filepath.Join(s.dir, leaseName), nil); err != nil {
		return Info{}, err
	}
	if err := s.seals.g.Wait(); err != nil { // the search index is there
		return Info{}, err
	}
	s.goDown()
	if err := s.seal(&m); err != nil {
		return Info{}, err
	}
	return s.set.install(s.dirs, s.dir, m, pointer)
}

// install writes the manifest of a complete and synced folder, gives the
// folder its name and the pointer the id: the last steps of a publication.
func (s Settings) install(d Dirs, dir string, m Manifest, pointer string) (Info, error) {
	// manifest
	if err := s.step("manifest"); err != nil {
		return Info{}, err
	}
	b, id, err := m.encode()
	if err != nil {
		return Info{}, err
	}
	if err := disk.WriteBytes(filepath.Join(dir, manifestName), b); err != nil {
		return Info{}, err
	}
	if err := disk.SyncDir(dir); err != nil {
		return Info{}, err
	}
	// rename
	if err := s.step("rename"); err != nil {
		return Info{}, err
	}
	if err := disk.Rename(dir, d.snapshot(id)); err != nil {
		return Info{}, err
	}
	if err := errors.Join(disk.SyncDir(d.snapshots()), disk.SyncDir(d.Data)); err != nil {
		return Info{}, errors.Join(err, disk.RemoveAll(d.snapshot(id)))
	}
	// record
	if err := s.step("leaf"); err != nil {
		return Info{}, errors.Join(err, disk.RemoveAll(d.snapshot(id)))
	}
	leaf, err := d.notarize(context.Background(), map[string]string{currentName: WasPublished, heldName: WasHeld}[pointer], id)
	if err != nil {
		return Info{}, errors.Join(err, disk.RemoveAll(d.snapshot(id)))
	}
	// pointer
	if err := s.step("pointer"); err != nil {
		return Info{}, errors.Join(err, disk.RemoveAll(d.snapshot(id)))
	}
	if err := writePointer(d, pointer, id, leaf); err != nil {
		now := ""
		if line, rerr := os.ReadFile(filepath.Join(d.Data, pointer)); rerr == nil {
			now, _, _ = readPointer(d, pointer, line)
		}
		if now != id {
			return Info{}, errors.Join(err, disk.RemoveAll(d.snapshot(id)))
		}
		return Info{}, err
	}
	return Info{ID: id, Current: pointer == currentName, Held: pointer == heldName, Manifest: m}, s.step("done")
}

// keepState links the previous snapshot's state files that were not written anew.
func (s *Staging) keepState() error {
	if s.prev == nil {
		return nil
	}
	for _, f := range s.prev.Info().Manifest.Files {
		if !strings.HasPrefix(f.Name, "state/") || s.fresh[f.Name] {
			continue
		}
		if err := disk.LinkOrClone(filepath.Join(s.prev.dir, f.Name), filepath.Join(s.dir, f.Name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

// verify counts tables and computes row roots from the closed files.
func (s *Staging) verify(ctx context.Context, m *Manifest) error {
	checks, err := s.freshChecks(ctx)
	if err != nil {
		return err
	}
	if m.Tables, err = s.checkAll(ctx, checks); err != nil {
		return err
	}
	for _, name := range sortedKeys(s.months) {
		if err := s.verifyMonth(ctx, s.months[name]); err != nil {
			return err
		}
	}
	m.Facts = s.factFiles()
	if s.set.RowRoot {
		m.RowRoot, err = s.leaves.rowRoot(ctx, s.spec, m.Facts)
	}
	return err
}

// verifyMonth recounts a month file that this run wrote.
func (s *Staging) verifyMonth(ctx context.Context, f *month) error {
	if !f.own && (f.Root != "" || !s.set.RowRoot) {
		return nil // verified by the run that wrote it
	}
	if _, err := s.conn.ExecContext(ctx, "ATTACH IF NOT EXISTS "+quote(filepath.Join(s.dir, f.File))+" AS m (READ_ONLY)"); err != nil {
		return err
	}
	defer func() { _, _ = s.conn.ExecContext(ctx, "DETACH m") }()
	var rows, ids int64
	if err := one(ctx, s.conn, "SELECT count(*), count(DISTINCT fact_id) FROM m.main.fact", &rows, &ids); err != nil {
		return err
	}
	if rows != f.Rows || ids != rows {
		return errs.New(errs.Integrity, "check", f.File, fmt.Sprintf("%d rows with %d ids in the file, %d were written", rows, ids, f.Rows), "report it")
	}
	if !s.set.RowRoot {
		return nil
	}
	k, _ := s.spec.kind(f.Kind)
	var err error
	f.Root, err = s.leaves.tableRoot(ctx, "m.main.fact", k)
	return err
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
