package pipeline

import (
	"context"
	"fmt"

	"clientbase/internal/errs"
	"clientbase/internal/state"
	"clientbase/internal/store"
)

// balance closes promise 1: every row read is loaded, merged, quarantined or
// filtered, and what was written is counted again from the closed files.
func (r *river) balance(ctx context.Context) error {
	m := &r.memory
	counts, err := r.staging.Facts(ctx)
	if err != nil {
		return err
	}
	for _, c := range counts {
		line := r.report.factLine(c.Stream, c.Kind)
		line.Inserted += c.Inserted
		line.Merged += c.Merged
		if bal := m.factBatches[uint32(c.BatchNo)]; bal != nil {
			bal.Loaded += c.Inserted
			bal.Merged += c.Merged
		}
	}
	var bad errs.List
	rows, quarantined := int64(0), int64(0)
	for _, b := range r.report.Balances {
		if st := m.streams[b.Stream]; st != nil {
			b.AsOf = day(int32(st.AsOf / 86400))
		}
		if !b.Even() {
			bad.Add(errs.New(errs.Integrity, "balance", b.Stream, fmt.Sprintf("read %d, loaded %d + merged %d + quarantined %d + filtered %d = %d",
				b.Read, b.Loaded, b.Merged, b.Quarantined, b.Filtered, b.Loaded+b.Merged+b.Quarantined+b.Filtered), "nothing was published; report this with `clientbase runs show`"))
		}
		rows += b.Read
		quarantined += b.Quarantined
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := r.staging.Checks(ctx, r.recount()); err != nil {
		return err
	}
	return r.tooMuchQuarantine()
}

// recount gives the checks that count the written files against memory.
func (r *river) recount() []store.Check {
	m := &r.memory
	live, clients, seen := int64(0), int64(0), make([]bool, m.book.Len()+1) // the last for records without a client
	for row, l := range m.base.Live {
		if !l || m.manual(state.Row(row)) {
			continue
		}
		live++
		if no := min(int(m.base.Client[row]), m.book.Len()); !seen[no] {
			seen[no] = true
			clients++
		}
	}
	hint := "nothing was published; run again with --from-landing, and report this"
	return []store.Check{
		{Name: "every live record stands in identities", SQL: "SELECT count(*) FROM identities", Want: live, Hint: hint},
		{Name: "every client with a live record stands in clients", SQL: "SELECT count(*) FROM clients", Want: clients, Hint: hint},
		{Name: "every keyed fact is there once", SQL: "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM card) + (SELECT count(*) FROM product) + (SELECT count(*) FROM link) + (SELECT count(*) FROM consent)",
			Want: int64(m.keyedCount()), Hint: hint},
	}
}

// tooMuchQuarantine ends the run before publication when a stream's share of
// quarantined rows exceeds what its contract allows.
func (r *river) tooMuchQuarantine() error {
	for _, b := range r.report.Balances {
		limit := r.p.MaxQuarantine
		if in := r.memory.interpreters[b.Stream]; in != nil && in.stream.MaxQuarantine > 0 {
			limit = in.stream.MaxQuarantine
		}
		if limit > 0 && b.Read > 0 && float64(b.Quarantined) > limit*float64(b.Read) {
			return errs.New(errs.Integrity, "check quarantine of", b.Stream, fmt.Sprintf("%d of %d rows could not be used, over the limit of %.2g %%", b.Quarantined, b.Read, limit*100),
				"`clientbase quarantine list` shows them; after a fix of the mapping `clientbase quarantine replay ID`; rows that nobody will mend: `clientbase quarantine discard ID`; or raise max_quarantine")
		}
	}
	return nil
}

// publish writes the small tables and the state and swaps the pointer.
func (r *river) publish(ctx context.Context) error {
	if err := r.saveHead(); err != nil {
		return err
	}
	m := &r.memory
	man := store.Manifest{Run: r.run, Created: r.o.Now.UTC(), Program: r.p.Version, Config: r.p.Config, Model: r.modelHash(), Journal: m.actsAt, Cursors: "state/head.json", Counts: map[string]int64{}}
	for _, id := range sortedStreams(m.streams) {
		st := m.streams[id]
		man.Streams = append(man.Streams, store.StreamState{Stream: id, Mode: r.modeOf(id), AsOf: day(int32(st.AsOf / 86400)),
			Deliveries: int64(len(st.Deliveries)), Records: st.Records, Facts: st.Facts})
	}
	for _, b := range r.report.Balances {
		man.Counts[b.Stream+" read"] = b.Read
		man.Counts[b.Stream+" loaded"] = b.Loaded
		man.Counts[b.Stream+" merged"] = b.Merged
		man.Counts[b.Stream+" quarantined"] = b.Quarantined
		man.Counts[b.Stream+" filtered"] = b.Filtered
	}
	if r.prev != nil {
		man.Previous = r.prev.Info().ID // also where nothing of it was taken over
	}
	if err := r.letGo(ctx); err != nil {
		return err
	}
	put := r.staging.Publish
	if man.Held = r.report.Held; len(man.Held) > 0 {
		put = r.staging.Hold
	}
	info, err := put(ctx, man)
	if err != nil {
		return err
	}
	r.report.Status, r.report.Snapshot = "published", info.ID
	if info.Held {
		r.report.Status, r.report.Exit, r.report.Error, r.report.Hint = "held", 3, reasons(man.Held), heldHint
	}
	if r.prev != nil {
		r.report.Previous = r.prev.Info().ID
	}
	r.report.Rebuilt = m.full && r.prev != nil
	r.countClients()
	return nil
}

func (r *river) modeOf(id string) string {
	if in := r.memory.interpreters[id]; in != nil {
		return string(in.stream.Mode)
	}
	return ""
}

func (r *river) countClients() {
	m, c := &r.memory, &r.report.Clients
	seen := make([]bool, m.book.Len())
	for row, live := range m.base.Live {
		no := m.base.Client[row]
		if !live || no == state.None || m.manual(state.Row(row)) {
			continue
		}
		c.Records++
		if seen[no] {
			continue
		}
		seen[no] = true
		if m.base.Party[row] == 2 {
			c.Organisations++
		} else {
			c.Persons++
		}
	}
	c.Touched = int64(len(m.touchedClients))
}
