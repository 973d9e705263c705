package ledger

import (
	"errors"
	"io/fs"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Back visits the leaves of the checkpoint in force from the last to the first,
// each checked against its hash. fs.SkipAll ends the visit.
func (l *Log) Back(visit func(index int64, leaf Leaf) error) error {
	head, err := l.Head()
	if err != nil {
		return err
	}
	for n := (head.Size - 1) / width; n >= 0 && head.Size > 0; n-- {
		texts, err := l.bundle(n, int(min(width, head.Size-n*width)))
		if err != nil {
			return err
		}
		for i := len(texts) - 1; i >= 0; i-- {
			leaf, err := decode(texts[i])
			if err != nil {
				return err
			}
			if err := visit(n*width+int64(i), leaf); err != nil {
				if errors.Is(err, fs.SkipAll) {
					return nil
				}
				return err
			}
		}
	}
	return nil
}

// bundle gives the texts of a bundle after comparing them with the tree's tile.
func (l *Log) bundle(n int64, w int) ([][]byte, error) {
	t := tiles{l.dir}
	texts, err := t.leaves(n, w)
	if err != nil {
		return nil, err
	}
	hashes, err := t.hashes(0, n, w)
	if err != nil {
		return nil, err
	}
	for i, text := range texts {
		if tlog.RecordHash(text) != hashes[i] {
			return nil, damaged(tilePath(-1, n, w), "leaf "+strconv.FormatInt(n*width+int64(i), 10)+" was changed: it does not have the hash in the tree")
		}
	}
	return texts, nil
}

// Last gives the last leaf that fits; ok is false when none does.
func (l *Log) Last(fits func(Leaf) bool) (index int64, leaf Leaf, ok bool, err error) {
	err = l.Back(func(i int64, at Leaf) error {
		if !fits(at) {
			return nil
		}
		index, leaf, ok = i, at, true
		return fs.SkipAll
	})
	return index, leaf, ok, err
}
