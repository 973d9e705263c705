package pipeline

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// resolve finds which records are one party and gives each party its
// persistent client id. People and organisations are resolved apart, each
// under its own model. A delta scores only pairs that touch a changed record
// and re-clusters only what they reach; under one model the result is that of
// a full run.
func (r *river) resolve(ctx context.Context) error {
	m := &r.memory
	m.findTouched()
	r.extendKeys()
	if !m.full && len(m.touched) == 0 && len(m.heldAnew) == 0 && len(m.ruled) == 0 {
		r.followAnchors() // no record and no decision changed: who is who stays
		m.findTouchedClients()
		return nil
	}
	for _, party := range parties {
		if m.untouched(party) {
			continue
		}
		if err := r.resolveParty(ctx, party); err != nil {
			return about(err, "resolve", party.String())
		}
	}
	// Versions that are no longer live belong to whoever holds the live one.
	for row, live := range m.base.Live {
		if !live {
			if now, ok := m.base.LiveOf(state.Row(row)); ok {
				m.base.Client[row] = m.base.Client[now]
			}
		}
	}
	r.followAnchors()
	m.findTouchedClients()
	return nil
}

// findTouched collects the live rows that this run made or closed.
func (m *workspace) findTouched() {
	first := m.mark.Rows()
	for row := first; row < m.base.Rows(); row++ {
		if m.base.Live[row] && !m.manual(state.Row(row)) {
			m.touched[state.Row(row)] = true
		}
	}
}

// untouched reports whether nothing that decides who is who changed among the
// parties of a kind, so that they need not be looked at.
func (m *workspace) untouched(party schemas.Party) bool {
	if m.full || m.models[party] == nil || len(m.heldAnew) > 0 || len(m.ruled) > 0 {
		return false
	}
	for row := range m.touched {
		if schemas.Party(m.base.Party[row]) == party {
			return false
		}
	}
	return !slices.ContainsFunc(m.edges[party], func(e state.Edge) bool { return !m.base.Live[e.A] || !m.base.Live[e.B] }) // else a record became one of the other kind
}

func (r *river) resolveParty(ctx context.Context, party schemas.Party) error {
	start := time.Now()
	m := &r.memory
	rows := m.liveRows(party)
	line := MatchLine{Party: party.String(), Records: len(rows), Model: "pinned"}
	if len(rows) == 0 {
		m.edges[party], m.kin[party] = nil, nil
		return nil
	}
	meter := r.o.Progress.Start("match "+party.String(), int64(len(rows)), "records")
	defer meter.Done()
	match, touched := r.matchAll, !m.full && m.models[party] != nil
	if touched {
		match = r.matchTouched
	}
	mt, part, err := match(ctx, party, rows, &line)
	if err != nil {
		return err
	}
	var beside errgroup.Group // where values moved to does not touch who is who
	if touched {
		beside.Go(func() (err error) { line.Drift, err = r.driftOf(party, rows); return err })
	}
	if len(mt.rows) > 0 {
		r.assign(mt, part)
	}
	line.Edges, line.Seconds = len(m.edges[party]), time.Since(start).Seconds()
	if touched {
		mt = r.toExplain(party, mt)
	}
	err = r.explainMerges(ctx, party, rows, mt, m.models[party])
	if failed := beside.Wait(); err == nil {
		err = failed
	}
	r.report.Match = append(r.report.Match, line)
	return err
}

// matchAll gives the partition of all records of a party kind: that of a first
// load and of a rebuild.
func (r *river) matchAll(ctx context.Context, party schemas.Party, rows []state.Row, line *MatchLine) (*matchTable, *dedupe.Partition, error) {
	m := &r.memory
	mt, set := r.newMatchTable(party, rows), r.matchSettings()
	start := time.Now()
	prep, err := mt.prepared(m.models[party])
	if err != nil {
		return nil, nil, err
	}
	if m.models[party] != nil {
		line.Drift = prep.Drift(m.models[party], false)
	} else {
		model, err := prep.Train(ctx, set)
		if err != nil {
			return nil, nil, err
		}
		m.models[party], line.Model, line.Notes = model, "new", model.Notes
		if was := m.replaced[party]; was != nil {
			line.Moved = model.Against(was)
		}
		line.Training = time.Since(start).Seconds()
		start = time.Now()
	}
	e, err := prep.Score(ctx, m.models[party], nil, set)
	if err != nil {
		return nil, nil, err
	}
	if line.Model == "new" {
		if err := prep.Confide(ctx, m.models[party], e, set); err != nil {
			return nil, nil, err
		}
	}
	m.drifted[party.String()] = drifted{m.base.Rows(), line.Drift}
	line.Pairs, line.Scoring = e.Pairs, time.Since(start).Seconds()
	m.edges[party], m.kin[party] = toState(e.List, mt), toState(e.Kin, mt)
	m.blockFiles[party.String()] = 0
	if err := r.keepBlocks(party, mt, prep); err != nil {
		return nil, nil, err
	}
	part, err := prep.Cluster(ctx, m.models[party], e, r.decisionsOn(mt), set)
	return mt, part, err
}

