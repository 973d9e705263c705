package pipeline

import (
	"context"
	"path/filepath"
	"strings"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Reach is how the clients of one snapshot can be reached: their records, the
// contact points on them in clear, and who may be the same as whom. It is read
// from the encrypted state, because the published tables hold no clear contact
// point; it stays in memory and is written nowhere. Client numbers are those of
// the published tables. Not safe for concurrent use.
type Reach struct {
	base    *state.Base
	book    *state.Book
	tok     tokenizer
	attrs   []reachAttr
	records map[opaque.Token]state.Row // live records
	held    map[opaque.Token]held      // who holds each contact point
	order   []state.Row                // rows of client c: order[first[c]:first[c+1]]
	first   []uint32
	edges   [][]state.Edge // evidence in the ask zone between records of two clients, and what people said since the run
	parts   []ReachPart
}

// ReachPart says that records of one client became another client's.
type ReachPart struct {
	A, B int32
	Day  string // ISO day of the run
}

type reachAttr struct {
	id, kind string
	col      *state.Column
	token    []opaque.Token // by value id
}

type held struct {
	last uint32 // client counted last
	n    int
}

// ReachPoint is a contact point as it stands on one record.
type ReachPoint struct {
	Token     opaque.Token
	Kind      string // schemas.RefPhone or RefEmail
	Record    opaque.Token
	Value     opaque.Value // E.164 without extension, or the address
	Status    schemas.Status
	Mobile    bool
	Extension bool
	Holders   int   // clients that hold it, over all attributes of the kind
	Day       int32 // business day of the record's version, days since 1970
}

// OpenReach reads the state of a snapshot. It fails with errs.Integrity when a
// state file is missing or does not fit its key.
func OpenReach(ctx context.Context, p *Project, s *store.Snapshot) (*Reach, error) {
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return nil, err
	}
	acts, err := journal.Open(p.Data, keys.Project()).Read(0)
	if err != nil {
		return nil, err
	}
	u, err := rulingOf(acts)
	if err != nil {
		return nil, err
	}
	r := &Reach{tok: newTokenizer(keys.Project())}
	if err := r.load(keys, s, u); err != nil {
		return nil, err
	}
	r.index(p.Dict)
	return r, r.partings(ctx, s)
}

// partings reads who was parted from whom out of the history of the ids.
func (r *Reach) partings(ctx context.Context, s *store.Snapshot) error {
	reader, err := s.Reader(ctx)
	if err != nil {
		return err
	}
	rows, err := reader.Query(ctx, "SELECT client_id, other_id, left(run, 8) FROM client.main.identity_events WHERE kind IN ('split', 'reassigned') AND other_id IS NOT NULL ORDER BY event_no")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a, b, day string
		if err := rows.Scan(&a, &b, &day); err != nil {
			return err
		}
		x, okA := r.ClientNo(a)
		y, okB := r.ClientNo(b)
		if okA && okB && x != y && len(day) == 8 {
			r.parts = append(r.parts, ReachPart{x, y, day[:4] + "-" + day[4:6] + "-" + day[6:]})
		}
	}
	return rows.Err()
}

// Parts gives all partings of clients, in their numbers of now.
func (r *Reach) Parts() []ReachPart { return r.parts }

func (r *Reach) load(keys *landing.Keys, s *store.Snapshot, u *ruling) error {
	f, err := openSealed(keys, s)
	if err != nil {
		return err
	}
	if r.base, err = f.records(); err != nil {
		return err
	}
	if r.book, err = f.clients(); err != nil {
		return err
	}
	for _, party := range parties {
		model, err := f.model(party)
		if err != nil {
			return err
		}
		if model == nil {
			continue
		}
		all, err := f.edges(party)
		if err != nil {
			return err
		}
		r.edges = append(r.edges, asks(r.base, all, model.Merge, u))
	}
	r.edges = append(r.edges, joins(r.base, u))
	return nil
}

// index names every record and contact point by its token.
func (r *Reach) index(dict *schemas.Dictionary) {
	r.order, r.first = groupByClient(r.base, r.book.Len())
	r.records = make(map[opaque.Token]state.Row, r.base.Rows())
	for row, live := range r.base.Live {
		if live {
			r.records[r.recordToken(state.Row(row))] = state.Row(row)
		}
	}
	r.held = map[opaque.Token]held{}
	for _, a := range dict.Attrs {
		kind, col := refKind(a.Kind), r.base.Attrs[a.ID]
		if kind == "" || a.Kind == schemas.KindVisitor || col == nil {
			continue
		}
		x := reachAttr{id: a.ID, kind: kind, col: col, token: make([]opaque.Token, col.Dict.Len())}
		for v := 1; v < col.Dict.Len(); v++ {
			x.token[v] = r.tok.value(a.Kind, col.Dict.Get(uint32(v)))
		}
		r.attrs = append(r.attrs, x)
	}
	for c := uint32(0); c+1 < uint32(len(r.first)); c++ {
		r.eachPoint(c, func(_ state.Row, a *reachAttr, cell uint32) {
			t := a.token[a.col.ID[cell]]
			if h, ok := r.held[t]; !ok || h.last != c {
				r.held[t] = held{c, h.n + 1}
			}
		})
	}
}

