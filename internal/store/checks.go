package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Check is a count that must come out as said. SQL gives one number; tables
// and views have their documented names, `client.main.<t>` works too.
type Check struct {
	Name string // what it asserts, in words without values
	SQL  string
	Want int64
	Hint string // what to try when it fails
}

// Checks closes the files as they would be published, opens them read-only
// and counts in them. All failing checks are reported together. Inserting
// afterwards is possible and opens the files again.
func (s *Staging) Checks(ctx context.Context, checks []Check) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return errs.New(errs.Bug, "check", "run "+s.run, "the staging is closed", "")
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	return s.check(ctx, checks)
}

func (s *Staging) check(ctx context.Context, checks []Check) error {
	named := func(view string) bool {
		return slices.ContainsFunc(checks, func(c Check) bool { return strings.Contains(c.SQL, view) })
	}
	if err := s.mounts.need(ctx, named); err != nil {
		return wrap("check", "run "+s.run, err)
	}
	return runChecks(ctx, s.conn, checks)
}

// runChecks counts and says which counts are not as they must be.
func runChecks(ctx context.Context, conn *sql.Conn, checks []Check) error {
	got := make([]int64, len(checks))
	for i, c := range checks {
		if err := c.count(ctx, conn, &got[i]); err != nil {
			return err
		}
	}
	return judge(checks, got)
}

func (c Check) count(ctx context.Context, conn *sql.Conn, got *int64) error {
	return wrap("check", c.Name, one(ctx, conn, c.SQL, got))
}

// judge says which counts are not as they must be.
func judge(checks []Check, got []int64) error {
	var bad errs.List
	for i, c := range checks {
		if got[i] != c.Want {
			bad.Add(errs.New(errs.Integrity, "check", c.Name, fmt.Sprintf("counted %d, expected %d", got[i], c.Want), c.Hint))
		}
	}
	return bad.Err()
}

// checkAll makes the checks and counts the rows of all tables beside them.
func (s *Staging) checkAll(ctx context.Context, checks []Check) (rows map[string]int64, err error) {
	got := make([]int64, len(checks))
	jobs := []func(*sql.Conn) error{func(c *sql.Conn) (err error) {
		rows, err = s.mounts.counts(ctx, c)
		return err
	}}
	for i, check := range checks {
		jobs = append(jobs, func(c *sql.Conn) error { return check.count(ctx, c, &got[i]) })
	}
	if err := onTwo(ctx, s.db, s.conn, jobs, func(c *sql.Conn, job func(*sql.Conn) error) error { return job(c) }); err != nil {
		return nil, err
	}
	return rows, judge(checks, got)
}

// settle writes everything buffered, closes all files and mounts them read-only.
func (s *Staging) settle(ctx context.Context) error {
	if s.mounts != nil {
		return nil
	}
	if err := s.flushAll(ctx); err != nil {
		return err
	}
	if err := s.generations(ctx); err != nil {
		return wrap("build snapshot", "lineage", err)
	}
	if err := s.cloned.Wait(); err != nil {
		return wrap("build snapshot", "run "+s.run, err)
	}
	for _, q := range []string{"CHECKPOINT client", "DETACH client"} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return wrap("build snapshot", "run "+s.run, err)
		}
	}
	if err := s.rebuild(ctx); err != nil {
		return wrap("build snapshot", "run "+s.run, err)
	}
	wal, err := filepath.Glob(filepath.Join(s.dir, "*.wal"))
	if err != nil || len(wal) > 0 {
		return errs.New(errs.Bug, "build snapshot", "run "+s.run, "a write-ahead log is left after the checkpoint", "report it")
	}
	m, err := mount(ctx, s.conn, s.dir, s.spec, s.factFiles(), map[string]bool{}, nil) // views come with what names them
	if err != nil {
		return wrap("build snapshot", "run "+s.run, err)
	}
	s.mounts = m
	return wrap("build snapshot", "run "+s.run, s.sealTables())
}

// rebuild makes client.duckdb anew when at least 30 % of its bytes may be
// dead: when it has grown by three sevenths since it was last made anew.
func (s *Staging) rebuild(ctx context.Context) error {
	path := filepath.Join(s.dir, clientName)
	size, err := fileSize(path)
	if err != nil {
		return err
	}
	if s.prev == nil || s.base == 0 {
		s.base = size
		return nil
	}
	if size < 1<<20 || size*7 < s.base*10 {
		return nil
	}
	fresh := path + ".fresh"
	for _, q := range []string{
		"ATTACH " + quote(path) + " AS old (READ_ONLY)",
		"ATTACH " + quote(fresh) + " AS fresh (RECOVERY_MODE 'no_wal_writes')",
		"COPY FROM DATABASE old TO fresh", "CHECKPOINT fresh", "DETACH fresh", "DETACH old",
	} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := disk.Rename(fresh, path); err != nil {
		return err
	}
	s.unsure = true // all rows were written
	s.base, err = fileSize(path)
	return err
}

// factFiles lists the month files in the order of their names.
func (s *Staging) factFiles() []FactFile {
	out := make([]FactFile, 0, len(s.months))
	for _, n := range sortedKeys(s.months) {
		out = append(out, s.months[n].FactFile)
	}
	return out
}

// builtin are the store's own checks: keys are unique, rows lead to clients,
// references are unambiguous rows.
func builtin(spec Spec) []Check {
	var cs []Check
	for _, k := range keysOf(spec) {
		cs = append(cs, k.check(""))
	}
	return hinted(append(cs, rowChecks()...))
}

// leadsNowhere narrows rows of a table down to those whose client is not there.
const leadsNowhere = " t ANTI JOIN client.main.clients c ON c.client_no = t.client_no WHERE t.client_no IS NOT NULL"

// rowChecks are the checks of rows against others.
func rowChecks() []Check {
	cs := []Check{
		{Name: "a held reference has a client", SQL: "SELECT count(*) FROM client.main.refs WHERE holders = 1 AND client_no IS NULL"},
		{Name: "a retired id is not a client", SQL: "SELECT count(*) FROM client.main.retired_ids SEMI JOIN client.main.clients c ON c.client_id = retired_id"},
	}
	for _, t := range clientTables[1:] {
		cs = append(cs, Check{Name: "every row of " + t + " leads to a client", SQL: "SELECT count(*) FROM client.main." + t + leadsNowhere})
	}
	return cs
}

func hinted(cs []Check) []Check {
	for i := range cs {
		cs[i].Hint = "report it: the pipeline gave inconsistent rows; the old snapshot stays current"
	}
	return cs
}
