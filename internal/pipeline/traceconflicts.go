package pipeline

import (
	"errors"
)

// TraceConflict is one contradiction inside a record of a client: where its two
// sides stand and which check found it. It holds no value.
type TraceConflict struct {
	Attr   string `json:"attr"`
	Other  string `json:"other"`
	Reason string `json:"reason"`
	Says   string `json:"says"`
	Weak   bool   `json:"weak"`
	Stream string `json:"stream"`
	Key    string `json:"key"`
	Field  string `json:"field"`
	With   string `json:"other_field"`
	Rules  string `json:"rules"`
	Rules2 string `json:"other_rules"`
	Since  string `json:"since"`

	RecordNo int64 `json:"record_no"`
}

// conflicts lists the contradictions of a client, or those of one attribute or
// one record of it. A snapshot made before there was such a table has none.
func (t *tracer) conflicts(no int32, attr string, only int64) (out []TraceConflict, err error) {
	if t.s.Info().Manifest.Tables["conflicts"] == 0 {
		return nil, nil
	}
	rows, err := t.r.Query(t.ctx, `SELECT attr, other_attr, reason, says, weak, stream, key, coalesce(field, ''), coalesce(other_field, ''), chain, other_chain,
		coalesce(strftime(valid_from, '%Y-%m-%d'), ''), record_no FROM client.main.conflicts
		WHERE client_no = ? AND (? = '' OR ? IN (attr, other_attr)) AND (? = 0 OR record_no = ?) ORDER BY weak, stream, key, record_no, rule_id`, no, attr, attr, only, only)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c TraceConflict
		if err := rows.Scan(&c.Attr, &c.Other, &c.Reason, &c.Says, &c.Weak, &c.Stream, &c.Key, &c.Field, &c.With, &c.Rules, &c.Rules2, &c.Since, &c.RecordNo); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
