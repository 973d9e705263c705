package store

import (
	"context"
	"crypto/sha256"
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
// NULL for nothing: joining them one after another copies the row once a part.
func canonical(cols []string) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		v := "CAST(" + ident(c) + " AS VARCHAR)"
		parts[i] = "strlen(" + v + "), CASE WHEN " + ident(c) + " IS NULL THEN '-' ELSE ':' END, " + v
	}
	return "concat(" + strings.Join(parts, ", ") + ")"
}

// rowRoot computes the root of the mounted files; facts carry their own roots.
func (l *leaves) rowRoot(ctx context.Context, s Spec, facts []FactFile) (string, error) {
	h := sha256.New()
	for _, t := range rootTables(s) {
		_, _ = fmt.Fprintf(h, "table %s\n", t.name)
		buckets, err := l.of(ctx, "client_id[1:4]", t.cols, "client.main."+ident(t.name))
		if err != nil {
			return "", err
		}
		for _, b := range buckets {
			_, _ = fmt.Fprintf(h, "%s %s\n", b.name, b.sum)
		}
	}
	for _, k := range s.Facts {
		if k.Monthly {
			continue
		}
		sum, err := l.tableRoot(ctx, "client.main."+ident(k.Name), k)
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
func (l *leaves) tableRoot(ctx context.Context, from string, k schemas.FactKind) (string, error) {
	cols := []string{"fact_id", "stream"}
	for _, f := range k.Fields {
		cols = append(cols, f.Name)
	}
	buckets, err := l.of(ctx, "CAST(fact_id AS VARCHAR)[1:2]", cols, from)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for i, b := range buckets {
		if i > 0 {
			_, _ = h.Write([]byte{'\n'})
		}
		_, _ = fmt.Fprintf(h, "%s %s", b.name, b.sum)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
		if facts[i].Root, err = r.leaves.tableRoot(ctx, r.m.facts[f.File]+".main.fact", k); err != nil {
			return "", wrap("row root", f.File, err)
		}
	}
	root, err := r.leaves.rowRoot(ctx, spec, facts)
	return root, wrap("row root", sn.info.ID, err)
}
