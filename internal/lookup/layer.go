package lookup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"clientbase/internal/errs"
)

// A layer on disk, all numbers little-endian:
//
//	words     per kind: its name, then words by (length in characters, text)
//	voids     client numbers whose terms in older layers no longer count
//	keys      8 bytes hash, 4 bytes value, by hash; value = the only client, or
//	          2³¹ + place of a list in units of 4 bytes
//	lists     count, size of what follows, differences of ascending client
//	          numbers, all as varints
//	fanout    for the first bits of the hash: number of the first key
//	cards     of clients in the order of their numbers: by how much the number
//	          grows, length, card; every 32nd begins a block
//	blocks    4 bytes client number of the first card, 8 bytes its place in the cards
//	header    at the start: magic, then offset and count of each part
const (
	magic      = "CBFIND2\n"
	headerSize = len(magic) + 8*12
	keySize    = 12
	listBit    = 1 << 31
	perBucket  = 32 // keys of one fanout step, on average
)

type header struct {
	words, voids, keys, lists, fanout, cards, blocks int64 // offsets
	nVoids, nKeys, nBlocks                           int64
	bits                                             int64 // of the fanout
	top                                              int64 // one more than the greatest client number
}

func (h *header) fields() []*int64 {
	return []*int64{&h.words, &h.voids, &h.keys, &h.lists, &h.fanout, &h.cards, &h.blocks, &h.nVoids, &h.nKeys, &h.nBlocks, &h.bits, &h.top}
}

func (h *header) encode() []byte {
	b := []byte(magic)
	for _, f := range h.fields() {
		b = binary.LittleEndian.AppendUint64(b, uint64(*f))
	}
	return b
}

// Key is the hash under which a term stands.
func Key(kind, term string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a over kind, a zero byte and the term
	for i := 0; i < len(kind); i++ {
		h = (h ^ uint64(kind[i])) * 1099511628211
	}
	h *= 1099511628211
	for i := 0; i < len(term); i++ {
		h = (h ^ uint64(term[i])) * 1099511628211
	}
	h ^= h >> 30 // the finish of splitmix64 spreads short terms over all buckets
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	return h ^ h>>31
}

// layer is one open file.
type layer struct {
	header
	name   string
	file   *os.File
	voided []uint32
	dead   numberSet // on whom a later layer voids this one
	fan    []uint32
	block  []block
	text   map[string][]word // words by kind, read on first use
}

type word struct {
	text string
	n    int    // characters
	mask uint32 // which characters are in it, by their last five bits
}

func maskOf(text string) (m uint32) {
	for _, r := range text {
		m |= 1 << (r & 31)
	}
	return m
}

// Known reports whether a file is a layer of the form that this version writes.
// One that cannot be read is for Open to complain of.
func Known(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	b := make([]byte, len(magic))
	_, err = f.ReadAt(b, 0)
	return errors.Join(err, f.Close()) != nil || string(b) == magic
}

func openLayer(path string) (*layer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(errs.Integrity, "open search index", filepath.Base(path), err, "restore the snapshot's folder from a backup")
	}
	l := &layer{name: filepath.Base(path), file: f}
	if err := l.open(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return l, nil
}

func (l *layer) broken(what string) error {
	return errs.New(errs.Integrity, "read search index", l.name, what, "`clientbase run --from-landing` builds it anew")
}

func (l *layer) open() error {
	b, err := l.at(0, int64(headerSize))
	if err != nil {
		return err
	}
	if string(b[:len(magic)]) != magic {
		return l.broken("the file is not of this format")
	}
	for i, f := range l.fields() {
		*f = int64(binary.LittleEndian.Uint64(b[len(magic)+8*i:]))
	}
	st, err := l.file.Stat()
	if err != nil {
		return l.broken("its size cannot be read")
	}
	inside := l.bits >= 0 && l.bits <= 24 && l.nKeys >= 0 && l.nVoids >= 0 && l.nBlocks >= 0 && int64(headerSize) <= l.words && l.words <= l.voids &&
		l.voids+4*l.nVoids == l.keys && l.keys+keySize*l.nKeys == l.lists && l.lists <= l.fanout && l.fanout+4*(1<<l.bits+1) == l.cards &&
		l.cards <= l.blocks && l.blocks+blockSize*l.nBlocks == st.Size()
	if !inside {
		return l.broken("its parts do not fit its size")
	}
	if l.voided, err = l.numbers(l.voids, l.nVoids); err != nil {
		return err
	}
	if l.fan, err = l.numbers(l.fanout, 1<<l.bits+1); err != nil {
		return err
	}
	return l.readBlocks()
}

// at reads n bytes from an offset.
func (l *layer) at(off, n int64) ([]byte, error) {
	b := make([]byte, n)
	return b, l.into(b, off)
}

// into fills b from an offset.
func (l *layer) into(b []byte, off int64) error {
	if _, err := l.file.ReadAt(b, off); err != nil {
		return l.broken("it ends too early")
	}
	return nil
}

func (l *layer) numbers(off, n int64) ([]uint32, error) {
	b, err := l.at(off, 4*n)
	if err != nil {
		return nil, err
	}
	out := make([]uint32, n)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out, nil
}

