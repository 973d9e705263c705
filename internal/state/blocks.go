package state

import (
	"fmt"
	"io"

	"clientbase/internal/errs"
)

// Blocks are the values of a model's blocking keys in record versions; see
// dedupe.Blocks, whose form they have. Each run that matched records wrote those
// of the records it looked at; of several entries of a row the last holds.
type Blocks struct {
	Keys  []string
	Row   []Row
	Count [][]uint8
	Val   [][]uint32
}

// WriteBlocks saves the blocks of some rows; each gives them key by key.
func WriteBlocks(w io.Writer, rows []Row, each func(put func(key string, count []uint8, val []uint32) error) error) error {
	s := newSectionWriter(w)
	put(s, "row", rows)
	var keys []string
	err := each(func(key string, count []uint8, val []uint32) error {
		put(s, fmt.Sprintf("%d/count", len(keys)), count)
		put(s, fmt.Sprintf("%d/val", len(keys)), val)
		keys = append(keys, key)
		return s.err
	})
	if err != nil {
		return err
	}
	putStrings(s, "keys", keys)
	return s.close()
}

// Read adds what WriteBlocks wrote.
func (b *Blocks) Read(r io.Reader, thing string) error {
	s, err := readSections(r, thing)
	if err != nil {
		return err
	}
	keys := getStrings(s, "keys")
	if b.Keys == nil {
		b.Keys, b.Count, b.Val = keys, make([][]uint8, len(keys)), make([][]uint32, len(keys))
	}
	if len(b.Keys) != len(keys) {
		return errs.New(errs.Integrity, "read state", thing, "it has other keys than the files before it", "go back with an older snapshot, or rebuild: `clientbase run --from-landing`")
	}
	b.Row = get(s, "row", b.Row)
	for k := range keys {
		b.Count[k], b.Val[k] = get(s, fmt.Sprintf("%d/count", k), b.Count[k]), get(s, fmt.Sprintf("%d/val", k), b.Val[k])
	}
	return nil
}
