package store

import (
	"context"
	"strings"
)

// Drawn is a golden value that a sample fell on.
type Drawn struct {
	ClientID string
	ValueLineage
}

// Sample draws golden values of the snapshot, each with the same chance: those
// whose MD5 over seed, client, attribute, record and field is smallest. The same
// seed gives the same values on any machine. It also gives how many there are.
func (sn *Snapshot) Sample(ctx context.Context, n int, seed string) (list []Drawn, of int64, err error) {
	files := sn.lineageFiles(LineageValues)
	if len(files) == 0 {
		return nil, 0, nil
	}
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, 0, err
	}
	rows, err := r.Query(ctx, `WITH golden AS (
			SELECT v.client_no, c.client_id, v.attr, v.record_no, coalesce(v.field, '') AS field, coalesce(v.chain, '') AS chain, coalesce(v.decision, '') AS decision,
				coalesce(strftime(v.valid_from, '%Y-%m-%d'), '') AS since
			FROM read_parquet([`+strings.Join(files, ", ")+`], filename = true) v
			JOIN client.main.clients c ON c.client_no = v.client_no
			LEFT JOIN client.main.lineage_generations g ON g.client_no = v.client_no
			WHERE v.winner AND `+explains+`)
		SELECT *, (SELECT count(*) FROM golden) FROM golden
		ORDER BY md5(? || '|' || client_id || '|' || attr || '|' || record_no || '|' || field), client_id, attr, record_no, field LIMIT ?`, sn.info.Manifest.LineageBase, seed, n)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d := Drawn{ValueLineage: ValueLineage{Winner: true}}
		if err := rows.Scan(&d.ClientNo, &d.ClientID, &d.Attr, &d.RecordNo, &d.Field, &d.Chain, &d.Decision, &d.ValidFrom, &of); err != nil {
			return nil, 0, err
		}
		list = append(list, d)
	}
	return list, of, rows.Err()
}
