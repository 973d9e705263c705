package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
)

// Difference says how a later snapshot differs from an earlier one, as both
// were published: without the acts of people that neither holds.
type Difference struct {
	Before  string        `json:"before"`
	After   string        `json:"after"`
	Clients ClientsDiffer `json:"clients"`
	Streams []StreamDiff  `json:"streams"`
	Attrs   []AttrDiff    `json:"attributes"`
	Consent ConsentDiff   `json:"consents"`
}

// ClientsDiffer counts clients.
type ClientsDiffer struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	New    int64 `json:"new"`       // their id is not in the earlier one
	Merged int64 `json:"merged"`    // their id leads to another client now
	Gone   int64 `json:"gone"`      // their id leads to nobody now
	Split  int64 `json:"split_off"` // of the new or known ones: parted from another since
}

// StreamDiff counts what became of one stream's records and facts.
type StreamDiff struct {
	Stream     string `json:"stream"`
	AsOfBefore string `json:"as_of_before,omitempty"`
	AsOf       string `json:"as_of,omitempty"`
	Deliveries int64  `json:"deliveries"` // more than before; below zero = fewer
	New        int64  `json:"records_new"`
	Gone       int64  `json:"records_gone"`
	Closed     int64  `json:"records_closed"`
	Reopened   int64  `json:"records_reopened"`
	Moved      int64  `json:"records_moved"` // belong to another client than before
	Facts      int64  `json:"facts"`         // more than before; below zero = fewer
}

func (d *StreamDiff) same() bool {
	return d.AsOfBefore == d.AsOf && d.Deliveries == 0 && d.New == 0 && d.Gone == 0 && d.Closed == 0 && d.Reopened == 0 && d.Moved == 0 && d.Facts == 0
}

// AttrDiff counts the clients that are in both and whose published values of an
// attribute differ.
type AttrDiff struct {
	Attr    string `json:"attribute"`
	Set     int64  `json:"set"` // a value more, none less
	Changed int64  `json:"changed"`
	Gone    int64  `json:"gone"` // a value less, none more
}

// ConsentDiff counts consents and objections.
type ConsentDiff struct {
	New  int64 `json:"new"`
	Gone int64 `json:"gone"`
}

// Compare tells how after differs from before. tmp is where the engine may spill.
func Compare(ctx context.Context, before, after *Snapshot, tmp string, opt Settings) (*Difference, error) {
	db, err := openEngine(ctx, opt, tmp)
	if err != nil {
		return nil, wrap("compare", after.info.ID, err)
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, wrap("compare", after.info.ID, errors.Join(err, db.Close()))
	}
	out := &Difference{Before: before.info.ID, After: after.info.ID}
	err = out.fill(ctx, c, before, after)
	return out, wrap("compare", after.info.ID, errors.Join(err, c.Close(), db.Close()))
}

func (d *Difference) fill(ctx context.Context, c *sql.Conn, before, after *Snapshot) error {
	for name, s := range map[string]*Snapshot{"a": before, "b": after} {
		if _, err := c.ExecContext(ctx, "ATTACH "+quote(filepath.Join(s.dir, clientName))+" AS "+name+" (READ_ONLY)"); err != nil {
			return err
		}
	}
	n := &d.Clients
	err := one(ctx, c, `SELECT
		(SELECT count(*) FROM a.main.clients), (SELECT count(*) FROM b.main.clients),
		(SELECT count(*) FROM b.main.clients x ANTI JOIN a.main.clients y USING (client_id)),
		(SELECT count(*) FROM a.main.clients x ANTI JOIN b.main.clients y USING (client_id) SEMI JOIN b.main.retired_ids r ON r.retired_id = x.client_id AND r.client_id IS NOT NULL),
		(SELECT count(*) FROM a.main.clients x ANTI JOIN b.main.clients y USING (client_id) ANTI JOIN b.main.retired_ids r ON r.retired_id = x.client_id AND r.client_id IS NOT NULL),
		(SELECT count(DISTINCT client_id) FROM b.main.identity_events e WHERE kind = 'split' AND event_no NOT IN (SELECT event_no FROM a.main.identity_events))`,
		&n.Before, &n.After, &n.New, &n.Merged, &n.Gone, &n.Split)
	if err != nil {
		return err
	}
	if err := one(ctx, c, `SELECT (SELECT count(*) FROM b.main.consent x ANTI JOIN a.main.consent y USING (fact_id)), (SELECT count(*) FROM a.main.consent x ANTI JOIN b.main.consent y USING (fact_id))`,
		&d.Consent.New, &d.Consent.Gone); err != nil {
		return err
	}
	if err := d.streams(ctx, c, before.info.Manifest.Streams, after.info.Manifest.Streams); err != nil {
		return err
	}
	return d.attrs(ctx, c)
}

