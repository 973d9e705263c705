package pipeline

import (
	"fmt"
	"sort"

	"clientbase/dedupe"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
)

// assign gives every cluster of a table its persistent client id by
// dedupe.Assign and enters what became of each id in the book. Clusters of other
// records keep their ids.
func (r *river) assign(mt *matchTable, part *dedupe.Partition) {
	m := &r.memory
	prev := dedupe.NewLedger()
	for no := uint32(0); no < uint32(m.book.Len()); no++ {
		if into := m.book.Into(no); into != state.None {
			prev.IDs[m.book.ID(no)] = dedupe.Identity{ID: m.book.ID(no), Born: uint32(m.book.Born(no)), Into: m.book.ID(into)}
		}
	}
	rows, names, clusters := mt.rows, mt.t.Record, part.Confident
	was := make([]uint32, len(rows))
	for i, row := range rows {
		if was[i] = m.previousClient(row); was[i] != state.None && m.kept[was[i]] {
			was[i] = state.None
		}
	}
	stays := staying(clusters, was)
	here := map[uint32]bool{} // clients among the records
	var some []string         // records of clusters that are other than a client was
	var of []uint32
	var someRows []state.Row
	for i, row := range rows {
		c := was[i]
		if c != state.None && !here[c] {
			here[c] = true
			prev.IDs[m.book.ID(c)] = dedupe.Identity{ID: m.book.ID(c), Born: uint32(m.book.Born(c))}
		}
		if stays[clusters[i]] {
			continue
		}
		if c != state.None {
			prev.Of[names[i]] = m.book.ID(c)
		}
		some, of, someRows = append(some, names[i]), append(of, clusters[i]), append(someRows, row)
	}
	key := r.land.Keys.Project().Derive("client-id")
	mint := func(record string) opaque.Token {
		for n := 0; ; n++ {
			id := key.Token("client", record, fmt.Sprint(n))
			no, known := m.book.Find(id)
			if !known || here[no] || (m.book.Into(no) != state.None && !m.kept[no]) {
				return id // never the id of a living client outside these records
			}
		}
	}
	next, events := dedupe.Assign(prev, some, of, uint32(r.staging.Seq()), mint, m.isRuled(some, someRows))
	for i, row := range rows {
		no := was[i]
		if !stays[clusters[i]] {
			no = m.book.Add(next.Of[names[i]], int64(r.staging.Seq()))
		}
		// What is said of a client comes from its own records: one that was reached,
		// and has the records that it had, stays as it is.
		if old := m.base.Client[row]; old != no || m.touched[row] {
			m.clientTouched[no] = true
			if old != state.None {
				m.clientTouched[old] = true
			}
		}
		m.base.Client[row], m.kept[no] = no, true
		m.book.Retire(no, state.None)
	}
	for c := range here {
		if into := next.IDs[m.book.ID(c)].Into; !into.IsZero() {
			no, _ := m.book.Find(into)
			m.book.Retire(c, no)
		}
	}
	for _, e := range events {
		m.events = append(m.events, identityEvent{kind: string(e.Kind), id: e.ID, other: e.Other, row: state.None, cause: fmt.Sprintf("%s, %d record(s)", e.Cause, e.Records)})
		switch e.Kind {
		case dedupe.Created:
			r.report.Clients.Created++
		case dedupe.Merged:
			r.report.Clients.Merged++
		case dedupe.SplitOff:
			r.report.Clients.Split++
		}
	}
}

// staying tells of clusters that hold all records of one client, and no other: it
// keeps its id. was holds the client of each record, None where it had none.
func staying(clusters, was []uint32) []bool {
	type party struct{ client, records uint32 }
	var of []party // by cluster; client None = of several, or of none
	records := map[uint32]uint32{}
	for i, no := range clusters {
		for int(no) >= len(of) {
			of = append(of, party{})
		}
		switch p := &of[no]; {
		case p.records == 0:
			*p = party{was[i], 1}
		case p.client == was[i]:
			p.records++
		default:
			p.client = state.None
		}
		records[was[i]]++
	}
	out := make([]bool, len(of))
	for no, p := range of {
		out[no] = p.client != state.None && p.records == records[p.client]
	}
	return out
}

// previousClient gives the client of a record in the previous snapshot.
func (m *workspace) previousClient(row state.Row) uint32 {
	if m.before == nil {
		return m.base.Client[row]
	}
	if c, ok := m.before[recordName(m.base, row)]; ok {
		return c
	}
	return state.None
}

// findTouchedClients lists the clients whose rows must be written anew.
func (m *workspace) findTouchedClients() {
	m.touchedClients = nil
	if m.full {
		seen := make([]bool, m.book.Len())
		for row, c := range m.base.Client {
			if m.base.Live[row] && c != state.None {
				seen[c] = true
			}
		}
		for c, ok := range seen {
			if ok {
				m.touchedClients = append(m.touchedClients, uint32(c))
			}
		}
		return
	}
	set := map[uint32]bool{}
	for c := range m.clientTouched {
		set[c] = true
	}
	for c := range set {
		m.touchedClients = append(m.touchedClients, c)
	}
	sort.Slice(m.touchedClients, func(i, j int) bool { return m.touchedClients[i] < m.touchedClients[j] })
}
