package store

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/disk"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// FactsDiffer compares the ids of the monthly facts that one delivery gives
// with what the snapshot holds: missing are those that stand in no month of the
// stream, extra those that stand there as this delivery's and are not among
// ids. tmp is a folder for a short-lived file of ids; it is made when absent.
func (sn *Snapshot) FactsDiffer(ctx context.Context, kind, stream, delivery string, ids []opaque.Token, tmp string) (missing, extra int64, err error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return 0, 0, err
	}
	k, ok := sn.info.Manifest.spec().kind(kind)
	if !ok || !k.Monthly {
		return 0, 0, nil
	}
	view := ViewName(k)
	if err := r.need(ctx, func(v string) bool { return v == view }); err != nil {
		return 0, 0, err
	}
	if err := disk.MkdirAll(tmp); err != nil {
		return 0, 0, wrap("compare facts", stream, err)
	}
	path := filepath.Join(tmp, fmt.Sprintf("ids-%s.parquet", kind))
	defer func() { _ = disk.Remove(path) }()
	if err := writeIDs(path, ids); err != nil {
		return 0, 0, wrap("compare facts", stream, err)
	}
	month := r.monthFacts(k, stream)
	given := "(SELECT DISTINCT id::UUID AS fact_id FROM read_parquet(" + quote(path) + "))"
	for _, q := range []struct {
		sql string
		to  *int64
	}{
		{"SELECT count(*) FROM " + given + " g ANTI JOIN " + month + " m ON m.fact_id = g.fact_id", &missing},
		{"SELECT count(*) FROM " + month + " m ANTI JOIN " + given + " g ON m.fact_id = g.fact_id WHERE m.batch_no IN (" + batchesOf("client", []string{delivery}) + ")", &extra},
	} {
		if err := one(ctx, r.conn, q.sql, q.to); err != nil {
			return 0, 0, wrap("compare facts", stream, err)
		}
	}
	return missing, extra, nil
}

// monthFacts selects id and batch of all facts of one kind and stream, from the
// mounted month files.
func (r *Reader) monthFacts(k schemas.FactKind, stream string) string {
	q := "(SELECT NULL::UUID AS fact_id, NULL::INTEGER AS batch_no WHERE false"
	for _, f := range r.m.files {
		if f.Kind == k.Name && f.Stream == stream {
			q += " UNION ALL SELECT fact_id, batch_no FROM " + ident(r.m.facts[f.File]) + ".main.fact"
		}
	}
	return q + ")"
}

func writeIDs(path string, ids []opaque.Token) error {
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.BinaryTypes.String}}, nil)
	p, err := createSpool(path, schema)
	if err != nil {
		return err
	}
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	for lo := 0; lo == 0 || lo < len(ids); lo += 1 << 16 {
		for _, id := range ids[lo:min(lo+1<<16, len(ids))] {
			b.Append(id.String())
		}
		col := b.NewArray()
		rec := array.NewRecordBatch(schema, []arrow.Array{col}, int64(col.Len()))
		err := p.Write(rec)
		rec.Release()
		col.Release()
		if err != nil {
			_ = p.Close()
			return err
		}
	}
	return p.Close()
}
