package pipeline

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
)

// receive pulls every selected stream into landing, one delivery per slice;
// several streams at a time. A slice that fails is refused whole; the other
// streams still land, and absence says whether they go out.
func (r *river) receive(ctx context.Context) error {
	if r.o.NoSources {
		return nil
	}
	var g errgroup.Group
	g.SetLimit(r.threads())
	failed := make([]error, len(r.p.Streams))
	for i := range r.p.Streams {
		s := &r.p.Streams[i]
		if !selected(r.o.Select, s.Source, s.ID()) {
			continue
		}
		g.Go(func() error {
			if _, failed[i] = r.land.Sweep(s.ID()); failed[i] == nil {
				failed[i] = r.receiveStream(ctx, s)
			}
			return nil
		})
	}
	_ = g.Wait() // failures stand in failed, by stream
	r.report.sortReceived()
	return r.absence(failed)
}

func selected(list []string, source, id string) bool {
	return len(list) == 0 || slices.Contains(list, source) || slices.Contains(list, id)
}

// Selected reports whether a stream id is among the selected sources and
// streams; an empty list selects all.
func Selected(list []string, id string) bool {
	source, _, _ := strings.Cut(id, "/")
	return selected(list, source, id)
}

// env is what the connectors of a source get.
func (r *river) env(source string) connectors.Env {
	env := connectors.Env{Dir: r.p.Dir, Card: r.land.Keys.Project().Derive("card"), Secret: r.p.Secret, Now: r.o.Now}
	for _, s := range r.o.Scheduled {
		if s.Source == source {
			env.Scheduled = s.At
		}
	}
	return env
}

// cursorOf gives where reading goes on: after the last landed delivery, or
// from the beginning on a full refresh.
func (r *river) cursorOf(have []landing.Delivery) connectors.Cursor {
	if len(have) == 0 || r.o.FullRefresh {
		return nil
	}
	return have[len(have)-1].Cursor
}

func (r *river) receiveStream(ctx context.Context, s *Stream) error {
	have, err := r.land.Deliveries(s.ID())
	if err != nil {
		return err
	}
	var before []string // columns of the delivery before
	if len(have) > 0 {
		before = have[len(have)-1].Columns
	}
	src, err := s.Open(r.env(s.Source))
	if err != nil {
		return sourceFault{about(err, "open source", s.ID())}
	}
	defer func() { _ = src.Close() }()
	slices, err := src.Plan(ctx, r.cursorOf(have))
	if err != nil {
		return sourceFault{about(err, "plan", s.ID())}
	}
	if len(slices) > 0 {
		r.coming.Do(r.readRecordsAhead)
	}
	for i, slice := range slices {
		d, err := r.receiveSlice(ctx, s, slice, len(have)+i+1, before)
		if closeErr := slice.Close(); err == nil && closeErr != nil {
			err = sourceFault{closeErr}
		}
		if err != nil {
			said := about(err, "receive", s.ID()+" "+slice.Info().Name)
			if fault := (sourceFault{}); errors.As(err, &fault) {
				return sourceFault{said}
			}
			return said
		}
		before = d.Columns
		r.report.received(d)
	}
	return nil
}

// receiveSlice lands one delivery. Columns that the contract freezes refuse it
// before it counts as landed, so that a corrected one can take its place.
func (r *river) receiveSlice(ctx context.Context, s *Stream, slice connectors.Slice, seq int, before []string) (landing.Delivery, error) {
	info := slice.Info()
	meter := r.o.Progress.Start("receive "+s.ID()+" "+info.Name, 0, "rows")
	defer meter.Done()
	w := r.land.Begin(s.ID(), seq, info.Name, info.AsOf, r.o.Now)
	defer w.Close()
	in := r.memory.interpreters[s.ID()]
	when := in.clock(info)
	checked := false
	sifter := r.newSifter(ctx, in)
	for {
		b, err := slice.Next(ctx)
		if errors.Is(err, io.EOF) {
			if d := w.Delivery(); d.Sparse {
				if _, _, err := in.contract(d.Columns, before, true); err != nil {
					return landing.Delivery{}, sourceFault{err}
				}
			}
			if err := when.settle(w.Delivery()); err != nil {
				return landing.Delivery{}, sourceFault{err}
			}
			return w.Finish()
		}
		if err != nil {
			return landing.Delivery{}, sourceFault{err}
		}
		when.see(&b)
		if b.Rows != nil && !checked && !b.Sparse {
			checked = true
			if _, _, err := in.contract(columnNames(b.Rows), before, false); err != nil {
				b.Rows.Release()
				return landing.Delivery{}, sourceFault{err}
			}
		}
		err = sifter.land(ctx, w, &b, when.day(r.o.Now))
		n := int64(0)
		if b.Rows != nil {
			n = b.Rows.NumRows()
			b.Rows.Release()
		}
		meter.Add(n)
		if err != nil {
			return landing.Delivery{}, err
		}
	}
}

// about makes sure an error names the stream; errors of the contract pass.
func about(err error, op, thing string) error {
	if errors.Is(err, context.Canceled) {
		return errs.New(errs.Interrupted, op, thing, "interrupted", "run again: what has landed is kept")
	}
	e, ok := errs.Of(err)
	if !ok {
		return errs.Hidden(errs.Bug, op, thing, "unclassified failure", err, "run again with CLIENTBASE_DEBUG=1 and report it")
	}
	if strings.Contains(e.Thing, thing) {
		return err
	}
	c := *e
	c.Op, c.Thing = op, thing
	if !strings.Contains(thing, e.Thing) {
		c.Thing += " " + e.Thing
	}
	return &c
}
