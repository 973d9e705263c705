package pipeline

import (
	"context"
	"runtime"
	"sort"

	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/ordered"
	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// load turns landed rows into record versions and facts. Batches are decoded,
// mapped and cleansed by several workers; one committer applies them in their
// order, so the worker count changes nothing.
func (r *river) load(ctx context.Context) error {
	total := int64(0)
	for _, d := range r.memory.pending {
		total += d.Rows
	}
	if err := r.land.AheadOfLoad(r.memory.pending); err != nil {
		return err
	}
	meter := r.o.Progress.Start("load", total, "rows")
	defer meter.Done()
	for i := range r.memory.pending {
		if err := r.loadDelivery(ctx, &r.memory.pending[i], meter); err != nil {
			return err
		}
	}
	r.report.sortCodes()
	return nil
}

// prepared is one landed batch after mapping and cleansing.
type prepared struct {
	out   *interpreted
	clean []transformed
}

// transformed is a party batch after the rules, or nil cells when every row of
// it is already in force.
type transformed struct {
	fresh []bool // rows that need their cells
	cells *schemas.Batch
	junk  []junkCell // of all its rows, by row
	said  []digest   // of all its rows, once one of them is news
}

func (r *river) loadDelivery(ctx context.Context, d *landing.Delivery, meter Meter) error {
	in := r.memory.interpreters[d.Stream]
	bal := r.report.balance(d.Stream)
	bal.Read += d.Rows + d.Bad
	for reason, n := range d.Reasons {
		bal.Reasons[reason] += n
	}
	bal.setAside(r.settled.covers(d.ID+"-read", d.Bad), d.Bad, d.Reasons)
	streamNo := r.memory.base.StreamNo(d.Stream)
	asOfDay := int32(d.AsOf.Unix() / 86400)
	tokens := make([]*tokenizer, r.threads())
	for w := range tokens {
		tokens[w] = r.newTokenizer()
	}
	bad := r.land.Spool()
	defer bad.Close()
	err := ordered.Do(ctx, len(tokens), len(d.Batches), func(w, i int) (prepared, error) {
		out, clean, err := r.prepare(in, d, i, streamNo, asOfDay, tokens[w])
		return prepared{out, clean}, err
	}, func(i int, p prepared) error {
		if err := bad.Add(p.out.bad...); err != nil {
			return err
		}
		meter.Add(int64(p.out.rows))
		return r.commit(ctx, d, i, p, streamNo, bal)
	})
	if err != nil {
		return about(err, "load", d.Stream+" "+d.Name)
	}
	bal.setAside(r.settled.covers(d.ID+"-load", int64(bad.Rows())), int64(bad.Rows()), bad.Reasons())
	if err := r.land.PutQuarantine(d.Stream, d.ID, "load", bad); err != nil {
		return err
	}
	unread := int64(bad.Rows()) - bad.Reasons()[doubtful] // a doubtful row is of a record that was never loaded
	return r.afterDelivery(ctx, d, streamNo, in.stream, d.Bad+unread)
}

// prepare decodes, maps and cleanses one landed batch. It may run beside the
// committer: it only reads the base, under the lock.
func (r *river) prepare(in *interpreter, d *landing.Delivery, index int, streamNo uint16, asOfDay int32, tokens *tokenizer) (*interpreted, []transformed, error) {
	b, err := r.land.ReadBatch(d.Stream, d.Batches[index].ID)
	if err != nil {
		return nil, nil, err
	}
	defer b.Release()
	out, err := in.interpret(b, d, r.memory.columnsBefore[d.ID], asOfDay, tokens)
	if err != nil {
		return nil, nil, err
	}
	clean := make([]transformed, len(out.parties))
	for i := range out.parties {
		p := &out.parties[i]
		t := &clean[i]
		t.fresh = make([]bool, len(p.key))
		some := false
		r.memory.mu.RLock()
		for k, key := range p.key {
			row, known := r.memory.base.Latest(streamNo, key)
			t.fresh[k] = !known || r.memory.base.Content[row] != p.content[k] || r.memory.base.Closed[row] != 0
			some = some || t.fresh[k]
		}
		r.memory.mu.RUnlock()
		if !some {
			continue
		}
		t.said = p.digests(d.Stream)
		if err := r.rules.Apply(&p.cells, r.memory.rules); err != nil {
			return nil, nil, err
		}
		t.cells, t.junk = &p.cells, junkOf(&p.cells, r.p.Dict)
	}
	return out, clean, nil
}

// commit applies one prepared batch: records to the base, facts to staging,
// and every row to exactly one side of the balance.
func (r *river) commit(ctx context.Context, d *landing.Delivery, index int, p prepared, streamNo uint16, bal *Balance) error {
	out := p.out
	thisBatch := state.Batch{ID: d.Batches[index].ID, Stream: streamNo, Delivery: d.ID, AsOf: d.AsOf.Unix(), Rows: out.rows}
	batchNo, factBatch := r.memory.base.AddBatch(thisBatch), uint32(0)
	changed := make([]bool, out.rows)
	isParty := make([]bool, out.rows)
	for i := range out.parties {
		if err := r.commitParty(&out.parties[i], &p.clean[i], d, streamNo, batchNo, changed, isParty); err != nil {
			return err
		}
	}
	for row, fate := range out.fate {
		switch {
		case fate == fateFiltered:
			bal.Filtered++
		case fate == fateKept && isParty[row] && changed[row]:
			bal.Loaded++
		case fate == fateKept && isParty[row]:
			bal.Merged++
		}
	}
	for _, f := range out.facts {
		no := batchNo
		if f.primary && f.kind.Monthly {
			// A number of its own: the counts of these facts are the fate of their rows.
			if factBatch == 0 {
				factBatch = r.memory.base.AddBatch(thisBatch)
				r.memory.factBatches[factBatch] = bal
			}
			no = factBatch
		}
		if err := r.commitFacts(ctx, d, f, no, bal); err != nil {
			return err
		}
	}
	for reason, n := range out.filters {
		bal.Filters[reason] += n
	}
	for _, q := range out.bad {
		bal.Reasons[q.Reason]++
	}
	r.report.codeDrift(r.memory.interpreters[d.Stream], out.unknown)
	r.report.drifted(d.Stream, out.drift, out.orphanOptOuts, out.unsureOptOuts)
	return nil
}

func (r *river) commitParty(p *partyBatch, t *transformed, d *landing.Delivery, streamNo uint16, batchNo uint32, changed, isParty []bool) error {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	base := r.memory.base
	var bind *state.Binding
	for k, key := range p.key {
		row := p.row[k]
		isParty[row] = true
		outcome, version := base.Put(state.Seen{Stream: streamNo, Key: key, Party: p.cells.Party[k], Batch: batchNo, Pos: row,
			Content: p.content[k], Order: p.order[k], AsOf: d.AsOf.Unix(), Known: d.Arrived.UnixMicro(), Valid: p.valid[k]})
		if outcome == state.Merged {
			continue
		}
		changed[row] = true
		if live, ok := base.LiveOf(version); outcome == state.History && ok {
			r.memory.touched[live] = true // its client has more history than was published
		}
		if t.cells == nil { // in force when prepared, changed since by an earlier row of the same delivery
			t.said = p.digests(d.Stream)
			if err := r.rules.Apply(&p.cells, r.memory.rules); err != nil {
				return err
			}
			t.cells, t.junk = &p.cells, junkOf(&p.cells, r.p.Dict)
		}
		if bind == nil {
			bind = base.Bind(t.cells)
		}
		bind.Append(k)
		r.memory.committed(version, t.said[k])
		at := sort.Search(len(t.junk), func(i int) bool { return t.junk[i].row >= k })
		for ; at < len(t.junk) && t.junk[at].row == k; at++ {
			r.memory.junk.Add(version, t.junk[at].attr, t.junk[at].shape)
		}
	}
	return nil
}

// commitFacts hands facts to staging. Monthly facts are counted when their
// month is folded (see balance); keyed ones are compared here with what the
// key said last, and only changes are written.
func (r *river) commitFacts(ctx context.Context, d *landing.Delivery, f factRows, batchNo uint32, bal *Balance) error {
	rec := withBatchNo(f.rec, int32(batchNo))
	f.rec.Release()
	defer func() { rec.Release() }()
	if f.kind.Monthly {
		return r.staging.AppendFacts(ctx, f.kind.Name, d.Stream, rec)
	}
	ids := rec.Column(0).(*array.FixedSizeBinary)
	var fresh []int
	streamNo, kind := r.memory.base.StreamNo(d.Stream), kindNo(f.kind.Name)
	for i := 0; i < ids.Len(); i++ {
		var id opaque.Token
		copy(id[:], ids.Value(i))
		if r.memory.keyed.See(id, kind, streamNo, f.content[i], d.AsOf.Unix()) {
			fresh = append(fresh, i)
		}
	}
	r.memory.hold(f.kind, rec, fresh)
	line := r.report.factLine(d.Stream, f.kind.Name)
	line.Inserted += int64(len(fresh))
	line.Merged += int64(ids.Len() - len(fresh))
	if f.primary {
		bal.Loaded += int64(len(fresh))
		bal.Merged += int64(ids.Len() - len(fresh))
	}
	for lo := 0; lo < len(fresh); {
		hi := lo + 1
		for hi < len(fresh) && fresh[hi] == fresh[hi-1]+1 {
			hi++
		}
		part := rec.NewSlice(int64(fresh[lo]), int64(fresh[hi-1]+1))
		err := r.staging.Upsert(ctx, f.kind.Name, []string{"fact_id"}, part)
		part.Release()
		if err != nil {
			return err
		}
		lo = hi
	}
	return nil
}

func kindNo(name string) uint8 {
	for i, k := range schemas.FactKinds() {
		if k.Name == name {
			return uint8(i)
		}
	}
	return 255
}

// withBatchNo fills the batch number, which only the committer knows.
func withBatchNo(rec arrow.RecordBatch, no int32) arrow.RecordBatch {
	b := array.NewInt32Builder(memory.DefaultAllocator)
	defer b.Release()
	for i := int64(0); i < rec.NumRows(); i++ {
		b.Append(no)
	}
	col := b.NewArray()
	defer col.Release()
	cols := append([]arrow.Array(nil), rec.Columns()...)
	cols[2] = col
	return array.NewRecordBatch(rec.Schema(), cols, rec.NumRows())
}

// afterDelivery closes what a full extract no longer holds. A key may be
// missing only because its row could not be read: then nothing is closed, and
// the report says so.
func (r *river) afterDelivery(ctx context.Context, d *landing.Delivery, streamNo uint16, s *schemas.Stream, unread int64) error {
	r.memory.loaded(d)
	if s.Mode != schemas.Full {
		return nil
	}
	if unread > 0 {
		if !r.memory.base.HasOlder(streamNo, d.AsOf.Unix()) {
			return nil // nothing could be closed
		}
		r.report.note(d.Stream, "nothing closed: %d rows could not be read, a missing key proves nothing", unread)
		return nil
	}
	closed := r.memory.base.CloseMissing(streamNo, d.AsOf.Unix())
	for _, row := range closed {
		r.memory.touched[row] = true
	}
	facts := int64(0)
	for _, f := range s.Facts {
		if k, _ := factKind(f.Fact); !k.Monthly {
			gone := r.memory.keyed.Missing(kindNo(k.Name), streamNo, d.AsOf.Unix())
			if err := r.staging.CloseFacts(ctx, k, gone, int32(d.AsOf.Unix()/86400)); err != nil {
				return err
			}
			facts += int64(len(gone))
		}
	}
	r.report.balance(d.Stream).Closed += int64(len(closed)) + facts
	return nil
}

// pendingOrder sorts deliveries by the time they speak of, never by arrival.
func pendingOrder(list []landing.Delivery) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		if a.Stream != b.Stream {
			return a.Stream < b.Stream
		}
		if !a.AsOf.Equal(b.AsOf) {
			return a.AsOf.Before(b.AsOf)
		}
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return a.ID < b.ID
	})
}

