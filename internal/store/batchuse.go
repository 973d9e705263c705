package store

import (
	"context"
	"strings"
)

// BatchUse is what became of one batch in a snapshot.
type BatchUse struct {
	Versions int64            `json:"record_versions"` // new or changed record versions that its rows gave
	Repeated int64            `json:"repeated"`        // records of which it is the last delivery that said nothing new
	Current  int64            `json:"in_force"`        // records whose version in force it brought
	Golden   int64            `json:"golden_values"`
	Lost     int64            `json:"values_that_lost"`
	Clients  int64            `json:"clients"`         // with a golden value from it
	Facts    map[string]int64 `json:"facts,omitempty"` // by kind
}

// Add sums the uses of the numbers of one batch. Only one of them brings
// records, so no client counts twice.
func (u *BatchUse) Add(o BatchUse) {
	u.Versions, u.Repeated, u.Current = u.Versions+o.Versions, u.Repeated+o.Repeated, u.Current+o.Current
	u.Golden, u.Lost, u.Clients = u.Golden+o.Golden, u.Lost+o.Lost, u.Clients+o.Clients
	for kind, n := range o.Facts {
		if u.Facts == nil {
			u.Facts = map[string]int64{}
		}
		u.Facts[kind] += n
	}
}

// BatchUses tells what became of a batch of a stream, by its number in the
// snapshot.
func (sn *Snapshot) BatchUses(ctx context.Context, stream string, batchNo int32) (BatchUse, error) {
	out := BatchUse{Facts: map[string]int64{}}
	r, err := sn.Reader(ctx)
	if err != nil {
		return out, err
	}
	if files := sn.lineageFiles(LineageRecords); len(files) > 0 {
		latest := `(SELECT * FROM read_parquet([` + strings.Join(files, ", ") + `], filename = true)
			QUALIFY row_number() OVER (PARTITION BY record_no, version ORDER BY filename DESC) = 1)`
		err := r.row(ctx, `SELECT count(*) FILTER (WHERE first_batch = $1), count(*) FILTER (WHERE last_batch = $1 AND first_batch <> $1) FROM `+latest, batchNo)(&out.Versions, &out.Repeated)
		if err != nil {
			return out, wrap("trace", "batch", err)
		}
		q := `WITH mine AS (SELECT record_no FROM ` + latest + ` QUALIFY row_number() OVER (PARTITION BY record_no ORDER BY version DESC) = 1 AND first_batch = $1)
			SELECT (SELECT count(*) FROM mine), count(*) FILTER (WHERE v.winner), count(*) FILTER (WHERE NOT v.winner), count(DISTINCT v.client_no) FILTER (WHERE v.winner)
			FROM read_parquet([` + strings.Join(sn.lineageFiles(LineageValues), ", ") + `], filename = true) v
			JOIN mine USING (record_no) LEFT JOIN client.main.lineage_generations g ON g.client_no = v.client_no
			WHERE ` + strings.Replace(explains, "?", "$2", 1)
		if err := r.row(ctx, q, batchNo, sn.info.Manifest.LineageBase)(&out.Current, &out.Golden, &out.Lost, &out.Clients); err != nil {
			return out, wrap("trace", "batch", err)
		}
	}
	for _, k := range sn.info.Manifest.Kinds {
		var n int64
		if !k.Monthly {
			if err := r.row(ctx, "SELECT count(*) FROM client.main."+ident(k.Name)+" WHERE batch_no = ?", batchNo)(&n); err != nil {
				return out, wrap("trace", "batch", err)
			}
		} else if n, err = sn.monthly(ctx, r, k.Name, stream, batchNo); err != nil {
			return out, err
		}
		if n > 0 {
			out.Facts[k.Name] = n
		}
	}
	return out, nil
}

// monthly counts the facts of a batch in the month files of a kind.
func (sn *Snapshot) monthly(ctx context.Context, r *Reader, kind, stream string, batchNo int32) (int64, error) {
	if err := r.need(ctx, func(string) bool { return true }); err != nil {
		return 0, err
	}
	var total int64
	for _, f := range sn.info.Manifest.Facts {
		if f.Kind != kind || f.Stream != stream {
			continue
		}
		var n int64
		if err := r.row(ctx, "SELECT count(*) FROM "+r.m.facts[f.File]+".main.fact WHERE batch_no = ?", batchNo)(&n); err != nil {
			return 0, wrap("trace", "batch", err)
		}
		total += n
	}
	return total, nil
}

// row reads a query of one row.
func (r *Reader) row(ctx context.Context, q string, args ...any) func(dest ...any) error {
	return r.conn.QueryRowContext(ctx, q, args...).Scan
}
