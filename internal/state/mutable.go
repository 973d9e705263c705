package state

import "io"

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
	p, err := ReadPart(r, thing)
	if err == nil {
		b.Mutable(p)
	}
	return err
}

// Mutable takes in what WriteMutable wrote, after all generations.
func (b *Base) Mutable(p *Part) {
	s := p.s
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
}
