package pipeline

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Trace is where a client's values came from: down to the bytes of the file,
// with the reason why every other value lost.
type Trace struct {
	ClientID  string          `json:"client_id"`
	Name      string          `json:"name"`
	Party     string          `json:"party"`
	Retired   string          `json:"asked_for,omitempty"` // the id asked for, when it is a retired one
	Records   []TraceRecord   `json:"records"`
	Joined    []string        `json:"joined,omitempty"`    // why the records are one client
	Decisions []TraceDecision `json:"decisions,omitempty"` // what people said of its records, taken back or not
	Values    []TraceValue    `json:"values"`
	Conflicts []TraceConflict `json:"conflicts,omitempty"` // what contradicts what inside a record
	Events    []string        `json:"events,omitempty"`
}

// TraceRecord is one source record of the client.
type TraceRecord struct {
	RecordNo int64  `json:"record_no"`
	Stream   string `json:"stream"`
	Key      string `json:"key"`
	Version  int32  `json:"version"`
	Batch    string `json:"batch"`
	Delivery string `json:"delivery"`
	File     string `json:"file"`
	Place    string `json:"place"`
	LastSeen string `json:"last_seen,omitempty"` // delivery that repeated it last
	Closed   string `json:"closed,omitempty"`
}

// TraceValue is one candidate value of one attribute.
type TraceValue struct {
	Attr     string `json:"attr"`
	Value    string `json:"value"`  // published form; "" for losers
	Source   string `json:"source"` // the source cell, or its shape where the class is protected
	Winner   bool   `json:"winner"`
	Decision string `json:"decision"` // criterion that chose it, or by which it lost
	Rules    string `json:"rules"`
	Field    string `json:"field"`
	Stream   string `json:"stream"`
	Key      string `json:"key"`
	Place    string `json:"place"`
	Since    string `json:"since"`
	RecordNo int64  `json:"record_no"`
	Act      int64  `json:"act,omitempty"`    // journal entry of a value set by hand
	By       string `json:"by,omitempty"`     // who set it
	Reason   string `json:"reason,omitempty"` // why
}

// TraceClient explains one client; attr narrows it to one attribute ("" = all).
// In a snapshot that As opened it says what was known then, acts included.
func TraceClient(ctx context.Context, p *Project, s *store.Snapshot, id, attr string) (*Trace, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	no, retired, err := t.clientNo(id)
	if err != nil {
		return nil, err
	}
	return t.client(no, retired, attr, 0)
}

// TraceRecordOf explains where one source record went: stream is
// "source/stream". The values are those that this record offered.
func TraceRecordOf(ctx context.Context, p *Project, s *store.Snapshot, stream, key, attr string) (*Trace, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	rec, err := s.RecordNo(ctx, stream, key)
	if err != nil {
		return nil, err
	}
	var no int32
	if err := t.one("SELECT client_no FROM client.main.identities WHERE record_no = ?", []any{rec}, &no); err != nil {
		return nil, err
	}
	return t.client(no, "", attr, rec)
}

type tracer struct {
	ctx     context.Context
	p       *Project
	s       *store.Snapshot
	r       *store.Reader
	land    *landing.Store
	batches map[string]*landing.Batch
	numbers map[int32]batchName
	names   map[string]string // delivery → file name
	lines   map[int64][]store.RecordLineage
	acts    map[int64]*overrideAct
	op      string            // what is being done, for errors
	secret  map[cellName]bool // cells that gave a protected value: a city cut out of an address hides the address
}

type cellName struct {
	record int64
	field  string
}

func newTracer(ctx context.Context, p *Project, s *store.Snapshot) (*tracer, error) {
	land, err := landing.Open(p.Data)
	if err != nil {
		return nil, err
	}
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	return &tracer{ctx: ctx, p: p, s: s, r: r, land: land, batches: map[string]*landing.Batch{}, numbers: map[int32]batchName{}, names: map[string]string{}, lines: map[int64][]store.RecordLineage{}, op: "trace"}, nil
}

// versions gives the versions of a source record, oldest first, read once.
func (t *tracer) versions(recordNo int64) ([]store.RecordLineage, error) {
	if l, ok := t.lines[recordNo]; ok {
		return l, nil
	}
	found, err := t.s.Records(t.ctx, []int64{recordNo})
	if err != nil {
		return nil, err
	}
	t.lines[recordNo] = found[recordNo]
	return found[recordNo], nil
}

