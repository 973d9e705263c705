package pipeline

import (
	"context"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
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
	no, known, err := knownClient(s, id) // while the engine starts
	if err != nil {
		return nil, err
	}
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	retired := ""
	if !known {
		no, retired, err = t.clientNo(id)
	}
	var out *Trace
	if err == nil {
		out, err = t.client(no, retired, attr, 0)
	}
	if err != nil {
		return nil, goneOr(p, Subject{Client: id}, err)
	}
	return out, nil
}

// TraceRecordOf explains where one source record went: stream is
// "source/stream". The values are those that this record offered. Of a record
// that the snapshot does not have it says at which step it was lost, instead.
func TraceRecordOf(ctx context.Context, p *Project, s *store.Snapshot, stream, key, attr string) (*Trace, *Whereabouts, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, nil, err
	}
	rec, err := s.RecordNo(ctx, stream, key)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		lost, err := t.locateRecord(stream, key)
		return nil, lost, err
	}
	if err != nil {
		return nil, nil, err
	}
	var no int32
	if err := t.one("SELECT client_no FROM client.main.identities WHERE record_no = ?", []any{rec}, &no); err != nil {
		return nil, nil, err
	}
	out, err := t.client(no, "", attr, rec)
	if err != nil {
		return nil, nil, goneOr(p, Subject{Record: stream + ":" + key}, err)
	}
	return out, nil, nil
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
