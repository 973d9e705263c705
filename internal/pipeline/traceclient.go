package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/errs"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// The length of a client id, and of the shortest beginning of one that names a client.
const (
	wholeID    = 32
	shortestID = 6
)

// knownClient resolves the whole id of a client by the search index, which needs
// no engine.
func knownClient(s *store.Snapshot, id string) (no int32, ok bool, err error) {
	if id = plainID(id); len(id) != wholeID {
		return 0, false, nil
	}
	return s.ClientNo(id)
}

func plainID(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

// clientNo resolves an id, the beginning of one, or a retired id.
func (t *tracer) clientNo(id string) (no int32, retired string, err error) {
	if no, ok, err := knownClient(t.s, id); ok || err != nil {
		return no, "", err
	}
	id = plainID(id)
	if recordForm.MatchString(id) {
		return 0, "", errs.New(errs.Input, t.op, "client", "this names a source record, and not a client", "give it with --record")
	}
	if len(id) < shortestID {
		return 0, "", errs.New(errs.Input, t.op, "client", "an id needs at least its first 6 characters", "`clientbase find TEXT` gives ids")
	}
	var n int64
	begins := "client_id >= $1 AND client_id < $1 || 'g'" // ids are hexadecimal
	if len(id) == wholeID {
		begins = "client_id = $1" // half the work
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
		mine := slices.Clone(records) // places writes into records
		beside.Go(func() (err error) {
			out.Joined, err = t.joined(mine)
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

// maxEvents is how many events of a client are told.
const maxEvents = 50

// events says how the client came about.
func (t *tracer) events(clientID string) (out []string, err error) {
	rows, err := t.r.Query(t.ctx, "SELECT event_no, kind, coalesce(other_id, ''), coalesce(cause, ''), run FROM client.main.identity_events WHERE client_id = ?", clientID)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	type event struct {
		no   int64
		text string
	}
	var all []event
	for rows.Next() {
		var e event
		var kind, other, cause, run string
		if err := rows.Scan(&e.no, &kind, &other, &cause, &run); err != nil {
			return nil, err
		}
		if other != "" {
			kind += " " + other
		}
		e.text = kind + ": " + cause + " (run " + run + ")"
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(x, y event) int { return cmp.Compare(x.no, y.no) })
	for _, e := range all[:min(len(all), maxEvents)] {
		out = append(out, e.text)
	}
	return out, rows.Err()
}
