package store

import (
	"context"
	"strings"
)

// RuleUse counts the candidate values of one attribute and stream that one
// version of a rule had a hand in.
type RuleUse struct {
	Version string `json:"version"` // as it stands in the chain: email@3+1
	Attr    string `json:"attr"`
	Stream  string `json:"stream"`
	Golden  int64  `json:"golden"`
	Lost    int64  `json:"lost"`
}

// RuleUses sums up where a rule ("email") or a code list
// ("client_segment/core") stands in the chains of candidate values, by version,
// attribute and stream.
func (sn *Snapshot) RuleUses(ctx context.Context, rule string) ([]RuleUse, error) {
	files := sn.lineageFiles(LineageValues)
	if len(files) == 0 {
		return nil, nil
	}
	r, err := sn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `SELECT step, attr, stream, count(*) FILTER (WHERE winner), count(*) FILTER (WHERE NOT winner) FROM (
			SELECT unnest(string_split(v.chain, '>')) AS step, v.attr, i.stream, v.winner
			FROM read_parquet([`+strings.Join(files, ", ")+`], filename = true) v
			JOIN client.main.identities i ON i.record_no = v.record_no
			LEFT JOIN client.main.lineage_generations g ON g.client_no = v.client_no
			WHERE contains(v.chain, ?) AND `+explains+`)
		WHERE starts_with(step, ?) OR starts_with(step, ?) GROUP BY ALL ORDER BY step, attr, stream`,
		rule+"@", sn.info.Manifest.LineageBase, rule+"@", "codes:"+rule+"@")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []RuleUse
	for rows.Next() {
		var u RuleUse
		if err := rows.Scan(&u.Version, &u.Attr, &u.Stream, &u.Golden, &u.Lost); err != nil {
			return nil, err
		}
		u.Version = strings.TrimPrefix(u.Version, "codes:")
		out = append(out, u)
	}
	return out, rows.Err()
}

// explains keeps the lineage rows of the generation that explains a client; v is
// the lineage with its file name, g the generations, the parameter the base.
const explains = "regexp_extract(v.filename, '([0-9]+)[.]parquet$', 1)::INTEGER = coalesce(g.generation, ?)"
