package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"clientbase/schemas"
)

// The row root is a SHA-256 tree over what is published, so that two builds
// from the same input can be compared whatever their file bytes. Leaves are
// the canonical text of rows (columns in a fixed order, each length-prefixed)
// without client_no, record numbers, run ids, clocks, batch ids and lineage.
// Rows of one client share a bucket (the first four hex digits of its id);
// the leaves of a bucket are sorted; the root covers table names, bucket
// names and bucket hashes in order, then the roots of month files.

// rootTables are the published tables and the columns that count.
func rootTables(s Spec) []struct {
	name string
	cols []string
} {
	clients := []string{"client_id"}
	for _, c := range s.clientColumns() {
		if c.name != "client_no" && c.name != "client_id" {
			clients = append(clients, c.name)
		}
	}
	return []struct {
		name string
		cols []string
	}{
		{"clients", clients},
		{"contact_points", []string{"client_id", "attr", "masked", "token", "status", "holders", "rank", "valid_from", "source"}},
		{"identities", []string{"client_id", "stream", "key", "party", "valid_from", "closed"}},
	}
}

// canonical is a SQL expression for the canonical text of a row: for each
// column "-" when null, else length:text. One concat of all parts, which takes
// NULL for nothing: joining them one after another copies the row once a column.
func canonical(cols []string) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		v := "CAST(" + ident(c) + " AS VARCHAR)"
		parts[i] = "coalesce(strlen(" + v + ") || ':', '-'), " + v
	}
	return "concat(" + strings.Join(parts, ", ") + ")"
}

// rowRoot computes the root of the mounted files; facts carry their own roots.
func rowRoot(ctx context.Context, c *sql.Conn, s Spec, facts []FactFile) (string, error) {
	h := sha256.New()
	for _, t := range rootTables(s) {
		_, _ = fmt.Fprintf(h, "table %s\n", t.name)
		rows, err := c.QueryContext(ctx, `SELECT b, sha256(string_agg(h, '' ORDER BY h)) FROM
			(SELECT client_id[1:4] AS b, sha256(`+canonical(t.cols)+`) AS h FROM client.main.`+ident(t.name)+`) GROUP BY b ORDER BY b`)
		if err != nil {
			return "", err
		}
		for rows.Next() {
			var b, sum string
			if err := rows.Scan(&b, &sum); err != nil {
				_ = rows.Close()
				return "", err
			}
			_, _ = fmt.Fprintf(h, "%s %s\n", b, sum)
		}
		if err := rows.Close(); err != nil {
			return "", err
		}
	}
	for _, k := range s.Facts {
		if k.Monthly {
			continue
		}
		sum, err := tableRoot(ctx, c, "client.main."+ident(k.Name), k)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(h, "table %s %s\n", k.Name, sum)
	}
	for _, f := range facts {
		_, _ = fmt.Fprintf(h, "facts %s %s %s %s\n", f.Kind, f.Stream, f.Month, f.Root)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tableRoot covers the rows of a fact table without their positions, in 256
// buckets by the first two digits of fact_id.
func tableRoot(ctx context.Context, c *sql.Conn, from string, k schemas.FactKind) (string, error) {
	cols := []string{"fact_id", "stream"}
	for _, f := range k.Fields {
		cols = append(cols, f.Name)
	}
	var sum sql.NullString
	err := one(ctx, c, `SELECT sha256(string_agg(b || ' ' || s, '
' ORDER BY b)) FROM (SELECT b, sha256(string_agg(h, '' ORDER BY h)) AS s FROM
		(SELECT CAST(fact_id AS VARCHAR)[1:2] AS b, sha256(`+canonical(cols)+`) AS h FROM `+from+`) GROUP BY b)`, &sum)
	if err != nil {
		return "", err
	}
	if !sum.Valid {
		sum.String = hex.EncodeToString(sha256.New().Sum(nil))
	}
	return sum.String, nil
}

// RowRoot gives the row root of the snapshot: the manifest's where it was
// computed at publication, else computed now from the files.
func (sn *Snapshot) RowRoot(ctx context.Context) (string, error) {
	if sn.info.Manifest.RowRoot != "" {
		return sn.info.Manifest.RowRoot, nil
	}
	return sn.root(ctx, false)
}

// CountRoot computes the row root from the files, whatever the manifest says.
func (sn *Snapshot) CountRoot(ctx context.Context) (string, error) { return sn.root(ctx, true) }

// root computes the row root; month files bring their own unless anew.
func (sn *Snapshot) root(ctx context.Context, anew bool) (string, error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return "", err
	}
	if err := r.need(ctx, func(string) bool { return true }); err != nil {
		return "", err
	}
	spec := sn.info.Manifest.spec()
	facts := append([]FactFile(nil), sn.info.Manifest.Facts...)
	for i, f := range facts {
		k, ok := spec.kind(f.Kind)
		if !ok || f.Root != "" && !anew {
			continue
		}
		if facts[i].Root, err = tableRoot(ctx, r.conn, r.m.facts[f.File]+".main.fact", k); err != nil {
			return "", wrap("row root", f.File, err)
		}
	}
	root, err := rowRoot(ctx, r.conn, spec, facts)
	return root, wrap("row root", sn.info.ID, err)
}
