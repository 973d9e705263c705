package pipeline

import (
	"context"

	"clientbase/internal/store"
)

// Showcase gives the id of the person whom most sources know, the least id on
// a tie; "" when there is no client.
func Showcase(ctx context.Context, s *store.Snapshot) (string, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return "", err
	}
	rows, err := r.Query(ctx, "SELECT client_id FROM client.main.clients ORDER BY party = 'person' DESC, n_sources DESC, abs(n_records - 6), client_id LIMIT 1")
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return "", rows.Err()
	}
	var id string
	err = rows.Scan(&id)
	return id, err
}
