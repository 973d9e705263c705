package lookup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// Merge writes one layer that answers as the given ones do together, oldest
// first. base says that the oldest of them is the first of the whole index:
// then nothing remains to be voided, and words that nobody bears are dropped.
func Merge(to string, from []string, base bool) error {
	x, err := Open(from)
	if err != nil {
		return err
	}
	return errors.Join(x.merge(to, base), x.Close())
}

func (x *Index) merge(to string, base bool) error {
	words := map[string][]string{}
	living := map[uint64]bool{} // keys of words → somebody bears it
	var voids []uint32
	for _, l := range x.layers {
		if _, err := l.wordsOf(""); err != nil { // reads all kinds
			return err
		}
		for kind, list := range l.text {
			for _, w := range list {
				words[kind] = append(words[kind], w.text)
				living[Key(kind, w.text)] = false
			}
		}
		if !base {
			voids = append(voids, l.voided...)
		}
	}
	// the words stand before the keys: what lives is counted in a first pass
	err := x.each(func(key uint64, _ []uint32) {
		if _, is := living[key]; is {
			living[key] = true
		}
	})
	if err != nil {
		return err
	}
	for kind, list := range words {
		words[kind] = slices.DeleteFunc(list, func(t string) bool { return !living[Key(kind, t)] })
		if len(words[kind]) == 0 {
			delete(words, kind)
		}
	}
	slices.Sort(voids)
	w, err := newWriter(to, words, slices.Compact(voids))
	if err != nil {
		return err
	}
	return errors.Join(x.each(w.add), w.close(x.eachCard))
}

// each visits all keys with their living clients, in the order of the keys.
func (x *Index) each(do func(key uint64, clients []uint32)) error {
	scans := make([]*scan, len(x.layers))
	for i, l := range x.layers {
		scans[i] = newScan(l)
		if err := scans[i].next(); err != nil {
			return err
		}
	}
	var clients []uint32
	for {
		key, more := uint64(0), false
		for _, s := range scans {
			if s.ok && (!more || s.key < key) {
				key, more = s.key, true
			}
		}
		if !more {
			return nil
		}
		clients = clients[:0]
		parts := 0
		for i, s := range scans {
			if !s.ok || s.key != key {
				continue
			}
			was := len(clients)
			clients = x.layers[i].dead.without(append(clients, s.list...), was)
			parts++
			if err := s.next(); err != nil {
				return err
			}
		}
		if parts > 1 {
			slices.Sort(clients)
		}
		if len(clients) > 0 {
			do(key, clients)
		}
	}
}

// scan reads a layer from its first key to its last.
type scan struct {
	l     *layer
	keys  *bufio.Reader
	lists *bufio.Reader
	at    int64
	left  int64

	ok   bool
	key  uint64
	list []uint32
}

func newScan(l *layer) *scan {
	part := func(from, to int64) *bufio.Reader {
		return bufio.NewReaderSize(io.NewSectionReader(l.file, from, to-from), 1<<18)
	}
	return &scan{l: l, keys: part(l.keys, l.lists), lists: part(l.lists, l.fanout), left: l.nKeys}
}

func (s *scan) next() error {
	s.ok = s.left > 0
	if !s.ok {
		return nil
	}
	s.left--
	var b [keySize]byte
	if _, err := io.ReadFull(s.keys, b[:]); err != nil {
		return s.l.broken("its keys end too early")
	}
	s.key = binary.LittleEndian.Uint64(b[:])
	v := binary.LittleEndian.Uint32(b[8:])
	if v&listBit == 0 {
		s.list = append(s.list[:0], v)
		return nil
	}
	return s.readList(int64(v&^listBit) * 4)
}

// ReadByte counts where the lists stand.
func (s *scan) ReadByte() (byte, error) {
	s.at++
	return s.lists.ReadByte()
}

func (s *scan) readList(off int64) error {
	for s.at < off {
		if _, err := s.ReadByte(); err != nil {
			return s.l.broken("its lists end too early")
		}
	}
	n, err := binary.ReadUvarint(s)
	if err == nil {
		_, err = binary.ReadUvarint(s) // the size
	}
	s.list = s.list[:0]
	last := uint64(0)
	for ; n > 0 && err == nil; n-- {
		var d uint64
		d, err = binary.ReadUvarint(s)
		last += d
		s.list = append(s.list, uint32(last))
	}
	if err != nil || off > s.at {
		return s.l.broken("its lists end too early")
	}
	return nil
}
