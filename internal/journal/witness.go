package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Frame is what may be told of an entry to whoever must not read it: its number
// and the SHA-256 of its frame as it lies on disk, ciphertext and all.
type Frame struct {
	Seq  int64
	Hash string
}

// Witness is told of every entry: the ledger. What it was not told because a
// process was cut between, it is told with the next entry or by CatchUp.
type Witness interface {
	Seen() (seq int64, err error)
	See(ctx context.Context, list []Frame) error
}

// Witnessed gives the journal with a witness. An act counts when it is in the
// journal: that the witness cannot be told now (a full disk, a damaged ledger)
// does not undo an objection. The next run says so and does not go on.
func (j *Journal) Witnessed(w Witness) *Journal {
	c := *j
	c.witness = w
	return &c
}

// CatchUp tells the witness what it has not seen.
func (j *Journal) CatchUp(ctx context.Context) error {
	if _, err := os.Stat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return j.tell(ctx, nil) // a journal that is gone is told from none
	}
	unlock, err := j.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	f, err := disk.OpenEdit(j.path())
	if err != nil {
		return errs.Wrap(errs.Input, "open journal", j.path(), err, "check the owner and the rights of the data folder")
	}
	defer func() { _ = f.Close() }()
	return j.tell(ctx, f)
}

// tell is called under the lock of the journal.
func (j *Journal) tell(ctx context.Context, f io.ReadSeeker) error {
	if j.witness == nil {
		return nil
	}
	seen, err := j.witness.Seen()
	if err != nil {
		return err
	}
	var list []Frame
	last := int64(0)
	if f != nil {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return errs.Wrap(errs.Retry, "read journal", "journal.cbj", err, "check the disk")
		}
		if last, err = frames(f, func(seq int64, _, sealed []byte) error {
			if seq > seen {
				list = append(list, Frame{seq, hashOf(seq, sealed)})
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if last < seen {
		return errs.New(errs.Integrity, "read journal", j.path(), fmt.Sprintf("it ends at entry %d, the ledger has seen entries up to %d", last, seen), "acts of people are missing: restore data/journal from a backup")
	}
	if len(list) == 0 {
		return nil
	}
	return j.witness.See(ctx, list)
}

// Frames visits the entries without reading them: no key is needed. whole is
// false when the file does not end with a whole frame.
func Frames(data string, visit func(Frame) error) (whole bool, err error) {
	j := Journal{dir: dirOf(data)}
	f, err := os.Open(j.path())
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, errs.Wrap(errs.Input, "open journal", j.path(), err, "run as the user that owns the data folder")
	}
	defer func() { _ = f.Close() }()
	end := int64(len(magic))
	if _, err := frames(f, func(seq int64, _, sealed []byte) error {
		end += headLen + int64(len(sealed))
		return visit(Frame{seq, hashOf(seq, sealed)})
	}); err != nil {
		return false, err
	}
	st, err := f.Stat()
	if err != nil {
		return false, errs.Wrap(errs.Retry, "read journal", j.path(), err, "check the disk")
	}
	return st.Size() <= end, nil
}

// hashOf is the SHA-256 of a frame.
func hashOf(seq int64, sealed []byte) string {
	h := sha256.New()
	_, _ = h.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))), uint64(seq)))
	_, _ = h.Write(sealed)
	return hex.EncodeToString(h.Sum(nil))
}
