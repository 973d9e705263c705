package pipeline

import (
	"context"
	"sort"

	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Brake holds a run that would do too much to what was there. Each is a share,
// 0–1, of what the snapshot in force holds; 0 = no brake, 1 = never holds.
type Brake struct {
	Close   float64 // open records of one stream, and open facts of one kind, that would be closed or be gone
	Merge   float64 // clients that would be merged into another
	Split   float64 // clients that would be split
	Change  float64 // clients of whom a published value would be another or gone
	AtLeast int64   // fewer than this many never hold
}

// stock is what was there when a run began.
type stock struct {
	clients int64
	open    []bool // by key id of the base: the record was open
	records []int64
	facts   map[heap]int64
	streams []string // by stream number
	keys    *schemas.Dict
	old     *state.Keyed // of a rebuild: the facts as they stood
}

// heap is the keyed facts of one kind that one stream gave.
type heap struct {
	kind   uint8
	stream uint16
}

// takeStock counts what the loaded state holds open.
func takeStock(b *state.Base, k *state.Keyed) stock {
	s := stock{open: make([]bool, b.Keys.Len()), records: make([]int64, len(b.Streams)), facts: map[heap]int64{}, streams: append([]string(nil), b.Streams...)}
	var seen []bool // by client number
	for row, live := range b.Live {
		if !live {
			continue
		}
		if c := b.Client[row]; c != state.None {
			if int(c) >= len(seen) {
				seen = append(seen, make([]bool, int(c)+1-len(seen))...)
			}
			if !seen[c] {
				seen[c] = true
				s.clients++
			}
		}
		if b.Closed[row] == 0 {
			s.open[b.Key[row]] = true
			s.records[b.Stream[row]]++
		}
	}
	k.Each(func(_ opaque.Token, kind uint8, stream uint16, gone bool) {
		if !gone {
			s.facts[heap{kind, stream}]++
		}
	})
	k.Watch()
	return s
}

// rebuilt keeps what the comparison after a rebuild needs of the state that it replaces.
func (s *stock) rebuilt(b *state.Base, k *state.Keyed) { s.keys, s.old = b.Keys, k }

// closed counts, per stream, the records that were open and are closed or gone.
func (s *stock) closed(b *state.Base) []int64 {
	out := make([]int64, len(s.streams))
	if s.keys == nil { // a delta: records stay
		for row, live := range b.Live {
			if live && b.Closed[row] != 0 && int(b.Key[row]) < len(s.open) && s.open[b.Key[row]] {
				out[b.Stream[row]]++
			}
		}
		return out
	}
	now := map[string]uint16{}
	for i, id := range b.Streams {
		now[id] = uint16(i)
	}
	for key, open := range s.open {
		if !open {
			continue
		}
		text := s.keys.Get(uint32(key))
		stream := uint16(text[0])<<8 | uint16(text[1])
		if no, ok := now[s.streams[stream]]; ok {
			if row, ok := b.Latest(no, text[2:]); ok && b.Closed[row] == 0 {
				continue
			}
		}
		out[stream]++
	}
	return out
}

// closedFacts counts the keyed facts that were open and are closed or gone.
func (s *stock) closedFacts(k *state.Keyed) map[heap]int64 {
	out := map[heap]int64{}
	if s.old == nil {
		k.Closed(func(kind uint8, stream uint16) { out[heap{kind, stream}]++ })
		return out
	}
	s.old.Each(func(id opaque.Token, kind uint8, stream uint16, gone bool) {
		if !gone && !k.Open(id) {
			out[heap{kind, stream}]++
		}
	})
	return out
}

// brake compares what was built with what is in force and collects the reasons
// to hold it. The first load holds nothing.
func (r *river) brake(ctx context.Context) error {
	if err := r.strangePurposes(ctx); err != nil {
		return err
	}
	if r.prev == nil {
		return nil
	}
	m, limits := &r.memory, r.p.Brake
	if r.erasing && m.arrived == 0 {
		return nil // nothing came but an erasure that a person asked for
	}
	over := func(share, stream, what string, n, total int64, limit float64) {
		if limit > 0 && n >= max(limits.AtLeast, 1) && float64(n) > limit*float64(total) {
			r.report.Held = append(r.report.Held, store.HeldBy{Share: share, Stream: stream, What: what, Count: n, Total: total, Limit: limit})
		}
	}
	s := &m.stock
	for stream, n := range s.closed(m.base) {
		id := s.streams[stream]
		over("close", id, "records of "+id, n, s.records[stream], r.closeLimit(id))
	}
	facts := s.closedFacts(m.keyed)
	heaps := make([]heap, 0, len(facts))
	for h := range facts {
		heaps = append(heaps, h)
	}
	sort.Slice(heaps, func(i, j int) bool {
		a, b := heaps[i], heaps[j]
		return a.stream < b.stream || a.stream == b.stream && a.kind < b.kind
	})
	kinds := schemas.FactKinds()
	for _, h := range heaps {
		id := s.streams[h.stream]
		over("close", id, kinds[h.kind].Name+" facts of "+id, facts[h], s.facts[h], r.closeLimit(id))
	}
	over("merge", "", "clients", r.report.Clients.Merged, s.clients, limits.Merge)
	over("split", "", "clients", r.report.Clients.Split, s.clients, limits.Split)
	most := int64(len(m.touchedClients)) // only they can have changed
	if limits.Change > 0 && limits.Change < 1 && most >= limits.AtLeast && float64(most) > limits.Change*float64(s.clients) {
		n, err := r.staging.ChangedClients(ctx, r.prev)
		if err != nil {
			return err
		}
		over("change", "", "clients", n, s.clients, limits.Change)
	}
	if err := r.restate(ctx); err != nil {
		return err
	}
	r.late()
	return nil
}

func (r *river) closeLimit(stream string) float64 {
	if in := r.memory.interpreters[stream]; in != nil && in.stream.BrakeClose > 0 {
		return in.stream.BrakeClose
	}
	return r.p.Brake.Close
}

// restate counts what restatements withdrew and added.
func (r *river) restate(ctx context.Context) error {
	for _, x := range r.report.Restated {
		gone, come := []string{x.gone}, []string(nil)
		if x.come != "" {
			come = []string{x.come}
		}
		var err error
		if x.Withdrawn, x.Added, err = r.staging.FactsBetween(ctx, r.prev, x.Stream, gone, come); err != nil {
			return err
		}
	}
	return nil
}

// late finds streams that have nothing of the day that others brought.
func (r *river) late() {
	latest := r.memory.arrived
	r.away(latest)
	if latest == 0 {
		return
	}
	for i := range r.p.Streams {
		s := &r.p.Streams[i].Stream
		st := r.memory.streams[s.ID()]
		if s.Late == "" || st == nil || r.isAway(s.ID()) {
			continue
		}
		have, want := s.PeriodOf(unix(st.AsOf)), s.PeriodOf(unix(latest))
		if have >= want {
			continue
		}
		if s.Late == "hold" {
			r.report.Held = append(r.report.Held, store.HeldBy{Share: "late", Stream: s.ID(), What: "deliveries of " + s.ID(), Have: have, Want: want})
		} else {
			r.report.note(s.ID(), "late: nothing for %s yet; goes out with what it had, as of %s", want, have)
		}
	}
}