func (r *river) threads() int {
	if r.p.Threads > 0 {
		return r.p.Threads
	}
	return runtime.NumCPU()
}

func (r *river) newTokenizer() *tokenizer {
	t := newTokenizer(r.land.Keys.Project())
	return &t
}

// learn is the first pass of the first load: it shows the rules all raw cells,
// so that what one column or one domain means is decided by all of it.
func (r *river) learn(ctx context.Context) error {
	if r.memory.rules != nil {
		return nil
	}
	prof := transforms.NewProfile(r.p.Dict)
	type part struct {
		d  *landing.Delivery
		id string
	}
	var parts []part
	for i := range r.memory.pending {
		d := &r.memory.pending[i]
		if len(r.memory.interpreters[d.Stream].stream.Parties) == 0 {
			continue
		}
		for _, ref := range d.Batches {
			parts = append(parts, part{d, ref.ID})
		}
	}
	meter := r.o.Progress.Start("learn", int64(len(parts)), "batches")
	defer meter.Done()
	err := ordered.Do(ctx, r.threads(), len(parts), func(_, i int) (*interpreted, error) {
		d := parts[i].d
		b, err := r.land.ReadBatch(d.Stream, parts[i].id)
		if err != nil {
			return nil, about(err, "learn from", d.Stream)
		}
		defer b.Release()
		return r.memory.interpreters[d.Stream].partiesOnly(b, int32(d.AsOf.Unix()/86400))
	}, func(_ int, out *interpreted) error {
		for k := range out.parties {
			prof.Add(&out.parties[k].cells)
		}
		meter.Add(1)
		return nil
	})
	if err != nil {
		return about(err, "learn", "")
	}
	r.memory.rules = prof.Model()
	return nil
}