// postings appends the clients of a key, ascending.
func (l *layer) postings(key uint64, to []uint32, x *Index) ([]uint32, error) {
	bucket := uint64(0)
	if l.bits > 0 {
		bucket = key >> (64 - l.bits)
	}
	lo, hi := int64(l.fan[bucket]), int64(l.fan[bucket+1])
	if lo > hi || hi > l.nKeys {
		return to, l.broken("its fanout is out of order")
	}
	buf := x.buffer()
	defer x.bytes.Put(buf)
	b := grown(buf, keySize*(hi-lo))
	if err := l.into(b, l.keys+keySize*lo); err != nil {
		return to, err
	}
	hash := func(i int) uint64 { return binary.LittleEndian.Uint64(b[keySize*i:]) }
	n := int(hi - lo)
	i := sort.Search(n, func(i int) bool { return hash(i) >= key })
	if i == n || hash(i) != key {
		return to, nil
	}
	v := binary.LittleEndian.Uint32(b[keySize*i+8:])
	if v&listBit == 0 {
		return append(to, v), nil
	}
	return l.list(int64(v&^listBit)*4, to, buf)
}

// buffer gives room for what is read.
func (x *Index) buffer() *[]byte {
	if b, ok := x.bytes.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func grown(buf *[]byte, n int64) []byte {
	if int64(cap(*buf)) < n {
		*buf = make([]byte, n+n/4)
	}
	return (*buf)[:n]
}

// list reads one list of clients.
func (l *layer) list(off int64, to []uint32, buf *[]byte) ([]uint32, error) {
	size := l.fanout - l.lists
	if off >= size {
		return to, l.broken("a list lies outside")
	}
	chunk := min(size-off, 4096)
	b := grown(buf, chunk)
	if err := l.into(b, l.lists+off); err != nil {
		return to, err
	}
	n, used := binary.Uvarint(b)
	bytes, more := binary.Uvarint(b[max(used, 0):])
	if used <= 0 || more <= 0 || n > uint64(l.top) || n > bytes || bytes > uint64(size-off) {
		return to, l.broken("a list has no length")
	}
	head := int64(used + more)
	if need := head + int64(bytes); need > chunk {
		b = grown(buf, need)
		if err := l.into(b, l.lists+off); err != nil {
			return to, err
		}
	}
	return l.decode(b[head:min(int64(len(b)), head+int64(bytes))], int(n), to)
}

// decode appends n client numbers.
func (l *layer) decode(b []byte, n int, to []uint32) ([]uint32, error) {
	to = slices.Grow(to, n)
	last, at := uint64(0), 0
	for range n {
		if at >= len(b) {
			return to, l.broken("a list is cut")
		}
		d := uint64(b[at])
		at++
		if d >= 0x80 {
			long, used := binary.Uvarint(b[at-1:])
			if used <= 0 || long >= uint64(l.top) {
				return to, l.broken("a list is cut")
			}
			d, at = long, at-1+used
		}
		last += d
		to = append(to, uint32(last))
	}
	return to, nil
}

// wordsOf gives the words of a kind, read once.
func (l *layer) wordsOf(kind string) ([]word, error) {
	if l.text == nil {
		b, err := l.at(l.words, l.voids-l.words)
		if err != nil {
			return nil, err
		}
		if l.text, err = decodeWords(b); err != nil {
			return nil, l.broken("its words cannot be read")
		}
	}
	return l.text[kind], nil
}

func encodeWords(kinds map[string][]word) []byte {
	var out []byte
	put := func(s string) { out = append(binary.AppendUvarint(out, uint64(len(s))), s...) }
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	out = binary.AppendUvarint(out, uint64(len(names)))
	for _, k := range names {
		put(k)
		out = binary.AppendUvarint(out, uint64(len(kinds[k])))
		for _, w := range kinds[k] {
			out = binary.AppendUvarint(out, uint64(w.n))
			put(w.text)
		}
	}
	return out
}

func decodeWords(b []byte) (map[string][]word, error) {
	r := bytes.NewReader(b)
	text := string(b) // words are slices of one string
	num := func() (int, error) {
		n, err := binary.ReadUvarint(r)
		if err == nil && n > uint64(len(b)) {
			err = fmt.Errorf("number out of range")
		}
		return int(n), err
	}
	get := func() (string, error) {
		n, err := num()
		if err != nil || n > r.Len() {
			return "", fmt.Errorf("text out of range")
		}
		at := len(b) - r.Len()
		_, err = r.Seek(int64(n), 1)
		return text[at : at+n], err
	}
	kinds, err := num()
	out := map[string][]word{}
	for ; kinds > 0 && err == nil; kinds-- {
		var k string
		var n int
		if k, err = get(); err != nil {
			break
		}
		if n, err = num(); err != nil {
			break
		}
		list := make([]word, n)
		for i := range list {
			if list[i].n, err = num(); err != nil {
				return nil, err
			}
			if list[i].text, err = get(); err != nil {
				return nil, err
			}
			list[i].mask = maskOf(list[i].text)
		}
		out[k] = list
	}
	return out, err
}
