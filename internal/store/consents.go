package store

import "context"

// ConsentPurpose counts the consents of one stream by state and purpose.
type ConsentPurpose struct {
	Stream, State, Purpose string
	Count                  int64
}

// ConsentPurposes counts the consents that name a purpose, as they would be
// published. It is asked after Checks.
func (s *Staging) ConsentPurposes(ctx context.Context) ([]ConsentPurpose, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := s.conn.QueryContext(ctx, "SELECT stream, state, purpose, count(*) FROM client.main.consent WHERE state <> '' AND purpose <> '' GROUP BY ALL ORDER BY ALL")
	if err != nil {
		return nil, wrap("count consents", "run "+s.run, err)
	}
	defer func() { _ = rows.Close() }()
	var out []ConsentPurpose
	for rows.Next() {
		var c ConsentPurpose
		if err := rows.Scan(&c.Stream, &c.State, &c.Purpose, &c.Count); err != nil {
			return nil, wrap("count consents", "run "+s.run, err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
