// Package state is what a run remembers in a snapshot so that the next one
// need not start again: every version of every record with its cleansed
// values, the scored evidence, cursors and models.
//
// Records live in plain arrays: one row per version, strings once per
// attribute in a dictionary. Rows and dictionaries only ever grow, so a delta
// writes a small further generation; the few things that change (which version
// is live, who the client is) are written whole.
package state

import (
	"sort"

	"clientbase/schemas"
)

// Row numbers a record version. It is stable over all runs of a data folder
// until a rebuild from landing and is published as record_no.
type Row = uint32

// None is the absent row or client.
const None = ^uint32(0)

// Base holds all record versions.
type Base struct {
	Streams []string // "source/stream"; Stream of a row points here
	Batches []Batch  // landed batches in loading order

	// One entry per row, never changed after append.
	Stream  []uint16
	Key     []uint32 // id in Keys
	Party   []uint8
	Batch   []uint32 // where this version was first seen
	Pos     []uint32 // row within that batch
	Content []uint64 // hash of the mapped source cells
	Valid   []int32  // business date of first sight, days since 1970
	Known   []int64  // arrival of its delivery, Unix microseconds: two loads within a second stay apart

	// One entry per row, changing.
	Order     []int64 // value of the order column; 0 = none
	AsOf      []int64 // Unix seconds of the latest delivery that carried it
	LastBatch []uint32
	LastPos   []uint32
	Live      []bool   // the current version of its record
	Closed    []int32  // day on which its key went missing from a full extract; 0 = open
	Client    []uint32 // client number; None before resolution

	Keys   *schemas.Dict // "<stream no>|<key>"
	Chains []string      // rule chains; chain ids of columns point here
	Fields []string      // source column names; field ids of columns point here
	Attrs  map[string]*Column

	moved  map[Row]bool     // rows whose last sight moved since TakeMoved
	latest []Row            // key id → live row, None = no version is live; may be shorter than the keys
	older  map[uint32][]Row // key id → versions that are not live; nil until one is asked for
	chain  map[string]uint16
	field  map[string]uint16
}

// Batch is a landed batch as the base refers to it.
type Batch struct {
	ID       string
	Stream   uint16
	Delivery string
	AsOf     int64
	Rows     int
}

// Column is one attribute over all rows: a list column with dictionary ids.
type Column struct {
	Dict   *schemas.Dict
	Off    []uint32 // len rows+1
	ID     []uint32 // per cell; 0 = no usable value
	Status []uint8
	Reason []uint16
	Chain  []uint16
	Field  []uint16
	Keys   []*KeyColumn // match keys of the dictionary's values
}

// NewBase returns an empty base.
func NewBase() *Base {
	return &Base{Keys: schemas.NewDict(), Chains: []string{""}, Fields: []string{""}, Attrs: map[string]*Column{},
		moved: map[Row]bool{}, chain: map[string]uint16{"": 0}, field: map[string]uint16{"": 0}}
}

// Rows counts record versions.
func (b *Base) Rows() int { return len(b.Stream) }

// StreamNo gives the number of a stream, adding it when new.
func (b *Base) StreamNo(id string) uint16 {
	for i, s := range b.Streams {
		if s == id {
			return uint16(i)
		}
	}
	b.Streams = append(b.Streams, id)
	return uint16(len(b.Streams) - 1)
}

// AddBatch registers a landed batch and gives its number.
func (b *Base) AddBatch(v Batch) uint32 {
	b.Batches = append(b.Batches, v)
	return uint32(len(b.Batches) - 1)
}

// KeyText composes the dictionary text of a record key.
func KeyText(stream uint16, key string) string {
	return string([]byte{byte(stream >> 8), byte(stream)}) + key
}

// KeyOf gives the source key of a row.
func (b *Base) KeyOf(r Row) string { return b.Keys.Get(b.Key[r])[2:] }

// StreamOf gives the stream id of a row.
func (b *Base) StreamOf(r Row) string { return b.Streams[b.Stream[r]] }

// Seen describes one sight of a record in a delivery.
type Seen struct {
	Stream  uint16
	Key     string
	Party   schemas.Party
	Batch   uint32
	Pos     uint32
	Content uint64
	Order   int64
	AsOf    int64
	Known   int64
	Valid   int32 // business day of the version; -1 = AsOf's day
}

// Outcome of a sight.
type Outcome uint8

