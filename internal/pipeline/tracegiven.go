package pipeline

import (
	"context"
	"errors"
	"path/filepath"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// TraceGiven is who a row of a list that left is, and what allowed it.
type TraceGiven struct {
	Snapshot string         `json:"snapshot"` // in which all this was read
	Then     bool           `json:"then"`     // that snapshot is the one the list was made from
	Point    string         `json:"point,omitempty"`
	Attr     string         `json:"attr,omitempty"`
	Consents []TraceConsent `json:"consents,omitempty"`
	Trace    *Trace         `json:"trace,omitempty"` // of the attribute that was given away; nil = nobody is this person any more
}

// TraceConsent is a consent or objection of a client with where it came from.
type TraceConsent struct {
	State   string `json:"state"`
	Purpose string `json:"purpose,omitempty"`
	Channel string `json:"channel,omitempty"`
	Since   string `json:"since"`
	Until   string `json:"until,omitempty"`
	Stream  string `json:"stream"`
	Place   string `json:"place"`
}

// ListSnapshot opens the snapshot that a list was made from or, where it is not
// kept any more, the one in force. The caller closes it.
func ListSnapshot(p *Project, id string) (*store.Snapshot, error) {
	s, err := As(p, id)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		return Current(p)
	}
	return s, err
}

// TraceGivenAway explains the person and the contact point of a row of a list:
// by the record, which merges and splits carry with them.
func TraceGivenAway(ctx context.Context, p *Project, s *store.Snapshot, from string, record, point opaque.Token) (*TraceGiven, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	out := &TraceGiven{Snapshot: s.Info().ID, Then: s.Info().ID == from}
	var no int32
	err = t.one("SELECT min(client_no) FROM client.main.refs WHERE token = ?::UUID HAVING count(*) > 0", []any{record.String()}, &no)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		return out, nil
	} else if err != nil {
		return nil, err
	}
	err = t.one("SELECT attr, masked FROM contact_points WHERE client_no = ? AND token = ?::UUID", []any{no, point.String()}, &out.Attr, &out.Point)
	if e, ok := errs.Of(err); err != nil && (!ok || e.Kind != errs.Input) {
		return nil, err
	}
	if out.Trace, err = t.client(no, "", out.Attr, 0); err != nil {
		return nil, err
	}
	out.Consents, err = t.consents(out.Trace.ClientID)
	return out, err
}

// consents lists what a client allowed and forbade, the oldest first.
func (t *tracer) consents(client string) (out []TraceConsent, err error) {
	rows, err := t.r.Query(t.ctx, `SELECT state, coalesce(purpose, ''), coalesce(channel, ''), coalesce(strftime(since, '%Y-%m-%d'), ''), coalesce(strftime(until, '%Y-%m-%d'), ''),
		stream, coalesce(batch_no, 0), row_no FROM client_consents WHERE client_id = ? ORDER BY since, stream, row_no`, client)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c TraceConsent
		var batch int32
		var row int64
		if err := rows.Scan(&c.State, &c.Purpose, &c.Channel, &c.Since, &c.Until, &c.Stream, &batch, &row); err != nil {
			return nil, err
		}
		if c.Place, err = t.factPlace(c.Stream, batch, row, new(string)); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// Lists gives what is needed to read lists that left: the journal, and the keys
// under which their rows are sealed.
func Lists(p *Project) (*journal.Journal, *landing.Keys, error) {
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return nil, nil, err
	}
	return journal.Open(p.Data, keys.Project()), keys, nil
}
