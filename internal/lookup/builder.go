package lookup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/internal/disk"
)

// Builder collects the terms of one layer and sorts them, on disk where they
// are many. The layer depends on the set of what was added, not on its order.
// Not safe for concurrent use.
type Builder struct {
	dir   string // for spilled terms
	limit int
	part  [256][]pair // by the first byte of the key
	n     int
	spilt bool
	words map[string]map[string]bool
	voids []uint32
	cards cardPile
	pile  int // bytes of cards from which they go to disk
}

type pair struct {
	key uint64
	no  uint32
}

const (
	builderPairs = 4 << 20 // 64 MB
	pairSize     = 12
)

// NewBuilder makes a builder that may put temporary files into dir, which the
// caller wipes.
func NewBuilder(dir string) *Builder {
	return &Builder{dir: dir, limit: builderPairs, pile: pileBytes, words: map[string]map[string]bool{}}
}

// Add notes that a client bears a term. The number is below 2³¹.
func (b *Builder) Add(kind, term string, no uint32) error {
	k := Key(kind, term)
	b.part[k>>56] = append(b.part[k>>56], pair{k, no})
	if b.n++; b.n >= b.limit {
		return b.spill()
	}
	return nil
}

// Word makes a term findable by likeness.
func (b *Builder) Word(kind, term string) {
	m := b.words[kind]
	if m == nil {
		m = map[string]bool{}
		b.words[strings.Clone(kind)] = m
	}
	if !m[term] {
		m[strings.Clone(term)] = true // the caller may keep the text in a buffer that lives shorter
	}
}

// Void says that what older layers hold of these clients no longer counts.
func (b *Builder) Void(clients []uint32) { b.voids = append(b.voids, clients...) }

// Empty reports a builder that was told nothing.
func (b *Builder) Empty() bool {
	return b.n == 0 && !b.spilt && len(b.voids) == 0 && b.cards.part == nil
}

func (b *Builder) spillPath(i int) string { return filepath.Join(b.dir, fmt.Sprintf("terms-%02x", i)) }

func (b *Builder) spill() error {
	var buf []byte
	for i := range b.part {
		if len(b.part[i]) == 0 {
			continue
		}
		buf = buf[:0]
		for _, p := range b.part[i] {
			buf = binary.LittleEndian.AppendUint64(buf, p.key)
			buf = binary.LittleEndian.AppendUint32(buf, p.no)
		}
		f, err := disk.OpenAppend(b.spillPath(i))
		if err != nil {
			return failed("", err)
		}
		_, err = f.Write(buf)
		if err = errors.Join(err, f.Close()); err != nil {
			return failed("", err)
		}
		b.part[i] = b.part[i][:0]
	}
	b.n, b.spilt = 0, true
	return nil
}

// Write writes the layer. The builder must not be used afterwards.
func (b *Builder) Write(path string) error {
	words := map[string][]string{}
	for kind, set := range b.words {
		for t := range set {
			words[kind] = append(words[kind], t) // the writer sorts them
		}
	}
	slices.Sort(b.voids)
	w, err := newWriter(path, words, slices.Compact(b.voids))
	if err != nil {
		return err
	}
	var clients []uint32
	for i := range b.part {
		list, err := b.partition(i)
		if err != nil {
			w.err = errors.Join(w.err, err)
			break
		}
		slices.SortFunc(list, func(x, y pair) int {
			switch {
			case x.key < y.key || x.key == y.key && x.no < y.no:
				return -1
			case x == y:
				return 0
			}
			return 1
		})
		for j := 0; j < len(list); {
			clients = clients[:0]
			key := list[j].key
			for ; j < len(list) && list[j].key == key; j++ {
				if n := len(clients); n == 0 || clients[n-1] != list[j].no {
					clients = append(clients, list[j].no)
				}
			}
			w.add(key, clients)
		}
	}
	return w.close(b.eachCard)
}

// partition gives the pairs of one first byte, those on disk included.
func (b *Builder) partition(i int) ([]pair, error) {
	list := b.part[i]
	b.part[i] = nil
	if !b.spilt {
		return list, nil
	}
	raw, err := os.ReadFile(b.spillPath(i))
	if errors.Is(err, os.ErrNotExist) {
		return list, nil
	}
	for ; len(raw) >= pairSize; raw = raw[pairSize:] {
		list = append(list, pair{binary.LittleEndian.Uint64(raw), binary.LittleEndian.Uint32(raw[8:])})
	}
	return list, errors.Join(err, disk.Remove(b.spillPath(i)))
}