// Outcomes.
const (
	Merged  Outcome = iota // the same content is already the version in force, or this one is older and known
	Created                // a record never seen before
	Changed                // a new current version of a known record
	History                // an older version, kept as history
)

// newer compares versions by (order, as_of, content), never by arrival.
func newer(o1, a1 int64, c1 uint64, o2, a2 int64, c2 uint64) bool {
	if o1 != o2 {
		return o1 > o2
	}
	if a1 != a2 {
		return a1 > a2
	}
	return c1 > c2
}

// Put applies one sight. When the outcome is not Merged a row was opened: the
// caller must then append its cells (Binding.Append) exactly once, before the next Put.
func (b *Base) Put(s Seen) (Outcome, Row) {
	id := b.Keys.Intern(KeyText(s.Stream, s.Key))
	cur, known := b.live(id)
	if known && b.Content[cur] == s.Content && b.Party[cur] == uint8(s.Party) && b.Closed[cur] == 0 {
		if newer(s.Order, s.AsOf, 0, b.Order[cur], b.AsOf[cur], 0) {
			b.Order[cur], b.AsOf[cur], b.LastBatch[cur], b.LastPos[cur] = s.Order, s.AsOf, s.Batch, s.Pos
			b.moved[cur] = true
		}
		return Merged, cur
	}
	if known && !newer(s.Order, s.AsOf, s.Content, b.Order[cur], b.AsOf[cur], b.Content[cur]) {
		if old, same := b.before(id, s); same { // the version that was in force then, seen again
			if newer(s.Order, s.AsOf, 0, b.Order[old], b.AsOf[old], 0) {
				b.Order[old], b.AsOf[old], b.LastBatch[old], b.LastPos[old] = s.Order, s.AsOf, s.Batch, s.Pos
			}
			b.AsOf[cur] = max(b.AsOf[cur], s.AsOf)
			b.moved[cur] = true
			return Merged, old
		}
	}
	r := Row(b.Rows())
	b.Stream = append(b.Stream, s.Stream)
	b.Key = append(b.Key, id)
	b.Party = append(b.Party, uint8(s.Party))
	b.Batch = append(b.Batch, s.Batch)
	b.Pos = append(b.Pos, s.Pos)
	b.Content = append(b.Content, s.Content)
	if s.Valid < 0 {
		s.Valid = int32(s.AsOf / 86400)
	}
	b.Valid = append(b.Valid, s.Valid)
	b.Known = append(b.Known, s.Known)
	b.Order = append(b.Order, s.Order)
	b.AsOf = append(b.AsOf, s.AsOf)
	b.LastBatch = append(b.LastBatch, s.Batch)
	b.LastPos = append(b.LastPos, s.Pos)
	b.Closed = append(b.Closed, 0)
	switch {
	case !known:
		b.Live, b.Client = append(b.Live, true), append(b.Client, None)
		b.setLive(id, r)
		return Created, r
	case newer(s.Order, s.AsOf, s.Content, b.Order[cur], b.AsOf[cur], b.Content[cur]):
		b.Live, b.Client = append(b.Live, true), append(b.Client, b.Client[cur])
		b.Live[cur] = false
		b.setLive(id, r)
		if b.older != nil {
			b.older[id] = append(b.older[id], cur)
		}
		return Changed, r
	default:
		if b.older != nil {
			b.older[id] = append(b.older[id], r)
		}
		b.Live, b.Client = append(b.Live, false), append(b.Client, b.Client[cur])
		b.AsOf[cur] = max(b.AsOf[cur], s.AsOf) // the key was there: not missing from a full extract
		return History, r
	}
}

// Binding joins a transformed batch to the base's columns, so that names and
// chains are looked up once per batch and not once per cell.
type Binding struct {
	b      *Base
	from   *schemas.Batch
	cells  []*schemas.Cells
	cols   []*Column
	chains []uint16
	fields []uint16
}

// Bind prepares a transformed batch for Append. It may come before or after the
// first Put of the batch.
func (b *Base) Bind(from *schemas.Batch) *Binding {
	v := &Binding{b: b, from: from}
	attrs := make([]string, 0, len(from.Out))
	for a := range from.Out {
		attrs = append(attrs, a)
	}
	sort.Strings(attrs)
	for _, a := range attrs {
		if from.Out[a] == nil || from.Out[a].Len() == 0 {
			continue
		}
		v.cells = append(v.cells, from.Out[a])
		v.cols = append(v.cols, b.column(a, 0))
	}
	for _, text := range from.Chains {
		v.chains = append(v.chains, b.internChain(text))
	}
	for _, name := range from.Fields {
		v.fields = append(v.fields, b.internField(name))
	}
	return v
}

