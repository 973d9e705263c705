package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"clientbase/connectors"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
)

// Planned is what a run would read of one stream.
type Planned struct {
	Stream string         `json:"stream"`
	Kind   string         `json:"kind"`
	Mode   string         `json:"mode"`
	Slices []PlannedSlice `json:"slices"`
	Waits  int            `json:"landed_not_loaded"` // deliveries that have landed and would be loaded
	Error  string         `json:"error,omitempty"`
	Hint   string         `json:"hint,omitempty"`
	Err    error          `json:"-"`
}

// PlannedSlice is one delivery that would be read.
type PlannedSlice struct {
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	Unit   string   `json:"unit"`
	AsOf   string   `json:"as_of,omitempty"`
	Detail string   `json:"detail,omitempty"`
	Drift  []string `json:"drift,omitempty"`
	Notes  []string `json:"notes,omitempty"` // what the reader found out: charset, delimiter
}

// Plan asks every selected source what it would deliver, looks at the columns
// of each file or query, and writes nothing. A source that cannot be reached
// is reported in its line, so that one plan shows all of them.
func Plan(ctx context.Context, p *Project, o Options) ([]Planned, error) {
	key, err := planKey(p.Data)
	if err != nil {
		return nil, err
	}
	land := landing.At(p.Data)
	env := connectors.Env{Dir: p.Dir, Card: key, Secret: p.Secret, Now: o.Now}
	loaded := loadedDeliveries(p)
	settled, err := settledOf(p.Data)
	if err != nil {
		return nil, err
	}
	var out []Planned
	for i := range p.Streams {
		s := &p.Streams[i]
		if !selected(o.Select, s.Source, s.ID()) {
			continue
		}
		line := Planned{Stream: s.ID(), Kind: s.Kind, Mode: string(s.Mode)}
		deliveries, err := land.Deliveries(s.ID())
		if err != nil {
			return nil, err
		}
		void := superseded(&s.Stream, deliveries, settled.aside)
		for _, d := range deliveries {
			if _, ok := void[d.ID]; !ok && !loaded[d.ID] {
				line.Waits++
			}
		}
		var cursor connectors.Cursor
		var before []string
		if n := len(deliveries); n > 0 {
			before = deliveries[n-1].Columns
		}
		if len(deliveries) > 0 && !o.FullRefresh {
			cursor = deliveries[len(deliveries)-1].Cursor
		}
		line.Slices, line.Err = planStream(ctx, s, p, env, cursor, before)
		if line.Err != nil {
			rep := newReport(o)
			rep.fail(line.Err)
			line.Error, line.Hint = rep.Error, rep.Hint
		}
		out = append(out, line)
	}
	return out, nil
}

// planKey gives the project key when there is one and a throw-away key when
// there is none: planning makes no token that anybody keeps.
func planKey(data string) (opaque.Key, error) {
	if _, err := os.Stat(filepath.Join(data, "keys", "project.key")); err == nil {
		keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
		if err != nil {
			return opaque.Key{}, err
		}
		return keys.Project().Derive("card"), nil
	}
	var b [32]byte
	_, _ = rand.Read(b[:])
	return opaque.NewKey(b[:]), nil
}

func planStream(ctx context.Context, s *Stream, p *Project, env connectors.Env, cursor connectors.Cursor, before []string) ([]PlannedSlice, error) {
	in, err := newInterpreter(&s.Stream, p.Dict, p.own())
	if err != nil {
		return nil, err
	}
	src, err := s.Open(env)
	if err != nil {
		return nil, about(err, "open source", s.ID())
	}
	defer func() { _ = src.Close() }()
	slices, err := src.Plan(ctx, cursor)
	if err != nil {
		return nil, about(err, "plan", s.ID())
	}
	var out []PlannedSlice
	for _, slice := range slices {
		info := slice.Info()
		line := PlannedSlice{Name: info.Name, Size: info.Size, Unit: info.Unit, Detail: info.Detail}
		if told := s.Order.AsOf; !info.AsOf.IsZero() && (told == "" || told == "name") {
			line.AsOf = info.AsOf.UTC().Format(time.DateOnly)
		}
		if s.Kind != "web" && s.Kind != "command" { // looking would crawl, or run the program
			line.Drift, line.Notes, err = look(ctx, in, before, slice)
			if err != nil {
				_ = slice.Close()
				return out, about(err, "look at", s.ID()+" "+info.Name)
			}
		}
		_ = slice.Close()
		out = append(out, line)
	}
	return out, nil
}

// look reads the first batch of a slice and compares its columns with the
// contract; notes are what the reader found out about the file.
func look(ctx context.Context, in *interpreter, before []string, slice connectors.Slice) (drift, notes []string, err error) {
	b, err := slice.Next(ctx)
	if errors.Is(err, io.EOF) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if b.Rows == nil {
		return nil, b.Notes, nil
	}
	defer b.Rows.Release()
	names := columnNames(b.Rows)
	drift, _, err = in.contract(names, before, b.Sparse)
	if err != nil && len(drift) == 0 {
		return nil, b.Notes, err
	}
	if err != nil {
		drift = append(drift, "a run would stop here (exit 4)")
	}
	return drift, b.Notes, nil
}
