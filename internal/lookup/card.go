package lookup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"clientbase/internal/disk"
)

// A card is what a search shows of a client, whatever that is to the caller.
// Cards stand in a layer by client number, some of them side by side: one read
// of a few kilobytes gives any of them.

// blockCards is how many cards are read at a time.
const blockCards = 32

// block says where some cards stand.
type block struct {
	first uint32 // least client number
	at    int64  // offset in the cards
}

const blockSize = 12

// Card appends the card of a client; false when the index has none.
func (x *Index) Card(no uint32, to []byte) (out []byte, ok bool, err error) {
	for i := len(x.layers) - 1; i >= 0; i-- {
		if l := x.layers[i]; !l.dead.has(no) {
			if out, ok, err = l.card(no, to); ok || err != nil {
				return out, ok, err
			}
		}
	}
	return to, false, nil
}

func (l *layer) card(no uint32, to []byte) ([]byte, bool, error) {
	k := sort.Search(len(l.block), func(k int) bool { return l.block[k].first > no }) - 1
	if k < 0 {
		return to, false, nil
	}
	end := l.blocks - l.cards
	if k+1 < len(l.block) {
		end = l.block[k+1].at
	}
	at, n := l.block[k].at, len(to)
	if at < 0 || at > end || end > l.blocks-l.cards {
		return to, false, l.broken("its cards are out of order")
	}
	to = slices.Grow(to, int(end-at))
	b := to[n : n+int(end-at)]
	if err := l.into(b, l.cards+at); err != nil {
		return to, false, err
	}
	for is := uint64(l.block[k].first); len(b) > 0; {
		far, a := binary.Uvarint(b)
		size, c := binary.Uvarint(b[max(a, 0):])
		if a <= 0 || c <= 0 || size > uint64(len(b)-a-c) {
			return to, false, l.broken("a card is cut")
		}
		b = b[a+c:]
		if is += far; is == uint64(no) {
			return append(to, b[:size]...), true, nil
		}
		if is > uint64(no) {
			break
		}
		b = b[size:]
	}
	return to, false, nil
}

func (l *layer) readBlocks() error {
	b, err := l.at(l.blocks, l.nBlocks*blockSize)
	if err != nil {
		return err
	}
	l.block = make([]block, l.nBlocks)
	for i := range l.block {
		l.block[i] = block{binary.LittleEndian.Uint32(b), int64(binary.LittleEndian.Uint64(b[4:]))}
		b = b[blockSize:]
	}
	return nil
}

// cards writes cards, which come in ascending order of their clients.
func (w *writer) card(no uint32, card []byte) {
	far := uint32(0)
	if w.inBlock%blockCards == 0 {
		w.block = append(w.block, block{no, w.cardAt})
	} else {
		far = no - w.lastCard
	}
	w.inBlock, w.lastCard = w.inBlock+1, no
	w.head.top = max(w.head.top, int64(no)+1)
	b := binary.AppendUvarint(w.buf[:0], uint64(far))
	b = append(binary.AppendUvarint(b, uint64(len(card))), card...)
	w.put(w.out, b)
	w.cardAt += int64(len(b))
	w.buf = b
}

func (w *writer) writeBlocks() {
	for _, k := range w.block {
		b := binary.LittleEndian.AppendUint32(w.buf[:0], k.first)
		b = binary.LittleEndian.AppendUint64(b, uint64(k.at))
		w.put(w.out, b)
		w.buf = b
	}
}

// cardScan reads the cards of a layer from its first to its last.
type cardScan struct {
	l    *layer
	from *bufio.Reader
	left int64 // bytes
	next int   // card within its block
	at   int   // block

	ok   bool
	no   uint32
	card []byte
}

func newCardScan(l *layer) *cardScan {
	n := l.blocks - l.cards
	return &cardScan{l: l, from: bufio.NewReaderSize(io.NewSectionReader(l.file, l.cards, n), 1<<18), left: n}
}

// ReadByte counts what is left.
func (s *cardScan) ReadByte() (byte, error) {
	s.left--
	return s.from.ReadByte()
}

