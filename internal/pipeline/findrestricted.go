package pipeline

import (
	"context"

	"clientbase/internal/store"
)

// restrictions are the clients whose data are kept and used for nothing, as far
// as the acts up to a position say.
type restrictions struct {
	known    bool
	position int64
	of       map[uint32][]days
}

// days are from a first day on to one that is not included, ISO; "" = open.
type days struct{ since, until string }

func (d days) hold(day string) bool { return d.since <= day && (d.until == "" || day < d.until) }

// markRestricted marks those found whose data are restricted on a day; without
// a day, those who are restricted on any.
func (q *search) markRestricted(found []Found, day string) error {
	held := &q.l.held
	if now := q.l.s.Overlay().Position; !held.known || held.position != now {
		of, err := restrictedClients(q.ctx, q.l.s)
		if err != nil {
			return err
		}
		*held = restrictions{true, now, of}
	}
	for i := range found {
		for _, d := range held.of[found[i].no] {
			found[i].Restricted = found[i].Restricted || day == "" || d.hold(day)
		}
	}
	return nil
}

// restrictedClients reads who is restricted and when: the acts that say it stand
// among the consents, as objections to everything.
func restrictedClients(ctx context.Context, s *store.Snapshot) (map[uint32][]days, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `SELECT r.client_no, coalesce(strftime(c.since, '%Y-%m-%d'), ''), coalesce(strftime(c.until, '%Y-%m-%d'), '')
		FROM consent c JOIN client.main.refs r ON r.token = c.party
		WHERE c.stream = ? AND c.state = 'objection' AND c.origin IN (?, ?) AND r.client_no IS NOT NULL ORDER BY ALL`, ActConsents, originRestriction, originErasure)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[uint32][]days{}
	for rows.Next() {
		var no int32
		var d days
		if err := rows.Scan(&no, &d.since, &d.until); err != nil {
			return nil, err
		}
		out[uint32(no)] = append(out[uint32(no)], d)
	}
	return out, rows.Err()
}
