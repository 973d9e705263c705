package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Hold is a duty to keep a person's data: no erasure while it lasts.
type Hold struct {
	Rule  string `json:"rule,omitempty"`  // holds: of clientbase.yaml
	Entry int64  `json:"entry,omitempty"` // or the act of a person
	Why   string `json:"why"`
	Until string `json:"until,omitempty"` // ISO day, not included; "" = open
}

// lastDay gives the day on which the last of several duties ends; "" = open.
func lastDay(list []Hold) string {
	last := ""
	for _, h := range list {
		if h.Until == "" {
			return ""
		}
		last = max(last, h.Until)
	}
	return last
}

// holdsOn gives the duties to keep a client that stand on a day.
func holdsOn(ctx context.Context, p *Project, s *store.Snapshot, client string, records []journal.Record, now time.Time) ([]Hold, error) {
	var out []Hold
	today := now.UTC().Format(time.DateOnly)
	for _, rule := range p.Holds {
		last, err := lastFact(ctx, s, rule.Facts, client, today)
		if err != nil {
			return nil, err
		}
		if last == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, last)
		if err != nil {
			return nil, errs.New(errs.Bug, "check holds", rule.ID, "not a day", "report it")
		}
		if until := rule.Keep.After(t).Format(time.DateOnly); until > today {
			out = append(out, Hold{Rule: rule.ID, Why: rule.En, Until: until})
		}
	}
	j, err := Journal(p)
	if err != nil {
		return nil, err
	}
	list, err := j.Read(0)
	if err != nil {
		return nil, err
	}
	for _, e := range journal.Effective(list) {
		if e.Kind != journal.KindSubject {
			continue
		}
		a, err := subjectAct(&e)
		if err != nil {
			return nil, err
		}
		mine := slices.ContainsFunc(a.Records, func(r journal.Record) bool { return slices.Contains(records, r) })
		if a.Verb == journal.SubjectHold && mine && (a.Until == "" || a.Until > today) {
			out = append(out, Hold{Entry: e.Seq, Why: e.Reason, Until: a.Until})
		}
	}
	return out, nil
}

// lastFact gives the latest day of the facts of some kinds that find a client;
// what is open goes on today.
func lastFact(ctx context.Context, s *store.Snapshot, kinds []string, client, today string) (string, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return "", err
	}
	last := ""
	if len(kinds) == 0 {
		last = today // a duty about whoever is a client
	}
	for _, name := range kinds {
		k, ok := factKind(name)
		if !ok {
			return "", errs.New(errs.Config, "check holds", "holds: "+name, "no such kind of fact", "`clientbase query --tables` lists them")
		}
		day := fmt.Sprintf("%s::DATE", store.ViewColumn(k.Time))
		for _, end := range []string{"closed", "until"} {
			if slices.ContainsFunc(k.Fields, func(f schemas.FactField) bool { return f.Name == end }) {
				day = fmt.Sprintf("coalesce(%s, DATE '%s')", end, today)
			}
		}
		var text string
		if err := oneRow(ctx, r, "SELECT coalesce(strftime(max("+day+"), '%Y-%m-%d'), '') FROM "+store.ViewName(k)+" WHERE client_id = ?", []any{client}, &text); err != nil {
			return "", err
		}
		last = max(last, strings.TrimSpace(text))
	}
	return last, nil
}

// oneRow reads a single row.
func oneRow(ctx context.Context, r *store.Reader, query string, args []any, dest ...any) error {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		return rows.Scan(dest...)
	}
	return rows.Err()
}
