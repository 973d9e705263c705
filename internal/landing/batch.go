package landing

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/connectors"
	"clientbase/internal/errs"
)

// Batch is a landed batch read back.
type Batch struct {
	Rows  arrow.RecordBatch // utf8 columns; the caller releases it
	Pos   []connectors.Position
	Raw   []byte
	RawAt int64
	Gone  map[int]string  // erased rows, with why: their cells are null, their bytes blank
	Aside map[int]string  // rows that no run may load unasked, with why
	Done  map[string]Done // what erasures took from rows that stay, by Edit.For
}

// Release frees the rows.
func (b *Batch) Release() {
	if b.Rows != nil {
		b.Rows.Release()
	}
}

// Column gives a column by name, or nil.
func (b *Batch) Column(name string) *array.String {
	for i, f := range b.Rows.Schema().Fields() {
		if f.Name == name {
			col, _ := b.Rows.Column(i).(*array.String)
			return col
		}
	}
	return nil
}

// RawRow gives the received bytes of row i, or nil when the source was no file.
func (b *Batch) RawRow(i int) []byte {
	p := b.Pos[i]
	if b.Raw == nil || p.Kind != connectors.AtOffset {
		return nil
	}
	lo, hi := p.A-b.RawAt, p.B-b.RawAt
	if lo < 0 || hi > int64(len(b.Raw)) || lo > hi {
		return nil
	}
	return b.Raw[lo:hi]
}

// header precedes the Arrow stream inside a batch file.
type header struct {
	Format int                   `json:"format"` // 1
	Rows   int                   `json:"rows"`
	RawAt  int64                 `json:"raw_at"`
	RawLen int64                 `json:"raw_len"`
	IPCLen int64                 `json:"ipc_len"`
	Pos    []connectors.Position `json:"pos,omitempty"`
	Gen    int                   `json:"generation,omitempty"` // how often it was rewritten by erasures; its id is that of what was received
	Gone   map[int]string        `json:"gone,omitempty"`       // erased rows, with why
	Aside  map[int]string        `json:"aside,omitempty"`      // rows that no run may load unasked, with why
	Done   map[string]Done       `json:"done,omitempty"`       // what erasures took from rows that stay, by erasure
}

// putBatch writes the batch unless a batch of the same content stands there
// already: a repeated delivery costs no second copy.
//
// Rows that e erases or alters never reach the disk. The id is that of what was
// received all the same, so that a repeated delivery is still known as one.
func (s *Store) putBatch(stream string, b connectors.Batch, e *Edit) (BatchRef, error) {
	id := s.batchID(stream, b)
	ref := BatchRef{ID: id, RawAt: b.RawAt, Raw: int64(len(b.Raw))}
	if b.Rows != nil {
		ref.Rows = int(b.Rows.NumRows())
	}
	path := s.batchPath(stream, id)
	if _, err := os.Stat(path); err == nil {
		return ref, nil
	}
	landed := &Batch{Rows: b.Rows, Pos: b.Pos, Raw: b.Raw, RawAt: b.RawAt}
	generation := 0
	if !e.Empty() {
		landed, generation = landed.edited(e), 1
		defer landed.Release()
	}
	fill, err := encoded(landed, generation)
	if err != nil {
		return ref, errs.Hidden(errs.Bug, "land batch of", stream, "cannot encode rows", err, "")
	}
	return ref, s.Keys.Seal(path, id, fill)
}

