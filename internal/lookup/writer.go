package lookup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"slices"
	"sort"
	"syscall"
	"unicode/utf8"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// writer writes one layer: keys come in ascending order, lists go to a file
// beside it until the number of keys is known.
type writer struct {
	path  string
	file  *disk.File
	out   *bufio.Writer
	lists *disk.File
	list  *bufio.Writer
	head  header
	keys  []uint32 // first 32 bits of every key, for the fanout
	at    int64    // place in the lists
	buf   []byte
	err   error

	block    []block // of the cards
	cardAt   int64   // place in the cards
	inBlock  int     // cards so far
	lastCard uint32
}

func failed(path string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errs.Hidden(errs.Retry, "write search index", path, "the disk is full", err, "free space in the data folder and run again; nothing was published")
	}
	return errs.Wrap(errs.Retry, "write search index", path, err, "check the disk and the rights of the data folder")
}

// newWriter begins a layer. words are the texts of all words by kind, in any
// order; voids are ascending.
func newWriter(path string, words map[string][]string, voids []uint32) (*writer, error) {
	w := &writer{path: path}
	var err error
	if w.file, err = disk.Create(path); err != nil {
		return nil, failed(path, err)
	}
	if w.lists, err = disk.Create(path + ".lists"); err != nil {
		_ = w.file.Close()
		return nil, failed(path, err)
	}
	w.out, w.list = bufio.NewWriterSize(w.file, 1<<20), bufio.NewWriterSize(w.lists, 1<<20)
	w.put(w.out, make([]byte, headerSize))
	w.head.words = int64(headerSize)
	text := encodeWords(sortedWords(words))
	w.put(w.out, text)
	w.head.voids, w.head.nVoids = w.head.words+int64(len(text)), int64(len(voids))
	w.numbers(voids)
	w.head.keys = w.head.voids + 4*w.head.nVoids
	for _, v := range voids {
		w.head.top = max(w.head.top, int64(v)+1)
	}
	return w, nil
}

func (w *writer) put(to *bufio.Writer, b []byte) {
	if _, err := to.Write(b); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *writer) numbers(list []uint32) {
	var b [4]byte
	for _, v := range list {
		binary.LittleEndian.PutUint32(b[:], v)
		w.put(w.out, b[:])
	}
}

// sortedWords orders words by length and text and drops doubles.
func sortedWords(kinds map[string][]string) map[string][]word {
	out := map[string][]word{}
	for k, texts := range kinds {
		list := make([]word, len(texts))
		for i, t := range texts {
			list[i] = word{text: t, n: utf8.RuneCountInString(t)}
		}
		sort.Slice(list, func(i, j int) bool {
			if list[i].n != list[j].n {
				return list[i].n < list[j].n
			}
			return list[i].text < list[j].text
		})
		out[k] = slices.Compact(list)
	}
	return out
}

// add writes one key with its clients, ascending and without doubles; not empty.
func (w *writer) add(key uint64, clients []uint32) {
	w.keys = append(w.keys, uint32(key>>32))
	w.head.top = max(w.head.top, int64(clients[len(clients)-1])+1)
	value := clients[0]
	if len(clients) > 1 {
		for w.at%4 != 0 {
			w.put(w.list, []byte{0})
			w.at++
		}
		if w.at/4 >= listBit {
			w.err = errors.Join(w.err, errs.New(errs.Bug, "write search index", "", "its lists are longer than it can count", "report it"))
			return
		}
		value = listBit | uint32(w.at/4)
		b := w.buf[:0]
		last := uint32(0)
		for _, c := range clients {
			b = binary.AppendUvarint(b, uint64(c-last))
			last = c
		}
		var head [2 * binary.MaxVarintLen64]byte
		n := binary.PutUvarint(head[:], uint64(len(clients)))
		n += binary.PutUvarint(head[n:], uint64(len(b)))
		w.put(w.list, head[:n])
		w.put(w.list, b)
		w.at += int64(n + len(b))
		w.buf = b
	}
	var b [keySize]byte
	binary.LittleEndian.PutUint64(b[:], key)
	binary.LittleEndian.PutUint32(b[8:], value)
	w.put(w.out, b[:])
}

// close completes the file with its cards; on an error it is removed.
func (w *writer) close(cards func(func(no uint32, card []byte)) error) error {
	w.finish(cards)
	err := errors.Join(w.err, w.file.Close(), w.lists.Close(), disk.Remove(w.path+".lists"))
	if err != nil {
		_ = disk.Remove(w.path)
		return failed(w.path, err)
	}
	return nil
}

func (w *writer) finish(cards func(func(no uint32, card []byte)) error) {
	fail := func(err error) {
		if w.err == nil {
			w.err = err
		}
	}
	w.head.nKeys = int64(len(w.keys))
	w.head.lists = w.head.keys + keySize*w.head.nKeys
	fail(w.list.Flush())
	if _, err := w.lists.Seek(0, io.SeekStart); err != nil {
		fail(err)
	}
	if _, err := io.Copy(w.out, w.lists); err != nil {
		fail(err)
	}
	w.head.fanout = w.head.lists + w.at
	w.head.bits = int64(bits.Len(uint(len(w.keys) / perBucket)))
	fan := make([]uint32, 1<<w.head.bits+1)
	for _, k := range w.keys {
		fan[uint64(k)<<32>>(64-w.head.bits)+1]++
	}
	for i := 1; i < len(fan); i++ {
		fan[i] += fan[i-1]
	}
	w.numbers(fan)
	w.head.cards = w.head.fanout + 4*int64(len(fan))
	fail(cards(w.card))
	w.head.blocks, w.head.nBlocks = w.head.cards+w.cardAt, int64(len(w.block))
	w.writeBlocks()
	fail(w.out.Flush())
	if _, err := w.file.WriteAt(w.head.encode(), 0); err != nil {
		fail(err)
	}
}