// one reads a single row; no row is an Input error.
func (t *tracer) one(sql string, args []any, dest ...any) error {
	rows, err := t.r.Query(t.ctx, sql, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return errs.New(errs.Input, t.op, "", "nothing found", "`clientbase find TEXT` looks for clients")
	}
	return rows.Scan(dest...)
}

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

func (t *tracer) client(no int32, retired, attr string, only int64) (*Trace, error) {
	out := &Trace{Retired: retired}
	if err := t.one("SELECT client_id, coalesce(display_name, ''), party FROM clients WHERE client_no = ?", []any{no}, &out.ClientID, &out.Name, &out.Party); err != nil {
		return nil, err
	}
	if attr != "" {
		if _, ok := t.p.Dict.Attr(attr); !ok {
			return nil, errs.New(errs.Input, "trace", "attribute "+attr, "not in the dictionary", "`clientbase query --tables clients` lists the attributes")
		}
	}
	records, err := t.records(no)
	if err != nil {
		return nil, err
	}
	out.Records = records
	values, err := t.s.Lineage(t.ctx, no)
	if err != nil {
		return nil, err
	}
	published, err := t.published(no)
	if err != nil {
		return nil, err
	}
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
	if out.Conflicts, err = t.conflicts(no, attr, only); err != nil {
		return nil, err
	}
	if out.Joined, err = t.joined(records); err != nil {
		return nil, err
	}
	if out.Decisions, err = t.decisions(out.Records); err != nil {
		return nil, err
	}
	out.Events, err = t.texts(`SELECT kind || CASE WHEN other_id IS NULL THEN '' ELSE ' ' || other_id END || ': ' || coalesce(cause, '') || ' (run ' || run || ')'
		FROM client.main.identity_events WHERE client_id = ? ORDER BY event_no LIMIT 50`, out.ClientID)
	return out, err
}