func (r *river) matchSettings() dedupe.Settings {
	return dedupe.Settings{Workers: r.threads(), Kin: true}
}

func toState(list []dedupe.Edge, mt *matchTable) []state.Edge {
	out := make([]state.Edge, len(list))
	for i, e := range list {
		out[i] = state.Edge{A: mt.rows[e.A], B: mt.rows[e.B], Bits: e.Bits, Rule: e.Rule}
	}
	return out
}

// union is a plain union-find over table rows.
type union struct{ parent []uint32 }

func newUnion(n int) *union {
	u := &union{parent: make([]uint32, n)}
	for i := range u.parent {
		u.parent[i] = uint32(i)
	}
	return u
}

func (u *union) find(x uint32) uint32 {
	for u.parent[x] != x {
		u.parent[x] = u.parent[u.parent[x]]
		x = u.parent[x]
	}
	return x
}

func (u *union) join(a, b uint32) {
	a, b = u.find(a), u.find(b)
	if a < b {
		u.parent[b] = a
	} else {
		u.parent[a] = b
	}
}

// readModel and writeModel keep the matching model as a text for people and
// an encrypted file of frequencies.
func (r *river) readModel(party schemas.Party) error {
	text, err := os.ReadFile(r.prev.StateFile("model-" + party.String() + ".yaml"))
	if err != nil {
		return errs.Wrap(errs.Integrity, "read model", party.String(), err, "rebuild: `clientbase run --full-refresh`")
	}
	var values []byte
	err = r.unseal("model-"+party.String()+".age", func(in io.Reader, _ string) (err error) { values, err = io.ReadAll(in); return err })
	if err != nil {
		return err
	}
	model, err := dedupe.DecodeModel(text, values)
	if err != nil {
		return err
	}
	r.memory.models[party] = model
	return nil
}

func (r *river) writeModel(party schemas.Party) error {
	model := r.memory.models[party]
	text, err := model.Encode()
	if err != nil {
		return err
	}
	if err := disk.StageBytes(r.staging.StateFile("model-"+party.String()+".yaml"), text); err != nil {
		return err
	}
	values := model.EncodeValues()
	return r.seal("model-"+party.String()+".age", func(w io.Writer) error { _, err := w.Write(values); return err })
}

func (r *river) modelHash() string {
	h := newContentHash()
	h.reset()
	for _, p := range parties {
		if m := r.memory.models[p]; m != nil {
			if text, err := m.Encode(); err == nil {
				h.add(string(text))
			}
		}
	}
	return fmt.Sprintf("%016x", h.sum())
}

// identityEvent is one line of a client id's history.
type identityEvent struct {
	kind  string // created | merged | split | reassigned
	id    opaque.Token
	other opaque.Token
	row   state.Row
	cause string
}

func (r *river) writeEvents(ctx context.Context) error {
	m := &r.memory
	i64 := arrow.PrimitiveTypes.Int64
	t := newTable("identity_events", r.insertInto("identity_events"), field("event_no", i64), field("run", textType), field("kind", textType), field("client_id", textType),
		field("other_id", textType), field("stream", textType), field("key", textType), field("cause", textType))
	for i, e := range m.events {
		other := ""
		if !e.other.IsZero() {
			other = e.other.String()
		}
		t.i64(m.eventsBefore + int64(i) + 1).text(r.run).text(e.kind).text(e.id.String()).text(other)
		if e.row == state.None {
			t.null().null()
		} else {
			t.text(m.base.StreamOf(e.row)).text(m.base.KeyOf(e.row))
		}
		if err := t.text(e.cause).end(ctx); err != nil {
			return err
		}
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	retired := newTable("retired_ids", func(ctx context.Context, rec arrow.RecordBatch) error {
		return r.staging.Upsert(ctx, "retired_ids", []string{"retired_id"}, rec)
	}, field("retired_id", textType), field("client_id", textType))
	for no := uint32(0); no < uint32(m.book.Len()); no++ {
		into := m.book.Into(no)
		if into == state.None {
			continue
		}
		for m.book.Into(into) != state.None {
			into = m.book.Into(into)
		}
		if err := retired.text(m.book.ID(no).String()).text(m.book.ID(into).String()).end(ctx); err != nil {
			return err
		}
	}
	return retired.flush(ctx)
}