// streams compares records by stream and key: their numbers differ after a rebuild.
func (d *Difference) streams(ctx context.Context, c *sql.Conn, was, now []StreamState) error {
	at := map[string]*StreamDiff{}
	for _, s := range was {
		at[s.Stream] = &StreamDiff{Stream: s.Stream, AsOfBefore: s.AsOf, Deliveries: -s.Deliveries, Facts: -s.Facts}
	}
	for _, s := range now {
		x := at[s.Stream]
		if x == nil {
			x = &StreamDiff{Stream: s.Stream}
			at[s.Stream] = x
		}
		x.AsOf = s.AsOf
		x.Deliveries += s.Deliveries
		x.Facts += s.Facts
	}
	rows, err := c.QueryContext(ctx, `SELECT coalesce(x.stream, y.stream),
		count(*) FILTER (x.record_no IS NULL), count(*) FILTER (y.record_no IS NULL),
		count(*) FILTER (x.record_no IS NOT NULL AND y.record_no IS NOT NULL AND x.closed IS NULL AND y.closed IS NOT NULL),
		count(*) FILTER (x.record_no IS NOT NULL AND y.record_no IS NOT NULL AND x.closed IS NOT NULL AND y.closed IS NULL),
		count(*) FILTER (x.client_id <> y.client_id)
		FROM a.main.identities x FULL JOIN b.main.identities y ON x.stream = y.stream AND x.key = y.key GROUP BY 1`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s StreamDiff
		if err := rows.Scan(&s.Stream, &s.New, &s.Gone, &s.Closed, &s.Reopened, &s.Moved); err != nil {
			return err
		}
		x := at[s.Stream]
		if x == nil {
			x = &StreamDiff{Stream: s.Stream}
			at[s.Stream] = x
		}
		x.New, x.Gone, x.Closed, x.Reopened, x.Moved = s.New, s.Gone, s.Closed, s.Reopened, s.Moved
	}
	for _, id := range sortedKeys(at) {
		if x := at[id]; !x.same() {
			d.Streams = append(d.Streams, *x)
		}
	}
	return rows.Err()
}

// attrs compares the values in force of the clients that are in both.
func (d *Difference) attrs(ctx context.Context, c *sql.Conn) error {
	rows, err := c.QueryContext(ctx, `WITH
		olds AS (SELECT DISTINCT client_id, attr, coalesce(token::VARCHAR, value) AS v FROM a.main.attribute_history WHERE winner AND valid_to IS NULL),
		news AS (SELECT DISTINCT client_id, attr, coalesce(token::VARCHAR, value) AS v FROM b.main.attribute_history WHERE winner AND valid_to IS NULL),
		stayed AS (SELECT client_id FROM a.main.clients SEMI JOIN b.main.clients USING (client_id)),
		less AS (SELECT DISTINCT client_id, attr FROM olds SEMI JOIN stayed USING (client_id) ANTI JOIN news USING (client_id, attr, v)),
		more AS (SELECT DISTINCT client_id, attr FROM news SEMI JOIN stayed USING (client_id) ANTI JOIN olds USING (client_id, attr, v))
		SELECT coalesce(l.attr, m.attr), count(*) FILTER (l.attr IS NULL), count(*) FILTER (l.attr IS NOT NULL AND m.attr IS NOT NULL), count(*) FILTER (m.attr IS NULL)
		FROM less l FULL JOIN more m ON l.client_id = m.client_id AND l.attr = m.attr GROUP BY 1 ORDER BY 1`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var x AttrDiff
		if err := rows.Scan(&x.Attr, &x.Set, &x.Changed, &x.Gone); err != nil {
			return err
		}
		d.Attrs = append(d.Attrs, x)
	}
	return rows.Err()
}
