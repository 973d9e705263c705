package pipeline

import (
	"context"
	"slices"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Confirmed says whether a typed value is a client's, without telling the value.
type Confirmed struct {
	ClientID string   `json:"client_id"`
	Attr     string   `json:"attr"`
	Golden   bool     `json:"golden"`            // it is the value in force
	Records  []string `json:"records,omitempty"` // records that say it, as STREAM:KEY
	Of       int      `json:"of"`                // records of the client that say anything about the attribute
	Proven   int      `json:"proven"`            // of Records: what has landed is what was committed to
}

// dayOf is the day that a snapshot speaks of: that of its youngest stream. A date
// after it cannot be a birth date.
func dayOf(s *store.Snapshot) (day int32) {
	for _, st := range s.Info().Manifest.Streams {
		if d, ok := isoDay(st.AsOf[:min(len(st.AsOf), len(time.DateOnly))]); ok {
			day = max(day, d)
		}
	}
	return day
}

// Confirm compares a typed value with what the client's records say: cleansed
// by the same rules, so that the spelling does not matter. The answer is yes or
// no; nothing that was not typed comes out.
func Confirm(ctx context.Context, p *Project, s *store.Snapshot, id, attr string, typed opaque.Value) (*Confirmed, error) {
	const op = "confirm"
	a, ok := p.Dict.Attr(attr)
	if !ok {
		return nil, errs.New(errs.Input, op, "attribute "+attr, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
	}
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	no, _, err := t.clientNo(id)
	if err != nil {
		return nil, err
	}
	out := &Confirmed{Attr: attr}
	var word string
	if err := t.one("SELECT client_id, party FROM clients WHERE client_no = ?", []any{no}, &out.ClientID, &word); err != nil {
		return nil, err
	}
	party := schemas.Person
	if word == schemas.Org.String() {
		party = schemas.Org
	}
	hand, err := handOf(p, s)
	if err != nil {
		return nil, err
	}
	b, err := hand.cells(journal.Override{Attr: attr, Value: typed}, party, dayOf(s))
	if err != nil {
		return nil, err
	}
	usable, status, reason := verdict(b, attr)
	if len(usable) == 0 {
		return nil, errs.New(errs.Input, op, "attribute "+attr, "the typed value is "+status.String()+" ("+reason.String()+")", "type it without doubt: dates as 1980-02-29, phones with +7, numbers in full")
	}
	records, err := t.records(no)
	if err != nil {
		return nil, err
	}
	v := &tailValues{t: t, hand: hand}
	rows, err := t.committed()
	if err != nil {
		return nil, err
	}
	tok := newTokenizer(t.land.Keys.Project())
	form, token := shownForm(a, usable[0].Value, &tok)
	for _, r := range records {
		cells, _, _, err := v.recordCells(r.RecordNo, r.Stream, r.Key, attr)
		if err != nil {
			return nil, err
		}
		if len(cells) > 0 {
			out.Of++
		}
		if slices.ContainsFunc(cells, func(c schemas.Cell) bool { return c.Status.Usable() && c.Value == usable[0].Value }) {
			out.Records = append(out.Records, r.Stream+":"+r.Key)
			stands, err := rows.check(r.RecordNo)
			if err != nil {
				return nil, err
			}
			if stands == CommitmentProven {
				out.Proven++
			}
		}
	}
	var golden int64
	q, args := "SELECT count(*) FROM attribute_history WHERE client_no = ? AND attr = ? AND winner AND value = ?", []any{no, attr, form}
	if !token.IsZero() {
		q, args = "SELECT count(*) FROM attribute_history WHERE client_no = ? AND attr = ? AND winner AND token = ?::UUID", []any{no, attr, token.String()}
	}
	if err := t.one(q, args, &golden); err != nil {
		return nil, err
	}
	out.Golden = golden > 0
	return out, nil
}
