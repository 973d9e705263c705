package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/errs"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// clientNo resolves an id, the beginning of one, or a retired id.
func (t *tracer) clientNo(id string) (no int32, retired string, err error) {
	id = strings.ToLower(strings.TrimSpace(id))
	if len(id) < 6 {
		return 0, "", errs.New(errs.Input, t.op, "client", "an id needs at least its first 6 characters", "`clientbase find TEXT` gives ids")
	}
	var n int64
	begins := "client_id >= $1 AND client_id < $1 || 'g'" // ids are hexadecimal
	if len(id) == 32 {
		begins = "client_id = $1" // half the work
		if no, ok, err := t.s.ClientNo(id); ok || err != nil {
			return no, "", err
		}
	}
	if err := t.one("SELECT count(*), coalesce(min(client_no), -1)::INTEGER FROM clients WHERE "+begins, []any{id}, &n, &no); err != nil {
		return 0, "", err
	}
	switch {
	case n == 1:
		return no, "", nil
	case n > 1:
		return 0, "", errs.New(errs.Input, t.op, "client", fmt.Sprintf("%d clients begin with this", n), "give more of the id")
	}
	err = t.one("SELECT c.client_no, r.retired_id FROM retired_ids r JOIN clients c ON c.client_id = r.client_id WHERE starts_with(r.retired_id, ?) LIMIT 1", []any{id}, &no, &retired)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		return 0, "", errs.New(errs.Input, t.op, "client", "no client has or had this id", "`clientbase find TEXT` gives ids")
	}
	return no, retired, err
}

// client gathers the card of a client. What does not wait for its landed batches
// is asked beside: reading them takes as long as all the rest.
func (t *tracer) client(no int32, retired, attr string, only int64) (*Trace, error) {
	if attr != "" {
		if _, ok := t.p.Dict.Attr(attr); !ok {
			return nil, errs.New(errs.Input, "trace", "attribute "+attr, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
		}
	}
	out := &Trace{Retired: retired}
	var values []store.ValueLineage
	var published map[publishedKey][]string
	var beside errgroup.Group
	beside.Go(func() (err error) {
		values, err = t.s.Lineage(t.ctx, no)
		return err
	})
	beside.Go(func() (err error) {
		if err = t.one("SELECT client_id, coalesce(display_name, ''), party FROM clients WHERE client_no = ?", []any{no}, &out.ClientID, &out.Name, &out.Party); err != nil {
			return err
		}
		if out.Events, err = t.events(out.ClientID); err != nil {
			return err
		}
		if published, err = t.published(no); err != nil {
			return err
		}
		out.Conflicts, err = t.conflicts(no, attr, only)
		return err
	})
	records, err := t.recordsOf(no)
	if err == nil {
		beside.Go(func() (err error) {
			out.Joined, err = t.joined(slices.Clone(records))
			return err
		})
		err = t.places(records)
	}
	if berr := beside.Wait(); err == nil {
		err = berr
	}
	if err != nil {
		return nil, err
	}
	out.Records = records
	t.secret = map[cellName]bool{}
	for _, v := range values {
		if a, ok := t.p.Dict.Attr(v.Attr); !ok || a.PII.Protected() || a.PII == schemas.PIIText {
			t.secret[cellName{v.RecordNo, v.Field}] = true
		}
	}
	for _, v := range values {
		if (attr != "" && v.Attr != attr) || (only != 0 && v.RecordNo != only) {
			continue
		}
		tv, err := t.value(v, published)
		if err != nil {
			return nil, err
		}
		out.Values = append(out.Values, tv)
	}
	if err := t.withTail(out, no, attr, only); err != nil {
		return nil, err
	}
	out.Decisions, err = t.decisions(out.Records)
	return out, err
}

// events says how the client came about.
func (t *tracer) events(clientID string) ([]string, error) {
	return t.texts(`SELECT kind || CASE WHEN other_id IS NULL THEN '' ELSE ' ' || other_id END || ': ' || coalesce(cause, '') || ' (run ' || run || ')'
		FROM client.main.identity_events WHERE client_id = ? ORDER BY event_no LIMIT 50`, clientID)
}
