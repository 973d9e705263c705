package pipeline

import (
	"errors"
	"strconv"
	"strings"
)

// joined says why the records of one client are one, the strongest evidence
// first. Each record is asked for by itself, its number in the query: the engine
// then looks for one number and reads no words of others.
func (t *tracer) joined(records []TraceRecord) (out []string, err error) {
	if len(records) < 2 {
		return nil, nil
	}
	names, nos := map[int64]string{}, make([]string, len(records))
	for i, r := range records {
		names[r.RecordNo], nos[i] = r.Stream+" "+r.Key, strconv.FormatInt(r.RecordNo, 10)
	}
	mine := " IN (" + strings.Join(nos, ", ") + ")"
	for i, no := range nos {
		nos[i] = "SELECT record_a, record_b, coalesce(why, '') AS why, rule_id, bits FROM client.main.match_edges WHERE record_a = " + no + " AND record_b" + mine
	}
	rows, err := t.r.Query(t.ctx, "SELECT record_a, record_b, why FROM ("+strings.Join(nos, " UNION ALL ")+")"+
		" ORDER BY rule_id = '"+decisionRule+"' DESC, bits DESC, record_a, record_b LIMIT 20")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a, b int64
		var why string
		if err := rows.Scan(&a, &b, &why); err != nil {
			return nil, err
		}
		out = append(out, names[a]+" = "+names[b]+": "+why)
	}
	return out, rows.Err()
}
