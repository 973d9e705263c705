package pipeline

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/journal"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// readActs reads the journal as it stands when the run begins: that position
// is folded, what people do meanwhile waits in the tail for the next run.
func (r *river) readActs() error {
	j := journal.Open(r.p.Data, r.land.Keys.Project())
	folded := int64(0)
	if r.prev != nil {
		folded = r.prev.Info().Manifest.Journal
	}
	tail, err := j.Read(folded)
	if err != nil {
		return err
	}
	r.memory.actsNew = foldable(tail)
	if r.memory.acts, err = j.Read(0); err != nil {
		return err
	}
	if n := len(r.memory.acts); n > 0 {
		r.memory.actsAt = r.memory.acts[n-1].Seq
	}
	return r.readDecisions(folded)
}

// fold brings the acts of people into the base. It replays the whole journal
// and writes what differs from what is there, so that many runs and one
// rebuild give the same.
func (r *river) fold(ctx context.Context) error {
	m := &r.memory
	r.report.Journal, r.report.Acts = m.actsAt, m.actsNew
	if !slices.ContainsFunc(m.acts, func(e journal.Entry) bool { return overlaid(e.Kind) }) {
		return nil
	}
	last := m.acts[len(m.acts)-1]
	batch := m.base.AddBatch(state.Batch{ID: "journal", Stream: m.base.StreamNo(ActOverrides), AsOf: last.At.Unix(), Rows: len(m.acts)})
	if err := r.foldOverrides(batch); err != nil {
		return err
	}
	return r.foldConsents(ctx, batch)
}

// foldOverrides keeps one record per override, with the number of its entry as
// the key. One that was taken back is withdrawn: it stays as history.
func (r *river) foldOverrides(batch uint32) error {
	m := &r.memory
	list, err := overrides(m.acts)
	if err != nil {
		return err
	}
	stream := m.base.StreamNo(ActOverrides)
	rows := map[string]state.Row{}
	for row := range m.base.Stream {
		if m.base.Stream[row] == stream {
			rows[m.base.KeyOf(state.Row(row))] = state.Row(row)
		}
	}
	hand := &byHand{rules: r.rules, model: m.rules, region: r.p.Region}
	m.anchors = map[state.Row]journal.Record{}
	for i := range list {
		o := &list[i]
		key := strconv.FormatInt(o.entry.Seq, 10)
		row, known := rows[key]
		if !known {
			party := schemas.Person
			if at, ok := r.anchorRow(o.Anchor); ok {
				party = schemas.Party(m.base.Party[at])
			}
			cells, err := hand.cells(o.Override, party, o.day())
			if err != nil {
				return err
			}
			at := o.entry.At.Unix()
			_, row = m.base.Put(state.Seen{Stream: stream, Key: key, Party: party, Batch: batch, Pos: uint32(o.entry.Seq), Order: o.entry.Seq, AsOf: at, Known: o.entry.At.UnixMicro(), Valid: o.day()})
			m.base.Bind(cells).Append(0)
			m.handTouched = append(m.handTouched, row)
		}
		if taken := o.undone != nil; taken == m.base.Live[row] {
			if taken {
				m.base.Withdraw(row, int32(o.undone.At.Unix()/86400))
			} else {
				m.base.Restore(row)
			}
			m.handTouched = append(m.handTouched, row)
		}
		m.anchors[row] = o.Anchor
	}
	return nil
}

// anchorRow finds the live version of the record an override is anchored to.
func (r *river) anchorRow(a journal.Record) (state.Row, bool) {
	for no, id := range r.memory.base.Streams {
		if id == a.Stream {
			return r.memory.base.Latest(uint16(no), a.Key)
		}
	}
	return state.None, false
}

// followAnchors gives every override the client of its anchor, whatever merges
// and splits did to it. A value set by hand is no evidence of who is who: it
// takes no part in matching.
func (r *river) followAnchors() {
	m := &r.memory
	touch := func(c uint32) {
		if c != state.None {
			m.clientTouched[c] = true
		}
	}
	for _, row := range slices.Sorted(maps.Keys(m.anchors)) {
		client, anchor := state.None, m.anchors[row]
		if at, ok := r.anchorRow(anchor); ok {
			client = m.base.Client[at]
		} else if m.base.Live[row] {
			r.report.note("", "journal entry %s sets a value of %s, which no source delivers: it waits", m.base.KeyOf(row), anchor.Stream)
		}
		if was := m.base.Client[row]; was != client {
			touch(was)
			touch(client)
			m.base.Client[row] = client
		}
	}
	for _, row := range m.handTouched {
		touch(m.base.Client[row])
	}
}

// manual tells whether a row is a value set by hand.
func (m *workspace) manual(row state.Row) bool {
	_, ok := m.anchors[row]
	return ok
}

// act is the journal entry behind a row set by hand, 0 for a source's record.
func (m *workspace) act(row state.Row) int64 {
	if m.manual(row) {
		return m.base.Order[row]
	}
	return 0
}

// foldConsents writes the consent rows of all acts that are new or changed.
func (r *river) foldConsents(ctx context.Context, batch uint32) error {
	m := &r.memory
	list, err := consentFacts(m.acts, r.newTokenizer())
	if err != nil || len(list) == 0 {
		return err
	}
	kind, _ := factKind("consent")
	stream, no := m.base.StreamNo(ActConsents), kindNo(kind.Name)
	fb := &factBuilder{b: array.NewRecordBuilder(memory.DefaultAllocator, factSchema(kind))}
	defer fb.b.Release()
	for i := range list {
		vals := list[i].values(kind)
		if m.keyed.See(list[i].id, no, stream, valuesHash(kind, vals), m.actsAt) {
			fb.add(list[i].id, ActConsents, int(list[i].seq), vals, kind)
		}
	}
	line := r.report.factLine(ActConsents, kind.Name)
	line.Inserted += int64(len(fb.row))
	line.Merged += int64(len(list) - len(fb.row))
	if len(fb.row) == 0 {
		return nil
	}
	plain := fb.b.NewRecordBatch()
	defer plain.Release()
	rec := withBatchNo(plain, int32(batch))
	defer rec.Release()
	return r.staging.Upsert(ctx, kind.Name, []string{"fact_id"}, rec)
}

// values are the columns of a consent row in the order of its kind.
func (f *consentFact) values(kind schemas.FactKind) []fieldValue {
	vals := make([]fieldValue, len(kind.Fields))
	for i, field := range kind.Fields {
		v := &vals[i]
		switch field.Name {
		case "party":
			v.tok = f.party
		case "phone":
			v.tok = f.phone
		case "email":
			v.tok = f.email
		case "state":
			v.text = f.state
		case "purpose":
			v.text = f.purpose
		case "channel":
			v.text = f.channel
		case "since":
			v.num = int64(f.since)
		case "until":
			v.num = int64(f.until)
		case "text_version":
			v.text = f.textVersion
		case "origin":
			v.text = f.origin
		}
		v.set = v.text != "" || v.num != 0 || !v.tok.IsZero()
	}
	return vals
}