func (t *tracer) texts(sql string, args ...any) ([]string, error) {
	rows, err := t.r.Query(t.ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// records lists the client's source records with the place of their bytes.
func (t *tracer) records(no int32) ([]TraceRecord, error) {
	rows, err := t.r.Query(t.ctx, "SELECT record_no, coalesce(strftime(closed, '%Y-%m-%d'), '') FROM client.main.identities WHERE client_no = ? ORDER BY stream, key", no)
	if err != nil {
		return nil, err
	}
	var out []TraceRecord
	for rows.Next() {
		var rec TraceRecord
		if err := rows.Scan(&rec.RecordNo, &rec.Closed); err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	nos := make([]int64, len(out))
	for i := range out {
		nos[i] = out[i].RecordNo
	}
	if t.lines, err = t.s.Records(t.ctx, nos); err != nil {
		return nil, err
	}
	for i := range out {
		if err := t.place(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tracer) place(rec *TraceRecord) error {
	lines, err := t.versions(rec.RecordNo)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return errs.New(errs.Integrity, "trace", fmt.Sprintf("record %d", rec.RecordNo), "no lineage row", "report it: every record must have one")
	}
	l := lines[len(lines)-1]
	rec.Stream, rec.Key, rec.Version = l.Stream, l.Key, l.Version
	b, delivery, err := t.batch(l.FirstBatch, &rec.Batch)
	if err != nil {
		return err
	}
	rec.Delivery, rec.File = delivery, t.fileName(l.Stream, delivery)
	if int(l.FirstRow) < len(b.Pos) {
		rec.Place = placeText(b.Pos[l.FirstRow])
	}
	if l.LastBatch != l.FirstBatch {
		_, last, err := t.batch(l.LastBatch, new(string))
		if err != nil {
			return err
		}
		rec.LastSeen = t.fileName(l.Stream, last)
	}
	return nil
}

// batch reads a landed batch by its number, once.
func (t *tracer) batch(no int32, id *string) (*landing.Batch, string, error) {
	n, ok := t.numbers[no]
	if !ok {
		if err := t.one("SELECT batch_id, stream, delivery FROM client.main.batches WHERE batch_no = ?", []any{no}, &n.id, &n.stream, &n.delivery); err != nil {
			return nil, "", err
		}
		t.numbers[no] = n
	}
	*id = n.id
	if b := t.batches[n.id]; b != nil {
		return b, n.delivery, nil
	}
	b, err := t.land.ReadBatch(n.stream, n.id)
	if err != nil {
		return nil, "", err
	}
	t.batches[n.id] = b
	return b, n.delivery, nil
}

// batchName is what the snapshot says of a batch number.
type batchName struct{ id, stream, delivery string }

func (t *tracer) fileName(stream, delivery string) string {
	if name, ok := t.names[delivery]; ok {
		return name
	}
	list, err := t.land.Deliveries(stream)
	if err != nil {
		return ""
	}
	for _, d := range list {
		t.names[d.ID] = d.Name
	}
	return t.names[delivery]
}

type publishedKey struct {
	attr string
	rec  int64
}

// published gives the published form of each winner.
func (t *tracer) published(no int32) (map[publishedKey][]string, error) {
	rows, err := t.r.Query(t.ctx, "SELECT attr, coalesce(record_no, 0), coalesce(value, '') FROM attribute_history WHERE client_no = ? AND winner ORDER BY attr, record_no, value", no)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[publishedKey][]string{}
	for rows.Next() {
		var k publishedKey
		var v string
		if err := rows.Scan(&k.attr, &k.rec, &v); err != nil {
			return nil, err
		}
		out[k] = append(out[k], v)
	}
	return out, rows.Err()
}

// value joins a lineage row with the source cell it came from.
func (t *tracer) value(v store.ValueLineage, published map[publishedKey][]string) (TraceValue, error) {
	out := TraceValue{Attr: v.Attr, Winner: v.Winner, Decision: v.Decision, Rules: v.Chain, Field: v.Field, Since: v.ValidFrom, RecordNo: v.RecordNo}
	k := publishedKey{v.Attr, v.RecordNo}
	if v.Winner && len(published[k]) > 0 {
		out.Value = published[k][0]
		published[k] = published[k][1:]
	}
	lines, err := t.versions(v.RecordNo)
	if err != nil || len(lines) == 0 {
		return out, err
	}
	l := lines[len(lines)-1]
	out.Stream, out.Key = l.Stream, l.Key
	if l.Stream == ActOverrides {
		return out, t.handValue(&out, l.Key)
	}
	b, delivery, err := t.batch(l.FirstBatch, new(string))
	if err != nil {
		return out, err
	}
	if int(l.FirstRow) < len(b.Pos) {
		out.Place = t.fileName(l.Stream, delivery) + " " + placeText(b.Pos[l.FirstRow])
	}
	text := sourceCell(b, v.Field, int(l.FirstRow))
	if t.secret[cellName{v.RecordNo, v.Field}] {
		text = opaque.Shape(text)
	} else if _, day := parseDay(text, ""); !day {
		text = guarded(text)
	}
	out.Source = text
	return out, nil
}

// sourceCell gives the received text of a field; joined fields are "A+B".
func sourceCell(b *landing.Batch, field string, row int) string {
	v := newView(b)
	if c := v.cols[field]; c != nil {
		return v.cell(field, row)
	}
	var parts []string
	for _, f := range strings.Split(field, "+") {
		if t := strings.TrimSpace(v.cell(f, row)); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// placeText says in words where a row stands in what was received.
func placeText(p connectors.Position) string {
	switch p.Kind {
	case connectors.AtOffset:
		if p.Line > 0 {
			return fmt.Sprintf("line %d, bytes %d–%d", p.Line, p.A, p.B)
		}
		return fmt.Sprintf("bytes %d–%d", p.A, p.B)
	case connectors.AtMessage:
		return fmt.Sprintf("message %d", p.A)
	case connectors.AtKey:
		return "row by key"
	case connectors.AtSpan:
		return fmt.Sprintf("record %d, bytes %d–%d", p.Line, p.A, p.B)
	}
	return ""
}

// ByAttr groups the values of a trace by attribute, in the dictionary's order.
func (t *Trace) ByAttr(d *schemas.Dictionary) [][]TraceValue {
	place := map[string]int{}
	for i, a := range d.Attrs {
		place[a.ID] = i
	}
	groups := map[string][]TraceValue{}
	var attrs []string
	for _, v := range t.Values {
		if groups[v.Attr] == nil {
			attrs = append(attrs, v.Attr)
		}
		groups[v.Attr] = append(groups[v.Attr], v)
	}
	sort.Slice(attrs, func(i, j int) bool { return place[attrs[i]] < place[attrs[j]] })
	out := make([][]TraceValue, 0, len(attrs))
	for _, a := range attrs {
		out = append(out, groups[a])
	}
	return out
}
