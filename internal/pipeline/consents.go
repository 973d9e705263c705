package pipeline

import (
	"context"

	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// ConsentRow is one grant or objection, in force or not, from a source or the
// journal, as the gates need it. At least one of Record, Phone and Email is
// set. An objection binds each of them: every client that holds one. A grant
// with a point covers that point, and only while the client also holds Record
// when both are set; a grant with Record alone covers the record's own points.
type ConsentRow struct {
	State       string // grant | objection
	Purpose     string // dotted; "" = all purposes (objections only)
	Channel     string // "" = all channels
	Since       int32  // days since 1970; 0 = unknown, taken as ever
	Until       int32  // first day on which it does not hold; 0 = open
	Record      opaque.Token
	Phone       opaque.Token
	Email       opaque.Token
	Origin      string // how it was given: form, call, note
	TextVersion string
	Stream      string // source/stream, or ActConsents
	Seq         int64  // journal entry; 0 when a source gave it
}

// InForce reports whether the row holds on a day (since 1970).
func (c *ConsentRow) InForce(day int32) bool {
	return c.Since <= day && (c.Until == 0 || day < c.Until)
}

// Consents gives all consent rows of a snapshot with every act of the journal
// up to now, folded or not.
func Consents(ctx context.Context, p *Project, s *store.Snapshot) ([]ConsentRow, error) {
	list, _, err := ConsentsUpTo(ctx, p, s)
	return list, err
}

// ConsentsUpTo is Consents with the journal position that it saw. The journal
// is read anew, so that acts made since the snapshot was opened count.
func ConsentsUpTo(ctx context.Context, p *Project, s *store.Snapshot) ([]ConsentRow, int64, error) {
	if err := Overlay(ctx, p, s); err != nil {
		return nil, 0, err
	}
	pos := s.Overlay().Position
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, 0, err
	}
	rows, err := r.Query(ctx, `SELECT coalesce(state, ''), coalesce(purpose, ''), coalesce(channel, ''), coalesce(since - DATE '1970-01-01', 0)::INTEGER,
		coalesce(until - DATE '1970-01-01', 0)::INTEGER, coalesce(party::VARCHAR, ''), coalesce(phone::VARCHAR, ''), coalesce(email::VARCHAR, ''),
		coalesce(origin, ''), coalesce(text_version, ''), stream, CASE WHEN stream = ? THEN row_no ELSE 0 END FROM consent ORDER BY stream, row_no, fact_id`, ActConsents)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	var out []ConsentRow
	for rows.Next() {
		var c ConsentRow
		var party, phone, email string
		if err := rows.Scan(&c.State, &c.Purpose, &c.Channel, &c.Since, &c.Until, &party, &phone, &email, &c.Origin, &c.TextVersion, &c.Stream, &c.Seq); err != nil {
			return nil, 0, err
		}
		c.Record, c.Phone, c.Email = parseToken(party), parseToken(phone), parseToken(email)
		out = append(out, c)
	}
	return out, pos, rows.Err()
}