func (s *cardScan) read() error {
	s.ok = s.left > 0
	if !s.ok {
		return nil
	}
	if s.next%blockCards == 0 {
		if s.at >= len(s.l.block) {
			return s.l.broken("its cards are more than it says")
		}
		s.no = s.l.block[s.at].first
		s.at++
	}
	s.next++
	far, err1 := binary.ReadUvarint(s)
	size, err2 := binary.ReadUvarint(s)
	if err := errors.Join(err1, err2); err != nil || size > uint64(max(s.left, 0)) {
		return s.l.broken("a card is cut")
	}
	s.no += uint32(far)
	s.card = slices.Grow(s.card[:0], int(size))[:size]
	s.left -= int64(size)
	if _, err := io.ReadFull(s.from, s.card); err != nil {
		return s.l.broken("a card is cut")
	}
	return nil
}

// eachCard visits the cards of all living clients, in the order of their numbers.
func (x *Index) eachCard(do func(no uint32, card []byte)) error {
	scans := make([]*cardScan, len(x.layers))
	for i, l := range x.layers {
		scans[i] = newCardScan(l)
		if err := scans[i].read(); err != nil {
			return err
		}
	}
	for {
		newest, least := -1, uint32(0)
		for i, s := range scans {
			if s.ok && (newest < 0 || s.no <= least) { // of equal ones the newest layer counts
				newest, least = i, s.no
			}
		}
		if newest < 0 {
			return nil
		}
		if !x.layers[newest].dead.has(least) {
			do(least, scans[newest].card)
		}
		for _, s := range scans {
			if s.ok && s.no == least {
				if err := s.read(); err != nil {
					return err
				}
			}
		}
	}
}

// cardPile collects the cards of a layer that is being built, by ranges of
// client numbers, on disk where they are many.
type cardPile struct {
	part  map[uint32][]byte // client number without its last bits → number, length and card, again and again
	n     int               // bytes
	spilt map[uint32]bool
}

const (
	pileBits  = 15
	pileBytes = 64 << 20
)

// Card notes what a search shows of a client, each client once.
func (b *Builder) Card(no uint32, card []byte) error {
	p := &b.cards
	if p.part == nil {
		p.part, p.spilt = map[uint32][]byte{}, map[uint32]bool{}
	}
	to := p.part[no>>pileBits]
	was := len(to)
	to = binary.LittleEndian.AppendUint32(to, no)
	to = append(binary.AppendUvarint(to, uint64(len(card))), card...)
	p.part[no>>pileBits] = to
	if p.n += len(to) - was; p.n < b.pile {
		return nil
	}
	for i, raw := range p.part {
		f, err := disk.OpenAppend(b.pilePath(i))
		if err != nil {
			return failed("", err)
		}
		_, err = f.Write(raw)
		if err = errors.Join(err, f.Close()); err != nil {
			return failed("", err)
		}
		p.spilt[i] = true
	}
	clear(p.part)
	p.n = 0
	return nil
}

func (b *Builder) pilePath(i uint32) string {
	return filepath.Join(b.dir, fmt.Sprintf("cards-%05x", i))
}

// eachCard visits the collected cards in the order of their clients.
func (b *Builder) eachCard(do func(no uint32, card []byte)) error {
	var parts []uint32
	for i := range b.cards.part {
		parts = append(parts, i)
	}
	for i := range b.cards.spilt {
		parts = append(parts, i)
	}
	slices.Sort(parts)
	type place struct {
		no   uint32
		card []byte
	}
	for _, i := range slices.Compact(parts) {
		raw := b.cards.part[i]
		if b.cards.spilt[i] {
			old, err := os.ReadFile(b.pilePath(i))
			if err = errors.Join(err, disk.Remove(b.pilePath(i))); err != nil {
				return failed("", err)
			}
			raw = append(old, raw...)
		}
		var list []place
		for len(raw) > 0 {
			size, n := binary.Uvarint(raw[4:])
			end := 4 + n + int(size)
			list, raw = append(list, place{binary.LittleEndian.Uint32(raw), raw[4+n : end]}), raw[end:]
		}
		slices.SortFunc(list, func(x, y place) int { return int(int64(x.no) - int64(y.no)) })
		for _, c := range list {
			do(c.no, c.card)
		}
		delete(b.cards.part, i)
	}
	return nil
}
