package pipeline

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Dossier is all that is kept of a person: for the person. It holds values in
// clear, so it goes to a file of its owner and nowhere else.
type Dossier struct {
	Client    string                       `json:"client_id"`
	Made      string                       `json:"made"` // RFC 3339, UTC
	Snapshot  string                       `json:"snapshot"`
	Journal   int64                        `json:"journal"` // acts up to this one
	Records   []DossierRecord              `json:"records"`
	Golden    []DossierValue               `json:"values"` // in force, with what they beat
	Facts     map[string][]json.RawMessage `json:"facts"`  // by kind
	Periods   map[string][2]string         `json:"periods"`
	Consents  []json.RawMessage            `json:"consents"`
	Decisions []TraceDecision              `json:"decisions"`
	Events    []string                     `json:"events"`
	Lists     []journal.Recall             `json:"recipients"`
	Reads     []DossierRead                `json:"reads"`         // in which the person was shown
	Unnamed   int                          `json:"reads_unnamed"` // of which the access log does not tell whom they showed
	Log       []SubjectEvent               `json:"log"`
}

// DossierRecord is one source record, as received and as understood.
type DossierRecord struct {
	TraceRecord
	Received map[string]string   `json:"received"` // the row of the source, by column
	Values   map[string][]string `json:"values"`   // cleansed, by attribute
}

// DossierValue is a candidate value with where it came from.
type DossierValue struct {
	Attr     string `json:"attr"`
	Ru       string `json:"ru"`
	Value    string `json:"value"`
	Winner   bool   `json:"in_force"`
	Decision string `json:"decision"`
	Stream   string `json:"stream"`
	Key      string `json:"key"`
	Place    string `json:"place"`
	Since    string `json:"since"`
	By       string `json:"by,omitempty"`
}

// MakeDossier gathers what is kept of a client and records that it was given.
func MakeDossier(ctx context.Context, p *Project, subject Subject, lists []journal.Recall, act Act) (*Dossier, error) {
	const op = "make dossier"
	if err := checkReason(op, act.Reason); err != nil {
		return nil, err
	}
	s, err := Published(p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	who, no, err := pinSubject(ctx, p, s, op, subject)
	if err != nil {
		return nil, err
	}
	if err := Overlay(ctx, p, s); err != nil {
		return nil, err
	}
	out := &Dossier{Client: who.client, Made: stamp(act.Now), Snapshot: s.Info().ID, Journal: s.Overlay().Position, Lists: lists,
		Facts: map[string][]json.RawMessage{}, Periods: map[string][2]string{}}
	if err := out.sources(ctx, p, s, no); err != nil {
		return nil, err
	}
	if err := out.facts(ctx, s); err != nil {
		return nil, err
	}
	if err := out.withReads(ctx, p); err != nil {
		return nil, err
	}
	j, err := Journal(p)
	if err != nil {
		return nil, err
	}
	e, err := journal.Entry{At: act.Now, Actor: act.Actor, Kind: journal.KindSubject, Subject: who.client, Reason: act.Reason}.WithPayload(
		journal.SubjectAct{Verb: journal.SubjectDossier, Client: who.client, Since: act.Now.UTC().Format(time.DateOnly), Records: who.records})
	if err != nil {
		return nil, err
	}
	if _, err := j.Append(ctx, e); err != nil {
		return nil, err
	}
	list, err := j.Read(0)
	if err != nil {
		return nil, err
	}
	out.Log, err = subjectLog(list, who.client, who.records)
	return out, err
}

// sources reads the records of the client from landing and from the state.
func (d *Dossier) sources(ctx context.Context, p *Project, s *store.Snapshot, no int32) error {
	trace, err := TraceClient(ctx, p, s, d.Client, "")
	if err != nil {
		return err
	}
	d.Decisions, d.Events = trace.Decisions, trace.Events
	reach, err := OpenReach(ctx, p, s)
	if err != nil {
		return err
	}
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return err
	}
	for _, rec := range trace.Records {
		out := DossierRecord{TraceRecord: rec, Values: map[string][]string{}}
		for _, a := range p.Dict.Attrs {
			if list := reach.valuesOn(a.ID, state.Row(rec.RecordNo)); len(list) > 0 {
				out.Values[a.ID] = list
			}
		}
		if out.Received, err = t.received(rec.RecordNo); err != nil {
			return err
		}
		d.Records = append(d.Records, out)
	}
	for _, v := range trace.Values {
		a, _ := p.Dict.Attr(v.Attr)
		text := v.Value
		if list := reach.valuesOn(v.Attr, state.Row(v.RecordNo)); v.Act == 0 && len(list) == 1 {
			text = list[0]
		}
		d.Golden = append(d.Golden, DossierValue{Attr: v.Attr, Ru: a.Ru, Value: text, Winner: v.Winner, Decision: v.Decision, Stream: v.Stream, Key: v.Key, Place: v.Place, Since: v.Since, By: v.By})
	}
	return nil
}

// valuesOn gives the cleansed values of an attribute on a record version.
func (r *Reach) valuesOn(attr string, row state.Row) []string {
	if int(row) >= r.base.Rows() {
		return nil
	}
	col, lo, hi := r.base.Cells(attr, row)
	var out []string
	for k := lo; k < hi; k++ {
		if col.ID[k] != 0 {
			if v := col.Dict.Get(col.ID[k]); !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// received gives the row of a record version as the source gave it.
func (t *tracer) received(recordNo int64) (map[string]string, error) {
	lines, err := t.s.Records(t.ctx, []int64{recordNo})
	if err != nil || len(lines[recordNo]) == 0 {
		return nil, err
	}
	l := lines[recordNo][len(lines[recordNo])-1]
	if l.Stream == ActOverrides {
		return nil, nil
	}
	b, _, err := t.batch(l.LastBatch, new(string))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for i, f := range b.Rows.Schema().Fields() {
		col, ok := b.Rows.Column(i).(*array.String)
		if ok && int(l.LastRow) < col.Len() && !col.IsNull(int(l.LastRow)) && col.Value(int(l.LastRow)) != "" {
			out[f.Name] = col.Value(int(l.LastRow))
		}
	}
	return out, nil
}

// facts reads what finds the client, by kind, with the period it covers.
func (d *Dossier) facts(ctx context.Context, s *store.Snapshot) error {
	r, err := s.Reader(ctx)
	if err != nil {
		return err
	}
	for _, k := range schemas.FactKinds() {
		rows, err := r.Query(ctx, "SELECT to_json(v)::VARCHAR FROM "+store.ViewName(k)+" v WHERE client_id = ? ORDER BY 1", d.Client)
		if err != nil {
			return err
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				_ = rows.Close()
				return err
			}
			if k.Name == "consent" {
				d.Consents = append(d.Consents, json.RawMessage(text))
			} else {
				d.Facts[k.Name] = append(d.Facts[k.Name], json.RawMessage(text))
			}
		}
		if err := rows.Close(); err != nil {
			return errs.Wrap(errs.Retry, "make dossier", k.Name, err, "try again")
		}
		if len(d.Facts[k.Name]) == 0 {
			continue
		}
		var span [2]string
		day := store.ViewColumn(k.Time)
		if err := oneRow(ctx, r, "SELECT coalesce(strftime(min("+day+"), '%Y-%m-%d'), ''), coalesce(strftime(max("+day+"), '%Y-%m-%d'), '') FROM "+store.ViewName(k)+" WHERE client_id = ?",
			[]any{d.Client}, &span[0], &span[1]); err != nil {
			return err
		}
		d.Periods[k.Name] = span
	}
	return nil
}
