package store

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
)

// ChangedClients counts, among the clients of an earlier snapshot that are
// still there, those of which a published value would be another or gone. A
// value where there was none is no change. It reads the closed files; only
// clients that this run wrote are compared.
func (s *Staging) ChangedClients(ctx context.Context, before *Snapshot) (n int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.beside(ctx, before, func() error {
		touched := "true"
		if s.prev != nil { // a delta: the others stand as they stood
			touched = "client_no IN (SELECT client_no FROM client.main.lineage_generations WHERE generation = " + strconv.Itoa(s.seq) + ")"
		}
		was := before.info.Manifest.spec()
		differ := []string{"false"}
		for _, a := range s.spec.Dict.Attrs {
			old, ok := was.Dict.Attr(a.ID)
			if !ok || old.Multi || a.Multi {
				continue
			}
			then, now := "b."+ident(a.ID), "a."+ident(a.ID)
			if old.Kind != a.Kind {
				then, now = then+"::VARCHAR", now+"::VARCHAR"
			}
			differ = append(differ, "("+then+" IS NOT NULL AND "+now+" IS DISTINCT FROM "+then+")")
		}
		// client_no is the same in both: a run takes the numbers over. By rowid the
		// engine skips what it need not read of the other columns.
		return one(ctx, s.conn, `WITH
			old AS (SELECT * FROM "before".main.clients WHERE rowid IN (SELECT rowid FROM "before".main.clients WHERE `+touched+`)),
			now AS (SELECT * FROM client.main.clients WHERE rowid IN (SELECT rowid FROM client.main.clients WHERE `+touched+`)),
			points AS (SELECT client_no, attr, token FROM client.main.contact_points WHERE `+touched+`)
			SELECT count(*) FROM (
			SELECT b.client_no FROM old b JOIN now a ON a.client_no = b.client_no WHERE `+strings.Join(differ, " OR ")+`
			UNION
			SELECT p.client_no FROM "before".main.contact_points p SEMI JOIN now a ON a.client_no = p.client_no
				ANTI JOIN points q ON q.client_no = p.client_no AND q.attr = p.attr AND q.token = p.token)`, &n)
	})
	return n, wrap("compare clients", "run "+s.run, err)
}

// FactsBetween compares the facts of a stream with those of an earlier
// snapshot: withdrawn are those that only the deliveries gone had brought,
// added those that only the deliveries come bring.
func (s *Staging) FactsBetween(ctx context.Context, before *Snapshot, stream string, gone, come []string) (withdrawn, added int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.beside(ctx, before, func() error {
		old := before.info.Manifest
		was, now := map[string]string{}, map[string]string{} // file → its path
		for _, f := range old.Facts {
			if f.Stream == stream {
				was[f.File] = filepath.Join(before.dir, f.File)
			}
		}
		for name, m := range s.months {
			if m.Stream == stream {
				now[name] = filepath.Join(s.dir, name)
			}
		}
		count := func(from, other map[string]string, catalog string, deliveries []string, sum *int64) error {
			for _, name := range sortedKeys(from) {
				if sameFile(from[name], other[name]) {
					continue
				}
				n, err := s.onlyIn(ctx, from[name], other[name], batchesOf(catalog, deliveries))
				if err != nil {
					return err
				}
				*sum += n
			}
			return nil
		}
		if err := count(was, now, "before", gone, &withdrawn); err != nil {
			return err
		}
		if err := count(now, was, "client", come, &added); err != nil {
			return err
		}
		for _, k := range s.spec.Facts {
			if k.Monthly {
				continue
			}
			for _, x := range []struct {
				in, other string
				batches   string
				sum       *int64
			}{{"before", "client", batchesOf("before", gone), &withdrawn}, {"client", "before", batchesOf("client", come), &added}} {
				var n int64
				q := "SELECT count(*) FROM " + ident(x.in) + ".main." + ident(k.Name) + " t WHERE batch_no IN (" + x.batches + ") AND fact_id NOT IN (SELECT fact_id FROM " + ident(x.other) + ".main." + ident(k.Name) + ")"
				if err := one(ctx, s.conn, q, &n); err != nil {
					return err
				}
				*x.sum += n
			}
		}
		return nil
	})
	return withdrawn, added, wrap("compare facts", stream, err)
}

// batchesOf selects the batch numbers of deliveries as a snapshot counts them.
func batchesOf(catalog string, deliveries []string) string {
	list := make([]string, len(deliveries))
	for i, d := range deliveries {
		list[i] = quote(d)
	}
	if len(list) == 0 {
		return "SELECT NULL::INTEGER WHERE false"
	}
	return "SELECT batch_no FROM " + ident(catalog) + ".main.batches WHERE delivery IN (" + strings.Join(list, ", ") + ")"
}

// onlyIn counts the facts of one month file that came with the batches and
// that the other file ("" = none) does not hold.
func (s *Staging) onlyIn(ctx context.Context, path, other, batches string) (n int64, err error) {
	if _, err := s.conn.ExecContext(ctx, "ATTACH "+quote(path)+" AS one (READ_ONLY)"); err != nil {
		return 0, err
	}
	defer func() { _, _ = s.conn.ExecContext(ctx, "DETACH one") }()
	q := "SELECT count(*) FROM one.main.fact WHERE batch_no IN (" + batches + ")"
	if other != "" {
		if _, err := s.conn.ExecContext(ctx, "ATTACH "+quote(other)+" AS other (READ_ONLY)"); err != nil {
			return 0, err
		}
		defer func() { _, _ = s.conn.ExecContext(ctx, "DETACH other") }()
		q += " AND fact_id NOT IN (SELECT fact_id FROM other.main.fact)"
	}
	err = one(ctx, s.conn, q, &n)
	return n, err
}

// beside runs do on the closed files with client.duckdb of an earlier snapshot
// attached as before. Month files are not attached meanwhile.
func (s *Staging) beside(ctx context.Context, before *Snapshot, do func() error) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.mounts.close(ctx); err != nil {
		return err
	}
	s.mounts = nil
	for _, q := range []string{"ATTACH " + quote(filepath.Join(s.dir, clientName)) + " AS client (READ_ONLY)",
		"ATTACH " + quote(filepath.Join(before.dir, clientName)) + ` AS "before" (READ_ONLY)`} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	err := do()
	for _, q := range []string{`DETACH "before"`, "DETACH client"} {
		if _, derr := s.conn.ExecContext(ctx, q); err == nil {
			err = derr
		}
	}
	if err != nil {
		return err
	}
	m, err := mount(ctx, s.conn, s.dir, s.spec, s.factFiles(), map[string]bool{}, nil)
	if err == nil {
		s.mounts = m
	}
	return err
}