// Append stores the cleansed cells of row i of the batch for the row that Put
// opened last. It must be called once per opened row, before the next Put.
func (v *Binding) Append(i int) {
	row := v.b.Rows() - 1
	for k, cells := range v.cells {
		col := v.cols[k]
		for len(col.Off) <= row { // a column that is younger than the rows before
			col.Off = append(col.Off, uint32(len(col.ID)))
		}
		for _, c := range cells.Row(i) {
			id := uint32(0)
			if c.Status.Usable() {
				id = col.Dict.Intern(c.Value)
			}
			col.ID = append(col.ID, id)
			col.Status = append(col.Status, uint8(c.Status))
			col.Reason = append(col.Reason, uint16(c.Reason))
			col.Chain = append(col.Chain, pick(v.chains, c.Chain))
			col.Field = append(col.Field, pick(v.fields, c.Field))
		}
	}
	for _, col := range v.b.Attrs {
		for len(col.Off) <= row+1 {
			col.Off = append(col.Off, uint32(len(col.ID)))
		}
	}
}

func pick(list []uint16, i uint16) uint16 {
	if int(i) < len(list) {
		return list[i]
	}
	return 0
}

// column gives the attribute's column, padded so that rows are closed up to n.
func (b *Base) column(attr string, n int) *Column {
	col, ok := b.Attrs[attr]
	if !ok {
		col = &Column{Dict: schemas.NewDict(), Off: make([]uint32, n+1)}
		b.Attrs[attr] = col
	}
	return col
}

func (b *Base) internChain(text string) uint16 {
	if i, ok := b.chain[text]; ok {
		return i
	}
	i := uint16(len(b.Chains))
	b.Chains = append(b.Chains, text)
	b.chain[text] = i
	return i
}

func (b *Base) internField(text string) uint16 {
	if i, ok := b.field[text]; ok {
		return i
	}
	i := uint16(len(b.Fields))
	b.Fields = append(b.Fields, text)
	b.field[text] = i
	return i
}

// Range gives the cells of row r: indexes into the column's arrays.
func (c *Column) Range(r Row) (lo, hi uint32) {
	if int(r)+1 >= len(c.Off) {
		return 0, 0
	}
	return c.Off[r], c.Off[r+1]
}

// Cells gives the cell range of attribute attr in row r: indexes into the
// column's arrays.
func (b *Base) Cells(attr string, r Row) (col *Column, lo, hi uint32) {
	col, ok := b.Attrs[attr]
	if !ok || int(r)+1 >= len(col.Off) {
		return col, 0, 0
	}
	return col, col.Off[r], col.Off[r+1]
}

// TakeMoved gives the rows that were seen again, unchanged, since it was last
// called, and forgets them.
func (b *Base) TakeMoved() map[Row]bool {
	m := b.moved
	b.moved = map[Row]bool{}
	return m
}

// HasOlder reports whether a live open record of a stream was last seen before asOf.
func (b *Base) HasOlder(stream uint16, asOf int64) bool {
	for r := range b.Stream {
		if b.Stream[r] == stream && b.Live[r] && b.Closed[r] == 0 && b.AsOf[r] < asOf {
			return true
		}
	}
	return false
}

// CloseMissing closes, on the given day, every live open record of a stream
// whose last sight is older than asOf. It returns the closed rows.
func (b *Base) CloseMissing(stream uint16, asOf int64) []Row {
	var closed []Row
	for r := range b.Stream {
		if b.Stream[r] == stream && b.Live[r] && b.Closed[r] == 0 && b.AsOf[r] < asOf {
			b.Closed[r] = int32(asOf / 86400)
			closed = append(closed, Row(r))
		}
	}
	return closed
}

// reindex rebuilds the maps that are not stored.
func (b *Base) reindex() {
	b.relive()
	b.chain, b.field = map[string]uint16{}, map[string]uint16{}
	for i, s := range b.Chains {
		b.chain[s] = uint16(i)
	}
	for i, s := range b.Fields {
		b.field[s] = uint16(i)
	}
}