func (r *Reach) recordToken(row state.Row) opaque.Token {
	return r.tok.key.Token(schemas.RefRecord, recordName(r.base, row))
}

// eachPoint visits the contact points on the live records of a client.
func (r *Reach) eachPoint(c uint32, do func(row state.Row, a *reachAttr, cell uint32)) {
	if int(c)+1 >= len(r.first) {
		return
	}
	for _, row := range r.order[r.first[c]:r.first[c+1]] {
		if r.base.Live[row] {
			r.onRow(row, do)
		}
	}
}

func (r *Reach) onRow(row state.Row, do func(row state.Row, a *reachAttr, cell uint32)) {
	for i := range r.attrs {
		a := &r.attrs[i]
		_, lo, hi := r.base.Cells(a.id, row)
		for k := lo; k < hi; k++ {
			if a.col.ID[k] != 0 {
				do(row, a, k)
			}
		}
	}
}

// Holder gives the client of a record, by the record's token.
func (r *Reach) Holder(record opaque.Token) (client int32, ok bool) {
	row, ok := r.records[record]
	if !ok || r.base.Client[row] == state.None {
		return 0, false
	}
	return int32(r.base.Client[row]), true
}

// RecordToken gives the token of a record by its name, and whether the snapshot
// holds it.
func (r *Reach) RecordToken(stream, key string) (opaque.Token, bool) {
	t := r.tok.key.Token(schemas.RefRecord, stream+"\x00"+key)
	_, ok := r.records[t]
	return t, ok
}

// RecordOf names the record of a token: stream and key.
func (r *Reach) RecordOf(record opaque.Token) (stream, key string, ok bool) {
	row, ok := r.records[record]
	if !ok {
		return "", "", false
	}
	return r.base.StreamOf(row), r.base.KeyOf(row), true
}

// Borne gives every contact point that any version of these records bore.
func (r *Reach) Borne(records map[opaque.Token]bool) map[opaque.Token][]opaque.Token {
	byKey := map[uint32]opaque.Token{}
	for t := range records {
		if row, ok := r.records[t]; ok {
			byKey[r.base.Key[row]] = t
		}
	}
	out := map[opaque.Token][]opaque.Token{}
	if len(byKey) == 0 {
		return out
	}
	for row := range r.base.Stream {
		if t, ok := byKey[r.base.Key[row]]; ok {
			r.onRow(state.Row(row), func(_ state.Row, a *reachAttr, k uint32) { out[t] = append(out[t], a.token[a.col.ID[k]]) })
		}
	}
	return out
}

// Holders gives the clients that hold these contact points on a live record.
func (r *Reach) Holders(points map[opaque.Token]bool) map[opaque.Token][]int32 {
	out := map[opaque.Token][]int32{}
	if len(points) == 0 {
		return out
	}
	for c := uint32(0); c+1 < uint32(len(r.first)); c++ {
		r.eachPoint(c, func(_ state.Row, a *reachAttr, k uint32) {
			t := a.token[a.col.ID[k]]
			if !points[t] {
				return
			}
			if l := out[t]; len(l) == 0 || l[len(l)-1] != int32(c) {
				out[t] = append(l, int32(c))
			}
		})
	}
	return out
}

// Asks gives the clients that may be the same party as these.
func (r *Reach) Asks(clients map[int32]bool) map[int32][]int32 {
	out := map[int32][]int32{}
	for _, list := range r.edges {
		for _, e := range list {
			a, b := int32(r.base.Client[e.A]), int32(r.base.Client[e.B])
			if clients[a] {
				out[a] = append(out[a], b)
			}
			if clients[b] {
				out[b] = append(out[b], a)
			}
		}
	}
	return out
}

// Points gives the contact points of one client, in clear, once for each live
// record on which they stand.
func (r *Reach) Points(client int32) []ReachPoint {
	var out []ReachPoint
	r.eachPoint(uint32(client), func(row state.Row, a *reachAttr, k uint32) {
		value, ext, extension := strings.Cut(a.col.Dict.Get(a.col.ID[k]), ";")
		if a.kind == schemas.RefEmail && extension {
			value, extension = value+";"+ext, false
		}
		t := a.token[a.col.ID[k]]
		p := ReachPoint{Token: t, Kind: a.kind, Record: r.recordToken(row), Value: opaque.Of(value), Status: schemas.Status(a.col.Status[k]),
			Extension: extension, Holders: r.held[t].n, Day: r.base.Valid[row]}
		if a.kind == schemas.RefPhone {
			for _, res := range transforms.Phone(value, "") {
				p.Mobile = strings.HasPrefix(res.Class, "mobile")
			}
		}
		out = append(out, p)
	})
	return out
}

// ClientID gives the persistent id of a client.
func (r *Reach) ClientID(client int32) string { return r.book.ID(uint32(client)).String() }

// ClientNo finds a client by its id; a retired id gives the one that took its
// records over.
func (r *Reach) ClientNo(id string) (int32, bool) {
	no, ok := r.book.Find(parseToken(id))
	if !ok {
		return 0, false
	}
	for r.book.Into(no) != state.None {
		no = r.book.Into(no)
	}
	return int32(no), true
}

// NationalPhone writes an E.164 number as people inside its country do.
func NationalPhone(e164 string) string { return transforms.NationalPhone(e164) }
