package store

import (
	"context"
	"strings"
)

// Origin counts the candidate values of one attribute that share a source, a
// rule chain and a fate.
type Origin struct {
	Stream   string `json:"stream"`
	Rules    string `json:"rules"`
	Decision string `json:"decision"`
	Winner   bool   `json:"winner"`
	Values   int64  `json:"values"`
}

// Origins sums up, over all clients, where the values of an attribute come
// from and why they won or lost, the commonest first.
func (sn *Snapshot) Origins(ctx context.Context, attr string) ([]Origin, error) {
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	files := sn.lineageFiles(LineageValues)
	if len(files) == 0 {
		return nil, nil
	}
	rows, err := r.Query(ctx, `SELECT i.stream, coalesce(v.chain, ''), coalesce(v.decision, ''), v.winner, count(*)
		FROM read_parquet([`+strings.Join(files, ", ")+`], filename = true) v
		JOIN client.main.identities i ON i.record_no = v.record_no
		LEFT JOIN client.main.lineage_generations g ON g.client_no = v.client_no
		WHERE v.attr = ? AND `+explains+`
		GROUP BY ALL ORDER BY v.winner DESC, count(*) DESC, i.stream, 2, 3`, attr, sn.info.Manifest.LineageBase)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Origin
	for rows.Next() {
		var o Origin
		if err := rows.Scan(&o.Stream, &o.Rules, &o.Decision, &o.Winner, &o.Values); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}
