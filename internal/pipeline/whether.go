package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/access"
	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// Whether answers whether a read of the access log returned a client.
type Whether struct {
	Read     int64  `json:"read"` // its number in the log
	Client   string `json:"client_id"`
	Answer   string `json:"answer"` // yes | no | maybe | expired
	Rows     int64  `json:"rows"`   // rows that name the client
	Of       int64  `json:"of"`     // rows of the result
	Snapshot string `json:"snapshot"`
	How      string `json:"how"`  // in words
	Same     bool   `json:"same"` // the result is to the last bit what it was then
}

// DidReturn asks a query of the log again, over the snapshot and the acts that
// it was asked over, and looks for a client in the result, under every id that
// the client had then. Verbs that show few clients have recorded whom.
func DidReturn(ctx context.Context, p *Project, log *access.Log, number int64, client string, again AskAgain) (*Whether, error) {
	list, err := log.Reads()
	if err != nil {
		return nil, err
	}
	op, thing := "look for", "read "+strconv.FormatInt(number, 10)
	i := slices.IndexFunc(list, func(r access.Read) bool { return r.Seq == number })
	if i < 0 {
		return nil, errs.New(errs.Input, op, thing, "the access log has no read of this number", "`clientbase access list` shows them")
	}
	ids, err := idsOf(ctx, p, client)
	if err != nil {
		return nil, err
	}
	return returned(ctx, p, &list[i], ids, again)
}

// AskAgain runs a query of the access log once more, over a snapshot.
type AskAgain func(context.Context, *store.Snapshot, access.Read) (*store.Rows, error)

// returned is DidReturn for a read and the ids of a client.
func returned(ctx context.Context, p *Project, r *access.Read, ids []string, again AskAgain) (*Whether, error) {
	w := &Whether{Read: r.Seq, Client: ids[0], Snapshot: r.Snapshot, Of: r.Rows, Answer: "no"}
	named := func(id string) bool { return slices.Contains(ids, id) }
	switch {
	case r.Outcome == access.Refused:
		w.How, w.Of = "it was refused: nothing was returned", 0
		return w, nil
	case r.Verb != "query" && (len(r.Clients) > 0 || r.Rows == 0):
		for _, id := range r.Clients {
			if named(id) {
				w.Answer, w.Rows = "yes", w.Rows+1
			}
		}
		w.How, w.Same = "the log names the clients that were shown", true
		return w, nil
	case r.Verb != "query":
		return nil, errs.New(errs.Input, "look for", "read "+strconv.FormatInt(r.Seq, 10), r.Verb+" is no query, and the log does not name whom it showed", "`clientbase access list` tells what was asked")
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	s, err := store.OpenAt(dirs, r.Snapshot)
	if err != nil {
		w.Answer, w.How = "expired", "its snapshot "+r.Snapshot+" is not kept any more: the question cannot be asked again"
		return w, nil
	}
	defer func() { _ = s.Close() }()
	if err := OverlayTo(ctx, p, s, r.Position); err != nil {
		return nil, err
	}
	rows, err := again(ctx, s, *r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	called, err := namesOf(ctx, s, ids)
	if err != nil {
		return nil, err
	}
	w.Of = 0
	alike, byID := int64(0), false
	for rows.Next() {
		vals, err := rows.Values()
		if err != nil {
			return nil, err
		}
		w.Of++
		switch {
		case holds(vals, ids):
			w.Rows++
		case holds(vals, called):
			alike++
		}
		byID = byID || slices.ContainsFunc(vals, isClientID)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	w.Same = rows.Sum() == r.Sum
	w.How = "asked again over its snapshot: no row names the client"
	switch {
	case w.Rows > 0:
		w.Answer, w.How = "yes", "asked again over its snapshot: rows name the client"
	case alike > 0 && !byID:
		w.Answer, w.How = "maybe", fmt.Sprintf("asked again over its snapshot: no row has an id of a client, and %d bear this one's name", alike)
	}
	if !w.Same && r.Ended {
		w.How += "; the result is not to the last bit what was given then"
	}
	return w, nil
}

// holds looks for one of some texts in the values of a row, in lists and other
// nested values too.
func holds(vals []any, texts []string) bool {
	return slices.ContainsFunc(vals, func(v any) bool {
		switch v := v.(type) {
		case string:
			return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(v, t) })
		case []any:
			return holds(v, texts)
		case map[string]any:
			for k, x := range v {
				if holds([]any{k, x}, texts) {
					return true
				}
			}
		}
		return false
	})
}

func isClientID(v any) bool {
	id, ok := v.(string)
	return ok && len(id) == wholeID && hexForm.MatchString(id)
}

// namesOf gives what a client is called in a snapshot, where a result may say
// whom it means without an id.
func namesOf(ctx context.Context, s *store.Snapshot, ids []string) ([]string, error) {
	reader, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		rows, err := reader.Query(ctx, "SELECT n FROM (SELECT unnest([display_name, full_name, surname]) AS n FROM client.main.clients WHERE client_id = ?) WHERE n IS NOT NULL", id)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var n string
			if err := rows.Scan(&n); err != nil {
				_ = rows.Close()
				return nil, err
			}
			out = append(out, n)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// idsOf gives the id of a client and those that were merged into it; the first
// one is the id in force. A client that is known no more keeps the id given.
func idsOf(ctx context.Context, p *Project, client string) ([]string, error) {
	s, err := Current(p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	if len(client) != 32 {
		w, err := Locate(ctx, p, s, client)
		if err != nil {
			return nil, err
		}
		if w.Step != IsClient {
			return nil, errs.New(errs.Input, "look for", "client", "not one client", "name the client by id, or by record as SOURCE/STREAM:KEY")
		}
		client = w.ClientID
	}
	reader, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := reader.Query(ctx, `SELECT client_id FROM client.main.retired_ids WHERE retired_id = ?1
		UNION ALL SELECT retired_id FROM client.main.retired_ids WHERE client_id = coalesce((SELECT client_id FROM client.main.retired_ids WHERE retired_id = ?1), ?1) ORDER BY 1`, client)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []string{client}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
