package state

import (
	"io"
	"sort"

	"clientbase/schemas"
)

// Mark remembers how much of a base is on disk already.
type Mark struct {
	rows  int
	keys  int
	dicts map[string]int
	cells map[string]int
	match map[string][]keyMark
}

// Mark takes the base's present size; WriteGrowth later writes what came after.
func (b *Base) Mark() Mark {
	m := Mark{rows: b.Rows(), keys: b.Keys.Len(), dicts: map[string]int{}, cells: map[string]int{}, match: map[string][]keyMark{}}
	for a, c := range b.Attrs {
		m.dicts[a], m.cells[a], m.match[a] = c.Dict.Len(), len(c.ID), c.keyMarks()
	}
	return m
}

// Rows counts the rows on disk.
func (m Mark) Rows() int { return m.rows }

// Empty is the mark of a base with nothing on disk.
func Empty() Mark {
	return Mark{keys: 1, dicts: map[string]int{}, cells: map[string]int{}}
}

// WriteGrowth writes the rows, keys and dictionary entries that were added
// since the mark: one generation.
func (b *Base) WriteGrowth(w io.Writer, since Mark) error {
	s := newSectionWriter(w)
	n := since.rows
	put(s, "stream", b.Stream[n:])
	put(s, "key", b.Key[n:])
	put(s, "party", b.Party[n:])
	put(s, "batch", b.Batch[n:])
	put(s, "pos", b.Pos[n:])
	put(s, "content", b.Content[n:])
	put(s, "valid", b.Valid[n:])
	put(s, "known_us", b.Known[n:])
	putDict(s, "keys", b.Keys, since.keys)
	attrs := b.AttrNames()
	putStrings(s, "attrs", attrs)
	for _, a := range attrs {
		c := b.Attrs[a]
		first := max(since.dicts[a], 1)
		putDict(s, a+"/dict", c.Dict, first)
		k := since.cells[a]
		// Offsets are written relative to the generation's first cell.
		off := make([]uint32, 0, b.Rows()-n)
		for r := n + 1; r <= b.Rows(); r++ {
			off = append(off, c.Off[r]-uint32(k))
		}
		put(s, a+"/off", off)
		put(s, a+"/id", c.ID[k:])
		put(s, a+"/status", c.Status[k:])
		put(s, a+"/reason", c.Reason[k:])
		put(s, a+"/chain", c.Chain[k:])
		put(s, a+"/field", c.Field[k:])
		put(s, a+"/lo", c.Lo[k:])
		put(s, a+"/hi", c.Hi[k:])
		c.putKeys(s, a, since.match[a])
	}
	return s.close()
}

// ReadGrowth appends one generation; generations are read in their order.
func (b *Base) ReadGrowth(r io.Reader, thing string) error {
	s, err := readSections(r, thing)
	if err != nil {
		return err
	}
	before := b.Rows()
	b.Stream = get(s, "stream", b.Stream)
	b.Key = get(s, "key", b.Key)
	b.Party = get(s, "party", b.Party)
	b.Batch = get(s, "batch", b.Batch)
	b.Pos = get(s, "pos", b.Pos)
	b.Content = get(s, "content", b.Content)
	b.Valid = get(s, "valid", b.Valid)
	b.Known = get(s, "known_us", b.Known)
	b.Keys = getDict(s, "keys", b.Keys)
	for _, a := range getStrings(s, "attrs") {
		c := b.column(a, before)
		for len(c.Off) <= before {
			c.Off = append(c.Off, uint32(len(c.ID)))
		}
		base := uint32(len(c.ID))
		c.Dict = getDict(s, a+"/dict", c.Dict)
		for _, o := range get[uint32](s, a+"/off", nil) {
			c.Off = append(c.Off, o+base)
		}
		c.ID = get(s, a+"/id", c.ID)
		c.Status = get(s, a+"/status", c.Status)
		c.Reason = get(s, a+"/reason", c.Reason)
		c.Chain = get(s, a+"/chain", c.Chain)
		c.Field = get(s, a+"/field", c.Field)
		c.Lo = get(s, a+"/lo", c.Lo)
		c.Hi = get(s, a+"/hi", c.Hi)
		c.getKeys(s, a)
	}
	for _, c := range b.Attrs {
		for len(c.Off) <= b.Rows() {
			c.Off = append(c.Off, uint32(len(c.ID)))
		}
	}
	return nil
}

