package pipeline

import (
	"crypto/sha256"
	"encoding/binary"
	"sort"

	"clientbase/internal/state"
)

// A record version is committed to: lineage holds HMAC-SHA-256 of what the
// source said, under a random key of that version alone. Who has the key can
// prove what was said; once the key is destroyed the commitment says nothing,
// and no list of all phones helps to guess it.

// digest is the SHA-256 of a record version's canonical content.
type digest [sha256.Size]byte

// commit is a commitment as the lineage keeps it: half of the HMAC, because a
// random number cannot be packed and lineage is paid for by the value. Finding a
// second content for it takes 2^64 tries with the key in hand, a key that fits a
// given content 2^128.
type commit [sha256.Size / 2]byte

// commitment gives the first half of HMAC-SHA-256(key, digest).
func commitment(key recordKey, d digest) commit {
	var text [sha256.BlockSize + sha256.Size]byte
	for i := range sha256.BlockSize {
		text[i] = 0x36
		if i < len(key) {
			text[i] ^= key[i]
		}
	}
	copy(text[sha256.BlockSize:], d[:])
	inner := sha256.Sum256(text[:])
	for i := range sha256.BlockSize {
		text[i] ^= 0x36 ^ 0x5c
	}
	copy(text[sha256.BlockSize:], inner[:])
	outer := sha256.Sum256(text[:])
	return commit(outer[:sha256.Size/2])
}

// digests gives the digest of every record of a party batch: stream, key, kind
// of party, and for each attribute by name its cells as the source gave them.
// Every text stands after its length.
func (p *partyBatch) digests(stream string) []digest {
	attrs := make([]string, 0, len(p.cells.In))
	for a := range p.cells.In {
		attrs = append(attrs, a)
	}
	sort.Strings(attrs)
	out := make([]digest, len(p.key))
	var buf []byte
	text := func(s string) { buf = append(binary.LittleEndian.AppendUint32(buf, uint32(len(s))), s...) }
	for k := range p.key {
		buf = buf[:0]
		text(stream)
		text(p.key[k])
		text(p.cells.Party[k].String())
		for _, a := range attrs {
			for _, c := range p.cells.In[a].Row(k) {
				text(a)
				text(c.Value)
			}
		}
		out[k] = sha256.Sum256(buf)
	}
	return out
}

// committed remembers the digest of a record version that this run opened.
func (m *workspace) committed(row state.Row, d digest) {
	at := int(row) - m.mark.Rows()
	for len(m.digests) <= at {
		m.digests = append(m.digests, digest{})
	}
	m.digests[at] = d
}

// commitments are those of the record versions from first on; an empty one is
// of a value set by hand, which is an act of the journal.
type commitments struct {
	first int
	list  []commit
}

// of gives the commitment of a record version; "" for one that stood before:
// what was said of it then holds.
func (c *commitments) of(row state.Row) string {
	i := int(row) - c.first
	if i < 0 || i >= len(c.list) || c.list[i] == (commit{}) {
		return ""
	}
	return string(c.list[i][:])
}

// commitRecords makes the keys of the record versions that this run opened,
// and their commitments.
func (r *river) commitRecords() (*commitments, error) {
	m := &r.memory
	out := &commitments{first: m.mark.Rows()}
	n := m.base.Rows() - out.first
	if n == 0 {
		return out, nil
	}
	keys, err := makeRecordKeys(r.land.Keys, r.p.Data, r.run, out.first, n)
	if err != nil {
		return nil, err
	}
	m.recordKeys = append(m.recordKeys, r.run)
	out.list = make([]commit, n)
	for i := range m.digests {
		if m.digests[i] != (digest{}) {
			out.list[i] = commitment(keys.at(i), m.digests[i])
		}
	}
	return out, nil
}