// encoded gives the clear content of a batch file.
func encoded(b *Batch, generation int) (func(io.Writer) error, error) {
	var rows bytes.Buffer
	head := header{Format: 1, RawAt: b.RawAt, RawLen: int64(len(b.Raw)), Gen: generation, Gone: b.Gone, Aside: b.Aside, Done: b.Done}
	if b.Rows != nil {
		head.Rows = int(b.Rows.NumRows())
		w := ipc.NewWriter(&rows, ipc.WithSchema(b.Rows.Schema()))
		if err := w.Write(b.Rows); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	head.IPCLen = int64(rows.Len())
	packed := packPositions(b.Pos)
	if packed == nil {
		head.Pos = b.Pos
	}
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error {
		var n [12]byte
		copy(n[:], "CBB1")
		binary.LittleEndian.PutUint32(n[4:], uint32(len(text)))
		binary.LittleEndian.PutUint32(n[8:], uint32(len(packed)))
		for _, part := range [][]byte{n[:], text, packed, rows.Bytes(), b.Raw} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// ReadBatch reads a batch back.
func (s *Store) ReadBatch(stream, id string) (*Batch, error) {
	b, _, err := s.readBatch(stream, id, true)
	return b, err
}

// ReadRows is ReadBatch without the received bytes, which are half of a batch.
func (s *Store) ReadRows(stream, id string) (*Batch, error) {
	b, _, err := s.readBatch(stream, id, false)
	return b, err
}

// readBatch is ReadBatch that tells the generation, too; raw: with the received
// bytes.
func (s *Store) readBatch(stream, id string, raw bool) (*Batch, int, error) {
	path := s.batchPath(stream, id)
	r, err := s.Keys.Unseal(path, id)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	damaged := func(err error) error { return damagedBatch(stream+" "+id, err) }
	head, packed, err := readHead(r, stream+" "+id)
	if err != nil {
		return nil, 0, err
	}
	out := &Batch{Pos: head.Pos, RawAt: head.RawAt, Gone: head.Gone, Aside: head.Aside, Done: head.Done}
	if len(packed) > 0 {
		out.Pos = unpackPositions(packed)
	}
	if out.Rows, err = readRows(&io.LimitedReader{R: r, N: head.IPCLen}, raw); err != nil {
		return nil, 0, damaged(err)
	}
	if raw && head.RawLen > 0 {
		out.Raw = make([]byte, head.RawLen)
		if _, err := io.ReadFull(r, out.Raw); err != nil {
			out.Rows.Release()
			return nil, 0, damaged(err)
		}
	}
	return out, head.Gen, nil
}

// readRows reads rows as they are unpacked, without a copy between. drain: up to
// the end of r, whatever stands behind the rows.
func readRows(r *io.LimitedReader, drain bool) (arrow.RecordBatch, error) {
	if r.N == 0 {
		return array.NewRecordBatch(arrow.NewSchema(nil, nil), nil, 0), nil
	}
	in, err := ipc.NewReader(r, ipc.WithAllocator(memory.DefaultAllocator))
	if err != nil {
		return nil, err
	}
	defer in.Release()
	if !in.Next() {
		return nil, cmp.Or(in.Err(), io.ErrUnexpectedEOF)
	}
	rows := in.RecordBatch()
	rows.Retain()
	if drain {
		if _, err := io.Copy(io.Discard, r); err != nil {
			rows.Release()
			return nil, err
		}
	}
	return rows, nil
}

func damagedBatch(thing string, err error) error {
	return errs.Hidden(errs.Integrity, "read batch", thing, "damaged", err, "restore the file from backup")
}

// readHead reads the head of a batch file and its packed positions.
func readHead(r io.Reader, thing string) (head header, packed []byte, err error) {
	var n [12]byte
	if _, err := io.ReadFull(r, n[:]); err != nil || string(n[:4]) != "CBB1" {
		return head, nil, damagedBatch(thing, err)
	}
	text := make([]byte, binary.LittleEndian.Uint32(n[4:]))
	packed = make([]byte, binary.LittleEndian.Uint32(n[8:]))
	if _, err := io.ReadFull(r, text); err != nil {
		return head, nil, damagedBatch(thing, err)
	}
	if _, err := io.ReadFull(r, packed); err != nil {
		return head, nil, damagedBatch(thing, err)
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return head, nil, damagedBatch(thing, err)
	}
	return head, packed, nil
}

// packPositions stores byte-range positions as four integers each; nil when a
// position carries text.
func packPositions(pos []connectors.Position) []byte {
	out := make([]byte, 0, len(pos)*6)
	var a, line int64
	for _, p := range pos {
		if p.Key != "" {
			return nil
		}
		out = append(out, byte(p.Kind))
		out = binary.AppendVarint(out, p.A-a)
		out = binary.AppendVarint(out, p.B-p.A)
		out = binary.AppendVarint(out, p.Line-line)
		a, line = p.B, p.Line
	}
	return out
}

// packedPosition is the least that a position takes up: a kind and three varints.
const packedPosition = 4

func unpackPositions(b []byte) []connectors.Position {
	out := make([]connectors.Position, 0, len(b)/packedPosition)
	var a, line int64
	next := func() int64 {
		v, n := binary.Varint(b)
		if n <= 0 {
			b = nil
			return 0
		}
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		p := connectors.Position{Kind: connectors.PosKind(b[0])}
		b = b[1:]
		p.A = a + next()
		p.B = p.A + next()
		p.Line = line + next()
		a, line = p.B, p.Line
		out = append(out, p)
	}
	return out
}

// batchID is an HMAC over the canonical rows and positions, so it depends on
// content alone and tells an outsider nothing.
func (s *Store) batchID(stream string, b connectors.Batch) string {
	mac := s.Keys.Project().Derive("batch")
	key := mac.Token("batch") // a stable sub-key for the streaming HMAC
	h := &digest{mac: hmac.New(sha256.New, key[:])}
	h.text(stream)
	if b.Rows != nil {
		hashRows(h, b.Rows)
	}
	for i := range b.Pos {
		p := &b.Pos[i]
		h.number(int64(p.Kind))
		h.number(p.A)
		h.number(p.B)
		h.number(p.Line)
		h.text(p.Key)
	}
	h.number(b.RawAt)
	h.number(int64(len(b.Raw)))
	h.bytes(b.Raw)
	return hex.EncodeToString(h.sum()[:16])
}

func hashRows(h *digest, rows arrow.RecordBatch) {
	h.number(rows.NumRows())
	for i, f := range rows.Schema().Fields() {
		h.text(f.Name)
		col, ok := rows.Column(i).(*array.String)
		if !ok {
			h.text(rows.Column(i).String())
			continue
		}
		for r := 0; r < col.Len(); r++ {
			if col.IsNull(r) {
				h.number(-1)
				continue
			}
			h.number(int64(len(col.Value(r))))
		}
		if col.Len() > 0 {
			h.bytes(col.ValueBytes())
		}
	}
}

// digest gathers small writes before they are hashed: most are numbers of
// eight bytes.
type digest struct {
	mac hash.Hash
	buf []byte
}

const digestHeld = 16 << 10

func (d *digest) number(v int64) {
	d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(v))
	d.drain(digestHeld)
}

func (d *digest) text(s string) {
	d.number(int64(len(s)))
	d.buf = append(d.buf, s...)
	d.drain(digestHeld)
}

func (d *digest) bytes(b []byte) {
	d.drain(0)
	_, _ = d.mac.Write(b)
}

// drain hashes what is held when it is more than that many bytes.
func (d *digest) drain(over int) {
	if len(d.buf) > over {
		_, _ = d.mac.Write(d.buf)
		d.buf = d.buf[:0]
	}
}

func (d *digest) sum() []byte {
	d.drain(0)
	return d.mac.Sum(nil)
}