// WriteMutable writes what changes between runs, whole.
func (b *Base) WriteMutable(w io.Writer) error {
	s := newSectionWriter(w)
	putStrings(s, "streams", b.Streams)
	putStrings(s, "chains", b.Chains)
	putStrings(s, "fields", b.Fields)
	var ids, deliveries []string
	var stream []uint16
	var asOf, rows []int64
	for _, v := range b.Batches {
		ids, deliveries = append(ids, v.ID), append(deliveries, v.Delivery)
		stream, asOf, rows = append(stream, v.Stream), append(asOf, v.AsOf), append(rows, int64(v.Rows))
	}
	putStrings(s, "batch/id", ids)
	putStrings(s, "batch/delivery", deliveries)
	put(s, "batch/stream", stream)
	put(s, "batch/as_of", asOf)
	put(s, "batch/rows", rows)
	put(s, "order", b.Order)
	put(s, "as_of", b.AsOf)
	put(s, "last_batch", b.LastBatch)
	put(s, "last_pos", b.LastPos)
	put(s, "live", b.Live)
	put(s, "closed", b.Closed)
	put(s, "client", b.Client)
	return s.close()
}

// ReadMutable reads what WriteMutable wrote, after all generations.
func (b *Base) ReadMutable(r io.Reader, thing string) error {
	s, err := readSections(r, thing)
	if err != nil {
		return err
	}
	b.Streams, b.Chains, b.Fields = getStrings(s, "streams"), getStrings(s, "chains"), getStrings(s, "fields")
	ids, deliveries := getStrings(s, "batch/id"), getStrings(s, "batch/delivery")
	stream := get[uint16](s, "batch/stream", nil)
	asOf, rows := get[int64](s, "batch/as_of", nil), get[int64](s, "batch/rows", nil)
	b.Batches = nil
	for i := range ids {
		b.Batches = append(b.Batches, Batch{ids[i], stream[i], deliveries[i], asOf[i], int(rows[i])})
	}
	b.Order = get[int64](s, "order", nil)
	b.AsOf = get[int64](s, "as_of", nil)
	b.LastBatch = get[uint32](s, "last_batch", nil)
	b.LastPos = get[uint32](s, "last_pos", nil)
	b.Live = get[bool](s, "live", nil)
	b.Closed = get[int32](s, "closed", nil)
	b.Client = get[uint32](s, "client", nil)
	b.reindex()
	return nil
}

// AttrNames lists the attributes that have a column, sorted.
func (b *Base) AttrNames() []string {
	out := make([]string, 0, len(b.Attrs))
	for a := range b.Attrs {
		out = append(out, a)
	}
	sort.Strings(out)
	return out
}

func putDict(s *sectionWriter, name string, d *schemas.Dict, first int) {
	arena, off := d.Parts()
	first = min(first, d.Len())
	start := off[first]
	put(s, name+"/bytes", arena[start:])
	ends := make([]uint32, 0, d.Len()-first)
	for _, o := range off[first+1:] {
		ends = append(ends, o-start)
	}
	put(s, name+"/ends", ends)
}

func getDict(s *sections, name string, d *schemas.Dict) *schemas.Dict {
	arena, off := d.Parts()
	base := uint32(len(arena))
	arena = append(arena[:base:base], s.body[name+"/bytes"]...)
	off = off[:len(off):len(off)]
	for _, o := range get[uint32](s, name+"/ends", nil) {
		off = append(off, base+o)
	}
	return schemas.DictOf(arena, off)
}
