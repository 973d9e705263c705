package access

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"clientbase/internal/errs"
)

// walk visits all frames of all files in order, and checks that none is missing
// between two.
func (l *Log) walk(visit func(seq int64, chain, sealed, frame []byte, name string) error) error {
	files, err := l.files()
	if err != nil {
		return err
	}
	last, chain := int64(0), make([]byte, chainLen)
	for _, name := range files {
		err := func() error {
			f, err := os.Open(filepath.Join(l.dir, name))
			if err != nil {
				return errs.Wrap(errs.Input, "open access log", name, err, "run as the user that owns the data folder")
			}
			defer func() { _ = f.Close() }()
			return frames(bufio.NewReaderSize(f, 1<<16), name, func(seq int64, sealed, frame []byte) error {
				if seq != last+1 {
					return damaged(name, last+1)
				}
				if err := visit(seq, chain, sealed, frame, name); err != nil {
					return err
				}
				last = seq
				copy(chain, sealed[len(sealed)-chainLen:])
				return nil
			})
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// Read is a read as the log tells it: what was asked, and how it ended.
type Read struct {
	Entry
	Ended bool `json:"ended"` // false: the process was cut, or is still at it
}

// Reads gives all reads, oldest first. It fails with errs.Integrity when an
// entry was changed, removed or put elsewhere.
func (l *Log) Reads() ([]Read, error) {
	var out []Read
	at := map[int64]int{}
	err := l.walk(func(seq int64, chain, sealed, _ []byte, name string) error {
		text, err := l.key.Unseal(sealed, bound(seq, chain))
		if err != nil {
			return damaged(name, seq)
		}
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil || e.Seq != seq {
			return damaged(name, seq)
		}
		if e.Of == 0 {
			at[seq] = len(out)
			out = append(out, Read{Entry: e})
			return nil
		}
		i, ok := at[e.Of]
		if !ok {
			return damaged(name, seq)
		}
		r := &out[i]
		r.Ended, r.Outcome, r.Tables, r.Columns, r.Clients = true, e.Outcome, e.Tables, e.Columns, e.Clients
		r.Rows, r.Sum, r.File, r.Walls, r.Max = e.Rows, e.Sum, e.File, e.Walls, e.Max
		if e.Snapshot != "" {
			r.Snapshot, r.Position = e.Snapshot, e.Position
		}
		return nil
	})
	return out, err
}

// Batch is a run of entries as the ledger names it: by their numbers and the
// SHA-256 of their frames, which says nothing without the key.
type Batch struct {
	From, To int64
	Hash     string
}

// Since hashes the frames after an entry. To is below From when there are none.
// What it hashed is on disk when it returns: a batch that goes on record must not
// be taken back by a power cut.
func (l *Log) Since(after int64) (Batch, error) {
	b := Batch{From: after + 1, To: after}
	h := sha256.New()
	var in []string // files
	err := l.walk(func(seq int64, _, _, frame []byte, name string) error {
		if seq > after {
			b.To = seq
			_, _ = h.Write(frame)
			if n := len(in); n == 0 || in[n-1] != name {
				in = append(in, name)
			}
		}
		return nil
	})
	if err == nil {
		err = l.sync(in)
	}
	b.Hash = hex.EncodeToString(h.Sum(nil))
	return b, err
}

// CheckAll is Check of many batches in one pass; they are in order and do not
// overlap. It gives the first that differs, nil when none does.
func (l *Log) CheckAll(list []Batch) (*Batch, error) {
	i, h := 0, sha256.New()
	end := func() *Batch { // of batch i
		b := &list[i]
		sum := hex.EncodeToString(h.Sum(nil))
		i, h = i+1, sha256.New()
		if sum != b.Hash {
			return b
		}
		return nil
	}
	var bad *Batch
	err := l.walk(func(seq int64, _, _, frame []byte, _ string) error {
		for bad == nil && i < len(list) && seq > list[i].To {
			bad = end()
		}
		if i < len(list) && seq >= list[i].From {
			_, _ = h.Write(frame)
		}
		return nil
	})
	for err == nil && bad == nil && i < len(list) {
		bad = end()
	}
	return bad, err
}

// Check hashes the frames of a batch anew and compares.
func (l *Log) Check(b Batch) error {
	h, seen := sha256.New(), int64(0)
	err := l.walk(func(seq int64, _, _, frame []byte, _ string) error {
		if seq >= b.From && seq <= b.To {
			seen++
			_, _ = h.Write(frame)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if seen != b.To-b.From+1 || hex.EncodeToString(h.Sum(nil)) != b.Hash {
		return errs.New(errs.Integrity, "check access log", l.dir, "the entries are not those that the ledger names", "restore data/access from a backup")
	}
	return nil
}
