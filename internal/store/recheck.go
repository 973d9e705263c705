package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
)

// Flaw is something in the files of a snapshot that is not as it must be.
type Flaw struct {
	Thing string // a table, a file
	What  string
}

// Recheck counts in the files of a published snapshot again: rows per table and
// month, keys, references, row root, and whether every published value has the
// lineage of exactly one winner. It gives the flaws and how much was checked.
func (sn *Snapshot) Recheck(ctx context.Context) (flaws []Flaw, done int, err error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, 0, err
	}
	c := &rechecker{ctx: ctx, sn: sn, r: r}
	if err := r.need(ctx, func(string) bool { return true }); err != nil {
		return c.flaws, c.done, c.unreadable(sn.info.ID, err)
	}
	for _, step := range []func() error{c.tables, c.keys, c.months, c.lineage, c.root} {
		if err := step(); err != nil {
			return c.flaws, c.done, wrap("check", sn.info.ID, err)
		}
	}
	return c.flaws, c.done, nil
}

type rechecker struct {
	ctx   context.Context
	sn    *Snapshot
	r     *Reader
	flaws []Flaw
	done  int
}

// unreadable makes a flaw of what the engine says of a file in which a table or
// column is not as it was published; other failures stay errors.
func (c *rechecker) unreadable(thing string, err error) error {
	err = wrap("check", thing, err)
	if e, ok := errs.Of(err); ok && (e.Kind == errs.Bug || e.Kind == errs.Integrity) {
		c.flaws = append(c.flaws, Flaw{thing, "cannot be read: " + e.Msg})
		return nil
	}
	return err
}

func (c *rechecker) expect(thing, what, q string, want int64) error {
	c.done++
	var got int64
	if err := one(c.ctx, c.r.conn, q, &got); err != nil {
		return c.unreadable(thing, err)
	}
	if got != want {
		c.flaws = append(c.flaws, Flaw{thing, fmt.Sprintf("%s: counted %d, expected %d", what, got, want)})
	}
	return nil
}

func (c *rechecker) tables() error {
	for _, t := range sortedKeys(c.sn.info.Manifest.Tables) {
		if err := c.expect(t, "rows as the manifest says", "SELECT count(*) FROM client.main."+ident(t), c.sn.info.Manifest.Tables[t]); err != nil {
			return err
		}
	}
	return nil
}

func (c *rechecker) keys() error {
	for _, check := range builtin(c.sn.info.Manifest.spec()) {
		if err := c.expect("client.duckdb", check.Name, check.SQL, check.Want); err != nil {
			return err
		}
	}
	return nil
}

func (c *rechecker) months() error {
	spec := c.sn.info.Manifest.spec()
	for _, f := range c.sn.info.Manifest.Facts {
		table := c.r.m.facts[f.File] + ".main.fact"
		if err := c.expect(f.File, "rows as the manifest says", "SELECT count(*) FROM "+table, f.Rows); err != nil {
			return err
		}
		if err := c.expect(f.File, "fact_id is unique", "SELECT count(*) - count(DISTINCT fact_id) FROM "+table, 0); err != nil {
			return err
		}
		k, ok := spec.kind(f.Kind)
		if !ok || f.Root == "" {
			continue
		}
		c.done++
		root, err := c.r.leaves.tableRoot(c.ctx, table, k)
		if err != nil {
			if err := c.unreadable(f.File, err); err != nil {
				return err
			}
			continue
		}
		if root != f.Root {
			c.flaws = append(c.flaws, Flaw{f.File, "its rows have another root than the manifest says"})
		}
	}
	return nil
}

// lineage: a value without exactly one winner does not explain itself.
func (c *rechecker) lineage() error {
	files, err := filepath.Glob(filepath.Join(c.sn.dir, "lineage", LineageValues+"-*.parquet"))
	if err != nil || len(files) == 0 {
		return err
	}
	for i := range files {
		files[i] = quote(files[i])
	}
	if _, err := c.r.conn.ExecContext(c.ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE explained AS SELECT v.client_no, v.attr, count(*) AS n
		FROM read_parquet([%s], filename = true) v LEFT JOIN (SELECT client_no, max(generation) AS generation FROM client.main.lineage_generations GROUP BY 1) g USING (client_no)
		WHERE v.winner AND CAST(regexp_extract(v.filename, '-([0-9]+)\.parquet$', 1) AS INTEGER) = coalesce(g.generation, %d) GROUP BY 1, 2`,
		strings.Join(files, ", "), c.sn.info.Manifest.LineageBase)); err != nil {
		return c.unreadable("lineage", err)
	}
	defer func() { _, _ = c.r.conn.ExecContext(c.ctx, "DROP TABLE IF EXISTS explained") }()
	for _, a := range c.sn.info.Manifest.Attrs {
		q := `SELECT count(*) FROM client.main.clients c LEFT JOIN (SELECT client_no, n FROM explained WHERE attr = ` + quote(a.ID) + `) w USING (client_no)
			WHERE c.` + ident(a.ID) + ` IS NOT NULL AND coalesce(n, 0) <> 1`
		if a.Multi {
			q = `SELECT count(*) FROM (SELECT client_no, count(*) AS n FROM client.main.contact_points WHERE attr = ` + quote(a.ID) + ` GROUP BY 1) c
				LEFT JOIN (SELECT client_no, n FROM explained WHERE attr = ` + quote(a.ID) + `) w USING (client_no) WHERE c.n <> coalesce(w.n, 0)`
		}
		if err := c.expect("lineage of "+a.ID, "clients with a value that is not explained by exactly one winner", q, 0); err != nil {
			return err
		}
	}
	return nil
}

func (c *rechecker) root() error {
	want := c.sn.info.Manifest.RowRoot
	if want == "" || len(c.flaws) > 0 {
		return nil
	}
	c.done++
	root, err := c.sn.CountRoot(c.ctx)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		c.flaws = append(c.flaws, Flaw{c.sn.info.ID, e.Msg})
		return nil
	}
	if err == nil && root != want {
		c.flaws = append(c.flaws, Flaw{c.sn.info.ID, "its rows have another root than the manifest says"})
	}
	return err
}
